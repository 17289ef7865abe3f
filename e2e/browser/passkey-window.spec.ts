/**
 * The page of Electron's passkey window in a real browser: served as the embedded server serves it, its two-call bridge
 * played by the test, a virtual authenticator, and the very API that issued the ceremony judging what comes back.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, expect, test, type Browser, type CDPSession, type Page } from '@playwright/test';
import { listeningApi, type ListeningApi } from '../../src/api/testing/listening-api.ts';
import { password } from '../../src/services/testing/test-house.ts';
import { ensureRenderer } from '../../src/shell/ensure-built.ts';
import { registerPasskeyPage } from '../../src/shell/passkey-page.ts';
import { testChromium } from '../support/chromium.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const pictures = join(root, 'e2e', '.artifacts', 'screens');
let api: ListeningApi;
let browser: Browser;
let page: Page;
let cdp: CDPSession;
let authenticatorId: string;
let cookie = '';
let csrf = '';
let request: object | null = null;
let answered: ((credential: unknown) => void) | null = null;

test.beforeAll(async () => {
  await ensureRenderer(root, () => undefined);
  api = await listeningApi({
    extend: (app) =>
      registerPasskeyPage(app, { folder: join(root, 'out', 'renderer'), origin: () => new URL(api.origin).origin }),
  });
  api.house.now = new Date();
  const { executablePath, args } = await testChromium();
  browser = await chromium.launch({ executablePath, args: [...args] });
  page = await (await browser.newContext({ viewport: { width: 560, height: 420 } })).newPage();
  await page.exposeFunction('beginCeremony', () => request);
  await page.exposeFunction('endCeremony', (credential: unknown) => answered?.(credential));
  await page.addInitScript(() => {
    const test = window as unknown as {
      beginCeremony: () => Promise<never>;
      endCeremony: (c: unknown) => Promise<void>;
    };
    Object.assign(window, {
      loketPasskey: { begin: () => test.beginCeremony(), done: (c: unknown) => test.endCeremony(c) },
    });
  });
  cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  ({ authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  }));
});

test.afterAll(async () => {
  await browser.close();
  await api.close();
});

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are what the test looks into
async function call(path: string, body: object): Promise<{ status: number; body: any }> {
  const response = await fetch(`${api.origin}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: api.origin, 'x-csrf-token': csrf, cookie },
    body: JSON.stringify(body),
  });
  const set = response.headers.get('set-cookie');
  if (set !== null) cookie = set.split(';')[0] ?? '';
  const answer = (await response.json()) as { data?: { csrfToken?: string } };
  csrf = answer.data?.csrfToken ?? csrf;
  return { status: response.status, body: answer };
}

/** Opens the page with a ceremony, as the main process does; resolves with what the page hands back. */
function open(kind: 'create' | 'get', options: object, language = 'id'): Promise<unknown> {
  request = { kind, options, language };
  const done = new Promise<unknown>((resolve) => (answered = resolve));
  return page.goto(`${api.origin}/passkey.html`).then(() => done);
}

test('registers, signs in, says what to do when it is refused, and can be cancelled', async () => {
  const person = { email: 'supervisor@bank.test', password };
  expect((await call('/api/auth/login', person)).status).toBe(200);
  const begun = (await call('/api/auth/webauthn/register/begin', {})).body.data;
  const created = await open('create', begun.options);
  const finished = await call('/api/auth/webauthn/register/finish', {
    challengeId: begun.challengeId,
    credential: created,
    name: 'Loket',
  });
  expect(finished).toMatchObject({ status: 201, body: { data: { name: 'Loket' } } });

  api.nextMinute();
  cookie = '';
  const step = (await call('/api/auth/login', person)).body.data;
  expect(step.passkeyRequired).toBe(true);
  const credential = await open('get', step.options);
  const signed = await call('/api/auth/webauthn/auth/finish', { challengeId: step.challengeId, credential });
  expect(signed).toMatchObject({ status: 200, body: { data: { user: { role: 'supervisor' } } } });

  api.nextMinute();
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
  const refused = open('get', step.options, 'en');
  await expect(page.getByTestId('passkey-again')).toBeVisible();
  await expect(page.getByTestId('passkey-state')).toContainText('was not completed');
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
  await page.screenshot({ path: join(pictures, 'passkey-window.png') });
  await page.getByTestId('passkey-cancel').click();
  expect(await refused).toBeNull();
});

test('opened by anybody else it does nothing', async () => {
  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(`${api.origin}/passkey.html`);
  await expect(stranger.getByTestId('passkey-state')).toContainText('hanya dibuka oleh Loket');
});
