/** Several processes, one queue, on a real PostgreSQL server. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openJobQueue, type QueueOptions } from './job-queue.ts';
import { startSystemPostgres, whyNoSystemPostgres, type SystemPostgres } from './testing/system-postgres.ts';

const why = whyNoSystemPostgres();
const schema = `queue_${process.pid}`;
const quick: QueueOptions = { heartbeatSeconds: 10, superviseSeconds: 1, pollSeconds: 0.5 };

describe.skipIf(why !== null)(`jobs of a hub${why === null ? '' : ` (skipped: ${why})`}`, () => {
  let postgres: SystemPostgres;
  beforeAll(async () => (postgres = await startSystemPostgres()));
  afterAll(async () => {
    const client = new pg.Client({ connectionString: postgres.connectionString });
    await client.connect();
    await client.query(`drop schema if exists "${schema}_jobs" cascade`);
    await client.end();
    postgres.stop();
  });
  const open = (options = quick) => openJobQueue({ connectionString: postgres.connectionString, schema }, options);

  it('run once each, by one of the processes that start together', async () => {
    const names = ['one', 'two', 'three', 'four'];
    const ran: string[] = [];
    let all: () => void = () => undefined;
    const done = new Promise<void>((resolve) => (all = resolve));
    const work = names.map((name) => ({
      name,
      everyMinutes: 60,
      atStart: true,
      run() {
        ran.push(name);
        if (ran.length === names.length) all();
        return Promise.resolve();
      },
    }));
    const [here, there] = [open(), open()];
    await here.start(work);
    await done;
    await there.start(work.map((one) => ({ ...one, atStart: false })));
    await Promise.all([here.stop(5_000), there.stop(5_000)]);
    expect(ran.toSorted()).toEqual(names.toSorted());
  });

  it('are not doubled while one is under way in another process', async () => {
    let runs = 0;
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    let end: () => void = () => undefined;
    const work = {
      name: 'long',
      everyMinutes: 60,
      atStart: true,
      run() {
        runs += 1;
        begin();
        return new Promise<void>((resolve) => (end = resolve));
      },
    };
    const [here, there] = [open(), open()];
    await here.start([work]);
    await begun;
    await there.start([work]);
    expect(await there.request('long')).toBe(false);
    end();
    await here.stop(5_000);
    await there.stop(5_000);
    expect(runs).toBe(1);
  });

  it('of a killed process go to another', async () => {
    const script = fileURLToPath(new URL('testing/queue-process.ts', import.meta.url));
    const child = spawn(process.execPath, [script, postgres.connectionString, schema], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    expect(await once(createInterface({ input: child.stdout }), 'line')).toEqual(['took']);
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    const here = open();
    const taken = new Promise<void>((resolve) => {
      const work = { name: 'hang', everyMinutes: 60, atStart: false, run: () => Promise.resolve(resolve()) };
      void here.start([work]);
    });
    await taken;
    await here.stop(5_000);
  }, 90_000);
});
