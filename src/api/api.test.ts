import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { policyOf, routeMatrix, type RouteKey } from '../contract/api/route-matrix.ts';
import { roles, scopes, type Scope } from '../contract/vocabulary.ts';
import { printedNik } from '../core/ktp/testing/compose-reading.ts';
import { changeSettings } from '../services/set-up-organisation.ts';
import { systemActor } from '../services/context.ts';
import { picture } from '../services/testing/fake-vision.ts';
import {
  addOrganisation,
  asInput,
  deskCapture,
  openTestHouse,
  password,
  signedBundle,
  turnLeft,
  type TestHouse,
  type TestOrganisation,
} from '../services/testing/test-house.ts';
import { grants } from './authenticate.ts';
import { buildApi } from './build-api.ts';

let house: TestHouse;
let bank: TestOrganisation;
let rival: TestOrganisation;
let app: FastifyInstance;
let key: string;
let rivalKey: string;

beforeAll(async () => {
  house = await openTestHouse();
  bank = await addOrganisation(house, 'Bank');
  rival = await addOrganisation(house, 'Rival');
  key = (await bank.key()).key;
  rivalKey = (await rival.key()).key;
  app = await buildApi({ context: house.ctx });
});
afterAll(async () => {
  await app.close();
  await house.close();
});

/** A fresh minute for every test: limits do not leak from one into the next. */
function nextMinute(): void {
  house.now = new Date(house.now.getTime() + 61_000);
}

async function call(
  method: 'GET' | 'POST',
  url: string,
  body?: object,
  bearer: string | null = key,
  headers: Record<string, string> = {},
) {
  const options: InjectOptions = {
    method,
    url,
    headers: { host: 'localhost', ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }), ...headers },
    ...(body === undefined ? {} : { payload: body }),
  };
  const response = await app.inject(options);
  return {
    status: response.statusCode,
    body: response.body === '' ? null : (response.json() as any),
    headers: response.headers,
  }; // eslint-disable-line @typescript-eslint/no-explicit-any
}

async function newCustomer(bearer = key): Promise<string> {
  const made = await call('POST', '/api/customers', { fullName: 'SITI RAHMAWATI' }, bearer);
  return made.body.data.id as string;
}

async function selfie(customerId: string, scene: 'alive' | 'still' = 'still', note = '') {
  const { body } = await call('POST', '/api/identity/face/flash-challenge', { customerId });
  return {
    customerId,
    bundle: asInput(signedBundle(house, body.flashChallenge, [picture(scene, note)])),
    hmacKey: body.flashChallenge.hmacSecret,
  };
}

describe('customers', () => {
  it('are created, listed by page and by cursor, read with an ETag, searched', async () => {
    nextMinute();
    const made = await call('POST', '/api/customers', {
      fullName: 'BUDI SANTOSO',
      nik: printedNik,
      externalRef: 'core-1',
      email: 'budi@example.org',
      phone: '+6281234567890',
    });
    expect(made.status).toBe(201);
    expect(made.body.data).toMatchObject({
      fullName: 'BUDI SANTOSO',
      kycLevel: 'basic',
      nikMetadata: { sex: 'female' },
    });
    const { id } = made.body.data;
    expect((await call('POST', '/api/customers', { fullName: 'BUDI LAGI', nik: printedNik })).body).toMatchObject({
      code: 'customer_exists',
      details: { customerId: id },
    });
    expect((await call('POST', '/api/customers', { fullName: 'BUDI LAGI', externalRef: 'core-1' })).status).toBe(409);
    const page = await call('GET', '/api/customers?limit=1');
    expect(page.body).toMatchObject({ page: 1, limit: 1, total: page.body.meta.pages });
    const first = await call('GET', '/api/customers?cursor=&limit=1');
    expect(first.body).not.toHaveProperty('total');
    const read = await call('GET', `/api/identity/customers/${id}`);
    expect(read.body.data.nik).toBe(printedNik);
    const again = await call('GET', `/api/identity/customers/${id}`, undefined, key, {
      'if-none-match': String(read.headers.etag),
    });
    expect(again.status).toBe(304);
    expect((await call('GET', `/api/identity/search?q=${printedNik}`)).body.data).toHaveLength(1);
    expect((await call('GET', '/api/identity/search?q=santoso')).body.data[0].id).toBe(id);
    expect((await call('GET', `/api/identity/kyc/${id}`)).body).toMatchObject({
      customer: { kycLevel: 'basic' },
      eligible: 'basic',
      history: [{ toTier: 'basic' }],
    });
    expect(
      (await call('POST', `/api/identity/kyc/${id}/upgrade`, { targetTier: 'premium', reason: 'please' })).body,
    ).toMatchObject({ code: 'tier_requirements_missing' });
    expect(
      (await call('POST', `/api/identity/kyc/${id}/upgrade`, { targetTier: 'basic', reason: 'please' })).status,
    ).toBe(409);
  });

  it('are refused with the fields named', async () => {
    nextMinute();
    const refused = async (body: object) => (await call('POST', '/api/customers', body)).body;
    expect(await refused({})).toMatchObject({
      code: 'validation_failed',
      error: 'validation failed',
      details: { fieldErrors: { fullName: ['required'] } },
    });
    expect(await refused({ fullName: 'BUDI', surprise: 1 })).toMatchObject({
      details: { fieldErrors: { surprise: ['unknown property'] } },
    });
    expect(await refused({ fullName: 'BUDI', nik: '3273079911920003' })).toMatchObject({ code: 'nik_invalid' });
    expect(
      Object.keys((await refused({ fullName: 'B', nik: '12', email: 'x', phone: '0812' })).details.fieldErrors).sort(),
    ).toEqual(['email', 'fullName', 'nik', 'phone']);
    expect((await call('GET', '/api/customers?limit=1000')).body.details.fieldErrors).toHaveProperty('limit');
    expect((await call('GET', '/api/customers?cursor=nonsense')).body.code).toBe('validation_failed');
    const text = await app.inject({
      method: 'POST',
      url: '/api/customers',
      headers: { host: 'localhost', authorization: `Bearer ${key}`, 'content-type': 'text/plain' },
      payload: 'x',
    });
    expect(text.statusCode).toBe(415);
    const broken = await app.inject({
      method: 'POST',
      url: '/api/customers',
      headers: { host: 'localhost', authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      payload: '{"fullName":',
    });
    expect(broken.statusCode).toBe(400);
    const big = await call('POST', '/api/customers', { fullName: 'x'.repeat(300_000) });
    expect([big.status, big.body.code]).toEqual([413, 'body_too_large']);
  });

  it('are created once under one Idempotency-Key', async () => {
    nextMinute();
    const headers = { 'idempotency-key': 'order-66' };
    const first = await call('POST', '/api/customers', { fullName: 'ONE PERSON' }, key, headers);
    const again = await call('POST', '/api/customers', { fullName: 'ONE PERSON' }, key, headers);
    expect(again).toMatchObject({ status: 200, body: first.body, headers: { 'idempotent-replayed': 'true' } });
    expect((await call('POST', '/api/customers', { fullName: 'OTHER PERSON' }, key, headers)).body.code).toBe(
      'idempotency_conflict',
    );
  });
});

describe('captures', () => {
  it('answer in the documented shapes, replay, and refuse another bundle', async () => {
    nextMinute();
    const customerId = await newCustomer();
    const challenge = await call('POST', '/api/identity/document/ktp/challenge', {
      customerId,
      steps: 4,
      ttlMs: 20_000,
    });
    expect(challenge.body.flashChallenge).toMatchObject({
      purpose: 'ktp',
      colors: { length: 4 },
      holdMs: { length: 4 },
    });
    const { flashChallenge } = challenge.body;
    const body = {
      customerId,
      bundle: asInput(signedBundle(house, flashChallenge, [picture('still-card')])),
      hmacKey: flashChallenge.hmacSecret,
    };
    const captured = await call('POST', '/api/identity/document/ktp/capture', body);
    expect(captured.body).toMatchObject({
      verification: { status: 'pending' },
      ktpBundle: { verdict: 'requires_review', framesStored: 1, ocr: { nik: printedNik } },
      antiSpoof: { fused: 'unclear' },
      tamper: { voters: expect.arrayContaining([expect.objectContaining({ name: 'nik_consistency', passed: true })]) },
    });
    const again = await call('POST', '/api/identity/document/ktp/capture', body);
    expect(again).toMatchObject({ status: 200, body: captured.body, headers: { 'idempotent-replayed': 'true' } });
    const changed = { ...body, bundle: asInput(signedBundle(house, flashChallenge, [picture('card')])) };
    expect((await call('POST', '/api/identity/document/ktp/capture', changed)).body.code).toBe('challenge_consumed');

    const face = await selfie(customerId);
    const liveness = await call('POST', '/api/identity/face/liveness', face);
    expect(liveness.body).toMatchObject({ verification: { status: 'pending' }, liveness: { verdict: 'unclear' } });
    const names = liveness.body.liveness.voters.map((voter: { name: string }) => voter.name);
    expect(names.sort()).toEqual([
      'challenge_response',
      'deepfake_detector',
      'device_attestation',
      'flash_reflectance',
      'passive_liveness',
      'rppg',
    ]);
    const match = await call('POST', '/api/identity/face/match', face);
    expect(match.body).toMatchObject({
      match: { verdict: 'match', similarity: 1, threshold: 0.45, modelId: 'qe-face-v3', engine: 'test-model' },
      reference: { source: 'ktp_extract' },
    });
    const step = await call('POST', '/api/identity/auth/step-up', {
      ...(await selfie(customerId)),
      riskLevel: 'high',
      trigger: 'high_value_transfer',
    });
    expect(step.body).toMatchObject({
      allow: false,
      match: { threshold: 0.55 },
      audit: { riskLevel: 'high', trigger: 'high_value_transfer', actionLabel: null },
    });
    const attempts = await call('GET', `/api/identity/customers/${customerId}/attempts?method=face_match`);
    expect(attempts.body.data).toMatchObject([{ method: 'face_match', status: 'verified' }]);
    const enrolled = await call('GET', `/api/identity/face/enrollments?customerId=${customerId}&active=true`);
    expect(enrolled.body.data).toMatchObject([{ source: 'ktp_extract', modelId: 'qe-face-v3' }]);
    expect(JSON.stringify(enrolled.body)).not.toContain('template');
  });

  it('take multipart with the same fields', async () => {
    nextMinute();
    const customerId = await newCustomer();
    const { bundle, hmacKey } = await selfie(customerId, 'still', 'multipart');
    const { frames, ...head } = bundle;
    const form = new FormData();
    form.set('customerId', customerId);
    form.set('hmacKey', hmacKey);
    form.set('bundle', JSON.stringify(head));
    for (const frame of frames) form.append('frames', new Blob([Buffer.from(frame, 'base64')]), 'frame.jpg');
    const encoded = new Response(form);
    const response = await app.inject({
      method: 'POST',
      url: '/api/identity/face/liveness',
      headers: {
        host: 'localhost',
        authorization: `Bearer ${key}`,
        'content-type': encoded.headers.get('content-type') ?? '',
      },
      payload: Buffer.from(await encoded.arrayBuffer()),
    });
    expect(response.json()).toMatchObject({ verification: { status: 'pending' } });
  });

  it('name what is wrong with a frame', async () => {
    nextMinute();
    const { bundle, customerId } = await selfie(await newCustomer());
    const withFrame = async (frame: string) =>
      (await call('POST', '/api/identity/face/liveness', { customerId, bundle: { ...bundle, frames: [frame] } })).body
        .details.fieldErrors;
    expect(await withFrame('not base64 at all!!')).toEqual({ 'bundle.frames.0': ['must be base64'] });
    expect(await withFrame(Buffer.from('GIF89a, an animation').toString('base64'))).toEqual({
      'bundle.frames.0': ['must be a JPEG or PNG image'],
    });
    const { signature: _signature, ...unsigned } = bundle;
    expect(
      (await call('POST', '/api/identity/face/liveness', { customerId, bundle: unsigned })).body.details.fieldErrors,
    ).toEqual({ 'bundle.signature': ['required'] });
  });

  it('come from desks too, with the original answer for ever', async () => {
    nextMinute();
    const capture = deskCapture(house, 'face', await newCustomer(), [picture('alive')], { prompts: [turnLeft] });
    const body = {
      deskId: bank.deskId,
      kind: capture.kind,
      customerId: capture.customerId,
      nonce: capture.nonce,
      bundle: asInput(capture.bundle),
    };
    const first = await call('POST', '/api/kiosk/bundles', body);
    expect(first.body).toMatchObject({
      nonce: capture.nonce,
      replayed: false,
      liveness: { fused: 'live' },
      match: { verdict: 'unclear' },
    });
    house.now = new Date(house.now.getTime() + 48 * 3_600_000);
    expect((await call('POST', '/api/kiosk/bundles', body)).body).toEqual({ ...first.body, replayed: true });
    expect((await call('POST', '/api/kiosk/bundles', body, rivalKey)).body.code).toBe('forbidden');
  });
});

describe('limits', () => {
  it('hold per customer and per key, say so on every answer, and follow the settings', async () => {
    nextMinute();
    const customerId = await newCustomer();
    const statuses: number[] = [];
    for (let n = 0; n < 11; n += 1)
      statuses.push((await call('POST', '/api/identity/document/ktp/challenge', { customerId })).status);
    expect(statuses).toEqual([...Array<number>(10).fill(200), 429]);
    const other = await newCustomer();
    const fine = await call('POST', '/api/identity/document/ktp/challenge', { customerId: other });
    expect(fine.headers).toMatchObject({ 'x-ratelimit-limit': '10', 'x-ratelimit-remaining': '9' });
    const limited = await call('POST', '/api/identity/document/ktp/challenge', { customerId });
    expect(limited.body).toMatchObject({ error: 'rate limit exceeded', bucket: 'ktp.challenge', limit: 10 });
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
    nextMinute();
    expect((await call('POST', '/api/identity/document/ktp/challenge', { customerId })).status).toBe(200);
    await changeSettings(house.ctx, systemActor(rival.orgId), { 'rateLimits.customers.list': '1' });
    expect((await call('GET', '/api/customers', undefined, rivalKey)).headers['x-ratelimit-limit']).toBe('1');
    expect((await call('GET', '/api/customers', undefined, rivalKey)).status).toBe(429);
  });
});

describe('organisations', () => {
  it('never see each other', async () => {
    nextMinute();
    const customerId = await newCustomer();
    const face = await selfie(customerId);
    const foreign: readonly (readonly ['GET' | 'POST', string, object?])[] = [
      ['GET', `/api/identity/customers/${customerId}`],
      ['GET', `/api/identity/customers/${customerId}/attempts`],
      ['GET', `/api/identity/kyc/${customerId}`],
      ['POST', `/api/identity/kyc/${customerId}/upgrade`, { targetTier: 'basic', reason: 'mine now' }],
      ['POST', '/api/identity/document/ktp/challenge', { customerId }],
      ['POST', '/api/identity/face/flash-challenge', { customerId }],
      ['POST', '/api/identity/face/liveness', face],
      ['POST', '/api/identity/face/match', face],
      ['POST', '/api/identity/auth/step-up', face],
    ];
    for (const [method, url, body] of foreign) {
      expect([url, (await call(method, url, body, rivalKey)).status]).toEqual([url, 404]);
    }
    for (const url of [
      '/api/identity/attempts',
      `/api/identity/attempts?customerId=${customerId}`,
      '/api/identity/review-queue',
      '/api/identity/tier-events',
    ]) {
      expect((await call('GET', url, undefined, rivalKey)).body.data).toEqual([]);
    }
  });
});

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

describe('the matrix', () => {
  const served = (row: RouteKey): boolean =>
    app.hasRoute({ method: row.split(' ')[0] as 'GET', url: (row.split(' ')[1] ?? '').replace(/\{(\w+)\}/g, ':$1') });
  const keyOf = (row: (typeof routeMatrix)[number]) => `${row.method} ${row.path}` as RouteKey;

  it('is held for every scope and role of every route that is served', async () => {
    const keys = new Map<Scope, string>();
    for (const scope of scopes) keys.set(scope, (await bank.key([scope])).key);
    for (const row of routeMatrix.filter((one) => served(keyOf(one)))) {
      const policy = policyOf(keyOf(row));
      if (policy.roles === 'public') continue;
      const url = row.path.replace(/\{\w+\}/g, 'cus_nobody');
      for (const [scope, bearer] of keys) {
        nextMinute();
        const { status } = await call(row.method, url, row.method === 'POST' ? {} : undefined, bearer);
        const allowed =
          policy.keyScopes === 'any' ||
          (policy.keyScopes !== 'none' && policy.keyScopes.some((wanted) => grants([scope], wanted)));
        expect([row.path, scope, status === 403]).toEqual([row.path, scope, !allowed]);
      }
    }
    for (const role of roles) {
      nextMinute();
      const login = await call('POST', '/api/auth/login', { email: `${role}@rival.test`, password }, null);
      const cookie = String(login.headers['set-cookie']).split(';')[0] ?? '';
      const headers = { cookie, origin: 'http://localhost', 'x-csrf-token': login.body.data.csrfToken as string };
      for (const row of routeMatrix.filter((one) => served(keyOf(one)) && one.path !== '/api/auth/logout')) {
        const policy = policyOf(keyOf(row));
        if (policy.roles === 'public') continue;
        const { status } = await call(
          row.method,
          row.path.replace(/\{\w+\}/g, 'cus_nobody'),
          row.method === 'POST' ? {} : undefined,
          null,
          headers,
        );
        const allowed = policy.roles === 'signed-in' || policy.roles.includes(role);
        expect([row.path, role, status === 403]).toEqual([row.path, role, !allowed]);
      }
    }
  });

  it('is in the OpenAPI document, with the answers and errors of each route', async () => {
    const document = (await call('GET', '/api/openapi.json', undefined, null)).body;
    expect(document.openapi).toBe('3.1.0');
    for (const row of routeMatrix.filter((one) => served(keyOf(one)))) {
      const operation = document.paths[row.path]?.[row.method.toLowerCase()];
      expect([row.path, Object.keys(operation?.responses ?? {}).includes('429')]).toEqual([row.path, true]);
      expect(operation.summary).toBeTruthy();
    }
    const docs = await app.inject({ url: '/api/docs', headers: { host: 'localhost' } });
    expect([200, 302]).toContain(docs.statusCode);
  });
});

describe('the door', () => {
  it('answers loopback names only, hides its reasons, and tells its health', async () => {
    const foreign = await app.inject({ url: '/api/healthz', headers: { host: 'bank.example' } });
    expect(foreign.statusCode).toBe(403);
    const missing = await call('GET', '/api/nothing');
    expect(missing).toMatchObject({ status: 404, body: { code: 'not_found' } });
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
