/** What those who run a hub ask of a process: is it ready, what does it count, what traces does it send. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FastifyInstance } from 'fastify';
import { addOrganisation, openTestHouse, type TestHouse } from '../services/testing/test-house.ts';
import { createCustomer } from '../services/create-customer.ts';
import { buildApi } from './build-api.ts';
import { openTracing } from './tracing.ts';

let house: TestHouse;
let app: FastifyInstance | undefined;
beforeEach(async () => (house = await openTestHouse()));
afterEach(async () => {
  await app?.close();
  app = undefined;
  await house.close();
});

const ask = async (url: string) => {
  const answer = await app?.inject({ url });
  return [answer?.statusCode, answer?.json() as unknown];
};
const step = (id: number, beside: string | null) =>
  house.ctx.store.db
    .insertInto('schema_migrations' as never)
    .values({ id, name: 'of another program', applied_at: house.now.toISOString(), beside } as never)
    .execute();

describe('readiness', () => {
  it('follows the process, the database and its tables', async () => {
    let stopping = false;
    app = await buildApi({ context: house.ctx, draining: () => stopping });
    expect(await ask('/readyz')).toEqual([200, { status: 'ready', version: house.ctx.version }]);
    stopping = true;
    expect(await ask('/readyz')).toMatchObject([503, { status: 'stopping' }]);
    // Whoever still comes is served.
    expect((await app.inject({ url: '/api/healthz' })).statusCode).toBe(200);
    stopping = false;

    await step(9_001, 'expand');
    expect(await ask('/readyz')).toMatchObject([200, { status: 'ready' }]);
    await house.ctx.store.db
      .deleteFrom('schema_migrations' as never)
      .where('id' as never, '=', 160 as never)
      .execute();
    expect(await ask('/readyz')).toMatchObject([503, { status: 'schema_behind' }]);
    await step(9_002, '9001');
    expect(await ask('/readyz')).toMatchObject([503, { status: 'schema_ahead' }]);
    await house.ctx.store.close();
    expect(await ask('/readyz')).toMatchObject([503, { status: 'database_down' }]);
  });
});

describe('an Idempotency-Key', () => {
  it('makes one customer of requests that arrive at once, and each is told the same', async () => {
    const bank = await addOrganisation(house, 'Bank');
    const { key } = await bank.key();
    const api = (app = await buildApi({ context: house.ctx }));
    const headers = { authorization: `Bearer ${key}`, 'idempotency-key': 'once' };
    const payload = { fullName: 'SITI RAHMAWATI', externalRef: 'core-1' };
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => api.inject({ method: 'POST', url: '/api/customers', headers, payload })),
    );
    expect(answers.map((one) => one.statusCode).toSorted()).toEqual([200, 200, 200, 201]);
    expect(new Set(answers.map((one) => one.json<{ data: { id: string } }>().data.id)).size).toBe(1);
    expect(await house.ctx.store.db.selectFrom('customers').select('id').execute()).toHaveLength(1);
  });

  it('is remembered with the customer, so that a process that dies right after leaves no doubt', async () => {
    const bank = await addOrganisation(house, 'Bank');
    const { key } = await bank.key();
    const api = (app = await buildApi({ context: house.ctx }));
    const headers = { authorization: `Bearer ${key}`, 'idempotency-key': 'once' };
    const ask = () =>
      api.inject({ method: 'POST', url: '/api/customers', headers, payload: { fullName: 'SITI RAHMAWATI' } });
    const real = house.ctx.store.transaction.bind(house.ctx.store);
    let transactions = 0;
    Object.assign(house.ctx.store, {
      transaction: async (work: never) => {
        const value: unknown = await real(work);
        transactions += 1;
        throw Object.assign(new Error('the process dies here'), { value });
      },
    });
    expect((await ask()).statusCode).toBe(500);
    Object.assign(house.ctx.store, { transaction: real });
    expect(transactions).toBe(1);
    const again = await ask();
    expect([again.statusCode, again.headers['idempotent-replayed']]).toEqual([200, 'true']);
    expect(await house.ctx.store.db.selectFrom('customers').select('id').execute()).toHaveLength(1);
  });
});

describe('metrics', () => {
  it('count sealed frames outside the database, and jobs of the shared queue', async () => {
    const counts = () => Promise.resolve([{ name: 'daily', waiting: 2, active: 1 }]);
    app = await buildApi({ context: house.ctx, jobs: { counts } });
    await house.ctx.store.db
      .insertInto('blob_objects')
      .values({
        key: 'org/blob',
        org_id: 'org',
        place: 'x',
        state: 'doomed',
        sha256: '',
        size: 1,
        created_at: '',
        due_at: '',
        attempts: 3,
        last_error: null,
      })
      .execute();
    const text = (await app.inject({ url: '/metrics' })).body;
    expect(text).toContain('loket_frame_objects{state="doomed"} 1');
    expect(text).toContain('loket_jobs_waiting{job="daily"} 2');
    expect(text).toContain('loket_jobs_active{job="daily"} 1');
  });
});

interface Collected {
  readonly name: string;
  readonly traceId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
}

describe('traces', () => {
  let collector: Server;
  let bodies: string[];
  let token: string | undefined;
  beforeEach(async () => {
    bodies = [];
    collector = createServer((request, response) => {
      token = request.headers['x-token'] as string | undefined;
      let text = '';
      request.on('data', (part: Buffer) => (text += part.toString()));
      request.on('end', () => {
        bodies.push(text);
        response.end('{}');
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => collector.once('listening', resolve));
  });
  afterEach(() => {
    collector.closeAllConnections();
    collector.close();
  });
  const endpoint = () => `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  const spans = (): readonly Collected[] =>
    bodies.flatMap((body) =>
      (JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: Collected[] }[] }[] }).resourceSpans.flatMap(
        ({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans),
      ),
    );

  it('are off unless somebody names a collector', async () => {
    expect(await openTracing('1', {})).toEqual({ ok: true, value: null });
    const disabled = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint(), OTEL_SDK_DISABLED: 'true' };
    expect(await openTracing('1', disabled)).toEqual({ ok: true, value: null });
    expect(await openTracing('1', { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' })).toMatchObject({ ok: false });
  });

  it('say route, method, status and time, and nothing of whom it was about', async () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint(), OTEL_EXPORTER_OTLP_HEADERS: 'x-token=t%201' };
    const tracing = await openTracing(house.ctx.version, env);
    if (!tracing.ok || tracing.value === null) throw new Error('no tracing');
    const bank = await addOrganisation(house, 'Bank');
    const { key, actor } = await bank.key();
    const customer = await createCustomer(house.ctx, actor, { fullName: 'SITI RAHMAWATI', nik: '3171044507900003' });
    if (!customer.ok) throw new Error(customer.error.code);
    app = await buildApi({ context: house.ctx, tracing: tracing.value });
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const read = await app.inject({
      url: `/api/identity/customers/${customer.value.id}?search=SITI`,
      headers: { authorization: `Bearer ${key}`, traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
    });
    expect(read.statusCode).toBeLessThan(500);
    await tracing.value
      .job({ name: 'daily', everyMs: 60_000, run: () => Promise.resolve() })
      .run(new AbortController().signal);
    await tracing.value.stop();
    const [request, job, ...others] = spans();
    expect(others).toEqual([]);
    expect(request).toMatchObject({
      name: 'GET /api/identity/customers/:id',
      traceId,
      parentSpanId: '00f067aa0ba902b7',
    });
    expect(request?.attributes.map((one) => one.key).sort()).toEqual([
      'http.request.method',
      'http.response.status_code',
      'http.route',
    ]);
    expect(job?.name).toBe('job daily');
    expect(token).toBe('t 1');
    for (const secret of [customer.value.id, 'SITI', '3171044507900003', key])
      expect(bodies.join()).not.toContain(secret);
  });

  it('a collector that is away holds nobody up', async () => {
    const tracing = await openTracing('1', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:1/v1/traces' });
    if (!tracing.ok || tracing.value === null) throw new Error('no tracing');
    app = await buildApi({ context: house.ctx, tracing: tracing.value });
    expect((await app.inject({ url: '/api/healthz' })).statusCode).toBe(200);
    await tracing.value.stop();
  });
});
