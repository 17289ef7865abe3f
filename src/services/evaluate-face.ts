/** A selfie, evaluated: facts by vision, liveness by core; and the match of its template with a reference. No writing. */
import type { CameraIdentity } from '../contract/bundle.ts';
import type { Fact, FaceFacts, FaceTemplate, FlashSample, FlashSequence, PromptWindow } from '../contract/facts.ts';
import type { OrgSettings } from '../contract/settings.ts';
import type { LivenessJudgement, MatchJudgement } from '../contract/verdicts.ts';
import type { RiskLevel } from '../contract/vocabulary.ts';
import { judgeLiveness } from '../core/liveness/judge-liveness.ts';
import { judgeMatch } from '../core/match/judge-match.ts';
import type { ReferenceSource } from '../core/match/threshold-for.ts';
import type { ServiceContext } from './context.ts';
import { matchThresholds } from './match-thresholds.ts';

export interface FaceInput {
  readonly frames: readonly Uint8Array[];
  readonly frameTimesMs?: readonly number[];
  readonly flash?: FlashSequence;
  readonly flashSamples?: readonly FlashSample[];
  readonly pulseSamples?: readonly FlashSample[];
  /** What the client says of its camera. */
  readonly camera?: CameraIdentity;
  readonly prompts: readonly PromptWindow[];
  /** Signed by a registered desk or device. */
  readonly attested: boolean;
  readonly simulated: boolean;
  readonly settings: OrgSettings;
  /** As signed: what a channel cannot have is not asked of it. */
  readonly platform?: string;
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
    ...(input.pulseSamples === undefined ? {} : { pulseSamples: input.pulseSamples }),
  });
  const judgement = judgeLiveness({
    facts,
    prompts: input.prompts,
    attested: input.attested,
    simulated: input.simulated,
    settings: input.settings,
    ...(input.platform === undefined ? {} : { platform: input.platform }),
    ...(input.camera === undefined ? {} : { camera: input.camera }),
  });
  return { facts, judgement };
}

export type { ReferenceSource } from '../core/match/threshold-for.ts';

/** Against the threshold of the probe's model, the reference's source and the risk (api-decisions 15). */
export function evaluateMatch(
  probe: Fact<FaceTemplate>,
  reference: FaceTemplate | null,
  settings: OrgSettings,
  risk: RiskLevel,
  source?: ReferenceSource,
): MatchJudgement {
  const modelId = probe.available ? probe.value.modelId : null;
  const { threshold, reviewThreshold } = matchThresholds({ modelId, source: source ?? null, risk, settings });
  return judgeMatch({ probe, reference, threshold, reviewThreshold });
}
