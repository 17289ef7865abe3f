/** One review case with everything a reviewer needs: gates, voters, fields, and pictures, whose viewing is recorded. */
import { decode } from '@msgpack/msgpack';
import type { CustomerView, GateView, NikView, ReviewView } from '../contract/desk/answers.ts';
import type { BundleManifest } from '../contract/bundle.ts';
import type { Reason } from '../contract/reasons.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { Voter } from '../contract/verdicts.ts';
import type { KycTier, VerificationMethod } from '../contract/vocabulary.ts';
import { readBlob } from '../store/blobs.ts';
import { findLatestCapture } from '../store/repositories/captures.ts';
import { findCustomer, findCustomerKey } from '../store/repositories/customers.ts';
import { findReviewCase, listReviewDecisions } from '../store/repositories/reviews.ts';
import { findUser } from '../store/repositories/users.ts';
import { listEffectiveVerifications, type EffectiveVerification } from '../store/repositories/verifications.ts';
import { openReading } from './capture-ktp.ts';
import { framesContext } from './capture/record-capture.ts';
import type { Actor, ServiceContext } from './context.ts';
import { getKyc } from './get-kyc.ts';
import { reviewListing } from './list-reviews.ts';
import { readNik } from './nik.ts';
import { recordAudit } from './record-audit.ts';
import { viewScreening } from './screening/view-screening.ts';

/** Errors: `not_found`, `person_required` (no API key ever sees a frame), `unavailable` (the frames cannot be fetched now). */
export async function openReview(ctx: ServiceContext, actor: Actor, caseId: string): Promise<Result<ReviewView>> {
  if (actor.kind !== 'user') return fail('person_required', 'a signed-in person is required');
  const { db } = ctx.store;
  const row = await findReviewCase(db, actor.orgId, caseId);
  if (row === null) return fail('not_found', 'review case not found');
  const customer = await viewOfCustomer(ctx, actor, row.customer_id);
  if (customer === null) return fail('not_found', 'review case not found');
  const wrappedKey = await findCustomerKey(db, actor.orgId, row.customer_id);
  const reading = wrappedKey === null ? null : await openReading(ctx, db, actor.orgId, row.customer_id, wrappedKey);
  const verifications = await listEffectiveVerifications(db, actor.orgId, row.customer_id);
  const latest = latestOfEach(verifications);
  const pictures = wrappedKey === null ? ok(noImages) : await displayImages(ctx, actor, row.customer_id, wrappedKey);
  if (!pictures.ok) return pictures;
  const images = pictures.value;
  await ctx.store.transaction((trx) =>
    recordAudit(ctx, trx, actor, { event: 'evidence.viewed', customerId: row.customer_id, objectId: row.id }),
  );
  const decisions = await listReviewDecisions(db, actor.orgId, caseId);
  const people = await Promise.all(decisions.map((decision) => findUser(db, decision.reviewer_id)));
  const screening = await viewScreening(ctx, actor, { caseId, customerId: row.customer_id, wrappedKey });
  const nik = reading?.values.nik === undefined ? null : nikView(ctx, reading.values.nik);
  return ok({
    ...(await reviewListing(db, actor, row)),
    customer,
    screening,
    fields: reading?.values ?? null,
    nik,
    images,
    gates: gatesOf(latest),
    voters: votersOf(latest),
    decisions: decisions.map((decision, index) => ({
      decision: decision.decision,
      reason: decision.reason,
      reasonCode: decision.reason_code,
      reviewer: people[index]?.full_name ?? decision.reviewer_id,
      createdAt: decision.created_at,
    })),
  });
}

function nikView(ctx: ServiceContext, nik: string): NikView {
  const decode = readNik(ctx, nik);
  const { province, regency, district, birthDate, sex, reasons } = decode;
  return { nik, valid: decode.wellFormed && decode.consistent, province, regency, district, birthDate, sex, reasons };
}

/** The customer page without its audit row: the caller records what was looked at. */
export async function viewOfCustomer(ctx: ServiceContext, actor: Actor, id: string): Promise<CustomerView | null> {
  const row = await findCustomer(ctx.store.db, actor.orgId, id);
  const kyc = await getKyc(ctx, actor, id);
  if (row === null || !kyc.ok) return null;
  return {
    id: row.id,
    fullName: row.full_name,
    nikTail: row.nik === null ? null : row.nik.slice(-4),
    kycLevel: kyc.value.customer.kycLevel as KycTier,
    updatedAt: row.updated_at,
    status: row.status,
    kycExpiresAt: row.kyc_expires_at,
    verifications: kyc.value.verifications,
    history: kyc.value.history,
  };
}

type Latest = ReadonlyMap<VerificationMethod, EffectiveVerification>;

function latestOfEach(verifications: readonly EffectiveVerification[]): Latest {
  return new Map(verifications.map((row) => [row.method as VerificationMethod, row]));
}

interface StoredDetail {
  readonly judgement?: {
    readonly similarity?: number | null;
    readonly threshold?: number;
    readonly present?: number;
    readonly voters?: readonly Voter[];
    readonly antiSpoof?: { readonly voters: readonly Voter[] };
    readonly tamper?: { readonly voters: readonly Voter[] };
  };
}

const gateStates = { verified: 'pass', pending: 'review', failed: 'fail' } as const;

function gatesOf(latest: Latest): readonly GateView[] {
  const methods = { ktp: 'ktp_capture', liveness: 'face_liveness', match: 'face_match' } as const;
  return (['ktp', 'liveness', 'match'] as const).map((gate): GateView => {
    const row = latest.get(methods[gate]);
    if (row === undefined) return { gate, state: 'missing', value: null, threshold: null, reasons: [] };
    const detail = JSON.parse(row.detail) as StoredDetail;
    const value = gate === 'match' ? (detail.judgement?.similarity ?? null) : row.score;
    return {
      gate,
      state: gateStates[row.effectiveStatus],
      value,
      threshold: detail.judgement?.threshold ?? null,
      reasons: JSON.parse(row.reasons) as Reason[],
      ...(row.effectiveStatus === row.status ? {} : { byPerson: true }),
    };
  });
}

function votersOf(latest: Latest): ReviewView['voters'] {
  const card = (JSON.parse(latest.get('ktp_capture')?.detail ?? '{}') as StoredDetail).judgement;
  const face = (JSON.parse(latest.get('face_liveness')?.detail ?? '{}') as StoredDetail).judgement;
  const grouped = [
    { group: 'card' as const, voters: card?.antiSpoof?.voters ?? [] },
    { group: 'tamper' as const, voters: card?.tamper?.voters ?? [] },
    { group: 'face' as const, voters: face?.voters ?? [] },
  ];
  return grouped.flatMap(({ group, voters }) =>
    voters.map(({ name, passed, value, threshold, reason, findings = [] }) => ({
      group,
      name,
      passed,
      reason,
      findings,
      ...(value === undefined ? {} : { value }),
      ...(threshold === undefined ? {} : { threshold }),
    })),
  );
}

const noImages: ReviewView['images'] = { card: null, portrait: null, selfie: null };

interface SealedFrames {
  readonly manifest: BundleManifest;
  readonly frames: readonly Uint8Array[];
}

/** Pictures that will not come back: the case is judged by what else there is, and the log says why. */
const lostForGood = new Set<unknown>(['blob_missing', 'blob_damaged']);

/** The newest sealed frames of these kinds, opened. null when there are none or they are retired. Errors: `unavailable`. */
async function openFrames(
  ctx: ServiceContext,
  actor: Actor,
  customerId: string,
  wrappedKey: Uint8Array,
  kinds: readonly string[],
): Promise<Result<SealedFrames | null>> {
  const capture = await findLatestCapture(ctx.store.db, actor.orgId, customerId, kinds);
  if (capture === null) return ok(null);
  const sealed = await readBlob(ctx.store.db, ctx.blobs, actor.orgId, capture.frames_blob_id);
  if (!sealed.ok) {
    const reason = sealed.error.details?.['reason'];
    ctx.logger.error({ captureId: capture.id, reason }, 'sealed frames cannot be read');
    return lostForGood.has(reason) ? ok(null) : sealed;
  }
  if (sealed.value === null) return ok(null);
  const plain = ctx.vault.openForCustomer(wrappedKey, customerId, sealed.value, framesContext(capture.id));
  return ok(decode(plain) as SealedFrames);
}

/** A few of many: a reviewer waits for a good look, not for a second judgement of all. A card's last frames are plainly lit. */
const shownCardFrames = 2;
const shownFaceFrames = 5;

/** At most `count`, spread evenly. */
function someOf(frames: readonly Uint8Array[], count: number): readonly Uint8Array[] {
  const step = Math.max(1, Math.ceil(frames.length / count));
  return frames.filter((_, index) => index % step === 0);
}

/** Copies for the screen, re-encoded by vision without metadata; the sealed originals stay as they are. */
async function displayImages(
  ctx: ServiceContext,
  actor: Actor,
  customerId: string,
  wrappedKey: Uint8Array,
): Promise<Result<ReviewView['images']>> {
  const cards = await openFrames(ctx, actor, customerId, wrappedKey, ['ktp']);
  if (!cards.ok) return cards;
  const faces = await openFrames(ctx, actor, customerId, wrappedKey, ['face', 'step_up']);
  if (!faces.ok) return faces;
  const [card, face] = [cards.value, faces.value];
  const cardFacts =
    card === null ? null : await ctx.vision.analyseCard({ frames: card.frames.slice(-shownCardFrames) });
  const faceFacts =
    face === null
      ? null
      : await ctx.vision.analyseFace({ frames: someOf(face.frames, shownFaceFrames), purpose: 'selfie' });
  return ok({
    card: cardFacts?.renditions.card ?? null,
    portrait: cardFacts?.renditions.portrait ?? null,
    selfie: faceFacts?.renditions.face ?? null,
  });
}
