/** Which order of which colours explains the light best, at which delay, through which camera. */
import { flashPalette } from '../../core/flash/challenge.ts';
import { linearColour } from '../../core/flash/colour.ts';
import { longestDelayMs, noResponse, opponent, type Colour, type DelayFit, type Steps } from './flash-signal.ts';
import { wrongOrders } from './wrong-orders.ts';

/** Webcams answer within 200 ms; a later answer needs better evidence, or a shifted replay would fit a shifted order. */
const plausibleDelayMs = 200;
const delayPenalty = 0.4;
const luminanceWeight = 0.25;
const weights = [1, 1, luminanceWeight] as const;

/**
 * How much the filters of a camera see of each other's light. Each is tried, for the right order and for the wrong ones
 * alike: strong cross-talk draws neighbouring colours together, and a pure pink then fits an orange better than itself.
 */
const mixes: readonly { readonly share: number; readonly penalty: number }[] = [
  { share: 0, penalty: 0 },
  { share: 0.2, penalty: 0.003 },
  { share: 0.4, penalty: 0.006 },
];

/** Candidate answer: what each step would show, as one row of steps per feature (3 × steps), for each camera in `mixes`. */
type Candidate = readonly Float64Array[];

export function candidateOf(colours: readonly Colour[]): Candidate {
  return mixes.map(({ share }) => {
    const rows = new Float64Array(3 * colours.length);
    colours.forEach((colour, k) =>
      opponent(...mixed(colour, share)).forEach((value, f) => (rows[f * colours.length + k] = value)),
    );
    return rows;
  });
}

/** Each filter of a sensor sees a share of the light next to its own: red and blue of green, green of both. */
function mixed([r, g, b]: Colour, share: number): Colour {
  return [r + share * (g - r), g + (share / 2) * (r + b - 2 * g), b + share * (g - b)];
}

/** Σ x·A·x of one feature's row. */
export function expectedOf(row: Float64Array, from: number, count: number, among: Float64Array): number {
  let diagonal = 0;
  let above = 0;
  for (let k = 0; k < count; k += 1) {
    const value = row[from + k]!;
    const line = k * count;
    diagonal += value * value * among[line + k]!;
    let rest = 0;
    for (let m = k + 1; m < count; m += 1) rest += row[from + m]! * among[line + m]!;
    above += value * rest;
  }
  return diagonal + 2 * above;
}

export function sharedOf(row: Float64Array, from: number, count: number, withSignal: Float64Array): number {
  let shared = 0;
  for (let k = from; k < from + count; k += 1) shared += row[k]! * withSignal[k]!;
  return shared;
}

/**
 * Correlation of the signals with a candidate's rows, −1…1: Pearson per signal, weighted by how much the challenge asks of
 * that signal.
 */
function correlationAt(fit: DelayFit, rows: Float64Array): number {
  const count = rows.length / 3;
  let sum = 0;
  let total = 0;
  for (let f = 0; f < 3; f += 1) {
    const expected = expectedOf(rows, f * count, count, fit.among);
    if (!(expected > 1e-12)) continue;
    const squares = fit.squares[f]!;
    total += weights[f]! * expected;
    if (squares > noResponse * noResponse) {
      sum +=
        (weights[f]! * expected * sharedOf(rows, f * count, count, fit.withSignal)) / Math.sqrt(expected * squares);
    }
  }
  return total > 0 ? Math.max(-1, Math.min(1, sum / total)) : 0;
}

function penalty(delayMs: number): number {
  return delayPenalty * (Math.max(0, delayMs - plausibleDelayMs) / (longestDelayMs - plausibleDelayMs)) ** 2;
}

export interface Best {
  readonly fit: DelayFit;
  readonly rows: Float64Array;
  readonly correlation: number;
  readonly score: number;
}

export function bestFit(fits: readonly DelayFit[], candidate: Candidate): Best | null {
  let best: Best | null = null;
  for (const fit of fits) {
    const lost = penalty(fit.delayMs) + fit.balance.penalty;
    for (let m = 0; m < candidate.length; m += 1) {
      const rows = candidate[m]!;
      const correlation = correlationAt(fit, rows);
      const score = correlation - lost - mixes[m]!.penalty;
      if (best === null || score > best.score) best = { fit, rows, correlation, score };
    }
  }
  return best;
}

/** Best penalised score of any wrong order, at its own best delay. */
export function bestWrongScore(fits: readonly DelayFit[], { colours }: Steps, colors: readonly string[]): number {
  let best = -1;
  for (const order of wrongOrders(colors)) {
    best = Math.max(best, bestFit(fits, candidateOf(order.map((index) => colours[index]!)))?.score ?? -1);
  }
  return best;
}

/** Best penalised score of the right order with one colour exchanged for another of the palette. */
export function bestExchangedScore(fits: readonly DelayFit[], { colours }: Steps): number {
  const palette = flashPalette.map((hex) => linearColour(hex)!);
  let best = -1;
  for (let k = 0; k < colours.length; k += 1) {
    const own = opponent(...colours[k]!);
    for (const other of palette) {
      const near = opponent(...other);
      if (Math.hypot(own[0] - near[0], own[1] - near[1]) < 0.05) continue;
      const exchanged = colours.map((colour, index) => (index === k ? other : colour));
      best = Math.max(best, bestFit(fits, candidateOf(exchanged))?.score ?? -1);
    }
  }
  return best;
}
