import { describe, expect, it } from 'vitest';
import type { OnboardingView } from '../../contract/desk/answers.ts';
import { unknownFact } from '../../contract/facts.ts';
import { fail, type Result } from '../../contract/result.ts';
import { createOnboardingDesk, type OnboardingDesk } from './onboarding-desk.ts';
import { cardJudgement, fakeHouse, livenessJudgement, matchJudgement, realCamera, specimen, type FakeHouse } from './testing/fake-ports.ts';

const operator = { id: 'usr_1', orgId: 'org_1' };
const jpeg = (value: number) => new Uint8Array([0xff, 0xd8, value]);

function expectOk<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`expected success, got ${result.error.code}: ${result.error.message}`);
  return result.value;
}

async function toCard(desk: OnboardingDesk): Promise<OnboardingView> {
  expectOk(await desk.start(operator, { purpose: 'open_account', language: 'id' }));
  return expectOk(await desk.consent(operator, { version: '1', purposes: ['identity'] }));
}

async function toSelfie(desk: OnboardingDesk, fields = {}): Promise<OnboardingView> {
  await toCard(desk);
  const challenge = expectOk(await desk.challenge(operator, { purpose: 'ktp' }));
  const read = expectOk(await desk.submitCard(operator, { frames: [jpeg(1), jpeg(2)], frameTimesMs: [0, 400], nonce: challenge.nonce, camera: realCamera }));
  expect(read.step).toBe('fields');
  return expectOk(await desk.confirmFields(operator, { fields }));
}

async function selfie(desk: OnboardingDesk, camera = realCamera): Promise<Result<OnboardingView>> {
  const challenge = expectOk(await desk.challenge(operator, { purpose: 'face' }));
  const prompts = challenge.prompts.map((kind, index) => ({ kind, fromMs: index * 1000, toMs: index * 1000 + 900 }));
  return desk.submitSelfie(operator, { frames: [jpeg(3), jpeg(4)], frameTimesMs: [0, 500], nonce: challenge.nonce, prompts, camera });
}

const bench = (change: (house: FakeHouse) => void = () => {}) => {
  const house = fakeHouse();
  change(house);
  return { house, desk: createOnboardingDesk(house.ports) };
};

describe('the green path', () => {
  it('goes from consent to a verified, delivered result with two bundles', async () => {
    const { house, desk } = bench();
    await toSelfie(desk);
    const view = expectOk(await selfie(desk));
    expect(view.step).toBe('result');
    expect(view.result).toMatchObject({ outcome: 'verified', tier: 'premium', provisional: false, reviewCaseId: null });
    expect(view.result?.gates.map((gate) => [gate.gate, gate.state])).toEqual([['ktp', 'pass'], ['liveness', 'pass'], ['match', 'pass']]);
    expect(view.result?.bundles).toMatchObject([{ kind: 'ktp', sealed: true, delivered: true, verificationId: 'ver_ktp' }, { kind: 'face', sealed: true, delivered: true, verificationId: 'ver_face' }]);
    expect(house.sealed.map((request) => request.kind)).toEqual(['ktp', 'face']);
  });

  it('puts under the signature what the desk knows', async () => {
    const { house, desk } = bench();
    await toSelfie(desk);
    expectOk(await selfie(desk));
    const [card, face] = house.sealed;
    expect(card?.customerId).toBe(face?.customerId);
    expect(card?.manifest.ocrFields).toEqual(specimen);
    expect(card?.manifest.evidence).toMatchObject({
      kind: 'ktp',
      simulated: false,
      operatorId: 'usr_1',
      frameTimesMs: [0, 400],
      camera: realCamera,
      consent: { version: '1', hash: 'c'.repeat(64), language: 'id', purposes: ['identity'] },
      subject: { fullName: 'SARI DEWI', nik: '3171014101900001' },
      reading: { original: specimen, corrections: [], typedByHand: false },
      appVersion: '0.1.0-test',
    });
    expect(card?.manifest.flashChallengeNonce).toBe(card?.manifest.evidence?.challenge?.nonce);
    expect(face?.manifest.evidence?.prompts?.length).toBeGreaterThan(0);
    expect(face?.manifest.evidence?.challenge?.purpose).toBe('face');
    // SHA-256 of the bytes ff d8 03, computed with coreutils sha256sum.
    expect(face?.manifest.frames[0]).toBe('00b29229385c6db3dd6bd4b5c8d030e9268a58fe796471ee9143231d8373b671');
  });

  it('shows the reading with boxes as shares of the card', async () => {
    const { desk } = bench();
    await toCard(desk);
    const view = expectOk(await desk.submitCard(operator, { frames: [jpeg(1)], camera: realCamera }));
    const nik = view.card?.fields.find((field) => field.name === 'nik');
    expect(nik).toMatchObject({ value: specimen.nik, confidence: 0.95, uncertain: false, original: specimen.nik, corrected: false, box: { x: 0.1, y: 0.1, width: 0.2 } });
    expect(view.card?.fields).toHaveLength(17);
    expect(view.card?.fields.find((field) => field.name === 'religion')).toMatchObject({ value: '', uncertain: true, original: null });
    expect(view.card?.nik).toMatchObject({ valid: true, sex: 'female', birthDate: '1990-01-01' });
    expect(view.card?.image).toBeInstanceOf(Uint8Array);
  });

  it('gives a receipt at the result only, and wipes on finish', async () => {
    const { house, desk } = bench();
    await toSelfie(desk);
    expect(await desk.receipt(operator)).toMatchObject({ ok: false, error: { code: 'bad_request' } });
    expect(await desk.finish(operator)).toMatchObject({ ok: false });
    expectOk(await selfie(desk));
    expect(expectOk(await desk.receipt(operator)).fileName).toBe('receipt.pdf');
    expectOk(await desk.finish(operator));
    expect(house.stored.size).toBe(0);
    expect(expectOk(await desk.current(operator))).toBeNull();
  });
});

describe('what is not green', () => {
  it('goes to review where liveness is unclear', async () => {
    const { desk } = bench((house) => {
      house.liveness = livenessJudgement('unclear', 2, [{ code: 'liveness_unclear', gate: 'liveness' }]);
      house.deliver = (request) => (request.kind === 'face' ? { kycLevel: 'standard', reviewCaseId: 'rev_1', verifications: [{ id: 'ver_f', method: 'face_liveness', status: 'pending', score: 20 }] } : {});
    });
    await toSelfie(desk);
    const view = expectOk(await selfie(desk));
    expect(view.result).toMatchObject({ outcome: 'review', tier: 'standard', reviewCaseId: 'rev_1' });
    expect(view.result?.reasons.map((reason) => reason.code)).toContain('liveness_unclear');
  });

  it('stops where the faces differ', async () => {
    const { desk } = bench((house) => (house.match = matchJudgement('no_match', 0.1)));
    await toSelfie(desk);
    expect(expectOk(await selfie(desk)).result?.outcome).toBe('stopped');
  });

  it('seals without models and sends the case to review', async () => {
    const { house, desk } = bench((house) => {
      house.reading = unknownFact('vision_unavailable');
      house.face = unknownFact('model_missing');
      house.ktp = cardJudgement('requires_review', [{ code: 'vision_unavailable', gate: 'ktp' }]);
      house.liveness = livenessJudgement('unclear', 0, [{ code: 'model_missing', gate: 'liveness' }]);
      house.deliver = null;
    });
    await toCard(desk);
    const read = expectOk(await desk.submitCard(operator, { frames: [jpeg(1)], camera: realCamera }));
    expect(read).toMatchObject({ step: 'fields', card: { typedByHand: true } });
    const typed = expectOk(await desk.confirmFields(operator, { fields: { nik: '3171014101900001', fullName: 'SARI DEWI' } }));
    expect(typed.step).toBe('selfie');
    const view = expectOk(await selfie(desk));
    expect(view.result).toMatchObject({ outcome: 'review', provisional: true, tier: 'basic' });
    expect(view.result?.gates.map((gate) => gate.state)).toEqual(['review', 'missing', 'missing']);
    expect(house.sealed.map((request) => request.kind)).toEqual(['ktp', 'face']);
    expect(house.sealed[0]?.manifest.evidence?.reading).toMatchObject({ typedByHand: true, original: {} });
  });

  it.each(['face_not_found', 'face_several', 'face_too_small'] as const)('asks for another selfie on %s, and decides at the third', async (code) => {
    const { house, desk } = bench((house) => {
      house.face = unknownFact(code);
      house.liveness = livenessJudgement('unclear', 0);
      house.deliver = null;
    });
    await toSelfie(desk);
    for (const attempt of [1, 2]) {
      const again = expectOk(await selfie(desk));
      expect(again).toMatchObject({ step: 'selfie', attempts: { selfie: attempt }, advice: [{ code }] });
      expect(house.sealed).toEqual([]);
    }
    const view = expectOk(await selfie(desk));
    expect(view.result).toMatchObject({ outcome: 'review' });
    expect(view.result?.reasons.map((reason) => reason.code)).toContain('exception_path');
  });

  it('keeps asking for the card, then lets it be typed', async () => {
    const { desk } = bench((house) => (house.reading = unknownFact('card_not_found')));
    await toCard(desk);
    expect(await desk.typeCard(operator)).toMatchObject({ ok: false, error: { code: 'bad_request' } });
    for (const step of ['card', 'card', 'fields']) {
      const view = expectOk(await desk.submitCard(operator, { frames: [jpeg(1)], camera: realCamera }));
      expect(view.step).toBe(step);
      expect(view.advice[0]?.code).toBe('card_not_found');
    }
  });

  it('names unusable pictures and keeps the step', async () => {
    const { house, desk } = bench((house) => (house.frameProblem = 'image_unreadable'));
    await toCard(desk);
    const card = await desk.submitCard(operator, { frames: [jpeg(1)], camera: realCamera });
    expect(card).toMatchObject({ ok: false, error: { code: 'image_unusable', details: { reason: 'image_unreadable' } } });
    expect(expectOk(await desk.current(operator))?.step).toBe('card');
    house.frameProblem = null;
    expectOk(await desk.submitCard(operator, { frames: [jpeg(1)], camera: realCamera }));
    expectOk(await desk.confirmFields(operator, { fields: {} }));
    house.frameProblem = 'image_animated';
    expect(await selfie(desk)).toMatchObject({ ok: false, error: { code: 'image_unusable', details: { reason: 'image_animated' } } });
    expect(house.sealed).toEqual([]);
  });

  it('seals nothing when one of the two bundles cannot be sealed', async () => {
    const { house, desk } = bench((house) => (house.sealFails = fail('customer_erased', 'The customer was erased.')));
    await toSelfie(desk);
    expect(await selfie(desk)).toMatchObject({ ok: false, error: { code: 'customer_erased' } });
    expect(house.sealed).toEqual([]);
    expect(expectOk(await desk.current(operator))?.step).toBe('selfie');
  });

  it('sends a virtual camera to review, however good the numbers are', async () => {
    const { desk } = bench();
    await toSelfie(desk);
    const view = expectOk(await selfie(desk, { ...realCamera, label: 'OBS Virtual Camera' }));
    expect(view.result?.outcome).toBe('review');
    expect(view.result?.reasons).toContainEqual({ code: 'stream_irregular', gate: 'liveness' });
  });
});

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
    expect(view.result?.reasons.filter((reason) => reason.code === 'field_corrected')).toEqual([{ code: 'field_corrected', gate: 'ktp', field: 'fullName' }]);
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
    expectOk(await desk.consent(operator, { version: '1', purposes: ['identity', 'marketing'] }));
    expectOk(await desk.submitCard(operator, { frames: [jpeg(1)], camera: realCamera }));
    const view = expectOk(await desk.confirmFields(operator, { fields: {} }));
    expect(view).toMatchObject({ existingCustomer: true, customerId: 'cus_known', advice: [{ code: 'duplicate_customer' }] });
    expectOk(await selfie(desk));
    expect(house.sealed.map((request) => request.customerId)).toEqual(['cus_known', 'cus_known']);
  });

  it('does not seal a new card under a looked-up customer', async () => {
    const { house, desk } = bench((house) => house.customers.set('3171015502850002', { id: 'cus_other', fullName: 'RINA', kycLevel: 'basic' }));
    expectOk(await desk.start(operator, { purpose: 'update_data', language: 'en' }));
    expectOk(await desk.lookup(operator, { nik: '3171015502850002' }));
    expectOk(await desk.consent(operator, { version: '1', purposes: ['identity'] }));
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
    expect(await desk.submitSelfie(operator, { frames: [jpeg(3)], frameTimesMs: [], nonce, prompts: [], camera: realCamera })).toMatchObject({ ok: false, error: { code: 'challenge_expired' } });
  });

  it('are refused when unknown, of the other purpose, or replaced by a newer one', async () => {
    const { desk } = bench();
    await toCard(desk);
    const card = expectOk(await desk.challenge(operator, { purpose: 'ktp' }));
    const newer = expectOk(await desk.challenge(operator, { purpose: 'ktp' }));
    expect(await desk.submitCard(operator, { frames: [jpeg(1)], nonce: card.nonce, camera: realCamera })).toMatchObject({ ok: false, error: { code: 'challenge_unknown' } });
    expectOk(await desk.submitCard(operator, { frames: [jpeg(1)], nonce: newer.nonce, camera: realCamera }));
    expectOk(await desk.confirmFields(operator, { fields: {} }));
    expect(await desk.submitSelfie(operator, { frames: [jpeg(3)], frameTimesMs: [], nonce: newer.nonce, prompts: [], camera: realCamera })).toMatchObject({ ok: false, error: { code: 'challenge_mismatch' } });
    expect(await desk.challenge(operator, { purpose: 'ktp' })).toMatchObject({ ok: false, error: { code: 'bad_request' } });
  });

  it('count up and drop prompts nobody asked for', async () => {
    const { house, desk } = bench();
    await toSelfie(desk);
    const first = expectOk(await desk.challenge(operator, { purpose: 'face' }));
    expect(first.prompts.length).toBeGreaterThanOrEqual(1);
    expect(first.prompts.length).toBeLessThanOrEqual(2);
    const never = (['turn_left', 'turn_right', 'smile', 'blink'] as const).find((kind) => !first.prompts.includes(kind)) ?? 'blink';
    expectOk(await desk.submitSelfie(operator, { frames: [jpeg(3)], frameTimesMs: [], nonce: first.nonce, prompts: [{ kind: never, fromMs: 0, toMs: 900 }], camera: realCamera }));
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
    house.deliver = (request) => (request.kind === 'face' ? { liveness: livenessJudgement('spoof', 5, [{ code: 'liveness_spoof', gate: 'liveness' }]), kycLevel: 'standard' } : {});
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
    expect(await desk.start(operator, { purpose: 'other', language: 'id' })).toMatchObject({ ok: false, error: { code: 'bad_request' } });
    expect(expectOk(await desk.current({ id: 'usr_2', orgId: 'org_1' }))).toBeNull();
    expect(await desk.consent({ id: 'usr_2', orgId: 'org_1' }, { version: '1', purposes: ['identity'] })).toMatchObject({ ok: false, error: { code: 'bad_request' } });
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
    for (const wrong of [{ version: '0', purposes: ['identity'] }, { version: '1', purposes: ['marketing'] }, { version: '1', purposes: ['identity', 'invented'] }]) {
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
    expect(expectOk(await selfie(desk)).result).toMatchObject({ outcome: 'verified', bundles: [{ kind: 'ktp' }, { kind: 'face' }, { kind: 'face' }] });
    expect(house.sealed.map((request) => request.kind)).toEqual(['ktp', 'face', 'face']);
  });
});

describe('simulated captures', () => {
  const simulated = { ...realCamera, simulated: true };

  it('are refused by a live organisation, card and selfie', async () => {
    const { house, desk } = bench((house) => (house.settings = { ...house.settings, environment: 'live' }));
    await toCard(desk);
    expect(await desk.submitCard(operator, { frames: [jpeg(1)], camera: simulated })).toMatchObject({ ok: false, error: { code: 'simulated_refused' } });
    expectOk(await desk.submitCard(operator, { frames: [jpeg(1)], camera: realCamera }));
    expectOk(await desk.confirmFields(operator, { fields: {} }));
    expect(await selfie(desk, simulated)).toMatchObject({ ok: false, error: { code: 'simulated_refused' } });
    expect(house.sealed).toEqual([]);
  });

  it('are marked in the bundle, also when the station runs on a simulator and the page denies it', async () => {
    const { house } = bench();
    const desk = createOnboardingDesk({ ...house.ports, simulation: true });
    await toSelfie(desk);
    const view = expectOk(await selfie(desk, { ...realCamera, simulated: false }));
    expect(house.sealed.map((request) => request.manifest.evidence?.simulated)).toEqual([true, true]);
    expect(view.result?.reasons.map((reason) => reason.code)).toContain('simulated_capture');
    expect(view.result?.outcome).toBe('verified');
  });
});
