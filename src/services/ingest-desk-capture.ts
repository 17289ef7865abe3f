/** The record takes in what a desk captured: same services as the API, the official answer back (api-decisions 8a). */
import type { DeskCapture } from '../contract/bundle.ts';
import type { DeskDelivery } from '../contract/desk/delivery.ts';
import { ok, assertNever, type Result } from '../contract/result.ts';
import type { KycTier } from '../contract/vocabulary.ts';
import { findLatestDukcapilVerdict } from '../store/repositories/dukcapil-verdicts.ts';
import { findOrganisation } from '../store/repositories/organisations.ts';
import { raiseDeskCounter } from '../store/repositories/desks.ts';
import type { Db } from '../store/repositories/types.ts';
import { evaluateKtp, recordKtp, type KtpEvaluation } from './capture-ktp.ts';
import { identify } from './capture/accept-bundle.ts';
import { acceptDeskCapture } from './capture/accept-desk-capture.ts';
import type { AcceptedCapture } from './capture/accepted-capture.ts';
import { captureOnce } from './capture/capture-once.ts';
import type { WrittenVerification } from './capture/record-capture.ts';
import { enrolVerifiedSelfie, evaluateSelfie, recordLiveness, recordMatch } from './capture/record-face.ts';
import type { Actor, ServiceContext } from './context.ts';
import { linkBundle, recordFork } from './desk-delivery/desk-chain.ts';
import { evaluateAgainstReference, type MatchEvaluation } from './match-face.ts';
import { recordAudit } from './record-audit.ts';
import { settleTier } from './settle-tier.ts';
import { evaluateStepUp, recordStepUp } from './step-up.ts';

export interface DeskIngest {
  readonly orgId: string;
  readonly deskId: string;
  readonly capture: DeskCapture;
}

type DeskEvaluation =
  | { readonly kind: 'ktp'; readonly card: KtpEvaluation }
  | { readonly kind: 'face' | 'step_up'; readonly match: MatchEvaluation };

/**
 * Errors are final refusals: `forbidden` (desk not enrolled), `signature_invalid`, `challenge_*`, `nonce_reused`,
 * `desk_forked`, `simulated_refused`, `customer_archived`, `not_found`, `nik_invalid`, `validation_failed`.
 */
export async function ingestDeskCapture(ctx: ServiceContext, input: DeskIngest): Promise<Result<DeskDelivery>> {
  const { capture, deskId, orgId } = input;
  const actor: Actor = { kind: 'desk', id: deskId, orgId };
  const identity = identify(capture.bundle);
  if (!identity.ok) return identity;
  const done = await captureOnce<DeskEvaluation, DeskDelivery>(ctx, actor, {
    operation: 'desk',
    customerId: capture.customerId,
    identity: identity.value,
    keep: 'for ever',
    conflict: 'nonce_reused',
    accept: () => acceptDeskCapture(ctx, actor, deskId, capture, identity.value),
    evaluate: (accepted) => evaluate(ctx, accepted, capture),
    record: async (trx, accepted, captureId, evaluation) => {
      const linked = await linkBundle(ctx, trx, actor, deskId, capture);
      if (!linked.ok) return linked;
      const counter = capture.bundle.manifest.evidence?.counter;
      if (counter !== undefined) await raiseDeskCounter(trx, orgId, deskId, counter);
      await recordAudit(ctx, trx, actor, {
        event: 'bundle.delivered',
        customerId: accepted.customer.id,
        objectId: captureId,
        detail: { kind: capture.kind },
      });
      const answer = await record(ctx, trx, actor, accepted, captureId, evaluation, capture);
      const wanted = capture.kind !== 'step_up' && (await wantsRegistry(trx, orgId, answer.customerId));
      return ok(wanted ? { ...answer, registryCheck: true } : answer);
    },
  });
  if (!done.ok && done.error.code === 'desk_forked') await recordFork(ctx, actor, deskId, capture);
  if (!done.ok) return done;
  return ok(done.value.replayed ? { ...done.value.answer, replayed: true } : done.value.answer);
}

/** The organisation asks registries, and none has confirmed this customer yet. */
async function wantsRegistry(trx: Db, orgId: string, customerId: string): Promise<boolean> {
  const organisation = await findOrganisation(trx, orgId);
  if (organisation?.settings.capabilities.dukcapilEnabled !== true) return false;
  return (await findLatestDukcapilVerdict(trx, orgId, customerId))?.valid !== 1;
}

async function evaluate(
  ctx: ServiceContext,
  accepted: AcceptedCapture,
  capture: DeskCapture,
): Promise<Result<DeskEvaluation>> {
  switch (capture.kind) {
    case 'ktp':
      return ok({ kind: 'ktp', card: await evaluateKtp(ctx, accepted) });
    case 'face': {
      const face = await evaluateSelfie(ctx, accepted);
      const match = await evaluateAgainstReference(ctx, accepted, face, { risk: 'low', tolerant: true });
      return match.ok ? ok({ kind: 'face', match: match.value }) : match;
    }
    case 'step_up': {
      const match = await evaluateStepUp(ctx, accepted, capture.riskLevel ?? 'low', { tolerant: true });
      return match.ok ? ok({ kind: 'step_up', match: match.value }) : match;
    }
    default:
      return assertNever(capture.kind);
  }
}

async function record(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  accepted: AcceptedCapture,
  captureId: string,
  evaluation: DeskEvaluation,
  capture: DeskCapture,
): Promise<DeskDelivery> {
  const deliver = (part: DeliveryPart): DeskDelivery => delivery(accepted, captureId, part);
  if (evaluation.kind === 'ktp') {
    const written = await recordKtp(ctx, trx, actor, accepted, captureId, evaluation.card);
    const { judgement } = written;
    return deliver({
      verifications: [written.verification],
      kycLevel: written.kycLevel,
      card: judgement,
      reasons: judgement.reasons,
    });
  }
  const { face, judgement: match } = evaluation.match;
  const liveness = face.judgement;
  if (evaluation.kind === 'step_up') {
    const written = await recordStepUp(ctx, trx, actor, accepted, captureId, evaluation.match, capture);
    const standing = await settleTier(ctx, trx, actor, accepted.customer.id, 'automatic on step_up');
    return deliver({
      verifications: [written.verification],
      kycLevel: standing.tier,
      liveness,
      match,
      reasons: written.reasons,
    });
  }
  const alive = await recordLiveness(ctx, trx, actor, accepted, captureId, face);
  const matched = await recordMatch(ctx, trx, actor, accepted, captureId, { ...evaluation.match, facts: face.facts });
  await enrolVerifiedSelfie(ctx, trx, actor, accepted, captureId, face.facts);
  const standing = await settleTier(ctx, trx, actor, accepted.customer.id, 'automatic on face_liveness and face_match');
  const reasons = [...alive.reasons, ...match.reasons];
  return deliver({ verifications: [alive, matched], kycLevel: standing.tier, liveness, match, reasons });
}

interface DeliveryPart extends Partial<Pick<DeskDelivery, 'card' | 'liveness' | 'match'>> {
  readonly verifications: readonly WrittenVerification[];
  readonly kycLevel: KycTier;
  readonly reasons: DeskDelivery['reasons'];
}

function delivery(accepted: AcceptedCapture, captureId: string, part: DeliveryPart): DeskDelivery {
  return {
    captureId,
    nonce: accepted.nonce,
    customerId: accepted.customer.id,
    verifications: part.verifications.map(({ id, method, status, score }) => ({ id, method, status, score })),
    kycLevel: part.kycLevel,
    card: part.card ?? null,
    liveness: part.liveness ?? null,
    match: part.match ?? null,
    reasons: part.reasons,
    reviewCaseId: part.verifications.find((one) => one.reviewCaseId !== null)?.reviewCaseId ?? null,
    replayed: false,
  };
}
