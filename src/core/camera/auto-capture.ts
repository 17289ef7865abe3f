/**
 * When a card may be captured by itself: several looks in a row that are good and show the outline in the same place. One
 * lucky frame is not a steady hand, and a frame between two movements is sharp by chance. Pure; one state per aiming.
 */
import type { ReasonCode } from '../../contract/reasons.ts';

export interface Corner {
  /** Shares of the frame, 0–1. */
  readonly x: number;
  readonly y: number;
}

/** One coached preview frame. */
export interface CardLook {
  readonly ready: boolean;
  readonly advice: ReasonCode | null;
  /** The card's corners in order, null when no card was found. */
  readonly outline: readonly Corner[] | null;
  /** Absent: the desk's word `ready` stands for these. */
  readonly measured?: { readonly sharpness: number; readonly glare: number } | undefined;
}

export interface AutoCaptureRule {
  readonly looksNeeded: number;
  /** Largest movement of a corner between two looks, share of the frame's diagonal (sides count as 1 : 1). */
  readonly drift: number;
  /** Variance of the Laplacian on the card, 0–255 grey. */
  readonly sharpness: number;
  /** Share of blown-out pixels on the card. */
  readonly glare: number;
}

/** Starting points on 800 px previews at three looks a second: about one second of stillness. */
export const autoCaptureRule: AutoCaptureRule = { looksNeeded: 3, drift: 0.02, sharpness: 60, glare: 0.04 };

export interface Steadiness {
  /** Good looks in a row. */
  readonly streak: number;
  readonly outline: readonly Corner[] | null;
  /** What to tell now; null = nothing is wrong. */
  readonly advice: ReasonCode | null;
  /** The streak is long enough. */
  readonly capture: boolean;
}

export const notSteady: Steadiness = { streak: 0, outline: null, advice: null, capture: false };

/** The next state after one more look. A card that moved starts a new streak with the look it is seen in now. */
export function nextSteadiness(last: Steadiness, look: CardLook, rule: AutoCaptureRule = autoCaptureRule): Steadiness {
  const { outline } = look;
  const flaw = flawOf(look, rule);
  if (flaw !== null || outline === null) return { streak: 0, outline, advice: flaw, capture: false };
  // Against the last look, good or not: a card that glides into a good place is still gliding.
  const moved = last.outline !== null && outlineDrift(last.outline, outline) > rule.drift;
  if (moved) return { streak: 1, outline, advice: 'card_moving', capture: false };
  const streak = last.streak + 1;
  return { streak, outline, advice: null, capture: streak >= rule.looksNeeded };
}

function flawOf({ ready, advice, outline, measured }: CardLook, rule: AutoCaptureRule): ReasonCode | null {
  if (!ready || outline === null) return advice ?? 'card_not_found';
  if (measured !== undefined && !(measured.glare <= rule.glare)) return 'image_glare';
  return measured !== undefined && !(measured.sharpness >= rule.sharpness) ? 'image_blurred' : null;
}

/**
 * How far a card moved between two looks: the largest distance of a corner, share of the diagonal. Corners are compared in
 * order and in the order half a turn away, because which end is up is not known before the card is read.
 */
export function outlineDrift(a: readonly Corner[], b: readonly Corner[]): number {
  if (a.length !== b.length || a.length === 0) return 1;
  const turns = a.length === 4 ? [0, 2] : [0];
  return Math.min(...turns.map((turn) => largestDistance(a, b, turn)));
}

function largestDistance(a: readonly Corner[], b: readonly Corner[], turn: number): number {
  const distances = a.map((corner, index) => {
    const other = b[(index + turn) % b.length] as Corner;
    return Math.hypot(corner.x - other.x, corner.y - other.y) / Math.SQRT2;
  });
  return Math.max(...distances);
}
