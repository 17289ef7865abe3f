/** One face under several identities: a pure rule over what the 1:N search measured. Never a refusal: a person decides. */
import type { Reason } from '../../contract/reasons.ts';
import { fmrFor, tailThreshold, type ImpostorTail } from './impostor-tail.ts';

/** The nearest face of another identity. */
export interface DuplicateHit {
  readonly enrolmentId: string;
  readonly customerId: string;
  readonly similarity: number;
}

/** An impostor tail for one model: scores of two models are never on one scale. */
export interface ModelTail extends ImpostorTail {
  readonly modelId: string;
  /** Impostor pairs it was fitted to. */
  readonly pairs: number;
}

/** What decided the threshold. */
export type DuplicateBasis = 'organisation' | 'organisation_tail' | 'measured_tail' | 'rule_of_thumb';

export interface DuplicateThreshold {
  readonly threshold: number;
  readonly basis: DuplicateBasis;
  /** The FMR it needs lies below 3 / pairs: the measured pairs cannot show it, the fitted tail says it. */
  readonly extrapolated: boolean;
}

export interface DuplicateQuery {
  readonly modelId: string;
  /** The 1:1 threshold of high risk: 1:N never asks for less. */
  readonly floor: number;
  /** Faces the probe is compared with. */
  readonly enrolled: number;
  readonly own: {
    readonly threshold?: number | undefined;
    /** FPIR: part of the onboardings that may be flagged though the person is new, 0–1. */
    readonly falseHits?: number | undefined;
    readonly tail?: ModelTail | undefined;
  };
  /** Tails that come with the program. */
  readonly shipped: readonly ModelTail[];
}

/** One onboarding in a hundred is looked at by a person for nothing. */
export const defaultFalseHits = 0.01;

/** Above this, pictures of one person begin to be missed in numbers; more faces than that need a better model. */
const highest = 0.8;

/** The old rule, for models whose tail nobody measured: from a thousand faces on, 0.05 for each tenfold. */
const few = 1000;
const perTenfold = 0.05;

/**
 * Cosine from which two identities count as one face among `enrolled` faces. In this order: the organisation's number; the
 * organisation's tail for this model; the shipped tail for it; the rule of thumb. Whatever is derived grows with `enrolled`
 * and lies between `floor` and 0.8.
 */
export function duplicateThreshold({ modelId, floor, enrolled, own, shipped }: DuplicateQuery): DuplicateThreshold {
  if (own.threshold !== undefined) return { threshold: own.threshold, basis: 'organisation', extrapolated: false };
  const within = (value: number): number => Math.min(Math.max(highest, floor), Math.max(floor, value));
  const ownTail = own.tail?.modelId === modelId ? own.tail : undefined;
  const tail = ownTail ?? shipped.find((one) => one.modelId === modelId);
  if (tail === undefined) {
    const tenfolds = Math.max(0, Math.log10(Math.max(1, enrolled) / few));
    return { threshold: within(floor + perTenfold * tenfolds), basis: 'rule_of_thumb', extrapolated: true };
  }
  const fmr = fmrFor(enrolled, own.falseHits ?? defaultFalseHits);
  return {
    threshold: within(tailThreshold(tail, fmr)),
    basis: ownTail === undefined ? 'measured_tail' : 'organisation_tail',
    extrapolated: fmr < 3 / tail.pairs,
  };
}

/** Reasons for a person to look; empty where no other identity comes near. */
export function judgeDuplicates(hits: readonly DuplicateHit[], threshold: number): readonly Reason[] {
  const nearest = hits
    .filter(({ similarity }) => similarity >= threshold)
    .sort((a, b) => b.similarity - a.similarity)[0];
  if (nearest === undefined) return [];
  return [{ code: 'duplicate_face', gate: 'match', value: nearest.similarity, threshold }];
}
