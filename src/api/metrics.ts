/** What Prometheus scrapes: requests by route, the state of the record, the process. No label names a person or an organisation. */
import { sql } from 'kysely';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ServiceContext } from '../services/context.ts';
import { faceSearchOf } from '../services/duplicates/face-search.ts';
import type { JobRunner } from '../services/jobs/job.ts';

/** One for the process, however many apps it holds: its observers cannot be ended. */
let ofProcess: Registry | undefined;

function processMetrics(): Registry {
  if (ofProcess === undefined) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess, prefix: 'loket_' });
  }
  return ofProcess;
}

export interface Metrics {
  answered(method: string, route: string, status: number, seconds: number): void;
  /** Text in the Prometheus exposition format. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** Counts by one column, read when scraped. */
function countsBy(register: Registry, name: string, help: string, label: string, read: () => Promise<Counts>): void {
  register.registerMetric(
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [],
      async collect() {
        this.reset();
        for (const { value, n } of await read()) this.set({ [label]: value }, Number(n));
      },
    }),
  );
}

type Counts = readonly { readonly value: string; readonly n: number }[];

export function createMetrics(ctx: ServiceContext, jobs?: Pick<JobRunner, 'counts'>): Metrics {
  const register = new Registry();
  const labels = ['method', 'route', 'status'];
  const requests = new Counter({
    name: 'loket_http_requests_total',
    help: 'Answered requests',
    labelNames: labels,
    registers: [register],
  });
  const seconds = new Histogram({
    name: 'loket_http_request_duration_seconds',
    help: 'Time to answer',
    labelNames: ['method', 'route'],
    buckets: [0.005, 0.02, 0.1, 0.5, 1, 2, 5, 15],
    registers: [register],
  });
  const { db } = ctx.store;
  countsBy(register, 'loket_outbox_rows', 'Captures of the desk by state', 'state', () =>
    db
      .selectFrom('outbox')
      .select(['state as value', sql<number>`count(*)`.as('n')])
      .groupBy('state')
      .execute(),
  );
  countsBy(register, 'loket_review_cases', 'Undecided review cases', 'status', () =>
    db
      .selectFrom('review_cases')
      .select(['status as value', sql<number>`count(*)`.as('n')])
      .where('status', 'in', ['open', 'escalated'])
      .groupBy('status')
      .execute(),
  );
  countsBy(register, 'loket_webhook_deliveries_waiting', 'Webhook deliveries not finished', 'state', () =>
    db
      .selectFrom('webhook_deliveries')
      .select(['state as value', sql<number>`count(*)`.as('n')])
      .where('state', 'in', ['pending', 'sending'])
      .groupBy('state')
      .execute(),
  );
  countsBy(register, 'loket_job_last_finished_seconds', 'Unix time at which a job last finished', 'job', async () => {
    const rows = await db.selectFrom('job_leases').select(['name', 'last_finished_at']).execute();
    return rows.flatMap(({ name, last_finished_at: at }) =>
      at === null ? [] : [{ value: name, n: Date.parse(at) / 1000 }],
    );
  });
  countsBy(
    register,
    'loket_frame_objects',
    'Sealed frames outside the database, by what becomes of them',
    'state',
    () =>
      db
        .selectFrom('blob_objects')
        .select(['state as value', sql<number>`count(*)`.as('n')])
        .groupBy('state')
        .execute(),
  );
  countsBy(register, 'loket_db_connections', 'Connections of this process to its database', 'state', () => {
    const { connections } = ctx.store;
    return Promise.resolve(Object.entries(connections?.() ?? {}).map(([value, n]) => ({ value, n: n as number })));
  });
  countsBy(register, 'loket_face_search_info', 'How this process searches duplicate faces', 'search', () =>
    Promise.resolve([{ value: faceSearchOf(ctx), n: 1 }]),
  );
  const jobCounts = async (part: 'waiting' | 'active'): Promise<Counts> =>
    ((await jobs?.counts?.().catch(() => [])) ?? []).map((job) => ({ value: job.name, n: job[part] }));
  countsBy(register, 'loket_jobs_waiting', 'Jobs in the queue', 'job', () => jobCounts('waiting'));
  countsBy(register, 'loket_jobs_active', 'Jobs under way in any process', 'job', () => jobCounts('active'));
  countsBy(register, 'loket_vision_up', 'Whether pictures can be looked at', 'state', async () => {
    const { state } = await ctx.vision.status();
    return [{ value: state, n: state === 'ready' ? 1 : 0 }];
  });
  return {
    answered(method, route, status, took) {
      requests.inc({ method, route, status: String(status) });
      seconds.observe({ method, route }, took);
    },
    text: () => Registry.merge([processMetrics(), register]).metrics(),
    contentType: register.contentType,
  };
}
