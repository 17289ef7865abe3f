/** `resources/route-matrix.csv` is the agreement; here each of its rows is held, over a real socket. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { policyOf, routeMatrix, type RouteKey, type RoutePolicy } from '../contract/api/route-matrix.ts';
import { roles, scopes, type Role, type Scope } from '../contract/vocabulary.ts';
import { systemActor } from '../services/context.ts';
import { changeSettings } from '../services/set-up-organisation.ts';
import { grants } from './authenticate.ts';
import { createRateLimiter, type RateLimiter } from './rate-limiter.ts';
import { listeningApi, type Client, type ListeningApi } from './testing/listening-api.ts';
import { provenElsewhere, scenarios, type Ready, type World } from './testing/route-scenarios.ts';

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
      const { method: _method, path: _path, bucket: _bucket, ...policy } = policyOf(keyOf(row));
      expect([keyOf(row), policy]).toEqual([keyOf(row), policyFromCsv(row)]);
    }
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
let served: ReadonlySet<string>;

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
  world = { api, program: api.program((await api.bank.key()).key) };
  rivalProgram = api.program((await api.rival.key()).key);
  for (const scope of scopes) byScope.set(scope, api.program((await api.bank.key([scope])).key));
  await signEverybodyIn();
  const document = (await api.visitor().send('GET', '/api/openapi.json')).body as { paths: Record<string, object> };
  served = new Set(
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    ),
  );
});
afterAll(() => api.close());

function onlyIfServed(context: TestContext, key: RouteKey): void {
  context.skip(!served.has(key), 'this route is not served yet');
}

const nobodysPath = (row: { path: string }): string => row.path.replace(/\{\w+\}/g, 'cus_nobody');
const bodyOf = (row: { method: string }): object | undefined =>
  row.method === 'GET' || row.method === 'DELETE' ? undefined : {};
const guarded = routeMatrix.filter((row) => policyOf(keyOf(row)).roles !== 'public');

describe.each(guarded.map((row) => [keyOf(row), row] as const))('%s', (key, row) => {
  const policy = policyOf(key);

  it('opens to its scopes and roles, to no other, and to nobody unknown', async (context) => {
    onlyIfServed(context, key);
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

  it('holds its limit, says so, and tells when to come back', async (context) => {
    onlyIfServed(context, key);
    context.skip(per === 'desk', 'counted per desk: below');
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

  it('refuses what its schema does not know', async (context) => {
    onlyIfServed(context, key);
    context.skip(
      key === 'GET /api/auth/oidc/callback',
      'a provider may add members of its own; the client must ignore them (RFC 6749 §4.1.2)',
    );
    const client = await counted();
    api.nextMinute();
    const query = await client.send(row.method, `${nobodysPath(row)}?surprise=1`, bodyOf(row));
    expect(query.status).toBe(400);
    if (bodyOf(row) === undefined || query.body.details?.fieldErrors?.surprise === undefined) return;
    expect(query.body.details.fieldErrors.surprise).toEqual(['unknown property']);
  });

  it('succeeds, leaves its audit event, and is nothing to another organisation', async (context) => {
    onlyIfServed(context, key);
    const elsewhere = provenElsewhere[key];
    if (elsewhere !== undefined) {
      const text = await readFile(new URL(elsewhere, import.meta.url), 'utf8');
      expect(text).toContain(row.path.split('{')[0]);
      for (const event of policy.events) expect(text).toContain(event);
      return;
    }
    const scenario = scenarios[key];
    context.skip(scenario === undefined, 'no scenario for this route yet');
    api.nextMinute();
    const ready = (await scenario?.(world)) as Ready;
    if (ready.owned === true) await expectNothingThere(row.method, ready);
    const before = (await api.events(api.bank.orgId)).length;
    const answer = await (ready.as ?? world.program).send(row.method, ready.path, ready.body);
    expect([key, answer.status, answer.body?.code]).toEqual([key, expect.toBeOneOf([200, 201, 202]), undefined]);
    const events = (await api.events(api.bank.orgId)).slice(before);
    if (policy.events.length > 0) expect(events).toContainEqual(expect.toBeOneOf([...policy.events]));
  });

  async function expectNothingThere(method: string, ready: Ready): Promise<void> {
    const stranger = ready.as === undefined ? rivalProgram : await api.person('supervisor@rival.test');
    const answer = await stranger.send(method, ready.path, ready.body);
    expect([key, answer.status, answer.body.code]).toEqual([key, 404, 'not_found']);
  }
});

describe('limits per customer', () => {
  const rows = routeMatrix.filter((row) => row.perCustomerPerMinute !== null);

  it.each(rows.map((row) => [keyOf(row), row] as const))('%s', async (key, row) => {
    const max = row.perCustomerPerMinute ?? 0;
    api.nextMinute();
    const ready = (await scenarios[key]?.(world)) as Ready;
    nearlyUsedUp = `${row.bucket}.customer ${max} 60`;
    const last = await world.program.send(row.method, ready.path, ready.body);
    expect(last.status).toBeLessThan(300);
    const refused = await world.program.send(row.method, ready.path, ready.body);
    expect([refused.status, refused.body]).toMatchObject([429, { bucket: row.bucket, limit: max }]);
  });
});
