/** 1:1 comparison of two templates against the organisation's thresholds. */
import type { Fact, FaceTemplate } from '../../contract/facts.ts';
import type { Reason, ReasonCode } from '../../contract/reasons.ts';
import type { MatchJudgement } from '../../contract/verdicts.ts';
import { assessFace, qualityReasons } from '../quality/face-quality.ts';

/** Euclidean length. */
export function vectorLength(vector: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i += 1) sum += vector[i]! * vector[i]!;
  return Math.sqrt(sum);
}

/** Cosine of the angle between two vectors, −1…1. Null when lengths differ, a vector is zero, or a number is not finite. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  if (a.length === 0 || a.length !== b.length) return null;
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i]! * b[i]!;
  const value = sum / (vectorLength(a) * vectorLength(b));
  return Number.isFinite(value) ? Math.max(-1, Math.min(1, value)) : null;
}

/** Cosine any two frames of one capture must have; the impostor maximum of the evaluation pairs is 0.37. */
export const frameAgreement = 0.4;

export interface MatchInput {
  readonly probe: Fact<FaceTemplate>;
  /** Null: there is nothing to compare with. */
  readonly reference: FaceTemplate | null;
  /** Cosine at or above which it is a match. */
  readonly threshold: number;
  /** From here up to the threshold a person compares. */
  readonly reviewThreshold: number;
}

/**
 * `match` at or above the threshold; between review threshold and threshold `unclear` (`match_borderline`); below it
 * `no_match` (`match_low`). Whatever cannot be compared is `unclear`: no reference (`reference_missing`), templates of
 * two models (`template_model_differs`), frames of two persons (`face_changed`), a probe below the quality floor (the advice of each failed check), no probe (its own reason, and `match_unavailable`).
 */
export function judgeMatch({ probe, reference, threshold, reviewThreshold }: MatchInput): MatchJudgement {
  const modelId = probe.available ? probe.value.modelId : null;
  const unclear = (...codes: ReasonCode[]): MatchJudgement => ({
    verdict: 'unclear',
    similarity: null,
    threshold,
    modelId,
    score: 0,
    reasons: codes.map((code) => ({ code, gate: 'match' })),
  });
  if (!probe.available) {
    return probe.reason === 'match_unavailable' ? unclear(probe.reason) : unclear('match_unavailable', probe.reason);
  }
  if (reference === null) return unclear('reference_missing');
  if (probe.value.modelId !== reference.modelId) return unclear('template_model_differs');
  const similarity = cosine(probe.value.vector, reference.vector);
  if (similarity === null || !Number.isFinite(threshold)) return unclear('match_unavailable');
  const reason = (code: ReasonCode, against: number, value = similarity): Reason => ({
    code,
    gate: 'match',
    ...(Number.isFinite(value) ? { value } : {}),
    threshold: against,
  });
  // Whose face would match? Two persons in one capture are for a person to look at.
  const { agreement } = probe.value;
  const mixed: Reason[] =
    agreement === undefined || agreement >= frameAgreement ? [] : [reason('face_changed', frameAgreement, agreement)];
  // A picture too poor to judge neither proves nor refutes anything (ISO/IEC 29794-5).
  const { look } = probe.value;
  const poor = [...mixed, ...(look === undefined ? [] : qualityReasons(assessFace(look, 'floor'), 'match'))];
  const judged = { similarity, threshold, modelId, score: Math.round(100 * Math.max(0, similarity)) };
  if (poor.length > 0) return { verdict: 'unclear', ...judged, reasons: poor };
  if (similarity >= threshold) return { verdict: 'match', ...judged, reasons: [] };
  // A review threshold that is no number must not turn a doubtful pair into a refusal.
  if (!(similarity < reviewThreshold))
    return { verdict: 'unclear', ...judged, reasons: [reason('match_borderline', threshold)] };
  return { verdict: 'no_match', ...judged, reasons: [reason('match_low', threshold)] };
}
