/**
 * Passkeys in a real browser: Chromium with a virtual authenticator, on http://localhost, against the API on a socket.
 * The page is a bare one of this test; what it calls is the browser's own WebAuthn with its JSON forms (WebAuthn L3).
 */
import { chromium, expect, test, type Browser, type CDPSession, type Page } from '@playwright/test';
import { password } from '../../src/services/testing/test-house.ts';
import { listeningApi, type ListeningApi } from '../../src/api/testing/listening-api.ts';
import { testChromium } from '../support/chromium.ts';

let api: ListeningApi;
let browser: Browser;
let page: Page;
let cdp: CDPSession;
let authenticatorId: string;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  api = await listeningApi({
    extend: (app) => {
      app.get('/passkey-test', (_request, reply) =>
        reply
          .type('text/html')
          // The API itself lets no page call anything; this page calls its own origin, as the station's does.
          .header('content-security-policy', "default-src 'none'; connect-src 'self'")
          .send('<!doctype html><meta charset="utf-8"><title>passkeys</title>'),
      );
      return Promise.resolve();
    },
  });
  // The browser judges by its own clock whether a cookie has expired.
  api.house.now = new Date();
  const { executablePath, args } = await testChromium();
  browser = await chromium.launch({ executablePath, args: [...args] });
  page = await (await browser.newContext()).newPage();
  await page.goto(`${api.origin}/passkey-test`);
  cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const added = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  authenticatorId = added.authenticatorId;
});

test.afterAll(async () => {
  await browser.close();
  await api.close();
});

test.beforeEach(() => api.nextMinute());

interface Said {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are what the test looks into
  readonly body: any;
}

/** The page's own fetch, with its cookie and CSRF token. */
function call(method: string, path: string, body?: object): Promise<Said> {
  return page.evaluate(
    async ([verb, url, payload]) => {
      const csrf = sessionStorage.getItem('csrf');
      const response = await fetch(url, {
        method: verb,
        headers: {
          ...(payload === null ? {} : { 'content-type': 'application/json' }),
          ...(csrf === null ? {} : { 'x-csrf-token': csrf }),
        },
        ...(payload === null ? {} : { body: payload }),
      });
      const answer = (await response.json()) as { data?: { csrfToken?: string } };
      if (answer.data?.csrfToken !== undefined) sessionStorage.setItem('csrf', answer.data.csrfToken);
      return { status: response.status, body: answer };
    },
    [method, path, body === undefined ? null : JSON.stringify(body)] as const,
  );
}

/** `navigator.credentials`, or the name of the error it ended with. */
function ceremony(kind: 'create' | 'get', options: object): Promise<object | string> {
  return page.evaluate(
    async ([which, json]) => {
      try {
        const credential =
          which === 'create'
            ? await navigator.credentials.create({
                publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(json as never),
              })
            : await navigator.credentials.get({
                publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(json as never),
              });
        return (credential as PublicKeyCredential).toJSON() as object;
      } catch (error) {
        return (error as Error).name;
      }
    },
    [kind, options] as const,
  );
}

const signOut = async (): Promise<void> => {
  expect((await call('POST', '/api/auth/logout')).status).toBe(200);
  await page.evaluate(() => sessionStorage.clear());
};

test('a person registers a passkey, and no password alone signs in any more', async () => {
  expect((await call('POST', '/api/auth/login', { email: 'supervisor@bank.test', password })).status).toBe(200);
  const { challengeId, options } = (await call('POST', '/api/auth/webauthn/register/begin')).body.data;
  const credential = await ceremony('create', options);
  const finished = await call('POST', '/api/auth/webauthn/register/finish', {
    challengeId,
    credential,
    name: 'Chromium',
  });
  expect(finished).toMatchObject({ status: 201, body: { data: { name: 'Chromium' } } });
  const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId });
  expect(credentials).toMatchObject([{ isResidentCredential: true, rpId: 'localhost' }]);
  await signOut();

  api.nextMinute();
  const step = (await call('POST', '/api/auth/login', { email: 'supervisor@bank.test', password })).body.data;
  expect(step.passkeyRequired).toBe(true);
  expect((await call('GET', '/api/auth/me')).status).toBe(401);
  const answer = await ceremony('get', step.options);
  const signed = await call('POST', '/api/auth/webauthn/auth/finish', {
    challengeId: step.challengeId,
    credential: answer,
  });
  expect(signed).toMatchObject({ status: 200, body: { data: { user: { role: 'supervisor' } } } });
  expect((await call('GET', '/api/auth/me')).body.data.user.role).toBe('supervisor');
});

test('the same browser registers its passkey only once', async () => {
  const { options } = (await call('POST', '/api/auth/webauthn/register/begin')).body.data;
  expect(await ceremony('create', options)).toBe('InvalidStateError');
});

test('somebody signed in proves himself again', async () => {
  const { challengeId, options } = (await call('POST', '/api/auth/webauthn/auth/begin', {})).body.data;
  const credential = await ceremony('get', options);
  const done = await call('POST', '/api/auth/webauthn/auth/finish', { challengeId, credential });
  expect(done.body.data).toMatchObject({ reauthenticated: true });
  expect(await api.events(api.bank.orgId)).toContain('auth.reauthenticated');
  await signOut();
});

test('the passkey signs in without any address; the answer counts once', async () => {
  const { challengeId, options } = (await call('POST', '/api/auth/webauthn/auth/begin', {})).body.data;
  const credential = await ceremony('get', options);
  const body = { challengeId, credential };
  expect((await call('POST', '/api/auth/webauthn/auth/finish', body)).body.data.user.role).toBe('supervisor');
  await signOut();
  expect((await call('POST', '/api/auth/webauthn/auth/finish', body)).body.code).toBe('challenge_unknown');
  expect((await call('GET', '/api/auth/me')).status).toBe(401);
});

test('without user verification the browser gives nothing', async () => {
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
  const { options } = (await call('POST', '/api/auth/webauthn/auth/begin', {})).body.data;
  expect(await ceremony('get', options)).toBe('NotAllowedError');
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
});

test('a copied authenticator with an old counter is refused', async () => {
  const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId });
  const [held] = credentials;
  if (held === undefined) throw new Error('no credential to copy');
  await cdp.send('WebAuthn.clearCredentials', { authenticatorId });
  await cdp.send('WebAuthn.addCredential', { authenticatorId, credential: { ...held, signCount: 0 } });
  const { challengeId, options } = (await call('POST', '/api/auth/webauthn/auth/begin', {})).body.data;
  const credential = await ceremony('get', options);
  const refused = await call('POST', '/api/auth/webauthn/auth/finish', { challengeId, credential });
  expect(refused).toMatchObject({ status: 401, body: { code: 'passkey_refused' } });
});
