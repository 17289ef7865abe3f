import { describe, expect, it } from 'vitest';
import { unknownFact } from '../../contract/facts.ts';
import { createOnboardingDesk } from './onboarding-desk.ts';
import { livenessJudgement, realCamera } from './testing/fake-ports.ts';
import { bench, expectOk, jpeg, operator, selfie, toCard, toSelfie, signature } from './testing/walk.ts';

describe('fields', () => {
  it('keeps original, who and when of a correction, and doubts a critical one', async () => {
    const { house, desk } = bench();
    await toSelfie(desk, { fullName: 'SARI  DEWI PUTRI ', religion: 'ISLAM' });
    const view = expectOk(await selfie(desk));
    expect(house.sealed[0]?.manifest.evidence?.reading?.corrections).toEqual([
      { field: 'fullName', from: 'SARI DEWI', to: 'SARI DEWI PUTRI', by: 'usr_1', at: '2026-03-02T03:00:00.000Z' },
      { field: 'religion', from: null, to: 'ISLAM', by: 'usr_1', at: '2026-03-02T03:00:00.000Z' },
    ]);
    expect(view.result?.outcome).toBe('review');
    expect(view.result?.reasons.filter((reason) => reason.code === 'field_corrected')).toEqual([
      { code: 'field_corrected', gate: 'ktp', field: 'fullName' },
    ]);
  });

  it.each([
    [{ nik: '3171019901900001' }, 'nik_malformed'],
    [{ nik: '12345' }, 'nik_malformed'],
    [{ nik: '' }, 'nik_missing'],
    [{ fullName: ' ' }, 'field_missing'],
    [{ birthDate: '31-12-1990' }, 'field_uncertain'],
  ])('does not go on with %j', async (fields, code) => {
    const { desk } = bench();
    const view = await toSelfie(desk, fields);
    expect(view.step).toBe('fields');
    expect(view.advice.map((reason) => reason.code)).toEqual([code]);
  });

  it('continues with the customer who holds the NIK of the card, whatever was looked up before', async () => {
    const { house, desk } = bench((house) => {
      house.customers.set('3171014101900001', { id: 'cus_known', fullName: 'SARI DEWI', kycLevel: 'basic' });
      house.customers.set('3171015502850002', { id: 'cus_other', fullName: 'RINA', kycLevel: 'basic' });
    });
    expectOk(await desk.start(operator, { purpose: 'update_data', language: 'en' }));
    expect(expectOk(await desk.lookup(operator, { nik: '3171015502850002' })).customer?.id).toBe('cus_other');
    expectOk(await desk.consent(operator, { version: '1', purposes: ['identity', 'marketing'], signature }));
    expectOk(await desk.submitCard(operator, { frames: [jpeg(1)], camera: realCamera }));
    const view = expectOk(await desk.confirmFields(operator, { fields: {} }));
    expect(view).toMatchObject({
      existingCustomer: true,
      customerId: 'cus_known',
      advice: [{ code: 'duplicate_customer' }],
    });
    expectOk(await selfie(desk));
    expect(house.sealed.map((request) => request.customerId)).toEqual(['cus_known', 'cus_known']);
  });

  it('does not seal a new card under a looked-up customer', async () => {
    const { house, desk } = bench((house) =>
      house.customers.set('3171015502850002', { id: 'cus_other', fullName: 'RINA', kycLevel: 'basic' }),
    );
    expectOk(await desk.start(operator, { purpose: 'update_data', language: 'en' }));
    expectOk(await desk.lookup(operator, { nik: '3171015502850002' }));
    expectOk(await desk.consent(operator, { version: '1', purposes: ['identity'], signature }));
    expectOk(await desk.submitCard(operator, { frames: [jpeg(1)], camera: realCamera }));
    expectOk(await desk.confirmFields(operator, { fields: {} }));
    expectOk(await selfie(desk));
    expect(house.sealed.map((request) => request.customerId)).not.toContain('cus_other');
  });
});

describe('challenges', () => {
  it('are single use', async () => {
    const { desk } = bench((house) => (house.face = unknownFact('face_not_found')));
    await toSelfie(desk);
    const { nonce } = expectOk(await desk.challenge(operator, { purpose: 'face' }));
    const once = { frames: [jpeg(3)], frameTimesMs: [], nonce, prompts: [], camera: realCamera };
    expectOk(await desk.submitSelfie(operator, once));
    expect(await desk.submitSelfie(operator, once)).toMatchObject({ ok: false, error: { code: 'challenge_consumed' } });
  });

  it('expire after 90 s, judged when the capture arrives', async () => {
    const { house, desk } = bench();
    await toSelfie(desk);
    const { nonce, expiresAt } = expectOk(await desk.challenge(operator, { purpose: 'face' }));
    expect(Date.parse(expiresAt) - house.now).toBe(90_000);
    house.now += 90_001;
    expect(
      await desk.submitSelfie(operator, {
        frames: [jpeg(3)],
        frameTimesMs: [],
        nonce,
        prompts: [],
        camera: realCamera,
      }),
    ).toMatchObject({ ok: false, error: { code: 'challenge_expired' } });
  });

  it('are refused when unknown, of the other purpose, or replaced by a newer one', async () => {
    const { desk } = bench();
    await toCard(desk);
    const card = expectOk(await desk.challenge(operator, { purpose: 'ktp' }));
    const newer = expectOk(await desk.challenge(operator, { purpose: 'ktp' }));
    expect(await desk.submitCard(operator, { frames: [jpeg(1)], nonce: card.nonce, camera: realCamera })).toMatchObject(
      { ok: false, error: { code: 'challenge_unknown' } },
    );
    expectOk(await desk.submitCard(operator, { frames: [jpeg(1)], nonce: newer.nonce, camera: realCamera }));
    expectOk(await desk.confirmFields(operator, { fields: {} }));
    expect(
      await desk.submitSelfie(operator, {
        frames: [jpeg(3)],
        frameTimesMs: [],
        nonce: newer.nonce,
        prompts: [],
        camera: realCamera,
      }),
    ).toMatchObject({ ok: false, error: { code: 'challenge_mismatch' } });
    expect(await desk.challenge(operator, { purpose: 'ktp' })).toMatchObject({
      ok: false,
      error: { code: 'bad_request' },
    });
  });

  it('count up and drop prompts nobody asked for', async () => {
    const { house, desk } = bench();
    await toSelfie(desk);
    const first = expectOk(await desk.challenge(operator, { purpose: 'face' }));
    expect(first.prompts.length).toBeGreaterThanOrEqual(1);
    expect(first.prompts.length).toBeLessThanOrEqual(2);
    const never =
      (['turn_left', 'turn_right', 'smile', 'blink'] as const).find((kind) => !first.prompts.includes(kind)) ?? 'blink';
    expectOk(
      await desk.submitSelfie(operator, {
        frames: [jpeg(3)],
        frameTimesMs: [],
        nonce: first.nonce,
        prompts: [{ kind: never, fromMs: 0, toMs: 900 }],
        camera: realCamera,
      }),
    );
    expect(house.sealed[1]?.manifest.evidence?.prompts).toEqual([]);
    const counters = house.sealed.map((request) => request.manifest.evidence?.challenge?.counter ?? 0);
    expect(counters[1]).toBeGreaterThan(counters[0] ?? 0);
  });
});

describe('the session', () => {
  it('resumes after a restart where it was, and keeps the result', async () => {
    const { house, desk } = bench();
    await toSelfie(desk);
    const restarted = createOnboardingDesk(house.ports);
    expect(expectOk(await restarted.current(operator))).toMatchObject({ step: 'selfie', customerName: 'SARI DEWI' });
    expectOk(await selfie(restarted));
    const again = createOnboardingDesk(house.ports);
    expect(expectOk(await again.current(operator))).toMatchObject({ step: 'result', result: { outcome: 'verified' } });
  });

  it('turns provisional into official when the record answers later', async () => {
    const { house, desk } = bench((house) => (house.deliver = null));
    await toSelfie(desk);
    expect(expectOk(await selfie(desk)).result).toMatchObject({ provisional: true, outcome: 'verified' });
    house.deliver = (request) =>
      request.kind === 'face'
        ? {
            liveness: livenessJudgement('spoof', 5, [{ code: 'liveness_spoof', gate: 'liveness' }]),
            kycLevel: 'standard',
          }
        : {};
    const before = house.changes.length;
    await desk.answersArrived();
    expect(house.changes.length).toBe(before + 1);
    const official = expectOk(await desk.current(operator));
    expect(official?.result).toMatchObject({ provisional: false, outcome: 'stopped', tier: 'standard' });
  });

  it('wipes everything on cancel', async () => {
    const { house, desk } = bench();
    await toSelfie(desk);
    expect(house.stored.size).toBe(1);
    expectOk(await desk.cancel(operator));
    expect(house.stored.size).toBe(0);
    expect(house.sealed).toEqual([]);
    expect(house.changes.at(-1)).toBeNull();
    expect(expectOk(await desk.current(operator))).toBeNull();
    expectOk(await desk.cancel(operator));
  });

  it('allows one at a time per operator, and keeps operators apart', async () => {
    const { desk } = bench();
    await toCard(desk);
    expect(await desk.start(operator, { purpose: 'other', language: 'id' })).toMatchObject({
      ok: false,
      error: { code: 'bad_request' },
    });
    expect(expectOk(await desk.current({ id: 'usr_2', orgId: 'org_1' }))).toBeNull();
    expect(
      await desk.consent({ id: 'usr_2', orgId: 'org_1' }, { version: '1', purposes: ['identity'], signature }),
    ).toMatchObject({ ok: false, error: { code: 'bad_request' } });
  });

  it('runs two submissions of one operator one after the other', async () => {
    const { house, desk } = bench();
    await toSelfie(desk);
    const { nonce } = expectOk(await desk.challenge(operator, { purpose: 'face' }));
    const twice = { frames: [jpeg(3)], frameTimesMs: [], nonce, prompts: [], camera: realCamera };
    const results = await Promise.all([desk.submitSelfie(operator, twice), desk.submitSelfie(operator, twice)]);
    expect(results.map((result) => result.ok)).toEqual([true, false]);
    expect(house.sealed).toHaveLength(2);
  });

  it('wants the current consent text and the required purposes', async () => {
    const { desk } = bench();
    expectOk(await desk.start(operator, { purpose: 'open_account', language: 'id' }));
    for (const wrong of [
      { version: '0', purposes: ['identity'], signature },
      {
        version: '1',
        purposes: ['identity'],
        signature: { method: 'drawn' as const, strokes: [[500, 500, 501, 500]] },
      },
      { version: '1', purposes: ['identity'], signature: { method: 'typed' as const } },
      { version: '1', purposes: ['marketing'], signature },
      { version: '1', purposes: ['identity', 'invented'], signature },
    ]) {
      expect(await desk.consent(operator, wrong)).toMatchObject({ ok: false, error: { code: 'validation_failed' } });
    }
    expect(expectOk(await desk.current(operator))?.step).toBe('consent');
  });

  it('repeats a selfie without sealing the card twice, and the last one decides', async () => {
    const { house, desk } = bench((house) => (house.liveness = livenessJudgement('unclear', 3)));
    await toSelfie(desk);
    expect(expectOk(await selfie(desk)).result?.outcome).toBe('review');
    expect(await desk.retake(operator, { step: 'card' })).toMatchObject({ ok: false, error: { code: 'bad_request' } });
    expect(expectOk(await desk.retake(operator, { step: 'selfie' }))).toMatchObject({ step: 'selfie', result: null });
    house.liveness = livenessJudgement('live');
    expect(expectOk(await selfie(desk)).result).toMatchObject({
      outcome: 'verified',
      bundles: [{ kind: 'ktp' }, { kind: 'face' }, { kind: 'face' }],
    });
    expect(house.sealed.map((request) => request.kind)).toEqual(['ktp', 'face', 'face']);
  });
});
