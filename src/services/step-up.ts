/** Step-up: is the person in front of the camera the customer, now, for this action? One decision, one row (Q-step). */
import type { CaptureBundle } from '../contract/bundle.ts';
import type { Reason } from '../contract/reasons.ts';
import { ok, type Result } from '../contract/result.ts';
import type { LivenessJudgement } from '../contract/verdicts.ts';
import type { LivenessVerdict, MatchVerdict, RiskLevel, VerificationStatus } from '../contract/vocabulary.ts';
import type { Db } from '../store/repositories/types.ts';
import { acceptBundle, identify } from './capture/accept-bundle.ts';
import type { AcceptedCapture } from './capture/accepted-capture.ts';
import { captureOnce, type Answered } from './capture/capture-once.ts';
import type { ForcedOutcome } from './capture/forced-outcome.ts';
import { evaluateSelfie, referenceDetail, watchedDoubts, withoutReasons } from './capture/record-face.ts';
import { writeVerification, type WrittenVerification } from './capture/record-capture.ts';
import { usableSelfie } from './check-liveness.ts';
import { instant, minuteMs, plusMs, type Actor, type ServiceContext } from './context.ts';
import { evaluateAgainstReference, type MatchEvaluation } from './match-face.ts';
import { enrol } from './references.ts';
import { settleTier } from './settle-tier.ts';

export interface StepUpRequest {
  readonly customerId: string;
  readonly riskLevel?: RiskLevel;
  readonly actionLabel?: string;
  readonly trigger?: string;
  readonly bundle: CaptureBundle;
  readonly hmacKey?: string;
  readonly referenceImage?: Uint8Array;
  readonly forcedOutcome?: ForcedOutcome;
}

export interface StepUpAnswer {
  readonly allow: boolean;
  readonly liveness: { readonly verdict: LivenessVerdict; readonly assuranceTier: LivenessJudgement['assuranceTier'] };
  readonly match: { readonly verdict: MatchVerdict; readonly similarity: number | null; readonly threshold: number };
  readonly verification: { readonly id: string; readonly status: VerificationStatus; readonly score: number };
  readonly audit: {
    readonly riskLevel: RiskLevel;
    readonly trigger: string | null;
    readonly actionLabel: string | null;
  };
  readonly reasons: readonly Reason[];
}

export type StepUpAction = Pick<StepUpRequest, 'riskLevel' | 'actionLabel' | 'trigger'>;

/** The oldest reference a high-risk action accepts, as an instant; undefined at lower risk. */
function freshnessLimit(ctx: ServiceContext, capture: AcceptedCapture, risk: RiskLevel): string | undefined {
  if (risk !== 'high') return undefined;
  return plusMs(instant(ctx), -capture.organisation.settings.thresholds.highRiskFreshnessMinutes * minuteMs);
}

/** Errors: as `evaluateAgainstReference`. */
export async function evaluateStepUp(
  ctx: ServiceContext,
  capture: AcceptedCapture,
  risk: RiskLevel,
  options: { readonly referenceImage?: Uint8Array; readonly tolerant?: boolean },
): Promise<Result<MatchEvaluation>> {
  const face = await evaluateSelfie(ctx, capture);
  const usable = options.tolerant === true ? ok(face) : usableSelfie(face);
  if (!usable.ok) return usable;
  const limit = freshnessLimit(ctx, capture, risk);
  return evaluateAgainstReference(ctx, capture, face, {
    ...options,
    risk,
    ...(limit === undefined ? {} : { fresherThan: limit }),
  });
}

/** What stands against the action beside liveness and match. */
function referenceDoubts(
  ctx: ServiceContext,
  capture: AcceptedCapture,
  evaluation: MatchEvaluation,
  risk: RiskLevel,
): readonly Reason[] {
  const { reference, suppliedReference } = evaluation;
  if (suppliedReference || reference === null) return [];
  const doubts: Reason[] = [];
  if (!reference.confirmed) doubts.push({ code: 'reference_unconfirmed', gate: 'match' });
  const limit = freshnessLimit(ctx, capture, risk);
  if (limit !== undefined && reference.createdAt < limit) {
    const age = Math.floor((Date.parse(instant(ctx)) - Date.parse(reference.createdAt)) / minuteMs);
    doubts.push({
      code: 'reference_stale',
      gate: 'match',
      value: age,
      threshold: capture.organisation.settings.thresholds.highRiskFreshnessMinutes,
    });
  }
  return doubts;
}

export interface StepUpRecord {
  readonly allow: boolean;
  readonly verification: WrittenVerification;
  readonly reasons: readonly Reason[];
}

export async function recordStepUp(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  capture: AcceptedCapture,
  captureId: string,
  evaluation: MatchEvaluation,
  action: StepUpAction,
): Promise<StepUpRecord> {
  const risk = action.riskLevel ?? 'low';
  const { judgement: match, face } = evaluation;
  const liveness = face.judgement;
  const forced = capture.forcedOutcome !== undefined;
  const doubts = [
    ...capture.doubts,
    ...(forced ? [] : referenceDoubts(ctx, capture, evaluation, risk)),
    ...(forced ? [] : await watchedDoubts(trx, capture, face.facts)),
  ];
  const positive = liveness.fused === 'live' && match.verdict === 'match';
  const allow = positive && doubts.length === 0;
  const refused = liveness.fused === 'spoof' || match.verdict === 'no_match';
  const reasons = [...liveness.reasons, ...match.reasons, ...doubts];
  const verification = await writeVerification(ctx, trx, actor, capture, captureId, {
    method: 'step_up',
    status: allow ? 'verified' : refused ? 'failed' : 'pending',
    score: (liveness.score + match.score) / 2,
    reasons,
    detail: {
      kind: 'step_up',
      liveness: withoutReasons(liveness),
      match: withoutReasons(match),
      ...referenceDetail(evaluation),
      riskLevel: risk,
      models: face.facts.models,
    },
    event: 'stepup.decided',
    auditDetail: { allow, riskLevel: risk, trigger: action.trigger ?? null, actionLabel: action.actionLabel ?? null },
  });
  const promote = risk === 'high' && allow && !evaluation.suppliedReference && face.facts.template.available;
  if (
    promote &&
    (match.similarity ?? 0) >= capture.organisation.settings.thresholds.promoteSimilarity &&
    face.facts.template.available
  ) {
    await enrol(ctx, trx, actor, {
      customerId: capture.customer.id,
      source: 'step_up_promotion',
      template: face.facts.template.value,
      captureId,
      supersede: true,
    });
  }
  await settleTier(ctx, trx, actor, capture.customer.id, 'automatic on step_up');
  return { allow, verification, reasons };
}

export async function stepUp(
  ctx: ServiceContext,
  actor: Actor,
  request: StepUpRequest,
): Promise<Result<Answered<StepUpAnswer>>> {
  const identity = identify(request.bundle);
  if (!identity.ok) return identity;
  const risk = request.riskLevel ?? 'low';
  return captureOnce<MatchEvaluation, StepUpAnswer>(ctx, actor, {
    operation: 'step_up',
    customerId: request.customerId,
    identity: identity.value,
    keep: 'day',
    conflict: 'challenge_consumed',
    accept: () => acceptBundle(ctx, actor, { ...request, kind: 'step_up' }, identity.value, { sharedBy: null }),
    evaluate: (capture) =>
      evaluateStepUp(
        ctx,
        capture,
        risk,
        request.referenceImage === undefined ? {} : { referenceImage: request.referenceImage },
      ),
    record: async (trx, capture, captureId, evaluation) => {
      const record = await recordStepUp(ctx, trx, actor, capture, captureId, evaluation, request);
      const { fused, assuranceTier } = evaluation.face.judgement;
      const { verdict, similarity, threshold } = evaluation.judgement;
      return ok({
        allow: record.allow,
        liveness: { verdict: fused, assuranceTier },
        match: { verdict, similarity, threshold },
        verification: {
          id: record.verification.id,
          status: record.verification.status,
          score: record.verification.score ?? 0,
        },
        audit: { riskLevel: risk, trigger: request.trigger ?? null, actionLabel: request.actionLabel ?? null },
        reasons: record.reasons,
      });
    },
  });
}
