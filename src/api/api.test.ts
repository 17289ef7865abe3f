import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { printedNik } from '../core/ktp/testing/compose-reading.ts';
import { systemActor } from '../services/context.ts';
import { changeSettings } from '../services/set-up-organisation.ts';
import { picture } from '../services/testing/fake-vision.ts';
import { asInput, deskCapture, signedBundle, turnLeft } from '../services/testing/test-house.ts';
import {
  app,
  bank,
  call,
  house,
  key,
  newCustomer,
  nextMinute,
  rival,
  rivalKey,
  selfie,
  startApi,
  stopApi,
} from './testing/test-api.ts';

beforeAll(startApi);
afterAll(stopApi);

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

    const web = await selfie(customerId, 'alive', 'web', { prompts: [turnLeft] });
    expect((await call('POST', '/api/identity/face/liveness', web)).body).toMatchObject({
      verification: { status: 'verified', score: 75 },
      liveness: { verdict: 'live', assuranceTier: 'standard', passed: 3 },
    });

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
