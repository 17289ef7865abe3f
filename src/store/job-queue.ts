/**
 * The work queue of a hub: pg-boss in a schema of its own beside the records. Whichever process takes a job has it alone; one
 * that dies, or loses its database, stops saying it is alive, and the job goes to another.
 */
import { PgBoss } from 'pg-boss';
import { toStoreError } from './postgres-dialect.ts';

export interface QueuePlace {
  readonly connectionString: string;
  /** Schema of the records; the queue's is called after it. */
  readonly schema?: string;
}

export interface QueuedWork {
  readonly name: string;
  /** Minutes between two runs; a divisor of 60, or 1440 for once a day. */
  readonly everyMinutes: number;
  /** Asked for when a process starts. */
  readonly atStart: boolean;
  run(): Promise<void>;
}

export interface JobQueue {
  /** Begins to take jobs. Throws `StoreError`. */
  start(work: readonly QueuedWork[]): Promise<void>;
  /** Asks for a run now; false when one waits or is under way already. */
  request(name: string): Promise<boolean>;
  /** As last counted, some seconds ago. */
  counts(): Promise<readonly { readonly name: string; readonly waiting: number; readonly active: number }[]>;
  /** Takes no more, waits up to `graceMs` for what is under way; a job it leaves is returned. */
  stop(graceMs: number): Promise<void>;
}

export interface QueueOptions {
  /** A process that was not heard of for so long has lost its job, s. At least 10, default 30. */
  readonly heartbeatSeconds?: number;
  /** Between two looks for dead processes, s. Default 10. */
  readonly superviseSeconds?: number;
  readonly pollSeconds?: number;
  /** Name of the event only: texts of the server may hold values. */
  readonly onTrouble?: (kind: string) => void;
}

export function openJobQueue(place: QueuePlace, options: QueueOptions = {}): JobQueue {
  const supervise = options.superviseSeconds ?? 10;
  const boss = new PgBoss({
    connectionString: place.connectionString,
    schema: `${place.schema ?? 'loket'}_jobs`,
    application_name: 'loket-jobs',
    max: 3,
    superviseIntervalSeconds: supervise,
    monitorIntervalSeconds: supervise,
    cronMonitorIntervalSeconds: 20,
    cronWorkerIntervalSeconds: 5,
    persistWarnings: false,
  });
  // Without a listener a lost connection would end this process.
  boss.on('error', (error) => options.onTrouble?.((error as { code?: string }).code ?? error.name));
  const take = async ({ name, everyMinutes, atStart, run }: QueuedWork): Promise<void> => {
    await boss.createQueue(name, {
      policy: 'exclusive',
      heartbeatSeconds: options.heartbeatSeconds ?? 30,
      // The heart beats while it works: this bounds only a job that hangs for ever.
      expireInSeconds: 6 * 60 * 60,
      retryLimit: 3,
      retryDelay: 1,
      deleteAfterSeconds: 7 * 24 * 60 * 60,
    });
    await boss.schedule(name, cronOf(everyMinutes));
    await boss.work(name, { pollingIntervalSeconds: options.pollSeconds ?? 2 }, () => run());
    if (atStart) await boss.send(name);
  };
  return {
    async start(work) {
      try {
        await boss.start();
        for (const one of work) await take(one);
      } catch (error) {
        throw toStoreError(error);
      }
    },
    async counts() {
      const queues = await boss.getQueues();
      return queues
        .filter(({ name }) => !name.startsWith('__pgboss'))
        .map(({ name, queuedCount, activeCount }) => ({ name, waiting: queuedCount, active: activeCount }));
    },
    request: async (name) => (await boss.send(name)) !== null,
    stop: (graceMs) => boss.stop({ graceful: true, close: true, timeout: graceMs }),
  };
}

function cronOf(minutes: number): string {
  if (minutes === 1) return '* * * * *';
  if (minutes < 60 && 60 % minutes === 0) return `*/${minutes} * * * *`;
  if (minutes === 60) return '0 * * * *';
  if (minutes === 1440) return '0 0 * * *';
  throw new Error(`no cron line for every ${minutes} minutes`);
}
