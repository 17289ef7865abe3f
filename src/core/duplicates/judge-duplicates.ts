/** One face under several identities: a pure rule over what the 1:N search measured. Never a refusal: a person decides. */
import type { Reason } from '../../contract/reasons.ts';

/** The nearest face of another identity. */
export interface DuplicateHit {
  readonly enrolmentId: string;
  readonly customerId: string;
  readonly similarity: number;
}

/** Number of enrolled faces up to which the starting threshold stands. */
const few = 1000;
/** What each tenfold of faces adds: with ten times the strangers, one has to look ten times less like the nearest. */
const perTenfold = 0.05;
const highest = 0.8;

/**
 * Cosine from which two identities count as one face among `enrolled` faces. Starts at the model's threshold for high
 * risk and rises with the number of strangers, because false hits grow with it. The slope is a rule of thumb for ArcFace
 * templates and was not measured on a large base: a bank that has one sets `duplicates.threshold`.
 */
export function duplicateThreshold(matchHigh: number, enrolled: number): number {
  const tenfolds = Math.max(0, Math.log10(Math.max(1, enrolled) / few));
  return Math.min(Math.max(highest, matchHigh), matchHigh + perTenfold * tenfolds);
}

/** Reasons for a person to look; empty where no other identity comes near. */
export function judgeDuplicates(hits: readonly DuplicateHit[], threshold: number): readonly Reason[] {
  const nearest = hits
    .filter(({ similarity }) => similarity >= threshold)
    .sort((a, b) => b.similarity - a.similarity)[0];
  if (nearest === undefined) return [];
  return [{ code: 'duplicate_face', gate: 'match', value: nearest.similarity, threshold }];
}
