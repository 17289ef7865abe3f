/**
 * What may be decided for several cases at once. A batch is for what a person has seen and found harmless, never a way
 * round looking: only cases whose every reason is on a short list of remarks, which the reviewer has opened himself, with
 * nothing in them that speaks of another person, a copy, an alteration or a list. Rejecting is always done one by one.
 */
import type { Reason, ReasonCode } from '../../contract/reasons.ts';
import type { VerificationStatus } from '../../contract/vocabulary.ts';
import type { ReviewStatus } from './review-rules.ts';

export const batchDecisions = ['approve', 'escalate'] as const;
export type BatchDecision = (typeof batchDecisions)[number];

/** One password stands for at most so many cases. */
export const largestBatch = 20;

/**
 * Remarks on reading and light: they say that a field or picture wanted a second look, not that anything is wrong with
 * card or person. Whatever is not named here is looked at on its own; a new reason code is therefore never batched by
 * accident.
 */
const harmless: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'nik_region_differs',
  'nik_region_historic',
  'field_uncertain',
  'image_glare',
  'image_dark',
  'image_bright',
  'image_blurred',
  'within_limits',
]);

export interface BatchCase {
  readonly status: ReviewStatus;
  /** Everybody who served in it. */
  readonly operatorIds: readonly string[];
  readonly reasons: readonly Pick<Reason, 'code'>[];
  /** Of every check of the capture, as it counts now. */
  readonly checks: readonly VerificationStatus[];
  /** Voters that counted and spoke against card or face. */
  readonly votersAgainst: number;
  readonly screeningHits: number;
  readonly frozen: boolean;
  readonly duplicates: number;
  /** The reviewer has opened this case and its pictures. */
  readonly seen: boolean;
}

export const batchObstacles = [
  'not_open',
  'own_capture',
  'screening',
  'duplicates',
  'spoof_or_tamper',
  'failed_check',
  'needs_a_look',
  'not_seen',
] as const;
export type BatchObstacle = (typeof batchObstacles)[number];

/** Why this case cannot be part of the batch; null when it can. `not_seen` comes last: opening the case mends it. */
export function batchObstacle(review: BatchCase, decision: BatchDecision, reviewerId: string): BatchObstacle | null {
  if (review.status !== 'open') return 'not_open';
  if (review.operatorIds.includes(reviewerId)) return 'own_capture';
  if (decision === 'escalate') return null;
  if (review.screeningHits > 0 || review.frozen) return 'screening';
  if (review.duplicates > 0) return 'duplicates';
  if (review.votersAgainst > 0) return 'spoof_or_tamper';
  if (review.checks.some((status) => status === 'failed')) return 'failed_check';
  if (review.reasons.length === 0 || !review.reasons.every(({ code }) => harmless.has(code))) return 'needs_a_look';
  return review.seen ? null : 'not_seen';
}
