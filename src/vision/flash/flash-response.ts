/**
 * How a surface answered the light challenge. After Tang et al., "Face Flashing: a Secure Liveness Detection Protocol
 * based on Light Reflections" (NDSS 2018): order, timing and colour are measured, not presence alone.
 *
 * Each channel is taken relative to its own temporal mean, which removes ambient light and albedo. Two opponent signals
 * (red–green, yellow–blue) do not see exposure and head motion, a luminance signal with a small weight adds the rest.
 * Least squares run on covariances with "share of the exposure spent in step k", so that every order of the colours can
 * be tried at every delay without touching the samples again.
 */
import { known, unknownFact, type Fact, type FlashResponse, type FlashSequence } from '../../contract/facts.ts';
import { flashPalette } from '../../core/flash/challenge.ts';
import { linearColour } from '../../core/flash/colour.ts';
import type { LightSample } from './light.ts';
import { wrongOrders } from './wrong-orders.ts';

interface Balance {
  readonly tauMs: number;
  readonly penalty: number;
}

export interface FlashMeasurementInput {
  readonly sequence: FlashSequence;
  /** Face or card, in time order. */
  readonly surface: readonly LightSample[];
  /** Behind it, parallel to `surface`. */
  readonly background?: readonly LightSample[] | null;
  /** Parts of the surface (forehead, cheeks, nose), each parallel to `surface`. */
  readonly regions?: readonly (readonly LightSample[])[];
  readonly source: 'frames' | 'samples';
}

/** Screen-to-camera delay looked for, ms; frames later than this after the last colour tell nothing. */
export const longestDelayMs = 400;
const delayStepMs = 20;
/** Half a frame at 15 fps: light that reached the sensor before the frame's time stamp. */
const exposureMs = 33;
/** Webcams answer within 200 ms; a later answer needs better evidence, or a shifted replay would fit a shifted order. */
const plausibleDelayMs = 200;
const delayPenalty = 0.4;
const luminanceWeight = 0.25;
/**
 * White balance that works while the challenge runs draws every colour back towards grey: the answer to a step fades with
 * the camera's own time constant. Each of these is tried, for the right order and for the wrong ones alike; a camera that
 * needs one pays a little, so that none is preferred where it explains nothing.
 */
const balances: readonly Balance[] = [
  { tauMs: Number.POSITIVE_INFINITY, penalty: 0 },
  { tauMs: 900, penalty: 0.02 },
  { tauMs: 400, penalty: 0.02 },
];
/** Response over noise below which nothing can be said. */
const smallestSignalToNoise = 3;
/** Relative light change below which a stream did not answer at all. */
const noResponse = 1e-5;
const largestRatio = 20;

type Series = readonly [redGreen: Float64Array, yellowBlue: Float64Array, luminance: Float64Array];
const weights = [1, 1, luminanceWeight] as const;

/**
 * Measures the response. Unavailable: `flash_missing` (no usable sequence), `too_few_frames` (a step was never seen, or
 * fewer samples than steps + 3), `flash_too_bright` (the answer is below the noise: ambient light drowns the screen).
 * A stream without any change at all is available with correlation 0: a camera has noise, so that is no camera.
 */
export function measureFlash(input: FlashMeasurementInput): Fact<FlashResponse> {
  const steps = stepsOf(input.sequence);
  if (steps === null) return unknownFact('flash_missing');
  const used = usableIndexes(input.surface, steps.ends.at(-1)! + longestDelayMs);
  if (used.length < steps.colours.length + 3) return unknownFact('too_few_frames');
  const surface = pick(input.surface, used);
  const times = surface.map((sample) => sample.tMs);
  const fits = delayFits(steps, times, seriesOf(surface));
  const best = bestFit(fits, steps.features);
  if (best === null) return unknownFact('too_few_frames');
  const noise = signalAndNoise(pickSeries(seriesOf(surface), best.fit.rows));
  if (noise.amplitude > noResponse && noise.ratio < smallestSignalToNoise) return unknownFact('flash_too_bright');
  const gainOf = (samples: readonly LightSample[]) => gain(steps, times, pick(samples, used), best.fit);
  const faceGain = gainOf(input.surface);
  return known({
    correlation: best.correlation,
    orderMargin: best.score - bestWrongScore(fits, steps, input.sequence.colors),
    colourMargin: best.score - bestExchangedScore(fits, steps),
    delayMs: best.fit.delayMs,
    signalToNoise: noise.ratio,
    depthRatio: input.background ? ratio(faceGain, gainOf(input.background)) : null,
    shading: input.regions && input.regions.length > 1 ? spread(input.regions.map(gainOf)) : null,
    framesUsed: best.fit.rows.length,
    source: input.source,
  });
}

interface Steps {
  readonly colours: readonly (readonly [number, number, number])[];
  /** Opponent features of each step's colour. */
  readonly features: readonly (readonly [number, number, number])[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

function stepsOf(sequence: FlashSequence): Steps | null {
  const colours = sequence.colors.map(linearColour);
  if (colours.length < 3 || colours.length !== sequence.holdMs.length) return null;
  if (sequence.holdMs.some((ms) => !(ms > 0))) return null;
  const valid = colours.filter((colour) => colour !== null);
  if (valid.length !== colours.length) return null;
  const ends: number[] = [];
  for (const ms of sequence.holdMs) ends.push((ends.at(-1) ?? 0) + ms);
  const features = valid.map(([r, g, b]) => opponent(r, g, b));
  return { colours: valid, features, ends, starts: [0, ...ends.slice(0, -1)] };
}

function opponent(r: number, g: number, b: number): [number, number, number] {
  return [r - g, (r + g) / 2 - b, (r + g + b) / 3];
}

function usableIndexes(samples: readonly LightSample[], until: number): number[] {
  const indexes: number[] = [];
  samples.forEach(({ tMs, r, g, b }, index) => {
    if (tMs >= 0 && tMs <= until && [tMs, r, g, b].every(Number.isFinite)) indexes.push(index);
  });
  return indexes;
}

function pick(samples: readonly LightSample[], indexes: readonly number[]): LightSample[] {
  return indexes.map((index) => samples[index] ?? { tMs: Number.NaN, r: Number.NaN, g: Number.NaN, b: Number.NaN });
}

/** Relative opponent signals of a region. A black channel (mean 0) answers nothing. */
function seriesOf(samples: readonly LightSample[]): Series {
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
interface DelayFit {
  readonly delayMs: number;
  readonly balance: Balance;
  readonly rows: readonly number[];
  /** steps × steps */
  readonly among: readonly Float64Array[];
  /** feature × steps */
  readonly withSignal: readonly Float64Array[];
  /** Sum of squares of each signal about its mean. */
  readonly squares: readonly number[];
}

function delayFits(steps: Steps, times: readonly number[], series: Series): DelayFit[] {
  const fits: DelayFit[] = [];
  for (let delayMs = 0; delayMs <= longestDelayMs; delayMs += delayStepMs) {
    for (const balance of balances) {
      const fit = fitAt(steps, times, series, delayMs, balance);
      if (fit !== null) fits.push(fit);
    }
  }
  return fits;
}

function fitAt(
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
  const among = Array.from({ length: count }, (_, k) =>
    Float64Array.from({ length: count }, (__, m) => shares.reduce((sum, share) => sum + share[k]! * share[m]!, 0)),
  );
  const picked = pickSeries(series, rows);
  const withSignal = picked.map((values) =>
    Float64Array.from({ length: count }, (_, k) =>
      shares.reduce((sum, share, row) => sum + share[k]! * values[row]!, 0),
    ),
  );
  return { delayMs, balance, rows, among, withSignal, squares: picked.map(squaresAboutMean) };
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

function squaresAboutMean(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

/**
 * Correlation of the signals with an order of colours, −1…1: Pearson per signal, weighted by how much the challenge
 * asks of that signal.
 */
function correlationAt(fit: DelayFit, features: readonly (readonly [number, number, number])[]): number {
  let sum = 0;
  let total = 0;
  for (let f = 0; f < 3; f += 1) {
    let expected = 0;
    let shared = 0;
    for (let k = 0; k < features.length; k += 1) {
      const value = features[k]![f]!;
      shared += value * fit.withSignal[f]![k]!;
      const line = fit.among[k]!;
      for (let m = 0; m < features.length; m += 1) expected += value * features[m]![f]! * line[m]!;
    }
    if (!(expected > 1e-12)) continue;
    const squares = fit.squares[f]!;
    total += weights[f]! * expected;
    if (squares > noResponse * noResponse) sum += (weights[f]! * expected * shared) / Math.sqrt(expected * squares);
  }
  return total > 0 ? Math.max(-1, Math.min(1, sum / total)) : 0;
}

function penalty(delayMs: number): number {
  return delayPenalty * (Math.max(0, delayMs - plausibleDelayMs) / (longestDelayMs - plausibleDelayMs)) ** 2;
}

function bestFit(fits: readonly DelayFit[], features: Steps['features']) {
  let best: { fit: DelayFit; correlation: number; score: number } | null = null;
  for (const fit of fits) {
    const correlation = correlationAt(fit, features);
    const score = correlation - penalty(fit.delayMs) - fit.balance.penalty;
    if (best === null || score > best.score) best = { fit, correlation, score };
  }
  return best;
}

/** Best penalised score of any wrong order, at its own best delay. */
function bestWrongScore(fits: readonly DelayFit[], steps: Steps, colors: readonly string[]): number {
  let best = -1;
  for (const order of wrongOrders(colors)) {
    const score =
      bestFit(
        fits,
        order.map((index) => steps.features[index]!),
      )?.score ?? -1;
    if (score > best) best = score;
  }
  return best;
}

/** Best penalised score of the right order with one colour exchanged for another of the palette. */
function bestExchangedScore(fits: readonly DelayFit[], steps: Steps): number {
  const palette = flashPalette.map((hex) => opponent(...linearColour(hex)!));
  let best = -1;
  for (let k = 0; k < steps.features.length; k += 1) {
    for (const other of palette) {
      const own = steps.features[k]!;
      if (Math.hypot(own[0] - other[0], own[1] - other[1]) < 0.05) continue;
      const exchanged = steps.features.map((feature, index) => (index === k ? other : feature));
      best = Math.max(best, bestFit(fits, exchanged)?.score ?? -1);
    }
  }
  return best;
}

/** Amplitude of the opponent signals, and its ratio to the noise between neighbouring samples. */
function signalAndNoise(series: Series): { amplitude: number; ratio: number } {
  let power = 0;
  let noise = 0;
  for (const values of [series[0], series[1]]) {
    power += squaresAboutMean(values) / values.length;
    noise += neighbourNoise(values) ** 2;
  }
  const amplitude = Math.sqrt(power);
  if (amplitude <= noResponse) return { amplitude, ratio: 0 };
  return { amplitude, ratio: Math.sqrt(Math.max(0, power - noise) / Math.max(noise, noResponse ** 2)) };
}

/**
 * Standard deviation of the noise, from the lower quartile of neighbour differences: colour changes are fewer than
 * three quarters of them. For normal noise that quartile is 0.3186 · √2 · σ.
 */
function neighbourNoise(values: Float64Array): number {
  const differences = Array.from(values.subarray(1), (value, index) => Math.abs(value - values[index]!));
  differences.sort((a, b) => a - b);
  return (differences[Math.floor(differences.length / 4)] ?? 0) / (0.3186 * Math.SQRT2);
}

/** Least-squares response of a region to the challenge, on the opponent signals, at the delay and balance found. */
function gain(
  steps: Steps,
  times: readonly number[],
  samples: readonly LightSample[],
  at: Pick<DelayFit, 'delayMs' | 'balance'>,
): number {
  const fit = fitAt(steps, times, seriesOf(samples), at.delayMs, at.balance);
  if (fit === null) return Number.NaN;
  let shared = 0;
  let expected = 0;
  for (let f = 0; f < 2; f += 1) {
    for (let k = 0; k < steps.features.length; k += 1) {
      shared += steps.features[k]![f]! * fit.withSignal[f]![k]!;
      for (let m = 0; m < steps.features.length; m += 1) {
        expected += steps.features[k]![f]! * steps.features[m]![f]! * fit.among[k]![m]!;
      }
    }
  }
  return expected > 0 ? shared / expected : Number.NaN;
}

function ratio(surface: number, background: number): number | null {
  if (!Number.isFinite(surface) || !Number.isFinite(background)) return null;
  if (surface <= 0) return 0;
  return background <= surface / largestRatio ? largestRatio : surface / background;
}

function spread(gains: readonly number[]): number | null {
  const mean = gains.reduce((sum, value) => sum + value, 0) / gains.length;
  if (!Number.isFinite(mean) || mean <= 0) return null;
  return (Math.max(...gains) - Math.min(...gains)) / mean;
}
