import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listeningApi, type Client, type ListeningApi } from './testing/listening-api.ts';
import {
  clientId,
  clientSecret,
  lyingProvider,
  referenceProvider,
  signInAtReference,
  type Lie,
  type LyingProvider,
  type TestProvider,
} from './testing/oidc-providers.ts';

let api: ListeningApi;
let reference: TestProvider;
let liar: LyingProvider;
const people: string[] = [];

beforeAll(async () => {
  api = await listeningApi();
  reference = await referenceProvider(`${api.origin}/api/auth/oidc/callback`);
  liar = await lyingProvider();
});
afterAll(async () => {
  await Promise.all([reference.close(), liar.close()]);
  await api.close();
});
beforeEach(() => {
  api.nextMinute();
  liar.lie = {};
});

const setUp = async (issuer: string, more: object = {}) => {
  const admin = await api.person('admin@bank.test');
  return admin.send('PATCH', '/api/admin/oidc', { issuer, clientId, clientSecret, ...more });
};
const begin = (client: Client, organisation = api.bank.orgId) =>
  client.send('POST', '/api/auth/oidc/begin', { organisation });
const comeBack = (client: Client, to: URL) => client.send('GET', to.pathname + to.search);

async function newPerson(): Promise<string> {
  const email = `${crypto.randomUUID()}@bank.test`;
  const admin = await api.person('admin@bank.test');
  await admin.send('POST', '/api/admin/users', { email, fullName: 'DEWI LESTARI', role: 'staff' });
  people.push(email);
  return email;
}

async function tryLiar(who: { sub: string; email: string }, lie: Lie = {}) {
  api.nextMinute();
  const visitor = api.visitor();
  const begun = await begin(visitor);
  liar.lie = lie;
  const answer = await comeBack(visitor, liar.authorise(begun.body.data.authorizationUrl, who));
  return { visitor, answer };
}

describe('with the reference provider', () => {
  it('signs an existing person in by code and PKCE, over sockets', async () => {
    expect((await setUp(reference.issuer)).body.data.redirectUri).toBe(`${api.origin}/api/auth/oidc/callback`);
    const email = await newPerson();
    const visitor = api.visitor();
    const begun = await begin(visitor);
    const asked = new URL(begun.body.data.authorizationUrl).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      scope: 'openid email',
    });
    expect(begun.headers.getSetCookie()[0]).toMatch(
      /^loket_oidc=[\w-]{43};.*Path=\/api\/auth\/oidc\/callback;.*HttpOnly; SameSite=Lax/,
    );
    const back = await signInAtReference(begun.body.data.authorizationUrl, email);
    const signed = await comeBack(visitor, back);
    expect([signed.status, signed.headers.get('location')]).toEqual([303, '/']);
    const me = await visitor.send('GET', '/api/auth/me');
    expect(me.body.data.user).toMatchObject({ email, role: 'staff' });
    expect((await comeBack(visitor, back)).body.code).toBe('sign_in_refused');
  });

  it('refuses whoever has no account here, is of another organisation or disabled, all in the same words', async () => {
    const disabled = await newPerson();
    const admin = await api.person('admin@bank.test');
    const { id } = (await admin.send('GET', '/api/admin/users?limit=100')).body.data.find(
      (user: { email: string }) => user.email === disabled,
    );
    await admin.send('PATCH', `/api/admin/users/${id}`, { disabled: true });
    const before = (await api.events(api.bank.orgId)).filter((event) => event === 'auth.login_failed').length;
    const answers: unknown[] = [];
    for (const email of ['nobody@bank.test', 'staff@rival.test', disabled]) {
      api.nextMinute();
      const visitor = api.visitor();
      const begun = await begin(visitor);
      const answer = await comeBack(visitor, await signInAtReference(begun.body.data.authorizationUrl, email));
      answers.push([answer.status, answer.body.code, answer.body.error]);
      expect(visitor.cookies.has('loket_session')).toBe(false);
    }
    expect(answers).toEqual(Array(3).fill([401, 'sign_in_refused', 'the sign-in was refused']));
    expect((await api.events(api.bank.orgId)).filter((event) => event === 'auth.login_failed').length).toBe(before + 3);
    expect(
      await api.house.ctx.store.db.selectFrom('users').select('id').where('email', '=', 'nobody@bank.test').execute(),
    ).toEqual([]);
  });
});

describe('with a provider that lies', () => {
  beforeAll(async () => {
    expect((await setUp(liar.issuer)).status).toBe(200);
  });

  it.each<[string, Lie]>([
    ['a token for another client', { claims: { aud: 'somebody-else' } }],
    ['a token of another issuer', { claims: { iss: 'http://localhost:1' } }],
    ['another nonce', { claims: { nonce: 'guess' } }],
    ['no nonce', { without: ['nonce'] }],
    ['an expired token', { claims: { exp: 1_700_000_000, iat: 1_699_999_000 } }],
    ['a token signed by another key', { signWith: 'another key' }],
    ['an unsigned token', { signWith: 'nothing' }],
    ['an address that is not verified', { claims: { email_verified: false } }],
    ['an address nobody vouches for', { without: ['email_verified'] }],
    ['a refused code', { tokenStatus: 400 }],
  ])('refuses %s', async (_what, lie) => {
    const email = await newPerson();
    const { visitor, answer } = await tryLiar({ sub: email, email }, lie);
    expect([answer.status, answer.body.code]).toEqual([401, 'sign_in_refused']);
    expect(visitor.cookies.has('loket_session')).toBe(false);
    const honest = await tryLiar({ sub: email, email });
    expect(honest.answer.status).toBe(303);
  });

  it('takes an answer only from the browser that began, once, within ten minutes', async () => {
    const email = await newPerson();
    const who = { sub: email, email };
    const [owner, thief] = [api.visitor(), api.visitor()];
    const begun = await begin(owner);
    await begin(thief);
    const back = liar.authorise(begun.body.data.authorizationUrl, who);
    expect((await comeBack(thief, back)).body.code).toBe('sign_in_refused');
    expect((await comeBack(api.visitor(), back)).body.code).toBe('sign_in_refused');
    expect((await comeBack(owner, back)).status).toBe(303);
    api.nextMinute();
    const late = api.visitor();
    const again = liar.authorise((await begin(late)).body.data.authorizationUrl, who);
    api.house.now = new Date(api.house.now.getTime() + 11 * 60_000);
    expect((await comeBack(late, again)).body.code).toBe('sign_in_refused');
  });

  it('keeps a subject with its first account: an address that changes hands brings nobody along', async () => {
    const [first, second] = [await newPerson(), await newPerson()];
    expect((await tryLiar({ sub: 'subject-1', email: first })).answer.status).toBe(303);
    expect((await tryLiar({ sub: 'subject-1', email: second })).answer.body.code).toBe('sign_in_refused');
    expect((await tryLiar({ sub: 'subject-2', email: first })).answer.body.code).toBe('sign_in_refused');
    expect((await tryLiar({ sub: 'subject-1', email: first })).answer.status).toBe(303);
  });

  it('proves itself with the sealed secret and the verifier, never with a bare code', async () => {
    const email = await newPerson();
    await tryLiar({ sub: email, email });
    expect(liar.lastTokenRequest?.get('code_verifier')).toMatch(/^[\w-]{43}$/);
    const row = await api.house.ctx.store.db.selectFrom('oidc_providers').selectAll().executeTakeFirstOrThrow();
    expect(Buffer.from(row.client_secret_sealed).includes(clientSecret)).toBe(false);
  });

  it('says "unavailable" while the provider is away, and is limited per address', async () => {
    const away = await lyingProvider();
    expect((await setUp(away.issuer)).status).toBe(200);
    await away.close();
    const visitor = api.visitor();
    expect(await begin(visitor)).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    const statuses: number[] = [];
    for (let n = 0; n < 11; n += 1) statuses.push((await begin(visitor)).status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(2);
  });
});

describe('its configuration', () => {
  it('is an admin’s, per organisation, and never answers the secret', async () => {
    const admin = await api.person('admin@bank.test');
    const staff = await api.person('staff@bank.test');
    expect((await staff.send('PATCH', '/api/admin/oidc', { clientId })).body.code).toBe('forbidden');
    expect((await api.visitor().send('GET', '/api/admin/oidc')).status).toBe(401);
    const { key } = await api.bank.key();
    expect((await api.program(key).send('GET', '/api/admin/oidc')).body.code).toBe('person_required');
    expect((await setUp(liar.issuer)).status).toBe(200);
    const shown = await admin.send('GET', '/api/admin/oidc');
    expect(shown.body.data).toMatchObject({ issuer: liar.issuer, clientId, trustEmail: false });
    expect(JSON.stringify(shown.body)).not.toContain(clientSecret);
    const foreign = await api.person('admin@rival.test');
    expect((await foreign.send('GET', '/api/admin/oidc')).status).toBe(404);
    expect((await begin(api.visitor(), api.rival.orgId)).status).toBe(404);
    expect((await begin(api.visitor(), 'org_nobody')).status).toBe(404);
  });

  it('asks for the secret again when issuer or client changes, and for TLS beyond this machine', async () => {
    const admin = await api.person('admin@bank.test');
    const set = (body: object) => admin.send('PATCH', '/api/admin/oidc', body);
    expect((await set({ issuer: 'https://elsewhere.example' })).body.details.fieldErrors).toHaveProperty(
      'clientSecret',
    );
    expect((await set({ clientId: 'another' })).body.details.fieldErrors).toHaveProperty('clientSecret');
    for (const issuer of [
      'http://login.bank.example',
      'ftp://bank.example',
      'not an address',
      'https://user@bank.example',
    ])
      expect((await set({ issuer, clientId, clientSecret })).body.details.fieldErrors).toHaveProperty('issuer');
    expect((await set({ trustEmail: true })).body.data.trustEmail).toBe(true);
    const email = await newPerson();
    expect((await tryLiar({ sub: email, email }, { without: ['email_verified'] })).answer.status).toBe(303);
    expect((await admin.send('DELETE', '/api/admin/oidc')).body.data).toEqual({ removed: true });
    expect((await admin.send('DELETE', '/api/admin/oidc')).status).toBe(404);
    expect((await begin(api.visitor())).status).toBe(404);
  });
});
