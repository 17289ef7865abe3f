/** Face liveness alone (api-facts, Q-face). */
import type { CaptureBundle } from '../contract/bundle.ts';
import type { Reason } from '../contract/reasons.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { LivenessJudgement } from '../contract/verdicts.ts';
import type { KycTier, LivenessVerdict, VerificationStatus } from '../contract/vocabulary.ts';
import { acceptBundle, identify } from './capture/accept-bundle.ts';
import type { ForcedOutcome } from './capture/forced-outcome.ts';
import { captureOnce, type Answered } from './capture/capture-once.ts';
import { framesProblem } from './capture/frames-problem.ts';
import { enrolVerifiedSelfie, evaluateSelfie, recordLiveness } from './capture/record-face.ts';
import type { Actor, ServiceContext } from './context.ts';
import type { FaceEvaluation } from './evaluate-face.ts';
import { settleTier } from './settle-tier.ts';

export interface LivenessAnswer {
  readonly verification: { readonly id: string; readonly status: VerificationStatus; readonly score: number };
  readonly liveness: {
    readonly verdict: LivenessVerdict;
    readonly assuranceTier: LivenessJudgement['assuranceTier'];
    readonly voters: LivenessJudgement['voters'];
    readonly passed: number;
    readonly present: number;
  };
  readonly reasons: readonly Reason[];
  readonly reviewCaseId: string | null;
  readonly kycLevel: KycTier;
}

export function livenessView(judgement: LivenessJudgement): LivenessAnswer['liveness'] {
  const { fused, assuranceTier, voters, passed, present } = judgement;
  return { verdict: fused, assuranceTier, voters, passed, present };
}

export async function checkLiveness(
  ctx: ServiceContext,
  actor: Actor,
  request: {
    readonly customerId: string;
    readonly bundle: CaptureBundle;
    readonly hmacKey?: string;
    readonly forcedOutcome?: ForcedOutcome;
  },
): Promise<Result<Answered<LivenessAnswer>>> {
  const identity = identify(request.bundle);
  if (!identity.ok) return identity;
  return captureOnce<FaceEvaluation, LivenessAnswer>(ctx, actor, {
    operation: 'liveness',
    customerId: request.customerId,
    identity: identity.value,
    keep: 'day',
    conflict: 'challenge_consumed',
    accept: () => acceptBundle(ctx, actor, { ...request, kind: 'face' }, identity.value, { sharedBy: 'face_liveness' }),
    evaluate: async (capture) => usableSelfie(await evaluateSelfie(ctx, capture)),
    record: async (trx, capture, captureId, evaluation) => {
      const verification = await recordLiveness(ctx, trx, actor, capture, captureId, evaluation);
      await enrolVerifiedSelfie(ctx, trx, actor, capture, captureId, evaluation.facts);
      const standing = await settleTier(ctx, trx, actor, request.customerId, 'automatic on face_liveness');
      return ok({
        verification: { id: verification.id, status: verification.status, score: verification.score ?? 0 },
        liveness: livenessView(evaluation.judgement),
        reasons: verification.reasons,
        reviewCaseId: verification.reviewCaseId,
        kycLevel: standing.tier,
      });
    },
  });
}

/** Errors: `image_unusable` when not one frame is an image. */
export function usableSelfie(evaluation: FaceEvaluation): Result<FaceEvaluation> {
  const problem = framesProblem(evaluation.facts.frames);
  if (problem === null) return ok(evaluation);
  return fail('image_unusable', 'no frame is a usable image', { fieldErrors: { 'bundle.frames': [problem] } });
}
