/** `resources/route-matrix.csv` is the agreement; here each of its rows is held, over a real socket. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorCatalogue, type ErrorCode } from '../contract/errors.ts';
import { policyOf, routeMatrix, type RouteKey, type RoutePolicy } from '../contract/api/route-matrix.ts';
import { roles, scopes, type Role, type Scope } from '../contract/vocabulary.ts';
import { systemActor } from '../services/context.ts';
import { changeSettings } from '../services/set-up-organisation.ts';
import { grants } from './authenticate.ts';
import { createRateLimiter, type RateLimiter } from './rate-limiter.ts';
import { listeningApi, type Client, type ListeningApi } from './testing/listening-api.ts';
import { referenceProvider } from './testing/oidc-providers.ts';
import { conflictOf, doer } from './testing/route-conflicts.ts';
import { scenarios } from './testing/route-scenarios.ts';
import type { Ready, World } from './testing/scenario-world.ts';

type Row = Record<string, string>;

/** No cell of this file holds a quote or a comma. */
function parseCsv(text: string): Row[] {
  const [head = '', ...lines] = text.trim().split('\n');
  const names = head.split(',');
  return lines.map((line) => Object.fromEntries(names.map((name, at) => [name, line.split(',')[at] ?? ''])));
}

const csv = parseCsv(await readFile(new URL('../../resources/route-matrix.csv', import.meta.url), 'utf8'));
const keyOf = (row: { method?: string; path?: string }) => `${row.method ?? ''} ${row.path ?? ''}` as RouteKey;

/** What the document writes about a row, in the words of the server's own table. */
function policyFromCsv(row: Row): Partial<RoutePolicy> {
  const people = row['roles'] ?? '';
  const scope = row['key_scope'] ?? '';
  const [max = '', rest = ''] = (row['per_key_per_minute'] ?? '').split(/ (.*)/);
  const perOrganisation = rest === 'per 5 min per org';
  const perCustomer = row['per_customer_per_minute'] ?? '';
  return {
    keyScopes:
      people === 'public' || scope === 'any'
        ? 'any'
        : scope === ''
          ? 'none'
          : (scope.split('|').map((one, at) => (at === 0 ? one : `verifications:${one}`)) as Scope[]),
    roles:
      people === 'public'
        ? 'public'
        : people === 'any signed-in'
          ? 'signed-in'
          : (people.split('|').filter(Boolean) as Role[]),
    limit: {
      max: Number(max),
      windowSeconds: perOrganisation ? 300 : 60,
      per: perOrganisation ? 'org' : rest === 'per IP' ? 'ip' : 'caller',
    },
    perCustomerPerMinute: perCustomer === '' ? null : Number(perCustomer),
    events: (row['audit_event'] ?? '').split(' | ').filter(Boolean) as RoutePolicy['events'],
  };
}

describe('the table in the server', () => {
  it('is the documented one, all 37 rows', () => {
    expect(csv).toHaveLength(37);
    for (const row of csv) {
      // Which routes a desk's certificate opens as well is ours to say; the test below holds it.
      const { method: _method, path: _path, bucket: _bucket, desks: _desks, ...policy } = policyOf(keyOf(row));
      expect([keyOf(row), policy]).toEqual([keyOf(row), policyFromCsv(row)]);
    }
  });

  it('opens to a desk’s certificate what a desk does: deliver, and say what its registry answered', () => {
    const others = routeMatrix.filter((row) => 'desks' in row).map(keyOf);
    expect(others.filter((key) => !key.includes(' /api/kiosk/'))).toEqual(['POST /api/identity/nik/dukcapil']);
  });

  it('has a bucket and a path of its own for every row', () => {
    expect(new Set(routeMatrix.map((row) => row.bucket)).size).toBe(routeMatrix.length);
    expect(new Set(routeMatrix.map(keyOf)).size).toBe(routeMatrix.length);
  });
});

let api: ListeningApi;
let world: World;
let rivalProgram: Client;
const byScope = new Map<Scope, Client>();
const byRole = new Map<Role, Client>();

/** The real limiter; on request it has counted all but one of the requests already. */
let nearlyUsedUp: string | null = null;
function hurriedLimiter(clock: () => Date): RateLimiter {
  const inner = createRateLimiter(clock);
  return {
    take(bucket, key, limit, windowSeconds) {
      if (nearlyUsedUp === `${bucket} ${limit} ${windowSeconds}`) {
        nearlyUsedUp = null;
        for (let n = 1; n < limit; n += 1) inner.take(bucket, key, limit, windowSeconds);
      }
      return inner.take(bucket, key, limit, windowSeconds);
    },
  };
}

let signedInAt = 0;

/** The clock moves a minute per request, so sessions would end (12 h) in the middle of the matrix. */
async function signEverybodyIn(): Promise<void> {
  if (signedInAt !== 0 && api.house.now.getTime() - signedInAt < 6 * 60 * 60_000) return;
  for (const role of roles) {
    api.nextMinute();
    byRole.set(role, await api.person(`${role}@bank.test`));
  }
  signedInAt = api.house.now.getTime();
}

beforeAll(async () => {
  api = await listeningApi({ rateLimiter: hurriedLimiter(() => api.house.now) });
  await changeSettings(api.house.ctx, systemActor(api.bank.orgId), { 'capabilities.dukcapilEnabled': 'true' });
  await changeSettings(api.house.ctx, systemActor(api.rival.orgId), { 'capabilities.dukcapilEnabled': 'true' });
  const provider = await referenceProvider(`${api.origin}/api/auth/oidc/callback`);
  world = { api, program: api.program((await api.bank.key()).key), provider };
  rivalProgram = api.program((await api.rival.key()).key);
  for (const scope of scopes) byScope.set(scope, api.program((await api.bank.key([scope])).key));
  await signEverybodyIn();
  // A conflict with an erased customer is one only where nothing holds the erasure back.
  await changeSettings(api.house.ctx, systemActor(api.bank.orgId), { 'legalHold.enabled': 'false' });
});
afterAll(async () => {
  await world.provider.close();
  await api.close();
});

/** The document as it is kept in the repository (another test proves that it is the served one). */
type Documented = Record<string, Record<string, { responses: Record<string, { description: string }> }>>;
const { paths } = JSON.parse(await readFile(new URL('../../resources/openapi.json', import.meta.url), 'utf8')) as {
  paths: Documented;
};

/** What the document says may go wrong with this status. */
function documented(row: { method: string; path: string }, status: number): readonly ErrorCode[] {
  const text = paths[row.path]?.[row.method.toLowerCase()]?.responses[String(status)]?.description ?? '';
  return Object.keys(errorCatalogue).filter((code) => text.includes(`\`${code}\``)) as ErrorCode[];
}

const nobodysPath = (row: { path: string }): string => row.path.replace(/\{\w+\}/g, 'cus_nobody');
const bodyOf = (row: { method: string }): object | undefined =>
  row.method === 'GET' || row.method === 'DELETE' ? undefined : {};
const guarded = routeMatrix.filter((row) => policyOf(keyOf(row)).roles !== 'public');

describe.each(guarded.map((row) => [keyOf(row), row] as const))('%s', (key, row) => {
  const policy = policyOf(key);

  it('opens to its scopes and roles, to no other, and to nobody unknown', async () => {
    const nobody = await api.visitor().send(row.method, nobodysPath(row), bodyOf(row));
    expect([nobody.status, nobody.body.code]).toEqual([401, 'unauthenticated']);
    for (const [scope, program] of byScope) {
      api.nextMinute();
      const { status, body } = await program.send(row.method, nobodysPath(row), bodyOf(row));
      const { keyScopes } = policy;
      const allowed =
        keyScopes === 'any' || (keyScopes !== 'none' && keyScopes.some((wanted) => grants([scope], wanted)));
      expect([scope, status === 403]).toEqual([scope, !allowed]);
      if (!allowed && keyScopes !== 'none')
        expect(body).toMatchObject({ code: 'missing_scope', error: `missing scope: ${keyScopes[0] ?? ''}` });
      if (keyScopes === 'none') expect(body.code).toBe('person_required');
    }
    if (key === 'POST /api/auth/logout') return;
    await signEverybodyIn();
    for (const [role, person] of byRole) {
      api.nextMinute();
      const { status } = await person.send(row.method, nobodysPath(row), bodyOf(row));
      const allowed = policy.roles === 'signed-in' || policy.roles.includes(role);
      expect([role, status === 403]).toEqual([role, !allowed]);
    }
  });
});

describe.each(routeMatrix.map((row) => [keyOf(row), row] as const))('%s', (key, row) => {
  const policy = policyOf(key);
  const { max, windowSeconds, per } = policy.limit;

  /** Anybody the limit counts. */
  async function counted(): Promise<Client> {
    if (policy.keyScopes !== 'none') return world.program;
    const role = policy.roles === 'signed-in' ? 'admin' : (policy.roles[0] as Role);
    return policy.roles === 'public' ? api.visitor() : api.person(`${role}@bank.test`);
  }

  it('holds its limit, says so, and tells when to come back', async () => {
    if (per === 'desk') return holdsPerDesk();
    const client = await counted();
    // Whoever signs out is gone: the second request comes from another window of the same person.
    const later = key === 'POST /api/auth/logout' ? await counted() : client;
    api.nextMinute();
    if (per === 'org') api.house.now = new Date(api.house.now.getTime() + windowSeconds * 1000);
    nearlyUsedUp = `${policy.bucket} ${max} ${windowSeconds}`;
    const last = await client.send(row.method, nobodysPath(row), bodyOf(row));
    expect(last.status).not.toBe(429);
    expect(last.headers.get('x-ratelimit-limit')).toBe(String(max));
    expect(last.headers.get('x-ratelimit-remaining')).toBe('0');
    const refused = await later.send(row.method, nobodysPath(row), bodyOf(row));
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({ error: 'rate limit exceeded', bucket: policy.bucket, limit: max });
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(windowSeconds);
    api.house.now = new Date(api.house.now.getTime() + wait * 1000);
    expect((await later.send(row.method, nobodysPath(row), bodyOf(row))).status).not.toBe(429);
  });

  /** The desk is named in the body; its limit is its own, whatever key its deliveries come with. */
  async function holdsPerDesk(): Promise<void> {
    const [one, two] = [await scenarios[key](world), await scenarios[key](world)];
    api.nextMinute();
    nearlyUsedUp = `${policy.bucket}.desk ${max} ${windowSeconds}`;
    const last = await world.program.send(row.method, one.path, one.body);
    expect([last.status, last.headers.get('x-ratelimit-remaining')]).toEqual([200, '0']);
    const otherKey = api.program((await api.bank.key()).key);
    const refused = await otherKey.send(row.method, two.path, two.body);
    expect([refused.status, refused.body]).toMatchObject([429, { bucket: policy.bucket, limit: max }]);
    const anotherDesk = { ...two.body, deskId: 'dsk_another' };
    expect((await otherKey.send(row.method, two.path, anotherDesk)).status).not.toBe(429);
  }

  it('refuses what its schema does not know', async () => {
    const client = await counted();
    api.nextMinute();
    const query = await client.send(row.method, `${nobodysPath(row)}?surprise=1`, bodyOf(row));
    // A provider may add members of its own, which the client must ignore (RFC 6749 §4.1.2).
    if (key === 'GET /api/auth/oidc/callback')
      return expect([query.status, query.body.code]).toEqual([401, 'sign_in_refused']);
    expect(query.status).toBe(400);
    const ready = await scenarios[key](world);
    if (ready.body === undefined) return;
    api.nextMinute();
    const surprised = await doer(world, ready).send(row.method, ready.path, { ...ready.body, surprise: 1 });
    expect([key, surprised.status, surprised.body.code]).toEqual([key, 400, 'validation_failed']);
    expect(surprised.body.details.fieldErrors.surprise).toEqual(['unknown property']);
  });

  it('succeeds, leaves its audit event, and is nothing to another organisation', async () => {
    await signEverybodyIn();
    api.nextMinute();
    const ready = await scenarios[key](world);
    if (ready.owned === true) await expectNothingThere(row.method, ready);
    const before = (await allEvents()).length;
    const answer = await doer(world, ready).send(row.method, ready.path, ready.body);
    expect([key, answer.status, answer.body?.code]).toEqual([key, expect.toBeOneOf([200, 201, 202, 303]), undefined]);
    const events = (await allEvents()).slice(before);
    if (policy.events.length > 0) expect(events).toContainEqual(expect.toBeOneOf([...policy.events]));
  });

  async function expectNothingThere(method: string, ready: Ready): Promise<void> {
    const stranger = ready.role === undefined ? rivalProgram : await api.person(`${ready.role}@rival.test`);
    const answer = await stranger.send(method, ready.path, ready.body);
    expect([key, answer.status, answer.body.code]).toEqual([key, 404, 'not_found']);
  }
});

/** Of every organisation: one is made by a route. */
async function allEvents(): Promise<readonly string[]> {
  const rows = await api.house.ctx.store.db.selectFrom('audit_log').select('event').orderBy('seq').execute();
  return rows.map((row) => row.event);
}

const conflicts = routeMatrix.flatMap((row) => documented(row, 409).map((code) => [keyOf(row), code, row] as const));

/** A race of two requests, which one client cannot lose on purpose: the file that proves it. */
const racing: Partial<Record<ErrorCode, string>> = { last_admin: 'admin.test.ts' };

describe('conflicts', () => {
  it('are documented for every route that creates or decides something', () => {
    expect(conflicts.length).toBeGreaterThan(60);
  });

  it.each(conflicts.filter(([, code]) => code !== 'idempotency_conflict'))('%s: %s', async (key, code, row) => {
    const elsewhere = racing[code];
    if (elsewhere !== undefined)
      return expect(await readFile(new URL(elsewhere, import.meta.url), 'utf8')).toContain(`'${code}'`);
    await signEverybodyIn();
    api.nextMinute();
    const conflict = conflictOf(code, key);
    if (conflict === undefined) throw new Error(`no scenario for ${code} of ${key}`);
    const ready = await conflict(world);
    const answer = await doer(world, ready).send(row.method, ready.path, ready.body);
    expect([key, answer.status, answer.body.code]).toEqual([key, 409, code]);
  });

  it.each(conflicts.filter(([, code]) => code === 'idempotency_conflict'))('%s: %s', async (key, code, row) => {
    await signEverybodyIn();
    api.nextMinute();
    const ready = await scenarios[key](world);
    const client = doer(world, ready);
    const once = { 'idempotency-key': crypto.randomUUID() };
    const first = await client.send(row.method, ready.path, ready.body, once);
    expect(first.status).toBeLessThan(300);
    const repeated = await client.send(row.method, ready.path, ready.body, once);
    expect([repeated.status, repeated.headers.get('idempotent-replayed'), repeated.body]).toEqual([
      200,
      'true',
      first.body,
    ]);
    const other = differently(row, ready);
    const refused = await client.send(row.method, other.path, other.body, once);
    expect([key, refused.status, refused.body.code]).toEqual([key, 409, code]);
  });

  /** Another request of the same route that its schema knows. */
  function differently(row: { path: string }, ready: Ready): Ready {
    if (row.path.includes('{')) return { ...ready, path: row.path.replace(/\{\w+\}/g, 'xxx_another') };
    const [name = '', value] = Object.entries(ready.body ?? {}).find(([, one]) => typeof one === 'string') ?? [];
    const other =
      typeof value === 'string' && name !== 'kind' ? `${value.slice(0, -1)}${value.endsWith('x') ? 'y' : 'x'}` : value;
    return { ...ready, body: { ...ready.body, [name]: other } };
  }
});

describe('limits per customer', () => {
  const rows = routeMatrix.filter((row) => row.perCustomerPerMinute !== null);

  it.each(rows.map((row) => [keyOf(row), row] as const))('%s', async (key, row) => {
    const max = row.perCustomerPerMinute ?? 0;
    api.nextMinute();
    const ready = await scenarios[key](world);
    nearlyUsedUp = `${row.bucket}.customer ${max} 60`;
    const last = await world.program.send(row.method, ready.path, ready.body);
    expect(last.status).toBeLessThan(300);
    const refused = await world.program.send(row.method, ready.path, ready.body);
    expect([refused.status, refused.body]).toMatchObject([429, { bucket: row.bucket, limit: max }]);
  });
});
