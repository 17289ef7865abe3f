/** KTP capture: bundle in, card judged, reading sealed, reference enrolled, tier settled (api-facts, Q-ktp). */
import type { FieldCorrection } from '../contract/bundle.ts';
import type { CaptureBundle } from '../contract/bundle.ts';
import type { Reason } from '../contract/reasons.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { CardJudgement } from '../contract/verdicts.ts';
import type { KtpFieldName, KtpFieldValues, KycTier, VerificationStatus } from '../contract/vocabulary.ts';
import { findKtpBundleByVerification, findLatestKtpBundle, insertKtpBundle } from '../store/repositories/captures.ts';
import { findCustomer } from '../store/repositories/customers.ts';
import type { Db } from '../store/repositories/types.ts';
import { acceptBundle, identify } from './capture/accept-bundle.ts';
import type { AcceptedCapture } from './capture/accepted-capture.ts';
import { captureOnce, type Answered } from './capture/capture-once.ts';
import { forcedCard, type ForcedOutcome } from './capture/forced-outcome.ts';
import { framesProblem } from './capture/frames-problem.ts';
import { portraitDoubts } from './capture/portrait-doubts.ts';
import { withDoubts, writeVerification, type WrittenVerification } from './capture/record-capture.ts';
import type { Actor, ServiceContext } from './context.ts';
import { evaluateCard, type CardEvaluation } from './evaluate-card.ts';
import { adoptNik, findByNik } from './nik.ts';
import { recordAudit } from './record-audit.ts';
import { enrol } from './references.ts';
import { recordScreening, screeningDoubts } from './screening/record-screening.ts';
import { screenSubject, type ScreeningOutcome } from './screening/screen-subject.ts';
import { settleTier } from './settle-tier.ts';
import { instant } from './context.ts';

export interface KtpCaptureAnswer {
  readonly verification: { readonly id: string; readonly status: VerificationStatus; readonly score: number };
  readonly ktpBundle: {
    readonly id: string;
    readonly verdict: CardJudgement['verdict'];
    readonly assuranceTier: CardJudgement['assuranceTier'];
    readonly framesStored: number;
    readonly ocr: KtpFieldValues;
    readonly confidence: Readonly<Partial<Record<KtpFieldName, number>>>;
  };
  readonly antiSpoof: CardJudgement['antiSpoof'];
  readonly tamper: CardJudgement['tamper'];
  readonly reasons: readonly Reason[];
  readonly reviewCaseId: string | null;
  readonly kycLevel: KycTier;
}

export interface SealedReading {
  readonly values: KtpFieldValues;
  readonly confidence: Readonly<Partial<Record<KtpFieldName, number>>>;
  /** As our own OCR read it. */
  readonly original: KtpFieldValues;
  readonly corrections: readonly FieldCorrection[];
  readonly typedByHand: boolean;
}

/** The card, and who is on a list. */
export interface KtpEvaluation extends CardEvaluation {
  readonly screening: ScreeningOutcome;
}

export interface KtpRecord {
  readonly verification: WrittenVerification;
  readonly ktpBundleId: string;
  /** With the record's own doubts applied. */
  readonly judgement: CardJudgement;
  readonly evaluation: CardEvaluation;
  readonly kycLevel: KycTier;
}

export const readingContext = (ktpBundleId: string): string => `reading:${ktpBundleId}`;
const statusOf = { passed: 'verified', failed: 'failed', requires_review: 'pending' } as const;

export async function captureKtp(
  ctx: ServiceContext,
  actor: Actor,
  request: {
    readonly customerId: string;
    readonly bundle: CaptureBundle;
    readonly hmacKey?: string;
    readonly forcedOutcome?: ForcedOutcome;
  },
): Promise<Result<Answered<KtpCaptureAnswer>>> {
  const identity = identify(request.bundle);
  if (!identity.ok) return identity;
  return captureOnce<KtpEvaluation, KtpCaptureAnswer>(ctx, actor, {
    operation: 'ktp',
    customerId: request.customerId,
    identity: identity.value,
    keep: 'day',
    conflict: 'challenge_consumed',
    accept: () => acceptBundle(ctx, actor, { ...request, kind: 'ktp' }, identity.value, { sharedBy: null }),
    evaluate: async (capture) => {
      const evaluation = await evaluateKtp(ctx, capture);
      const problem = framesProblem(evaluation.facts.frames);
      return problem === null
        ? ok(evaluation)
        : fail('image_unusable', 'no frame is a usable image', { fieldErrors: { 'bundle.frames': [problem] } });
    },
    record: async (trx, capture, captureId, evaluation) =>
      ok(ktpAnswer(capture, await recordKtp(ctx, trx, actor, capture, captureId, evaluation))),
  });
}

/** Facts and judgement of an accepted card capture. */
export async function evaluateKtp(ctx: ServiceContext, capture: AcceptedCapture): Promise<KtpEvaluation> {
  const { manifest, frames } = capture.bundle;
  const { evidence } = manifest;
  const evaluation = await evaluateCard(ctx, {
    frames,
    ...(evidence?.frameTimesMs === undefined ? {} : { frameTimesMs: evidence.frameTimesMs }),
    ...(capture.flash === undefined ? {} : { flash: capture.flash }),
    ...(manifest.flashSamples === undefined ? {} : { flashSamples: manifest.flashSamples }),
    confirmed: manifest.ocrFields ?? null,
    corrections: evidence?.reading?.corrections ?? [],
    typedByHand: evidence?.reading?.typedByHand ?? false,
    simulated: capture.simulated,
    settings: capture.organisation.settings,
    operatorId: capture.operatorId,
  });
  const { fullName, birthDate, birthPlace, nik } = evaluation.values;
  const name = fullName ?? capture.customer.full_name;
  const screening = await screenSubject(ctx, capture.organisation.id, { name, birthDate, birthPlace, nik });
  return { ...evaluation, judgement: forcedCard(evaluation.judgement, capture.forcedOutcome), screening };
}

/** The NIK on the card against the customer's, and against everybody else's. */
async function identityDoubts(
  ctx: ServiceContext,
  trx: Db,
  capture: AcceptedCapture,
  evaluation: CardEvaluation,
): Promise<readonly Reason[]> {
  const nik = evaluation.nik?.wellFormed === true ? evaluation.nik.nik : null;
  const customer = await findCustomer(trx, capture.organisation.id, capture.customer.id);
  if (nik === null || customer === null || customer.nik === nik) return [];
  if (customer.nik !== null) return [{ code: 'nik_differs_from_record', gate: 'nik', field: 'nik' }];
  const holder = await findByNik(ctx, trx, capture.organisation.id, nik);
  return holder === null ? [] : [{ code: 'duplicate_customer', gate: 'nik', field: 'nik' }];
}

export async function recordKtp(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  capture: AcceptedCapture,
  captureId: string,
  evaluation: KtpEvaluation,
): Promise<KtpRecord> {
  const customerId = capture.customer.id;
  const { screening } = evaluation;
  const doubts = [
    ...capture.doubts,
    ...(await identityDoubts(ctx, trx, capture, evaluation)),
    ...(await portraitDoubts(trx, capture, captureId, evaluation.facts.portrait)),
    ...(await screeningDoubts(ctx, trx, actor.orgId, customerId, screening)),
  ];
  const judgement = doubted(evaluation.judgement, doubts);
  const verification = await writeVerification(ctx, trx, actor, capture, captureId, {
    method: 'ktp_capture',
    status: withDoubts(statusOf[judgement.verdict], doubts),
    score: judgement.score,
    reasons: judgement.reasons,
    detail: { kind: 'ktp', judgement: { ...judgement, reasons: undefined }, models: evaluation.facts.models },
    event: 'ktp.captured',
    auditDetail: { verdict: judgement.verdict },
  });
  const caseId = verification.reviewCaseId;
  const { wrappedKey } = capture;
  const screened = { orgId: actor.orgId, customerId, wrappedKey, caseId, runId: null };
  await recordScreening(ctx, trx, actor, screened, screening);
  const ktpBundleId = await writeReading(ctx, trx, capture, captureId, verification.id, judgement, evaluation);
  if (evaluation.corrections.length > 0) {
    const fields = evaluation.corrections.map((correction) => correction.field);
    await recordAudit(ctx, trx, actor, {
      event: 'ktp.corrected',
      customerId,
      objectId: ktpBundleId,
      detail: { fields },
    });
  }
  await enrolPortrait(ctx, trx, actor, capture, captureId, judgement, evaluation);
  // Confirmed by people, or read without a doubt: only then does the card name its holder's NIK.
  const trusted =
    judgement.verdict === 'passed' ||
    (judgement.verdict === 'requires_review' && capture.bundle.manifest.ocrFields !== undefined);
  if (trusted && doubts.length === 0 && evaluation.nik !== null)
    await adoptNik(ctx, trx, actor, capture.customer, evaluation.nik.nik);
  const standing = await settleTier(ctx, trx, actor, customerId, 'automatic on ktp_capture');
  return { verification, ktpBundleId, judgement, evaluation, kycLevel: standing.tier };
}

function doubted(judgement: CardJudgement, doubts: readonly Reason[]): CardJudgement {
  if (doubts.length === 0) return judgement;
  const verdict = judgement.verdict === 'passed' ? 'requires_review' : judgement.verdict;
  return { ...judgement, verdict, reasons: [...judgement.reasons, ...doubts] };
}

async function writeReading(
  ctx: ServiceContext,
  trx: Db,
  capture: AcceptedCapture,
  captureId: string,
  verificationId: string,
  judgement: CardJudgement,
  evaluation: CardEvaluation,
): Promise<string> {
  const id = ctx.ids.next('ktpb');
  const original: KtpFieldValues = {};
  for (const [name, field] of Object.entries(evaluation.fields))
    if (field.value !== null) original[name as KtpFieldName] = field.value;
  const reading: SealedReading = {
    values: evaluation.values,
    confidence: evaluation.confidence,
    original,
    corrections: evaluation.corrections,
    typedByHand: capture.bundle.manifest.evidence?.reading?.typedByHand ?? false,
  };
  const plain = new TextEncoder().encode(JSON.stringify(reading));
  await insertKtpBundle(trx, {
    id,
    org_id: capture.organisation.id,
    customer_id: capture.customer.id,
    capture_id: captureId,
    verification_id: verificationId,
    verdict: judgement.verdict,
    assurance_tier: judgement.assuranceTier,
    frames_stored: capture.bundle.frames.length,
    reading_sealed: ctx.vault.sealForCustomer(capture.wrappedKey, capture.customer.id, plain, readingContext(id)),
    created_at: instant(ctx),
  });
  return id;
}

/** The portrait becomes a reference unless the card failed; it counts as confirmed only once the card is verified. */
async function enrolPortrait(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  capture: AcceptedCapture,
  captureId: string,
  judgement: CardJudgement,
  evaluation: CardEvaluation,
): Promise<void> {
  const { portrait } = evaluation.facts;
  if (judgement.verdict === 'failed' || !portrait.available || !portrait.value.template.available) return;
  await enrol(ctx, trx, actor, {
    customerId: capture.customer.id,
    source: 'ktp_extract',
    template: portrait.value.template.value,
    captureId,
    supersede: judgement.verdict === 'passed',
  });
}

function ktpAnswer(capture: AcceptedCapture, record: KtpRecord): KtpCaptureAnswer {
  const { verification, judgement, evaluation } = record;
  return {
    verification: { id: verification.id, status: verification.status, score: verification.score ?? 0 },
    ktpBundle: {
      id: record.ktpBundleId,
      verdict: judgement.verdict,
      assuranceTier: judgement.assuranceTier,
      framesStored: capture.bundle.frames.length,
      ocr: evaluation.values,
      confidence: evaluation.confidence,
    },
    antiSpoof: judgement.antiSpoof,
    tamper: judgement.tamper,
    reasons: judgement.reasons,
    reviewCaseId: verification.reviewCaseId,
    kycLevel: record.kycLevel,
  };
}

/** A card's reading, opened: of one verification, else the newest. null when there is none. */
export async function openReading(
  ctx: ServiceContext,
  db: Db,
  orgId: string,
  customerId: string,
  wrappedKey: Uint8Array,
  verificationId?: string,
): Promise<SealedReading | null> {
  const row =
    verificationId === undefined
      ? await findLatestKtpBundle(db, orgId, customerId)
      : await findKtpBundleByVerification(db, orgId, verificationId);
  if (row === null || row.reading_sealed === null) return null;
  const plain = ctx.vault.openForCustomer(wrappedKey, customerId, row.reading_sealed, readingContext(row.id));
  return JSON.parse(new TextDecoder().decode(plain)) as SealedReading;
}
