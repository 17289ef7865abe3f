import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { password } from '../services/testing/test-house.ts';
import { buildApi } from './build-api.ts';
import { app, bank, call, house, key, newCustomer, nextMinute, selfie, startApi, stopApi } from './testing/test-api.ts';

beforeAll(startApi);
afterAll(stopApi);

describe('people', () => {
  async function signIn(email: string, secret = password) {
    nextMinute();
    const response = await call('POST', '/api/auth/login', { email, password: secret }, null, {
      origin: 'http://localhost',
    });
    const cookie = String(response.headers['set-cookie'] ?? '').split(';')[0] ?? '';
    return { ...response, cookie, csrf: response.body?.data?.csrfToken as string };
  }

  it('sign in with a guarded cookie, change things only from our own page, and sign out', async () => {
    const signed = await signIn('staff@bank.test');
    expect(String(signed.headers['set-cookie'])).toMatch(/^loket_session=[\w-]{43};.*HttpOnly.*SameSite=Strict/);
    const { cookie, csrf } = signed;
    expect((await call('GET', '/api/auth/me', undefined, null, { cookie })).body.data).toMatchObject({
      user: { role: 'staff' },
      org: { id: bank.orgId },
    });
    const create = (headers: Record<string, string>) =>
      call('POST', '/api/customers', { fullName: 'BY STAFF' }, null, { cookie, ...headers });
    expect((await create({})).body.code).toBe('csrf_failed');
    expect((await create({ origin: 'https://evil.example', 'x-csrf-token': csrf })).body.code).toBe('csrf_failed');
    expect((await create({ origin: 'http://localhost', 'x-csrf-token': 'guess' })).body.code).toBe('csrf_failed');
    expect((await create({ origin: 'http://localhost', 'x-csrf-token': csrf })).status).toBe(201);
    expect(
      (
        await call('POST', '/api/auth/logout', undefined, null, {
          cookie,
          origin: 'http://localhost',
          'x-csrf-token': csrf,
        })
      ).status,
    ).toBe(200);
    expect((await call('GET', '/api/auth/me', undefined, null, { cookie })).body.code).toBe('session_expired');
  });

  it('are locked out after five failures, known address or not', async () => {
    for (const email of ['analyst@bank.test', 'nobody@bank.test']) {
      const codes: string[] = [];
      for (let n = 0; n < 4; n += 1) codes.push((await signIn(email, 'wrong')).body.code as string);
      expect(codes).toEqual(Array(4).fill('invalid_credentials'));
      house.now = new Date(house.now.getTime() + 61_000);
      const last = await call('POST', '/api/auth/login', { email, password: 'wrong' }, null);
      const locked = await call('POST', '/api/auth/login', { email, password }, null);
      expect([last.body.code, locked.body.code, locked.status]).toEqual(['invalid_credentials', 'account_locked', 429]);
    }
  });

  it('decide reviews, programs do not', async () => {
    nextMinute();
    const capture = await selfie(await newCustomer(), 'still', 'review');
    const { body } = await call('POST', '/api/identity/face/liveness', capture);
    const url = `/api/identity/review-queue/${body.reviewCaseId as string}/decision`;
    const decision = { decision: 'reject', reasonCode: 'not_live', reason: 'a still picture', password };
    expect((await call('POST', url, decision)).body.code).toBe('person_required');
    const { cookie, csrf } = await signIn('supervisor@bank.test');
    const headers = { cookie, origin: 'http://localhost', 'x-csrf-token': csrf };
    const queue = await call('GET', '/api/identity/review-queue?status=undecided', undefined, null, { cookie });
    expect(queue.body.data.map((row: { id: string }) => row.id)).toContain(body.reviewCaseId);
    expect((await call('POST', url, decision, null, headers)).body.data).toMatchObject({
      toStatus: 'failed',
      status: 'rejected',
    });
    expect((await call('POST', url, decision, null, headers)).body.code).toBe('already_decided');
  });
});

describe('keys', () => {
  it('are refused in the query string, when malformed, and beyond their scopes', async () => {
    nextMinute();
    expect((await call('GET', `/api/customers?token=${key}`, undefined, null)).body.error).toContain('query string');
    expect((await call('GET', '/api/customers', undefined, 'qe_sk_sandbox_NOPE')).body).toMatchObject({
      code: 'unauthenticated',
      error: 'missing or invalid Bearer',
    });
    expect((await call('GET', '/api/customers', undefined, null)).status).toBe(401);
    const narrow = (await bank.key(['customers:view', 'api:manage'])).key;
    expect((await call('POST', '/api/customers', { fullName: 'NO' }, narrow)).body.error).toBe(
      'missing scope: customers:write',
    );
    expect((await call('POST', '/api/identity/api-keys', { name: 'more', scopes: ['write'] }, narrow)).body.code).toBe(
      'forbidden',
    );
    const made = await call('POST', '/api/identity/api-keys', { name: 'reader', scopes: ['customers:view'] }, narrow);
    expect(made.body.data.key).toMatch(/^qe_sk_sandbox_[A-Z2-7]{32}$/);
    expect((await call('GET', '/api/customers', undefined, made.body.data.key)).status).toBe(200);
    expect(JSON.stringify((await call('GET', '/api/identity/api-keys')).body)).not.toContain(made.body.data.key);
  });
});

describe('the door', () => {
  it('answers loopback names only, hides its reasons, and tells its health', async () => {
    const foreign = await app.inject({ url: '/api/healthz', headers: { host: 'bank.example' } });
    expect(foreign.statusCode).toBe(403);
    const missing = await call('GET', '/api/nothing');
    expect(missing).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
      headers: { 'x-ratelimit-limit': '600' },
    });
    const docs = await app.inject({ url: '/api/docs', headers: { host: 'localhost' } });
    expect([200, 302]).toContain(docs.statusCode);
    expect((await call('GET', '/api/healthz', undefined, null)).body).toMatchObject({
      checks: { database: 'ok', vision: 'ok' },
    });
  });

  it('works over a real socket', async () => {
    nextMinute();
    const own = await buildApi({ context: house.ctx });
    try {
      const address = await own.listen({ port: 0, host: '127.0.0.1' });
      const response = await fetch(`${address}/api/customers?limit=1`, { headers: { authorization: `Bearer ${key}` } });
      expect(response.status).toBe(200);
      expect(response.headers.get('x-ratelimit-limit')).toBe('600');
      expect(response.headers.get('x-request-id')).toMatch(/^req_/);
    } finally {
      await own.close();
    }
  });
});
