/** Two organisations on one real server, each with customers nobody else may see, and everything the server logs. */
import { Writable } from 'node:stream';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { buildApi } from '../../../src/api/build-api.ts';
import type { OpenApiDocument } from '../../../src/api/plugins/open-api-document.ts';
import type { RateLimiter } from '../../../src/api/rate-limiter.ts';
import { systemActor } from '../../../src/services/context.ts';
import { createCustomer } from '../../../src/services/create-customer.ts';
import { issueChallenge } from '../../../src/services/issue-challenge.ts';
import { changeSettings } from '../../../src/services/set-up-organisation.ts';
import { signIn } from '../../../src/services/sign-in.ts';
import { picture } from '../../../src/services/testing/fake-vision.ts';
import {
  addOrganisation,
  asInput,
  openTestHouse,
  password,
  signedBundle,
} from '../../../src/services/testing/test-house.ts';
import type { CallerName, KnownIds } from './requests.ts';

/** Limits have their own tests; here every request must reach the code behind them. */
const noLimits: RateLimiter = {
  take: (_bucket, _key, limit) => ({ allowed: true, limit, remaining: limit, resetAt: 0 }),
};

export interface Credentials {
  readonly org: 'bank' | 'rival' | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface World {
  readonly port: number;
  readonly document: OpenApiDocument;
  /** Seeded names, NIKs, addresses: none may reach the other organisation or the log. */
  readonly secrets: Readonly<Record<'bank' | 'rival', readonly string[]>>;
  readonly keys: readonly string[];
  readonly log: { text(): string; lines(): number };
  /** Id to organisation, as the database knows it. */
  owners(): Promise<ReadonlyMap<string, string>>;
  readonly orgIds: Readonly<Record<'bank' | 'rival', string>>;
  idsOf(caller: CallerName): KnownIds;
  credentials(caller: CallerName): Promise<Credentials>;
  /** The session of this caller has ended, or its key was revoked. */
  renew(caller: CallerName): void;
  sign(org: 'bank' | 'rival', operation: string, body: Record<string, unknown>): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

const seeded = 24;

/** Well-formed and self-consistent; nobody's. */
const nikOf = (org: number, n: number): string => `31710445079${org}${String(n + 1).padStart(4, '0')}`;

export async function openWorld(): Promise<World> {
  const house = await openTestHouse();
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString());
      done();
    },
  });
  const context = { ...house.ctx, clock: () => new Date(), logger: pino({ name: 'loket', level: 'trace' }, stream) };
  // The first organisation runs the installation and may see the others; the two under test are peers.
  const home = await addOrganisation(house, 'House');
  const orgs = { bank: await addOrganisation(house, 'Bank'), rival: await addOrganisation(house, 'Rival') };
  const ids = { bank: {} as Record<string, string[]>, rival: {} as Record<string, string[]> };
  const secrets = { bank: [] as string[], rival: [] as string[] };
  const keys: string[] = [];
  const callerKeys = { bank: '', rival: '' };
  for (const [at, name] of (['bank', 'rival'] as const).entries()) {
    const org = orgs[name];
    await changeSettings(context, systemActor(org.orgId), { 'capabilities.dukcapilEnabled': 'true' });
    callerKeys[name] = (await org.key()).key;
    keys.push(callerKeys[name]);
    const customers: string[] = [];
    for (let n = 0; n < seeded; n += 1) {
      const nik = nikOf(at, n);
      const person = {
        fullName: `${name.toUpperCase()}HOLDER ${String.fromCharCode(65 + n)}QX`,
        email: `${name}.holder${n}@secret-${name}.example`,
        phone: `+62811${at}555${String(1000 + n)}`,
      };
      const made = await createCustomer(context, systemActor(org.orgId), { ...person, ...(n < 12 ? { nik } : {}) });
      if (!made.ok) throw new Error(`seed: ${made.error.code}`);
      customers.push(made.value.id);
      secrets[name].push(person.fullName, person.email, person.phone, ...(n < 12 ? [nik] : []));
    }
    ids[name] = { customerId: customers };
  }
  const app = await buildApi({ context, rateLimiter: noLimits });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const document = JSON.parse(JSON.stringify(app.swagger())) as OpenApiDocument;
  const sessions = new Map<CallerName, Credentials>();

  async function session(caller: CallerName): Promise<Credentials> {
    const [name = 'bank', role = 'admin'] = caller.split('-') as ['bank' | 'rival', string];
    const signed = await signIn(context, { email: `${role}@${name}.test`, password, channel: 'api' });
    if (!signed.ok) return { org: name, headers: {} };
    const { token, csrfToken } = signed.value.session;
    const headers = { cookie: `loket_session=${token}`, origin: `http://localhost:${port}`, 'x-csrf-token': csrfToken };
    return { org: name, headers };
  }

  /** What belongs to the organisation now, for path and body: half of the ids are the other organisation's. */
  async function refreshIds(): Promise<void> {
    const { db } = context.store;
    for (const name of ['bank', 'rival'] as const) {
      const { orgId } = orgs[name];
      const rows = await db.selectFrom('verifications').select('id').where('org_id', '=', orgId).limit(20).execute();
      const cases = await db.selectFrom('review_cases').select('id').where('org_id', '=', orgId).limit(20).execute();
      const own = ids[name]['customerId'] ?? [];
      const extra = [...rows.slice(0, 6), ...cases.slice(0, 10)].map((row) => row.id);
      ids[name] = { customerId: own, id: [...own, ...extra], deskId: [home.deskId] };
    }
  }
  await refreshIds();

  const world: World = {
    port,
    document,
    secrets,
    keys,
    log: { text: () => chunks.join(''), lines: () => chunks.length },
    orgIds: { bank: orgs.bank.orgId, rival: orgs.rival.orgId },
    async owners() {
      const { db } = context.store;
      const map = new Map<string, string>();
      const tables = [
        'customers',
        'verifications',
        'captures',
        'challenges',
        'enrolments',
        'tier_events',
        'review_cases',
        'review_decisions',
        'api_keys',
        'users',
        'ktp_bundles',
      ] as const;
      for (const table of tables) {
        const rows = await db.selectFrom(table).select(['id', 'org_id']).execute();
        for (const row of rows) map.set(row.id, row.org_id);
      }
      return map;
    },
    idsOf(caller) {
      const own = caller.startsWith('rival') ? ids.rival : ids.bank;
      const other = caller.startsWith('rival') ? ids.bank : ids.rival;
      const names = new Set([...Object.keys(own), ...Object.keys(other)]);
      return Object.fromEntries(
        [...names].map((name) => [name, [...(own[name] ?? []), ...(other[name] ?? []).slice(0, 8)]]),
      );
    },
    async credentials(caller) {
      if (caller === 'nobody') return { org: null, headers: {} };
      if (caller === 'stranger') return { org: null, headers: { authorization: 'Bearer qe_sk_sandbox_NOPE' } };
      if (caller === 'bank' || caller === 'rival')
        return { org: caller, headers: { authorization: `Bearer ${callerKeys[caller]}` } };
      const known = sessions.get(caller) ?? (await session(caller));
      sessions.set(caller, known);
      return known;
    },
    renew: (caller) => void sessions.delete(caller),
    async sign(org, operation, body) {
      const bundle = body['bundle'] as Record<string, unknown> | undefined;
      const customerId = body['customerId'];
      if (typeof bundle !== 'object' || bundle === null || typeof customerId !== 'string') return body;
      const purpose = operation.includes('/ktp/') ? 'ktp' : 'face';
      const challenge = await issueChallenge(context, systemActor(orgs[org].orgId), { customerId, purpose });
      if (!challenge.ok) return body;
      const frames = (Array.isArray(bundle['frames']) ? bundle['frames'] : []).filter((one) => typeof one === 'string');
      const bytes =
        frames.length === 0 ? [picture('still')] : frames.map((one) => new Uint8Array(Buffer.from(one, 'base64')));
      const { frames: _frames, signature: _signature, signatureAlg: _alg, ...rest } = bundle;
      try {
        const change = { ...rest, flashChallengeNonce: challenge.value.nonce, capturedAt: new Date().toISOString() };
        const signed = asInput(signedBundle(house, challenge.value, bytes, change as never));
        return { customerId, bundle: signed };
      } catch {
        // Not canonical JSON (a lone surrogate): nobody can sign it, so it goes as it is.
        return body;
      }
    },
    async close() {
      await app.close();
      await house.close();
    },
  };
  return world;
}
