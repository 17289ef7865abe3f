import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CaptureKind } from '../contract/vocabulary.ts';
import { captureKtp } from './capture-ktp.ts';
import { checkLiveness } from './check-liveness.ts';
import { minuteMs, type Actor } from './context.ts';
import { createCustomer } from './create-customer.ts';
import { decideReview } from './decide-review.ts';
import { getKyc } from './get-kyc.ts';
import { ingestDeskCapture } from './ingest-desk-capture.ts';
import { issueChallenge, type FlashChallenge } from './issue-challenge.ts';
import { listReviews } from './list-reviews.ts';
import { matchFace } from './match-face.ts';
import { openReview } from './open-review.ts';
import { stepUp } from './step-up.ts';
import { updateCustomer } from '../store/repositories/customers.ts';
import { picture, type Scene } from './testing/fake-vision.ts';
import {
  addOrganisation,
  deskCapture,
  openTestHouse,
  password,
  signedBundle,
  turnLeft,
  type TestHouse,
  type TestOrganisation,
} from './testing/test-house.ts';
import { verifyAudit } from './verify-audit.ts';
import { printedNik } from '../core/ktp/testing/compose-reading.ts';

let house: TestHouse;
let own: TestOrganisation;
let actor: Actor;
let serial = 0;

/** The specimen card belongs to one person, so every test has an installation of its own. */
beforeEach(async () => {
  house = await openTestHouse();
  own = await addOrganisation(house, 'Bank');
  actor = (await own.key()).actor;
});
afterEach(async () => {
  expect(await verifyAudit(house.ctx.store)).toMatchObject({ intact: true });
  await house.close();
});

async function newCustomer(by: Actor = actor): Promise<string> {
  const made = await createCustomer(house.ctx, by, { fullName: 'SITI RAHMAWATI' });
  if (!made.ok) throw new Error(made.error.code);
  return made.value.id;
}

async function challenge(customerId: string, purpose: 'ktp' | 'face', by: Actor = actor): Promise<FlashChallenge> {
  const issued = await issueChallenge(house.ctx, by, { customerId, purpose });
  if (!issued.ok) throw new Error(issued.error.code);
  return issued.value;
}

const codeOf = (result: { ok: boolean; error?: { code: string } }): string =>
  result.ok ? 'ok' : (result.error?.code ?? '');

async function deliver(kind: CaptureKind, customerId: string, scene: Scene, evidence = {}) {
  const frames = [picture(scene, `${(serial += 1)}`)];
  const capture = deskCapture(house, kind, customerId, frames, {
    prompts: [turnLeft],
    operatorId: own.people.staff.id,
    ...evidence,
  });
  return { capture, result: await ingestDeskCapture(house.ctx, { orgId: own.orgId, deskId: own.deskId, capture }) };
}

describe('a bundle from an API client', () => {
  it('is refused for what is wrong with it, and consumes nothing', async () => {
    const customerId = await newCustomer();
    const other = await newCustomer();
    const face = await challenge(customerId, 'face');
    const good = signedBundle(house, face, [picture('alive')]);
    const tampered = { ...good, manifest: { ...good.manifest, capturedAt: '2026-01-01T00:00:00.000Z' } };
    const unknown = signedBundle(house, { nonce: 'never-issued-nonce', hmacSecret: 'x' }, [picture('alive')]);
    const unsigned = signedBundle(house, { nonce: '', hmacSecret: 'x' }, [picture('alive')]);
    const { flashChallengeNonce: _nonce, ...withoutNonce } = unsigned.manifest;
    const check = (bundle: typeof good, id = customerId, hmacKey?: string) =>
      checkLiveness(house.ctx, actor, { customerId: id, bundle, ...(hmacKey === undefined ? {} : { hmacKey }) });
    expect(codeOf(await check(tampered))).toBe('signature_invalid');
    expect(codeOf(await check(good, customerId, 'qe_whsec_wrong'))).toBe('signature_invalid');
    expect(codeOf(await check({ ...unsigned, manifest: withoutNonce }))).toBe('signature_invalid');
    expect(codeOf(await check(unknown))).toBe('challenge_unknown');
    expect(codeOf(await check(good, other))).toBe('challenge_mismatch');
    expect(codeOf(await captureKtp(house.ctx, actor, { customerId, bundle: good }))).toBe('challenge_mismatch');
    expect(codeOf(await check(good, 'cus_nobody'))).toBe('not_found');
    expect(codeOf(await check(good, customerId, face.hmacSecret))).toBe('ok');
  });

  it('is answered again when repeated, refused when changed, and expires', async () => {
    const customerId = await newCustomer();
    const face = await challenge(customerId, 'face');
    const bundle = signedBundle(house, face, [picture('still')]);
    const first = await checkLiveness(house.ctx, actor, { customerId, bundle });
    const again = await checkLiveness(house.ctx, actor, { customerId, bundle });
    expect(again).toEqual({ ok: true, value: { answer: first.ok && first.value.answer, replayed: true } });
    const changed = signedBundle(house, face, [picture('alive')]);
    expect(codeOf(await checkLiveness(house.ctx, actor, { customerId, bundle: changed }))).toBe('challenge_consumed');
    expect(codeOf(await stepUp(house.ctx, actor, { customerId, bundle }))).toBe('challenge_consumed');
    const late = await challenge(customerId, 'face');
    const lateBundle = signedBundle(house, late, [picture('still')]);
    house.now = new Date(house.now.getTime() + 2 * minuteMs);
    expect(codeOf(await checkLiveness(house.ctx, actor, { customerId, bundle: lateBundle }))).toBe('challenge_expired');
    house.now = new Date(house.now.getTime() + 25 * 60 * minuteMs);
    expect(codeOf(await checkLiveness(house.ctx, actor, { customerId, bundle }))).toBe('challenge_consumed');
  });

  it('writes one verification when delivered twice at once', async () => {
    const customerId = await newCustomer();
    const bundle = signedBundle(house, await challenge(customerId, 'face'), [picture('still')]);
    const both = await Promise.all([1, 2].map(() => checkLiveness(house.ctx, actor, { customerId, bundle })));
    expect(both.map((one) => one.ok && one.value.replayed).sort()).toEqual([false, true]);
    const kyc = await getKyc(house.ctx, actor, customerId);
    expect(kyc.ok && kyc.value.verifications).toHaveLength(1);
  });

  it('of an archived customer, or simulated in a live organisation, is refused', async () => {
    const live = await addOrganisation(house, 'LiveBank', 'live');
    const by = (await live.key()).actor;
    const customerId = await newCustomer(by);
    const face = await challenge(customerId, 'face', by);
    const simulated = signedBundle(house, face, [picture('alive')], { evidence: { simulated: true } });
    expect(codeOf(await checkLiveness(house.ctx, by, { customerId, bundle: simulated }))).toBe('simulated_refused');
    await updateCustomer(house.ctx.store.db, live.orgId, customerId, { status: 'archived' });
    const bundle = signedBundle(house, face, [picture('alive')]);
    expect(codeOf(await checkLiveness(house.ctx, by, { customerId, bundle }))).toBe('customer_archived');
    expect(codeOf(await issueChallenge(house.ctx, by, { customerId, purpose: 'ktp' }))).toBe('customer_archived');
  });

  it('with nobody in it is stored with reasons; without one image there is nothing to store', async () => {
    const customerId = await newCustomer();
    const nobody = await checkLiveness(house.ctx, actor, {
      customerId,
      bundle: signedBundle(house, await challenge(customerId, 'face'), [picture('nobody')]),
    });
    expect(nobody.ok && nobody.value.answer.verification.status).not.toBe('verified');
    expect(nobody.ok && nobody.value.answer.reasons.map((reason) => reason.code)).toContain('face_not_found');
    const broken = await checkLiveness(house.ctx, actor, {
      customerId,
      bundle: signedBundle(house, await challenge(customerId, 'face'), [picture('broken')]),
    });
    expect(codeOf(broken)).toBe('image_unusable');
  });

  it('has nothing to match before a card, and its own liveness does not make it a reference', async () => {
    const customerId = await newCustomer();
    const bundle = signedBundle(house, await challenge(customerId, 'face'), [picture('alive')]);
    expect(codeOf(await checkLiveness(house.ctx, actor, { customerId, bundle }))).toBe('ok');
    expect(codeOf(await matchFace(house.ctx, actor, { customerId, bundle }))).toBe('enrolment_missing');
  });

  it('compared with a supplied picture counts for nothing on the ladder', async () => {
    const customerId = await newCustomer();
    const bundle = signedBundle(house, await challenge(customerId, 'face'), [picture('alive')]);
    const matched = await matchFace(house.ctx, actor, {
      customerId,
      bundle,
      referenceImage: picture('alive', 'brought along'),
    });
    expect(matched.ok && matched.value.answer).toMatchObject({
      match: { verdict: 'match' },
      reference: { enrollmentId: null, source: 'supplied' },
    });
    const kyc = await getKyc(house.ctx, actor, customerId);
    expect(kyc.ok && kyc.value.customer).toMatchObject({ kycLevel: 'none', kycLastVerifiedAt: null });
  });
});

describe('a card', () => {
  it('with an answered flash lifts to standard, names its holder and enrols its portrait', async () => {
    const customerId = await newCustomer();
    const bundle = signedBundle(house, await challenge(customerId, 'ktp'), [picture('card')]);
    const done = await captureKtp(house.ctx, actor, { customerId, bundle });
    expect(done.ok && done.value.answer).toMatchObject({
      verification: { status: 'verified' },
      ktpBundle: { verdict: 'passed', ocr: { nik: printedNik } },
      kycLevel: 'standard',
    });
    const kyc = await getKyc(house.ctx, actor, customerId);
    expect(kyc.ok && kyc.value.verifications.map((one) => one.method).sort()).toEqual(['ktp_capture', 'nik_format']);
    const second = await newCustomer();
    const again = await captureKtp(house.ctx, actor, {
      customerId: second,
      bundle: signedBundle(house, await challenge(second, 'ktp'), [picture('card', 'same card')]),
    });
    expect(again.ok && again.value.answer.verification.status).toBe('pending');
    expect(again.ok && again.value.answer.reasons.map((reason) => reason.code)).toContain('duplicate_customer');
  });

  it('corrected by the client goes to review, and a person other than the operator decides', async () => {
    const { result } = await deliver('ktp', 'cus_DRAFT1', 'still-card', {
      subject: { fullName: 'SITI RAHMAWATI', nik: printedNik },
    });
    if (!result.ok) throw new Error(result.error.code);
    expect(result.value).toMatchObject({
      customerId: 'cus_DRAFT1',
      kycLevel: 'basic',
      verifications: [{ method: 'ktp_capture', status: 'pending' }],
    });
    const caseId = result.value.reviewCaseId ?? '';
    const { wrong, right } = { wrong: 'not the password', right: password };
    const decide = (role: 'staff' | 'supervisor' | 'compliance', secret: string) =>
      decideReview(house.ctx, own.actor(role), {
        caseId,
        decision: 'approve',
        reasonCode: 'original_seen',
        reason: 'seen at the counter',
        password: secret,
      });
    expect(codeOf(await decide('staff', right))).toBe('four_eyes');
    expect(
      codeOf(
        await decideReview(house.ctx, actor, {
          caseId,
          decision: 'approve',
          reasonCode: 'original_seen',
          reason: 'a program',
          password: right,
        }),
      ),
    ).toBe('person_required');
    expect(codeOf(await decide('supervisor', wrong))).toBe('invalid_credentials');
    const decided = await decide('supervisor', right);
    expect(decided.ok && decided.value).toMatchObject({
      fromStatus: 'pending',
      toStatus: 'verified',
      kycLevel: 'standard',
    });
    expect(codeOf(await decide('compliance', right))).toBe('already_decided');
    const view = await openReview(house.ctx, own.actor('supervisor'), caseId);
    expect(view.ok && view.value.fields?.nik).toBe(printedNik);
    expect(view.ok && view.value.images.card).toEqual(picture('card', 'shown'));
    const history = await getKyc(house.ctx, actor, 'cus_DRAFT1');
    expect(history.ok && history.value.history[0]).toMatchObject({
      toTier: 'standard',
      actorUserId: own.people.supervisor.id,
    });
  });
});

describe('a desk delivery', () => {
  it('without a selfie goes to a supervisor, however good the card is', async () => {
    const customerId = await newCustomer();
    const { result } = await deliver('ktp', customerId, 'card', { exception: 'customer_unable' });
    if (!result.ok) throw new Error(result.error.code);
    expect(result.value.verifications.find((one) => one.method === 'ktp_capture')?.status).toBe('pending');
    expect(result.value.reviewCaseId).not.toBeNull();
    expect(result.value.reasons.map((reason) => reason.code)).toContain('exception_path');
  });

  it('goes from a new person to premium, each capture once', async () => {
    const card = await deliver('ktp', 'cus_DRAFT2', 'card', {
      subject: { fullName: 'SITI RAHMAWATI', nik: printedNik },
      counter: 7,
    });
    expect(card.result.ok && card.result.value).toMatchObject({
      kycLevel: 'standard',
      replayed: false,
      reviewCaseId: null,
    });
    const face = await deliver('face', 'cus_DRAFT2', 'alive');
    expect(face.result.ok && face.result.value).toMatchObject({
      kycLevel: 'premium',
      liveness: { fused: 'live' },
      match: { verdict: 'match' },
      verifications: [
        { method: 'face_liveness', status: 'verified' },
        { method: 'face_match', status: 'verified' },
      ],
    });
    house.now = new Date(house.now.getTime() + 48 * 60 * minuteMs);
    const late = await ingestDeskCapture(house.ctx, { orgId: own.orgId, deskId: own.deskId, capture: face.capture });
    expect(late.ok && late.value).toEqual({ ...(face.result.ok && face.result.value), replayed: true });
    const kyc = await getKyc(house.ctx, actor, 'cus_DRAFT2');
    expect(kyc.ok && kyc.value.verifications).toHaveLength(4);
    const high = await deliver('step_up', 'cus_DRAFT2', 'alive');
    expect(high.result.ok && high.result.value.verifications[0]).toMatchObject({
      method: 'step_up',
      status: 'verified',
    });
  });

  it('writes the new customer with his capture or not at all', async () => {
    const working = house.vision.analyseCard;
    Object.assign(house.vision, { analyseCard: () => Promise.reject(new Error('lost power')) });
    const capture = deskCapture(house, 'ktp', 'cus_DRAFT8', [picture('card')], {
      subject: { fullName: 'SITI RAHMAWATI', nik: printedNik },
    });
    const ingest = () => ingestDeskCapture(house.ctx, { orgId: own.orgId, deskId: own.deskId, capture });
    await expect(ingest()).rejects.toThrow('lost power');
    expect(codeOf(await getKyc(house.ctx, actor, 'cus_DRAFT8'))).toBe('not_found');
    Object.assign(house.vision, { analyseCard: working });
    const both = await Promise.all([ingest(), ingest()]);
    expect(both.map((one) => one.ok && one.value.replayed).sort()).toEqual([false, true]);
    const kyc = await getKyc(house.ctx, actor, 'cus_DRAFT8');
    expect(kyc.ok && kyc.value.verifications).toHaveLength(2);
  });

  it('continues with the customer who holds the NIK already', async () => {
    const known = await createCustomer(house.ctx, actor, { fullName: 'SITI RAHMAWATI', nik: printedNik });
    const { result } = await deliver('ktp', 'cus_DRAFT3', 'card', {
      subject: { fullName: 'SITI RAHMAWATI', nik: printedNik },
    });
    expect(result.ok && result.value.customerId).toBe(known.ok && known.value.id);
  });

  it('tells a stranger and a replay apart from the customer, and asks a person about stills', async () => {
    await deliver('ktp', 'cus_DRAFT4', 'card', { subject: { fullName: 'SITI RAHMAWATI', nik: printedNik } });
    const stranger = await deliver('face', 'cus_DRAFT4', 'stranger');
    expect(stranger.result.ok && stranger.result.value).toMatchObject({
      match: { verdict: 'no_match' },
      kycLevel: 'standard',
    });
    const replay = await deliver('face', 'cus_DRAFT4', 'replay');
    expect(replay.result.ok && replay.result.value.liveness?.fused).not.toBe('live');
    const still = await deliver('face', 'cus_DRAFT4', 'still');
    expect(still.result.ok && still.result.value).toMatchObject({
      liveness: { fused: 'unclear' },
      match: { verdict: 'match' },
      kycLevel: 'standard',
    });
    const open = await listReviews(
      house.ctx,
      own.actor('supervisor'),
      { status: 'undecided' },
      { by: 'page', page: 1, limit: 20 },
    );
    expect(open.rows.map((row) => row.method)).toContain('face_liveness');
  });

  it('is refused when unsigned, under a foreign challenge, out of its time, or by an unknown desk', async () => {
    const subject = { subject: { fullName: 'SITI RAHMAWATI', nik: printedNik } };
    const frames = [picture('card')];
    const ingest = (capture: ReturnType<typeof deskCapture>, deskId = own.deskId) =>
      ingestDeskCapture(house.ctx, { orgId: own.orgId, deskId, capture });
    const good = deskCapture(house, 'ktp', 'cus_DRAFT5', frames, subject);
    expect(codeOf(await ingest(good, 'desk_unknown'))).toBe('forbidden');
    expect(codeOf(await ingest({ ...good, bundle: { ...good.bundle, frames: [picture('card', 'swapped')] } }))).toBe(
      'signature_invalid',
    );
    expect(codeOf(await ingest({ ...good, nonce: 'another-nonce-altogether' }))).toBe('challenge_mismatch');
    expect(codeOf(await ingest({ ...good, kind: 'face' }))).toBe('challenge_mismatch');
    const late = deskCapture(house, 'ktp', 'cus_DRAFT5', frames, subject, {
      capturedAt: new Date(house.now.getTime() + 2 * minuteMs).toISOString(),
    });
    expect(codeOf(await ingest(late))).toBe('challenge_expired');
    expect(codeOf(await ingest(deskCapture(house, 'face', 'cus_NOBODY', frames)))).toBe('not_found');
    expect(codeOf(await ingest(good))).toBe('ok');
  });

  it('from a clock far ahead is kept, and looked at by a person', async () => {
    const real = house.now;
    house.now = new Date(real.getTime() + 60 * minuteMs);
    const ahead = deskCapture(house, 'ktp', 'cus_DRAFT6', [picture('card')], {
      subject: { fullName: 'SITI RAHMAWATI', nik: printedNik },
    });
    house.now = real;
    const result = await ingestDeskCapture(house.ctx, { orgId: own.orgId, deskId: own.deskId, capture: ahead });
    expect(result.ok && result.value.verifications[0]?.status).toBe('pending');
    expect(result.ok && result.value.reasons.map((reason) => reason.code)).toContain('clock_implausible');
  });
});

describe('a step-up', () => {
  it('is allowed on a fresh reference at high risk, and not on a stale or unreviewed one', async () => {
    await deliver('ktp', 'cus_DRAFT7', 'still-card', { subject: { fullName: 'SITI RAHMAWATI', nik: printedNik } });
    const unreviewed = await deliver('step_up', 'cus_DRAFT7', 'alive');
    expect(unreviewed.result.ok && unreviewed.result.value.reasons.map((reason) => reason.code)).toContain(
      'reference_unconfirmed',
    );
    expect(unreviewed.result.ok && unreviewed.result.value.verifications[0]?.status).toBe('pending');
    await deliver('ktp', 'cus_DRAFT7', 'card');
    const high = async () => {
      const capture = {
        ...deskCapture(house, 'step_up', 'cus_DRAFT7', [picture('alive', `${(serial += 1)}`)], { prompts: [turnLeft] }),
        riskLevel: 'high' as const,
      };
      const result = await ingestDeskCapture(house.ctx, { orgId: own.orgId, deskId: own.deskId, capture });
      if (!result.ok) throw new Error(result.error.code);
      return result.value;
    };
    expect((await high()).verifications[0]?.status).toBe('verified');
    house.now = new Date(house.now.getTime() + 61 * minuteMs);
    const stale = await high();
    expect(stale.verifications[0]?.status).toBe('pending');
    expect(stale.reasons.map((reason) => reason.code)).toContain('reference_stale');
    const kyc = await getKyc(house.ctx, actor, 'cus_DRAFT7');
    expect(kyc.ok && kyc.value.customer.kycLevel).toBe('premium');
  });
});
