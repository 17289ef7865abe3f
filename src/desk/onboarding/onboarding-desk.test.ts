import { describe, expect, it } from 'vitest';
import type { CameraIdentity } from '../../contract/bundle.ts';
import { unknownFact } from '../../contract/facts.ts';
import type { Reason } from '../../contract/reasons.ts';
import { fail } from '../../contract/result.ts';
import { createOnboardingDesk } from './onboarding-desk.ts';
import type { OnboardingPorts } from './ports.ts';
import { cardJudgement, livenessJudgement, matchJudgement, realCamera, specimen } from './testing/fake-ports.ts';
import { bench, expectOk, jpeg, operator, selfie, toCard, toSelfie, signature } from './testing/walk.ts';

describe('the green path', () => {
  it('goes from consent to a verified, delivered result with two bundles', async () => {
    const { house, desk } = bench();
    await toSelfie(desk);
    const view = expectOk(await selfie(desk));
    expect(view.step).toBe('result');
    expect(view.result).toMatchObject({ outcome: 'verified', tier: 'premium', provisional: false, reviewCaseId: null });
    expect(view.result?.gates.map((gate) => [gate.gate, gate.state])).toEqual([
      ['ktp', 'pass'],
      ['liveness', 'pass'],
      ['match', 'pass'],
    ]);
    expect(view.result?.bundles).toMatchObject([
      { kind: 'ktp', sealed: true, delivered: true, verificationId: 'ver_ktp' },
      { kind: 'face', sealed: true, delivered: true, verificationId: 'ver_face' },
    ]);
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
    expect(nik).toMatchObject({
      value: specimen.nik,
      confidence: 0.95,
      uncertain: false,
      original: specimen.nik,
      corrected: false,
      box: { x: 0.1, y: 0.1, width: 0.2 },
    });
    expect(view.card?.fields).toHaveLength(17);
    expect(view.card?.fields.find((field) => field.name === 'religion')).toMatchObject({
      value: '',
      uncertain: true,
      original: null,
    });
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
      house.deliver = (request) =>
        request.kind === 'face'
          ? {
              kycLevel: 'standard',
              reviewCaseId: 'rev_1',
              verifications: [{ id: 'ver_f', method: 'face_liveness', status: 'pending', score: 20 }],
            }
          : {};
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
    const typed = expectOk(
      await desk.confirmFields(operator, { fields: { nik: '3171014101900001', fullName: 'SARI DEWI' } }),
    );
    expect(typed.step).toBe('selfie');
    const view = expectOk(await selfie(desk));
    expect(view.result).toMatchObject({ outcome: 'review', provisional: true, tier: 'basic' });
    expect(view.result?.gates.map((gate) => gate.state)).toEqual(['review', 'missing', 'missing']);
    expect(house.sealed.map((request) => request.kind)).toEqual(['ktp', 'face']);
    expect(house.sealed[0]?.manifest.evidence?.reading).toMatchObject({ typedByHand: true, original: {} });
  });

  it.each(['face_not_found', 'face_several', 'face_too_small', 'too_few_frames'] as const)(
    'asks for another selfie on %s, and decides at the third',
    async (code) => {
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
    },
  );

  it('goes on without a selfie when somebody asks for it: the card alone, its ground, and a supervisor', async () => {
    const { house, desk } = bench((house) => (house.deliver = null));
    await toCard(desk);
    expect(await desk.exception(operator, { ground: 'customer_unable' })).toMatchObject({
      ok: false,
      error: { code: 'bad_request' },
    });
    await desk.cancel(operator);
    await toSelfie(desk);
    const view = expectOk(await desk.exception(operator, { ground: 'customer_unable' }));
    expect(view).toMatchObject({ step: 'result', result: { outcome: 'review' } });
    expect(view.result?.gates.map((gate) => gate.state).slice(1)).toEqual(['missing', 'missing']);
    expect(view.result?.reasons.map((reason) => reason.code)).toContain('exception_path');
    expect(house.sealed.map((request) => request.kind)).toEqual(['ktp']);
    expect(house.sealed[0]?.manifest.evidence?.exception).toBe('customer_unable');
    // A second thought is welcome: the selfie can still be taken, and the card is not sealed twice.
    expectOk(await desk.retake(operator, { step: 'selfie' }));
    expectOk(await selfie(desk));
    expect(house.sealed.map((request) => request.kind)).toEqual(['ktp', 'face']);
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
    expect(card).toMatchObject({
      ok: false,
      error: { code: 'image_unusable', details: { reason: 'image_unreadable' } },
    });
    expect(expectOk(await desk.current(operator))?.step).toBe('card');
    house.frameProblem = null;
    expectOk(await desk.submitCard(operator, { frames: [jpeg(1)], camera: realCamera }));
    expectOk(await desk.confirmFields(operator, { fields: {} }));
    house.frameProblem = 'image_animated';
    expect(await selfie(desk)).toMatchObject({
      ok: false,
      error: { code: 'image_unusable', details: { reason: 'image_animated' } },
    });
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

describe('simulated captures', () => {
  const simulated = { ...realCamera, simulated: true };

  it('are refused by a live organisation, card and selfie', async () => {
    const { house, desk } = bench((house) => (house.settings = { ...house.settings, environment: 'live' }));
    await toCard(desk);
    expect(await desk.submitCard(operator, { frames: [jpeg(1)], camera: simulated })).toMatchObject({
      ok: false,
      error: { code: 'simulated_refused' },
    });
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

describe("a desk's own camera", () => {
  const walk = async (change: Partial<OnboardingPorts>, said: CameraIdentity) => {
    const { house } = bench();
    const asked: CameraIdentity[] = [];
    const attested: boolean[] = [];
    const desk = createOnboardingDesk({
      ...house.ports,
      evaluateFace: (input) => (attested.push(input.attested), house.ports.evaluateFace(input)),
      ownCamera: (_operator, camera) => (asked.push(camera), Promise.resolve({ ...camera, pinned: true })),
      ...change,
    });
    await toSelfie(desk);
    expectOk(await selfie(desk, said));
    const sealed = house.sealed.find(({ kind }) => kind === 'face')?.manifest.evidence?.camera;
    return { asked: asked.length, attested, pinned: sealed?.pinned };
  };

  it('is what the desk says it is: judged and sealed so', async () => {
    expect(await walk({}, realCamera)).toEqual({ asked: 1, attested: [true], pinned: true });
  });

  it('is none where the desk says so, though the page claims it', async () => {
    const ownCamera = (_operator: unknown, camera: CameraIdentity) => Promise.resolve({ ...camera, pinned: false });
    expect(await walk({ ownCamera }, { ...realCamera, pinned: true })).toMatchObject({
      attested: [false],
      pinned: false,
    });
  });

  it('is not set by a simulated capture', async () => {
    expect(await walk({ simulation: true }, realCamera)).toMatchObject({ asked: 0, attested: [true], pinned: false });
  });
});

describe('a frozen desk', () => {
  it('begins nothing, says why and what to do, and lets what is under way come to its end', async () => {
    const { house } = bench();
    let frozen: readonly Reason[] = [];
    const desk = createOnboardingDesk({ ...house.ports, mayBegin: () => Promise.resolve(frozen) });
    expectOk(await desk.start(operator, { purpose: 'open_account', language: 'id' }));
    frozen = [
      { code: 'freeze_disk_low', gate: 'station', value: 1, threshold: 2 },
      { code: 'freeze_clock', gate: 'station', value: 9, threshold: 2 },
    ];
    expectOk(await desk.consent(operator, { version: '1', purposes: ['identity'], signature }));
    expectOk(await desk.cancel(operator));
    const refused = await desk.start(operator, { purpose: 'open_account', language: 'id' });
    expect(refused).toMatchObject({
      ok: false,
      error: { code: 'desk_frozen', details: { reason: 'freeze_disk_low', reasons: frozen } },
    });
    frozen = [];
    expectOk(await desk.start(operator, { purpose: 'open_account', language: 'id' }));
  });
});
