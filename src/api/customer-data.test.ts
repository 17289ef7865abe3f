import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemActor } from '../services/context.ts';
import { readDukcapilRaw } from '../services/read-dukcapil.ts';
import { changeSettings } from '../services/set-up-organisation.ts';
import { picture } from '../services/testing/fake-vision.ts';
import { asInput, deskCapture, signedBundle, password } from '../services/testing/test-house.ts';
import { newEd25519Pair, privateKeyOf, signEd25519 } from '../vault/ed25519.ts';
import { signedBytes } from '../vault/bundle-signing.ts';
import { openSocketApi, type SocketApi } from './testing/socket-api.ts';

let api: SocketApi;
beforeAll(async () => {
  api = await openSocketApi();
});
afterAll(() => api.close());
beforeEach(() => api.nextMinute());

const set = (changes: Record<string, string>, orgId = api.bank.orgId) =>
  changeSettings(api.house.ctx, systemActor(orgId), changes);
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

describe('a verdict of Dukcapil', () => {
  const dukcapil = (body: unknown, options = {}) => api.ask('POST', '/api/identity/nik/dukcapil', body, options);
  const photo = base64(picture('alive', 'official'));

  it('needs the capability', async () => {
    const refused = await dukcapil({ customerId: await api.newCustomer(), valid: true });
    expect([refused.status, refused.body.error]).toEqual([403, 'org capability disabled']);
    await set({ 'capabilities.dukcapilEnabled': 'true' });
  });

  it('that confirms lifts to standard and enrols the authoritative reference; raw is never answered', async () => {
    const customerId = await api.newCustomer();
    const raw = { responseCode: '00', secretOfTheRegistry: 'never to be shown' };
    const done = await dukcapil({ customerId, valid: true, photo, raw });
    expect(done.body).toEqual({
      verification: { id: expect.stringMatching(/^ver_/), status: 'verified', score: 100 },
      enrolment: { id: expect.stringMatching(/^fe_/), source: 'dukcapil', fallbackStub: false },
    });
    const kyc = await api.ask('GET', `/api/identity/kyc/${customerId}`);
    expect(kyc.body.customer.kycLevel).toBe('standard');
    expect(await api.lastAudit('dukcapil.ingested')).toMatchObject({ object_id: done.body.verification.id });
    const { flashChallenge } = (await api.ask('POST', '/api/identity/face/flash-challenge', { customerId })).body;
    const bundle = asInput(signedBundle(api.house, flashChallenge, [picture('still')]));
    const match = await api.ask('POST', '/api/identity/face/match', { customerId, bundle });
    expect(match.body).toMatchObject({ match: { verdict: 'match' }, reference: { source: 'dukcapil' } });
    for (const path of [
      `/api/identity/customers/${customerId}`,
      `/api/identity/attempts?method=nik_dukcapil`,
      '/api/identity/audit-log',
    ])
      expect((await api.ask('GET', path)).text).not.toContain('secretOfTheRegistry');

    const read = (email: string) =>
      readDukcapilRaw(api.house.ctx, { verificationId: done.body.verification.id, email, password });
    expect(await read('admin@bank.test')).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    expect(await read('compliance@rival.test')).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expect(await read('compliance@bank.test')).toEqual({ ok: true, value: JSON.stringify(raw) });
    expect(await api.lastAudit('dukcapil.raw_viewed')).toMatchObject({
      actor_kind: 'user',
      object_id: done.body.verification.id,
    });
  });

  it('that declines has no score and no enrolment, leaves the tier, and tells analysts why', async () => {
    const customerId = await api.newCustomer();
    const reason = 'NIK not found in central registry';
    const done = await dukcapil({ customerId, valid: false, reason, photo });
    expect(done.body).toEqual({ verification: { id: expect.any(String), status: 'failed' }, enrolment: null });
    expect((await api.ask('GET', `/api/identity/kyc/${customerId}`)).body.customer.kycLevel).toBe('none');
    const page = (options: object) => api.ask('GET', `/api/identity/customers/${customerId}`, undefined, options);
    const analyst = await page({ bearer: null, headers: await api.signIn('analyst') });
    expect(analyst.body.data.dukcapil).toMatchObject({ status: 'failed', reason });
    const narrow = (await api.bank.key(['customers:view'])).key;
    expect((await page({ bearer: narrow })).text).not.toContain(reason);
  });

  it('with a photo without a face keeps a stub that nothing is compared with; without a photo enrols nothing', async () => {
    const customerId = await api.newCustomer();
    const stub = await dukcapil({ customerId, valid: true, photo: base64(picture('nobody')) });
    expect(stub.body).toMatchObject({ verification: { status: 'verified' }, enrolment: { fallbackStub: true } });
    const list = await api.ask('GET', `/api/identity/face/enrollments?customerId=${customerId}`);
    expect(list.body.data).toMatchObject([{ source: 'dukcapil', active: false, fallbackStub: true }]);
    expect((await dukcapil({ customerId, valid: true })).body.enrolment).toBeNull();
  });

  it('is refused when malformed, unreadable, unauthorised, of another organisation, archived, or too often', async () => {
    const customerId = await api.newCustomer();
    expect((await dukcapil({ customerId, valid: 'yes' })).body.details.fieldErrors).toHaveProperty('valid');
    expect(
      (await dukcapil({ customerId, valid: true, photo: 'bm90IGFuIGltYWdl' })).body.details.fieldErrors,
    ).toHaveProperty('photo');
    const broken = await dukcapil({ customerId, valid: true, photo: base64(picture('broken')) });
    expect([broken.status, broken.body.code]).toEqual([400, 'image_unusable']);
    expect((await dukcapil({ customerId, valid: true }, { bearer: null })).status).toBe(401);
    const narrow = (await api.bank.key(['customers:view'])).key;
    expect((await dukcapil({ customerId, valid: true }, { bearer: narrow })).body.code).toBe('missing_scope');
    await set({ 'capabilities.dukcapilEnabled': 'true' }, api.rival.orgId);
    expect((await dukcapil({ customerId, valid: true }, { bearer: api.rivalKey })).status).toBe(404);
    await api.ask('POST', `/api/identity/customers/${customerId}/erase`, {
      reason: 'gone',
      requestedBy: 'dpo',
      confirm: true,
    });
    expect((await dukcapil({ customerId, valid: true })).body.code).toBe('customer_archived');
    api.nextMinute();
    const statuses: number[] = [];
    for (let n = 0; n < 31; n += 1) statuses.push((await dukcapil({ customerId: 'cus_nobody', valid: false })).status);
    expect(statuses).toEqual([...Array<number>(30).fill(404), 429]);
  });
});

describe("a customer's device", () => {
  const register = (body: unknown, options = {}) => api.ask('POST', '/api/identity/devices/register', body, options);
  const liveness = (customerId: string, bundle: unknown) =>
    api.ask('POST', '/api/identity/face/liveness', { customerId, bundle });

  it('with a secret signs for its own customer, until erasure ends it', async () => {
    const customerId = await api.newCustomer();
    const { status, body } = await register({ customerId, platform: 'android', name: 'Pixel 9' });
    expect([status, body.device.signatureAlg]).toEqual([201, 'hmac-sha256']);
    const withChallenge = async (owner: string, secret: string, note: string) => {
      const { flashChallenge } = (await api.ask('POST', '/api/identity/face/flash-challenge', { customerId: owner }))
        .body;
      const change = { deviceId: body.device.id as string, platform: 'android' } as const;
      return asInput(
        signedBundle(api.house, { ...flashChallenge, hmacSecret: secret }, [picture('still', note)], change),
      );
    };
    const good = await liveness(customerId, await withChallenge(customerId, body.device.secret, 'one'));
    expect(
      good.body.liveness.voters.find((voter: { name: string }) => voter.name === 'device_attestation').passed,
    ).toBe(true);
    const guessed = await liveness(customerId, await withChallenge(customerId, 'qe_dsk_guess', 'two'));
    expect(guessed.body.code).toBe('signature_invalid');
    const other = await api.newCustomer();
    expect((await liveness(other, await withChallenge(other, body.device.secret, 'three'))).body.code).toBe(
      'signature_invalid',
    );
    const late = await withChallenge(customerId, body.device.secret, 'four');
    await api.ask('POST', `/api/identity/customers/${customerId}/erase`, {
      reason: 'gone',
      requestedBy: 'dpo',
      confirm: true,
    });
    expect((await liveness(customerId, late)).body.code).toBe('customer_archived');
    const row = await api.house.ctx.store.db
      .selectFrom('device_keys')
      .selectAll()
      .where('id', '=', body.device.id)
      .executeTakeFirstOrThrow();
    expect(row).toMatchObject({ active: 0, secret_sealed: null, end_reason: 'customer_erased' });
  });

  it('with a public key signs Ed25519, without a challenge too, and gets no secret', async () => {
    const customerId = await api.newCustomer();
    const pair = newEd25519Pair();
    const { body } = await register({ customerId, platform: 'ios', publicKey: pair.publicKey });
    expect(body.device).toMatchObject({ signatureAlg: 'ed25519', secret: null });
    const signed = signedBundle(api.house, { nonce: 'n', hmacSecret: 's' }, [picture('still', 'ed')], {
      deviceId: body.device.id as string,
      signatureAlg: 'ed25519',
      platform: 'ios',
    });
    const { flashChallengeNonce: _nonce, signature: _signature, ...manifest } = signed.manifest;
    const signature = signEd25519(privateKeyOf(pair.seed), signedBytes(manifest));
    const input = asInput({ manifest: { ...manifest, signature }, frames: signed.frames });
    expect((await liveness(customerId, input)).body).toMatchObject({ verification: { status: 'pending' } });
    const changed = { ...input, sdkVersion: 'another@1' };
    expect((await liveness(customerId, changed)).body.code).toBe('signature_invalid');
  });

  it('is registered by keys only, for an own customer, ten times a minute', async () => {
    const customerId = await api.newCustomer();
    expect((await register({ customerId, platform: 'abacus' })).body.details.fieldErrors).toHaveProperty('platform');
    expect((await register({ customerId, platform: 'web' }, { bearer: null })).status).toBe(401);
    expect(
      (await register({ customerId, platform: 'web' }, { bearer: null, headers: await api.signIn('staff') })).status,
    ).toBe(403);
    expect(
      (await register({ customerId, platform: 'web' }, { bearer: (await api.bank.key(['verifications:view'])).key }))
        .status,
    ).toBe(403);
    expect((await register({ customerId, platform: 'web' }, { bearer: api.rivalKey })).status).toBe(404);
    const statuses: number[] = [];
    for (let n = 0; n < 11; n += 1) statuses.push((await register({ customerId, platform: 'web' })).status);
    expect(statuses).toEqual([...Array<number>(10).fill(201), 429]);
  });
});

describe('desks', () => {
  it('are limited per customer by the time of capture, and each desk by itself', async () => {
    const customerId = await api.newCustomer();
    const deliver = (note: string) => {
      const capture = deskCapture(api.house, 'ktp', customerId, [picture('still-card', note)]);
      const { kind, nonce } = capture;
      return api.ask('POST', '/api/kiosk/bundles', {
        deskId: api.bank.deskId,
        kind,
        customerId,
        nonce,
        bundle: asInput(capture.bundle),
      });
    };
    const answers = [];
    for (let n = 0; n < 6; n += 1) answers.push(await deliver(String(n)));
    expect(answers.map((answer) => answer.status)).toEqual([...Array<number>(5).fill(200), 429]);
    expect(answers[5]?.body).toMatchObject({ code: 'rate_limited', bucket: 'ktp.capture.customer', limit: 5 });
    expect(answers[0]?.headers.get('x-ratelimit-limit')).toBe('600');
    api.nextMinute();
    expect((await deliver('later')).status).toBe(200);
  });
});
