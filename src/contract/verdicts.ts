/** Judgements: what the rules made of the facts. Shapes are those of the documented API (api-decisions 11). */
import { Type } from 'typebox';
import type { Reason } from './reasons.ts';
import {
  assuranceTiers,
  livenessVerdicts,
  oneOf,
  tamperVerdicts,
  type AssuranceTier,
  type KtpVerdict,
  type LivenessVerdict,
  type MatchVerdict,
  type TamperVerdict,
} from './vocabulary.ts';

export const faceVoterNames = [
  'flash_reflectance',
  'challenge_response',
  'passive_liveness',
  'deepfake_detector',
  'rppg',
  'device_attestation',
] as const;

export const cardVoterNames = [
  'flash_reflectance',
  'screen_recapture',
  'photocopy',
  'print_raster',
  'geometry',
  'edge',
] as const;
export type CardVoterName = (typeof cardVoterNames)[number];

export const tamperVoterNames = [
  'nik_consistency',
  'font_match',
  'portrait_integrity',
  'template_match',
  'field_alignment',
  'hologram_check',
] as const;
export type TamperVoterName = (typeof tamperVoterNames)[number];

/** The names of single findings of the face voters; a network that scored the face goes by its model id. */
export const faceFindingNames = [
  'light_signal',
  'light_fit',
  'colour_order',
  'single_colours',
  'depth_ratio',
  'relief',
  'glow',
  'turn_left',
  'turn_right',
  'blink',
  'smile',
  'interval_jitter',
  'noise_residual',
  'repeated_frames',
  'time_order',
  'exposure_reaction',
  'camera_label',
  'frame_size',
  'frame_rate',
] as const;
export type FaceFindingName = (typeof faceFindingNames)[number];

const passed = Type.Union([Type.Boolean(), Type.Null()], { description: 'null = no data' });

export const VoterFindingSchema = Type.Object(
  {
    name: Type.String({ description: 'What was measured, or the id of the model that scored' }),
    passed,
    value: Type.Optional(Type.Number()),
    threshold: Type.Optional(Type.Number()),
    reason: Type.String(),
  },
  { additionalProperties: false, title: 'VoterFinding' },
);

export const VoterSchema = Type.Object(
  {
    name: Type.String(),
    passed,
    value: Type.Optional(Type.Number()),
    threshold: Type.Optional(Type.Number()),
    weight: Type.Number({ minimum: 0, maximum: 1, description: '0 = never validated on data, shown but not counted' }),
    reason: Type.String(),
    findings: Type.Optional(
      Type.Array(VoterFindingSchema, { description: 'The single measurements behind the vote, where it has several' }),
    ),
  },
  { additionalProperties: false, title: 'Voter' },
);

/** One measurement behind a vote. `passed: null` = not measured. It explains; only the voter counts. */
export interface VoterFinding {
  /** A `FaceFindingName`, or the id of a model. */
  readonly name: string;
  readonly passed: boolean | null;
  readonly value?: number;
  readonly threshold?: number;
  /** A `ReasonCode`. */
  readonly reason: string;
}

/** One voter's ballot. `passed: null` = it had no data. */
export interface Voter<Name extends string = string> {
  readonly name: Name;
  readonly passed: boolean | null;
  readonly value?: number;
  readonly threshold?: number;
  readonly weight: number;
  /** A `ReasonCode`. */
  readonly reason: string;
  readonly findings?: readonly VoterFinding[];
}

export interface Fused<Verdict extends string> {
  readonly fused: Verdict;
  readonly assuranceTier: AssuranceTier;
  readonly voters: readonly Voter[];
  /** Voters that passed / that had data; only voters of weight > 0 count. */
  readonly passed: number;
  readonly present: number;
}

export const AntiSpoofSchema = Type.Object(
  {
    fused: oneOf(livenessVerdicts),
    assuranceTier: oneOf(assuranceTiers),
    voters: Type.Array(VoterSchema),
    passed: Type.Integer(),
    present: Type.Integer(),
  },
  { additionalProperties: false },
);

export const TamperSchema = Type.Object(
  { fused: oneOf(tamperVerdicts), voters: Type.Array(VoterSchema) },
  { additionalProperties: false },
);

export interface CardJudgement {
  readonly verdict: KtpVerdict;
  readonly assuranceTier: AssuranceTier;
  /** 0–100. */
  readonly score: number;
  readonly antiSpoof: Fused<LivenessVerdict>;
  readonly tamper: Fused<TamperVerdict>;
  readonly reasons: readonly Reason[];
}

export interface LivenessJudgement extends Fused<LivenessVerdict> {
  readonly score: number;
  readonly reasons: readonly Reason[];
}

export interface MatchJudgement {
  readonly verdict: MatchVerdict;
  /** Cosine −1…1; null when it could not be computed. */
  readonly similarity: number | null;
  readonly threshold: number;
  readonly modelId: string | null;
  readonly score: number;
  readonly reasons: readonly Reason[];
}
