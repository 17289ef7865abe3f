/** A selfie, evaluated: facts by vision, liveness by core; and the match of its template with a reference. No writing. */
import type { Fact, FaceFacts, FaceTemplate, FlashSample, FlashSequence, PromptWindow } from '../contract/facts.ts';
import type { OrgSettings } from '../contract/settings.ts';
import type { LivenessJudgement, MatchJudgement } from '../contract/verdicts.ts';
import type { EnrolmentSource, RiskLevel } from '../contract/vocabulary.ts';
import { judgeLiveness } from '../core/liveness/judge-liveness.ts';
import { judgeMatch } from '../core/match/judge-match.ts';
import type { ServiceContext } from './context.ts';

export interface FaceInput {
  readonly frames: readonly Uint8Array[];
  readonly frameTimesMs?: readonly number[];
  readonly flash?: FlashSequence;
  readonly flashSamples?: readonly FlashSample[];
  readonly prompts: readonly PromptWindow[];
  /** Signed by a registered desk or device. */
  readonly attested: boolean;
  readonly simulated: boolean;
  readonly settings: OrgSettings;
}

export interface FaceEvaluation {
  readonly facts: FaceFacts;
  readonly judgement: LivenessJudgement;
}

export async function evaluateFace(ctx: ServiceContext, input: FaceInput): Promise<FaceEvaluation> {
  const facts = await ctx.vision.analyseFace({
    frames: input.frames,
    purpose: 'selfie',
    prompts: input.prompts,
    ...(input.frameTimesMs === undefined ? {} : { frameTimesMs: input.frameTimesMs }),
    ...(input.flash === undefined ? {} : { flash: input.flash }),
    ...(input.flashSamples === undefined ? {} : { flashSamples: input.flashSamples }),
  });
  const judgement = judgeLiveness({
    facts,
    prompts: input.prompts,
    attested: input.attested,
    simulated: input.simulated,
    settings: input.settings,
  });
  return { facts, judgement };
}

/** Where a reference came from; `supplied` = the caller's own picture. */
export type ReferenceSource = EnrolmentSource | 'supplied';

/** Cosine at or above which it is the same person, per risk level and source of the reference (api-decisions 15). */
export function matchThreshold(settings: OrgSettings, risk: RiskLevel, source?: ReferenceSource): number {
  const { matchLow, matchMedium, matchHigh, matchBySource } = settings.thresholds;
  const own = source === undefined ? undefined : matchBySource?.[source]?.[risk];
  return own ?? { low: matchLow, medium: matchMedium, high: matchHigh }[risk];
}

export function evaluateMatch(
  probe: Fact<FaceTemplate>,
  reference: FaceTemplate | null,
  settings: OrgSettings,
  risk: RiskLevel,
  source?: ReferenceSource,
): MatchJudgement {
  const { matchReview, matchBySource } = settings.thresholds;
  const review = source === undefined ? undefined : matchBySource?.[source]?.review;
  return judgeMatch({
    probe,
    reference,
    threshold: matchThreshold(settings, risk, source),
    reviewThreshold: review ?? matchReview,
  });
}
