/** A selfie against the customer's enrolled reference, or against a picture the caller supplies (api-decisions 15). */
import type { CaptureBundle } from '../contract/bundle.ts';
import type { FaceTemplate } from '../contract/facts.ts';
import type { Reason } from '../contract/reasons.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { MatchJudgement } from '../contract/verdicts.ts';
import type { EnrolmentSource, KycTier, MatchVerdict, RiskLevel, VerificationStatus } from '../contract/vocabulary.ts';
import { forcedMatch, type ForcedOutcome } from './capture/forced-outcome.ts';
import { acceptBundle, identify } from './capture/accept-bundle.ts';
import type { AcceptedCapture } from './capture/accepted-capture.ts';
import { captureOnce, type Answered } from './capture/capture-once.ts';
import { enrolVerifiedSelfie, evaluateSelfie, recordMatch } from './capture/record-face.ts';
import { usableSelfie } from './check-liveness.ts';
import type { Actor, ServiceContext } from './context.ts';
import { evaluateMatch, type FaceEvaluation } from './evaluate-face.ts';
import { chooseReference, usableReferences, type FaceReference } from './references.ts';
import { settleTier } from './settle-tier.ts';

/** The documented name of the template format; the model that made it is `engine`. */
export const documentedModelId = 'qe-face-v3';

export interface MatchView {
  readonly verdict: MatchVerdict;
  readonly similarity: number | null;
  readonly threshold: number;
  readonly modelId: typeof documentedModelId;
  readonly engine: string | null;
}

export interface MatchAnswer {
  readonly verification: { readonly id: string; readonly status: VerificationStatus; readonly score: number };
  readonly match: MatchView;
  readonly reference: { readonly enrollmentId: string | null; readonly source: EnrolmentSource | 'supplied' };
  readonly reasons: readonly Reason[];
  readonly reviewCaseId: string | null;
  readonly kycLevel: KycTier;
}

export interface MatchRequest {
  readonly customerId: string;
  readonly bundle: CaptureBundle;
  readonly hmacKey?: string;
  /** Encoded JPEG or PNG. */
  readonly referenceImage?: Uint8Array;
  readonly forcedOutcome?: ForcedOutcome;
}

export interface MatchEvaluation {
  readonly face: FaceEvaluation;
  readonly judgement: MatchJudgement;
  readonly reference: FaceReference | null;
  readonly suppliedReference: boolean;
}

export function matchView(judgement: MatchJudgement): MatchView {
  const { verdict, similarity, threshold, modelId } = judgement;
  return { verdict, similarity, threshold, modelId: documentedModelId, engine: modelId };
}

/** Errors: `reference_unusable` when no single face can be taken from the supplied picture. */
async function suppliedTemplate(ctx: ServiceContext, image: Uint8Array): Promise<Result<FaceTemplate>> {
  const facts = await ctx.vision.analyseFace({ frames: [image], purpose: 'reference' });
  if (facts.template.available) return ok(facts.template.value);
  return fail('reference_unusable', 'no single usable face in the reference image', {
    fieldErrors: { referenceImage: [facts.template.reason] },
  });
}

/** Errors: `enrolment_missing`, `reference_unusable`. With `tolerant` (desks) a missing reference is a judgement. */
export async function evaluateAgainstReference(
  ctx: ServiceContext,
  capture: AcceptedCapture,
  face: FaceEvaluation,
  options: {
    readonly risk: RiskLevel;
    readonly referenceImage?: Uint8Array;
    readonly tolerant?: boolean;
    readonly fresherThan?: string;
  },
): Promise<Result<MatchEvaluation>> {
  const { settings, id: orgId } = capture.organisation;
  const probe = face.facts.template;
  if (options.referenceImage !== undefined) {
    const template = await suppliedTemplate(ctx, options.referenceImage);
    if (!template.ok) return template;
    return ok({
      face,
      judgement: forcedMatch(
        evaluateMatch(probe, template.value, settings, options.risk, 'supplied'),
        capture.forcedOutcome,
      ),
      reference: null,
      suppliedReference: true,
    });
  }
  const all = await usableReferences(ctx.store.db, orgId, capture.customer.id, capture.earlier?.id ?? null);
  const fresh =
    options.fresherThan === undefined ? all : all.filter((one) => one.createdAt >= (options.fresherThan ?? ''));
  const reference = chooseReference(fresh.length > 0 ? fresh : all, probe.available ? probe.value.modelId : null);
  if (reference === null && options.tolerant !== true) {
    return fail('enrolment_missing', 'the customer has no reference to match with');
  }
  const judgement = evaluateMatch(probe, reference?.template ?? null, settings, options.risk, reference?.source);
  return ok({ face, judgement: forcedMatch(judgement, capture.forcedOutcome), reference, suppliedReference: false });
}

export async function matchFace(
  ctx: ServiceContext,
  actor: Actor,
  request: MatchRequest,
): Promise<Result<Answered<MatchAnswer>>> {
  const identity = identify(request.bundle);
  if (!identity.ok) return identity;
  return captureOnce<MatchEvaluation, MatchAnswer>(ctx, actor, {
    operation: 'match',
    customerId: request.customerId,
    identity: identity.value,
    keep: 'day',
    conflict: 'challenge_consumed',
    accept: () => acceptBundle(ctx, actor, { ...request, kind: 'face' }, identity.value, { sharedBy: 'face_match' }),
    evaluate: async (capture) => {
      const face = usableSelfie(await evaluateSelfie(ctx, capture));
      if (!face.ok) return face;
      return evaluateAgainstReference(ctx, capture, face.value, {
        risk: 'low',
        ...(request.referenceImage === undefined ? {} : { referenceImage: request.referenceImage }),
      });
    },
    record: async (trx, capture, captureId, evaluation) => {
      const { judgement, face, reference } = evaluation;
      const verification = await recordMatch(ctx, trx, actor, capture, captureId, { ...evaluation, facts: face.facts });
      await enrolVerifiedSelfie(ctx, trx, actor, capture, captureId, face.facts);
      const standing = await settleTier(ctx, trx, actor, request.customerId, 'automatic on face_match');
      return ok({
        verification: { id: verification.id, status: verification.status, score: verification.score ?? 0 },
        match: matchView(judgement),
        reference: { enrollmentId: reference?.enrolmentId ?? null, source: reference?.source ?? 'supplied' },
        reasons: [...judgement.reasons, ...capture.doubts],
        reviewCaseId: verification.reviewCaseId,
        kycLevel: standing.tier,
      });
    },
  });
}
