/**
 * Light over time as signals, and the challenge as "share of the exposure spent in step k". Each channel is taken relative to
 * its own temporal mean, which removes ambient light and albedo. Two opponent signals (red–green, yellow–blue) do not see
 * exposure and head motion, a luminance signal with a small weight adds the rest. Least squares run on covariances, so that
 * every order of the colours can be tried at every delay without touching the samples again.
 */
import type { FlashSequence } from '../../contract/facts.ts';
import { linearColour } from '../../core/flash/colour.ts';
import type { LightSample } from './light.ts';

/** A white balance the camera may have, and what a fit that needs it pays. */
export interface Balance {
  readonly tauMs: number;
  readonly penalty: number;
}

/** Screen-to-camera delay looked for, ms; frames later than this after the last colour tell nothing. */
export const longestDelayMs = 400;
const delayStepMs = 20;
/** Half a frame at 15 fps: light that reached the sensor before the frame's time stamp. */
const exposureMs = 33;
/**
 * White balance that works while the challenge runs draws every colour back towards grey: the answer to a step fades with
 * the camera's own time constant. Each of these is tried, for the right order and for the wrong ones alike; a camera that
 * needs one pays a little, so that none is preferred where it explains nothing.
 */
export const balances: readonly Balance[] = [
  { tauMs: Number.POSITIVE_INFINITY, penalty: 0 },
  { tauMs: 900, penalty: 0.02 },
  { tauMs: 400, penalty: 0.02 },
];
/** The surface over what is behind it: one sensor, one gain for both, so that a white balance cancels. */
export const steadyBalance: readonly Balance[] = [{ tauMs: Number.POSITIVE_INFINITY, penalty: 0.01 }];
/** Relative light change below which a stream did not answer at all. */
export const noResponse = 1e-5;

/** Linear light. */
export type Colour = readonly [r: number, g: number, b: number];

/** The three signals of a region over time. */
export type Series = readonly [redGreen: Float64Array, yellowBlue: Float64Array, luminance: Float64Array];

export interface Steps {
  readonly colours: readonly Colour[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

export function stepsOf(sequence: FlashSequence): Steps | null {
  const colours = sequence.colors.map(linearColour);
  if (colours.length < 3 || colours.length !== sequence.holdMs.length) return null;
  if (sequence.holdMs.some((ms) => !(ms > 0))) return null;
  const valid = colours.filter((colour) => colour !== null);
  if (valid.length !== colours.length) return null;
  const ends: number[] = [];
  for (const ms of sequence.holdMs) ends.push((ends.at(-1) ?? 0) + ms);
  return { colours: valid, ends, starts: [0, ...ends.slice(0, -1)] };
}

export function opponent(r: number, g: number, b: number): [number, number, number] {
  return [r - g, (r + g) / 2 - b, (r + g + b) / 3];
}

export function usableIndexes(samples: readonly LightSample[], until: number): number[] {
  const indexes: number[] = [];
  samples.forEach(({ tMs, r, g, b }, index) => {
    if (tMs >= 0 && tMs <= until && [tMs, r, g, b].every(Number.isFinite)) indexes.push(index);
  });
  return indexes;
}

export function pick(samples: readonly LightSample[], indexes: readonly number[]): LightSample[] {
  return indexes.map((index) => samples[index] ?? { tMs: Number.NaN, r: Number.NaN, g: Number.NaN, b: Number.NaN });
}

/** Relative opponent signals of a region. A black channel (mean 0) answers nothing. */
export function seriesOf(samples: readonly LightSample[]): Series {
  const mean = (key: 'r' | 'g' | 'b') => samples.reduce((sum, sample) => sum + sample[key], 0) / samples.length;
  const [mr, mg, mb] = [mean('r'), mean('g'), mean('b')];
  const series: Series = [0, 1, 2].map(() => new Float64Array(samples.length)) as unknown as Series;
  samples.forEach(({ r, g, b }, index) => {
    const relative = opponent(mr > 0 ? r / mr - 1 : 0, mg > 0 ? g / mg - 1 : 0, mb > 0 ? b / mb - 1 : 0);
    relative.forEach((value, feature) => (series[feature]![index] = value));
  });
  return series;
}

function pickSeries(series: Series, rows: readonly number[]): Series {
  return series.map((values) => Float64Array.from(rows, (row) => values[row]!)) as unknown as Series;
}

/** Everything a correlation needs at one delay: rows used, covariance among steps, covariance of steps with signals. */
export interface DelayFit {
  readonly delayMs: number;
  readonly balance: Balance;
  readonly rows: readonly number[];
  readonly signal: Series;
  /** steps × steps, symmetric. */
  readonly among: Float64Array;
  /** feature × steps. */
  readonly withSignal: Float64Array;
  /** Sum of squares of each signal about its mean. */
  readonly squares: readonly number[];
}

export function delayFits(
  steps: Steps,
  times: readonly number[],
  series: Series,
  balances: readonly Balance[],
): DelayFit[] {
  const fits: DelayFit[] = [];
  for (let delayMs = 0; delayMs <= longestDelayMs; delayMs += delayStepMs) {
    for (const balance of balances) {
      const fit = fitAt(steps, times, series, delayMs, balance);
      if (fit !== null) fits.push(fit);
    }
  }
  return fits;
}

export function fitAt(
  steps: Steps,
  times: readonly number[],
  series: Series,
  delayMs: number,
  balance: Balance,
): DelayFit | null {
  const rows: number[] = [];
  const shares: Float64Array[] = [];
  times.forEach((time, row) => {
    const share = stepShares(steps, time - delayMs);
    if (share === null) return;
    rows.push(row);
    shares.push(share);
  });
  const count = steps.colours.length;
  const seen = Array.from({ length: count }, (_, k) => shares.reduce((sum, share) => sum + share[k]!, 0));
  if (rows.length < count + 3 || seen.some((total) => total < 0.5)) return null;
  fade(shares, rows, times, balance.tauMs);
  centre(shares, count);
  const among = new Float64Array(count * count);
  for (let k = 0; k < count; k += 1) {
    for (let m = 0; m < count; m += 1) {
      among[k * count + m] = shares.reduce((sum, share) => sum + share[k]! * share[m]!, 0);
    }
  }
  const picked = pickSeries(series, rows);
  const withSignal = new Float64Array(3 * count);
  picked.forEach((values, f) => {
    for (let k = 0; k < count; k += 1) {
      withSignal[f * count + k] = shares.reduce((sum, share, row) => sum + share[k]! * values[row]!, 0);
    }
  });
  return { delayMs, balance, rows, signal: picked, among, withSignal, squares: picked.map(squaresAboutMean) };
}

/** What is left of each step after a white balance of that time constant: the share minus its own running mean. */
function fade(shares: readonly Float64Array[], rows: readonly number[], times: readonly number[], tauMs: number): void {
  if (!Number.isFinite(tauMs)) return;
  const drawn = new Float64Array(shares[0]?.length ?? 0);
  let before = times[rows[0]!] ?? 0;
  shares.forEach((share, index) => {
    const now = times[rows[index]!]!;
    const pull = 1 - Math.exp(-Math.max(0, now - before) / tauMs);
    before = now;
    for (let k = 0; k < drawn.length; k += 1) {
      drawn[k]! += (share[k]! - drawn[k]!) * pull;
      share[k]! -= drawn[k]!;
    }
  });
}

function centre(shares: readonly Float64Array[], count: number): void {
  for (let k = 0; k < count; k += 1) {
    const mean = shares.reduce((sum, share) => sum + share[k]!, 0) / shares.length;
    for (const share of shares) share[k]! -= mean;
  }
}

/** Share of the exposure that ended at `time` spent in each step; null outside the sequence. */
function stepShares(steps: Steps, time: number): Float64Array | null {
  const until = Math.min(time, steps.ends.at(-1)!);
  const from = Math.max(0, time - exposureMs);
  if (time > steps.ends.at(-1)! || !(until > from)) return null;
  const shares = new Float64Array(steps.colours.length);
  for (let k = 0; k < shares.length; k += 1) {
    shares[k] = Math.max(0, Math.min(until, steps.ends[k]!) - Math.max(from, steps.starts[k]!)) / (until - from);
  }
  return shares;
}

export function squaresAboutMean(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}
