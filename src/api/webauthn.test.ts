import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { relyingParty } from '../services/webauthn/relying-party.ts';
import {
  softwareAuthenticator,
  type CoseAlgorithm,
  type Misbehaviour,
} from '../services/testing/software-authenticator.ts';
import { password } from '../services/testing/test-house.ts';
import { listeningApi, type Client, type ListeningApi } from './testing/listening-api.ts';

let api: ListeningApi;
beforeAll(async () => {
  api = await listeningApi();
});
afterAll(() => api.close());
beforeEach(() => api.nextMinute());

const minutes = (n: number): void => {
  api.house.now = new Date(api.house.now.getTime() + n * 60_000);
};

async function newPerson(role: 'staff' | 'supervisor' = 'staff'): Promise<string> {
  const email = `${role}-${crypto.randomUUID()}@bank.test`;
  const admin = await api.person('admin@bank.test');
  const made = await admin.send('POST', '/api/admin/users', { email, fullName: 'SITI RAHMAWATI', role, password });
  expect(made.status).toBe(201);
  return email;
}

async function register(client: Client, alg: CoseAlgorithm = -7, how: Misbehaviour = {}) {
  const authenticator = softwareAuthenticator(alg, api.origin);
  const begun = await client.send('POST', '/api/auth/webauthn/register/begin');
  const credential = authenticator.create(begun.body.data.options, how);
  const body = { challengeId: begun.body.data.challengeId as string, credential, name: 'Laptop' };
  const finished = await client.send('POST', '/api/auth/webauthn/register/finish', body);
  return { authenticator, begun, finished, body };
}

async function withPasskey(role: 'staff' | 'supervisor' = 'staff') {
  const email = await newPerson(role);
  const { authenticator, finished } = await register(await api.person(email));
  expect(finished.status).toBe(201);
  api.nextMinute();
  return { email, authenticator };
}

async function begin(client: Client, body: object = {}) {
  return (await client.send('POST', '/api/auth/webauthn/auth/begin', body)).body.data;
}

const finish = (client: Client, challengeId: string, credential: object) =>
  client.send('POST', '/api/auth/webauthn/auth/finish', { challengeId, credential });

describe('registering a passkey', () => {
  it.each([-7, -8, -257] as const)('takes algorithm %i, and the key signs in', async (alg) => {
    const email = await newPerson();
    const { authenticator, begun, finished } = await register(await api.person(email), alg);
    expect(begun.body.data.options).toMatchObject({
      rp: { id: 'localhost' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    expect(begun.body.data.options.pubKeyCredParams.map((one: { alg: number }) => one.alg)).toEqual([-8, -7, -257]);
    expect(finished).toMatchObject({ status: 201, body: { data: { name: 'Laptop', lastUsedAt: null } } });
    expect(await api.events(api.bank.orgId)).toContain('auth.passkey_registered');
    const visitor = api.visitor();
    const { challengeId, options } = await begin(visitor);
    const signed = await finish(visitor, challengeId, authenticator.get(options));
    expect(signed).toMatchObject({ status: 200, body: { data: { user: { email } } } });
    expect((await visitor.send('GET', '/api/auth/me')).body.data.user.email).toBe(email);
  });

  it.each<[string, CoseAlgorithm, Misbehaviour]>([
    ['another algorithm', -37, {}],
    ['no user verification', -7, { userVerified: false }],
    ['another origin', -7, { origin: 'http://localhost:1' }],
    ['another relying party', -7, { rpId: 'evil.example' }],
    [
      'certificates, which nobody asked for',
      -7,
      {
        attestation: {
          fmt: 'packed',
          statement: new Map<string, unknown>([
            ['alg', -7],
            ['sig', new Uint8Array(8)],
            ['x5c', [new Uint8Array(8)]],
          ]),
        },
      },
    ],
    ['a format of its own', -7, { attestation: { fmt: 'android-safetynet', statement: new Map() } }],
  ])('refuses %s', async (_what, alg, how) => {
    const { finished } = await register(await api.person(await newPerson()), alg, how);
    expect(finished).toMatchObject({ status: 401, body: { code: 'passkey_refused' } });
  });

  it('spends its challenge once, within five minutes, for the person it was made for', async () => {
    const one = await api.person(await newPerson());
    const { body, finished } = await register(one);
    expect(finished.status).toBe(201);
    const again = await one.send('POST', '/api/auth/webauthn/register/finish', body);
    expect(again).toMatchObject({ status: 422, body: { code: 'challenge_unknown' } });

    const begun = await one.send('POST', '/api/auth/webauthn/register/begin');
    const { challengeId, options } = begun.body.data;
    const credential = softwareAuthenticator(-7, api.origin).create(options);
    const other = await api.person(await newPerson());
    const stolen = await other.send('POST', '/api/auth/webauthn/register/finish', { challengeId, credential });
    expect(stolen.body.code).toBe('passkey_refused');

    const late = await other.send('POST', '/api/auth/webauthn/register/begin');
    minutes(5);
    const answer = softwareAuthenticator(-7, api.origin).create(late.body.data.options);
    const expired = await other.send('POST', '/api/auth/webauthn/register/finish', {
      challengeId: late.body.data.challengeId,
      credential: answer,
    });
    expect(expired.body.code).toBe('challenge_unknown');
  });

  it('asks for a proof no older than five minutes', async () => {
    const person = await api.person(await newPerson());
    minutes(6);
    const stale = await person.send('POST', '/api/auth/webauthn/register/begin');
    expect(stale).toMatchObject({ status: 401, body: { code: 'reauthentication_required' } });
    const wrong = await person.send('POST', '/api/auth/reauthenticate', { password: 'not the pass phrase' });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
    expect((await person.send('POST', '/api/auth/reauthenticate', { password })).body.data.reauthenticated).toBe(true);
    expect((await person.send('POST', '/api/auth/webauthn/register/begin')).status).toBe(200);
  });

  it('is for people, in their own page, with a body of the right shape', async () => {
    const path = '/api/auth/webauthn/register/begin';
    expect((await api.visitor().send('POST', path)).body.code).toBe('unauthenticated');
    const { key } = await api.bank.key();
    expect((await api.program(key).send('POST', path)).body.code).toBe('person_required');
    const person = await api.person(await newPerson());
    expect((await person.send('POST', path, undefined, { origin: 'https://evil.example' })).body.code).toBe(
      'csrf_failed',
    );
    const shapeless = await person.send('POST', '/api/auth/webauthn/register/finish', {
      challengeId: 'pkc_1',
      extra: 1,
    });
    expect(shapeless).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    const byAddress = await fetch(`${api.origin.replace('localhost', '127.0.0.1')}${path}`, {
      method: 'POST',
      headers: {
        cookie: [...person.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        origin: api.origin.replace('localhost', '127.0.0.1'),
        'x-csrf-token': person.csrf ?? '',
      },
    });
    expect(await byAddress.json()).toMatchObject({ code: 'passkey_unavailable' });
  });
});

describe('signing in', () => {
  it('by password alone opens nothing once a passkey is there', async () => {
    const { email, authenticator } = await withPasskey();
    const visitor = api.visitor();
    const first = await visitor.signIn(email);
    expect(first).toMatchObject({ status: 200, body: { data: { passkeyRequired: true } } });
    expect(first.body.data.csrfToken).toBeUndefined();
    expect(first.headers.getSetCookie()).toEqual([]);
    expect((await visitor.send('GET', '/api/auth/me')).status).toBe(401);
    const { challengeId, options } = first.body.data;
    const second = await finish(visitor, challengeId, authenticator.get(options));
    expect(second).toMatchObject({ status: 200, body: { data: { user: { email } } } });
    expect((await visitor.send('GET', '/api/auth/me')).status).toBe(200);
  });

  it("does not take another person's passkey for the second step, nor a wrong password for the first", async () => {
    const one = await withPasskey();
    const two = await withPasskey();
    const visitor = api.visitor();
    const { challengeId, options } = (await visitor.signIn(one.email)).body.data;
    expect((await finish(visitor, challengeId, two.authenticator.get(options))).body.code).toBe('passkey_refused');
    expect((await visitor.signIn(one.email, 'not the pass phrase')).body.code).toBe('invalid_credentials');
    const repeated = await finish(visitor, challengeId, one.authenticator.get(options));
    expect(repeated.body.code).toBe('challenge_unknown');
  });

  it('by address tells nothing about the address', async () => {
    const { email, authenticator } = await withPasskey();
    const visitor = api.visitor();
    const known = await begin(visitor, { email });
    const unknown = await begin(visitor, { email: 'nobody@bank.test' });
    const shape = (begun: { options: object }): object => ({
      members: Object.keys(begun).sort(),
      options: Object.keys(begun.options).sort(),
    });
    expect(shape(unknown)).toEqual(shape(known));
    expect(known.options.allowCredentials ?? []).toEqual([]);
    const refused = await finish(visitor, unknown.challengeId, authenticator.get(unknown.options));
    expect(refused.body.code).toBe('passkey_refused');
    expect((await finish(visitor, known.challengeId, authenticator.get(known.options))).status).toBe(200);
  });

  it.each<[string, Misbehaviour]>([
    ['a counter that went back', { counter: 1 }],
    ['a counter that stood still', { counter: 2 }],
    ['no user verification', { userVerified: false }],
    ['another origin', { origin: 'http://localhost:1' }],
    ['another relying party', { rpId: 'evil.example' }],
    ['a broken signature', { breakSignature: true }],
    ['the handle of another user', { userHandle: Buffer.from('usr_other').toString('base64url') }],
  ])('refuses %s, and records it', async (_what, how) => {
    const { authenticator } = await withPasskey();
    const visitor = api.visitor();
    const first = await begin(visitor);
    expect((await finish(visitor, first.challengeId, authenticator.get(first.options))).status).toBe(200);
    api.nextMinute();
    const count = async (): Promise<number> =>
      (await api.events(api.bank.orgId)).filter((event) => event === 'auth.login_failed').length;
    const before = await count();
    const fresh = api.visitor();
    const next = await begin(fresh);
    const refused = await finish(fresh, next.challengeId, authenticator.get(next.options, how));
    expect(refused).toMatchObject({ status: 401, body: { code: 'passkey_refused' } });
    expect(fresh.cookies.size).toBe(0);
    expect(await count()).toBe(before + 1);
  });

  it('is refused to the disabled, and limited to five a minute and address', async () => {
    const { email, authenticator } = await withPasskey();
    const admin = await api.person('admin@bank.test');
    const { id } = (await admin.send('GET', '/api/admin/users?limit=100')).body.data.find(
      (user: { email: string }) => user.email === email,
    );
    await admin.send('PATCH', `/api/admin/users/${id}`, { disabled: true });
    const visitor = api.visitor();
    const { challengeId, options } = await begin(visitor);
    expect((await finish(visitor, challengeId, authenticator.get(options))).body.code).toBe('passkey_refused');
    api.nextMinute();
    const statuses: number[] = [];
    for (let n = 0; n < 6; n += 1)
      statuses.push((await visitor.send('POST', '/api/auth/webauthn/auth/begin', {})).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });
});

describe('proving oneself again', () => {
  async function reviewCase(): Promise<string> {
    const at = api.house.now.toISOString();
    const { db } = api.house.ctx.store;
    const tail = crypto.randomUUID().slice(0, 8);
    const org_id = api.bank.orgId;
    const customer_id = `cus_${tail}`;
    const program = api.program((await api.bank.key()).key);
    const made = await program.send('POST', '/api/customers', { fullName: 'BUDI SANTOSO' });
    const customer = (made.body.data.id as string) || customer_id;
    await db
      .insertInto('verifications')
      .values({
        id: `ver_${tail}`,
        org_id,
        customer_id: customer,
        method: 'face_liveness',
        status: 'pending',
        score: 50,
        reasons: '[]',
        detail: '{}',
        capture_id: null,
        operator_id: null,
        data_residency: 'id-jkt-1',
        created_at: at,
      })
      .execute();
    await db
      .insertInto('review_cases')
      .values({
        id: `rev_${tail}`,
        org_id,
        customer_id: customer,
        verification_id: `ver_${tail}`,
        reasons: '[]',
        status: 'open',
        assignee_id: null,
        operator_id: null,
        due_at: at,
        created_at: at,
        updated_at: at,
      })
      .execute();
    return `rev_${tail}`;
  }
  const decide = (client: Client, id: string, more: object = {}) =>
    client.send('POST', `/api/identity/review-queue/${id}/decision`, {
      decision: 'reject',
      reasonCode: 'not_live',
      reason: 'a still picture',
      ...more,
    });

  it('by passkey carries one review decision, recorded as such', async () => {
    const { email, authenticator } = await withPasskey('supervisor');
    const reviewer = api.visitor();
    const first = (await reviewer.signIn(email)).body.data;
    reviewer.csrf = (await finish(reviewer, first.challengeId, authenticator.get(first.options))).body.data.csrfToken;
    const [one, two] = [await reviewCase(), await reviewCase()];
    expect(await decide(reviewer, one)).toMatchObject({ status: 401, body: { code: 'reauthentication_required' } });
    const again = await begin(reviewer);
    const proved = await finish(reviewer, again.challengeId, authenticator.get(again.options));
    expect(proved.body.data).toMatchObject({ reauthenticated: true });
    expect((await decide(reviewer, one)).body.data).toMatchObject({ status: 'rejected' });
    expect((await decide(reviewer, two)).body.code).toBe('reauthentication_required');
    expect((await decide(reviewer, two, { password })).body.data).toMatchObject({ status: 'rejected' });
    const rows = await api.house.ctx.store.db
      .selectFrom('review_decisions')
      .select(['case_id', 'reauthentication'])
      .where('case_id', 'in', [one, two])
      .execute();
    expect(new Map(rows.map((row) => [row.case_id, row.reauthentication]))).toEqual(
      new Map([
        [one, 'passkey'],
        [two, 'password'],
      ]),
    );
    expect(await api.events(api.bank.orgId)).toContain('auth.reauthenticated');
  });

  it('lasts five minutes, counts for that session only, and never by a password for a decision without one', async () => {
    const { email, authenticator } = await withPasskey('supervisor');
    const enter = async (): Promise<Client> => {
      api.nextMinute();
      const client = api.visitor();
      const step = (await client.signIn(email)).body.data;
      client.csrf = (await finish(client, step.challengeId, authenticator.get(step.options))).body.data.csrfToken;
      return client;
    };
    const [here, elsewhere] = [await enter(), await enter()];
    const id = await reviewCase();
    expect((await here.send('POST', '/api/auth/reauthenticate', { password })).status).toBe(200);
    expect((await decide(here, id)).body.code).toBe('reauthentication_required');
    const again = await begin(here);
    const answer = authenticator.get(again.options);
    expect((await finish(elsewhere, again.challengeId, answer)).status).toBe(200);
    expect((await decide(here, id)).body.code).toBe('reauthentication_required');
    minutes(6);
    expect((await decide(elsewhere, id)).body.code).toBe('reauthentication_required');
  });

  it('is not borrowed: a challenge of one person is not answered in the session of another', async () => {
    const { email, authenticator } = await withPasskey();
    const owner = api.visitor();
    const step = (await owner.signIn(email)).body.data;
    owner.csrf = (await finish(owner, step.challengeId, authenticator.get(step.options))).body.data.csrfToken;
    const again = await begin(owner);
    const other = await api.person(await newPerson());
    const borrowed = await finish(other, again.challengeId, authenticator.get(again.options));
    expect(borrowed.body.code).toBe('passkey_refused');
  });
});

describe('one’s own passkeys', () => {
  it('are listed and removed by their owner; an admin removes all of a lost device', async () => {
    const { email, authenticator } = await withPasskey();
    const owner = api.visitor();
    const step = (await owner.signIn(email)).body.data;
    owner.csrf = (await finish(owner, step.challengeId, authenticator.get(step.options))).body.data.csrfToken;
    const [mine] = (await owner.send('GET', '/api/auth/passkeys')).body.data;
    const stranger = await api.person('staff@rival.test');
    expect((await stranger.send('DELETE', `/api/auth/passkeys/${mine.id}`)).status).toBe(404);
    const foreign = await api.person('admin@rival.test');
    const admin = await api.person('admin@bank.test');
    const { id } = (await admin.send('GET', '/api/admin/users?limit=100')).body.data.find(
      (user: { email: string }) => user.email === email,
    );
    expect((await foreign.send('DELETE', `/api/admin/users/${id}/passkeys`)).status).toBe(404);
    expect((await admin.send('DELETE', `/api/admin/users/${id}/passkeys`)).body.data).toEqual({ removed: 1 });
    expect((await owner.send('GET', '/api/auth/passkeys')).body.code).toBe('session_expired');
    const back = await api.person(email);
    const again = await register(back);
    const removed = await back.send('DELETE', `/api/auth/passkeys/${again.finished.body.data.id}`);
    expect(removed.body.data).toEqual({ removed: true });
    expect((await back.send('GET', '/api/auth/passkeys')).body.data).toEqual([]);
  });
});

describe('the relying party', () => {
  it('is localhost at the desk, the configured host elsewhere, and nothing under any other name', () => {
    const publicUrl = 'https://loket.bank.id';
    const at = (protocol: string, host: string, url?: string) => relyingParty({ protocol, host, publicUrl: url });
    expect(at('http', 'localhost:4100')).toMatchObject({
      value: { rpId: 'localhost', origin: 'http://localhost:4100' },
    });
    expect(at('https', 'loket.bank.id', publicUrl)).toMatchObject({
      value: { rpId: 'loket.bank.id', origin: publicUrl },
    });
    for (const host of ['127.0.0.1:4100', 'evil.example', 'localhost.evil.example', '[::1]:4100', ''])
      expect(at('http', host, publicUrl)).toMatchObject({ error: { code: 'passkey_unavailable' } });
    expect(at('https', 'loket.bank.id')).toMatchObject({ error: { code: 'passkey_unavailable' } });
  });
});
