/**
 * How a surface answered the light challenge. After Tang et al., "Face Flashing: a Secure Liveness Detection Protocol
 * based on Light Reflections" (NDSS 2018): order, timing and colour are measured, not presence alone; and where on the
 * surface the light fell.
 */
import {
  known,
  unknownFact,
  type Fact,
  type FlashRelief,
  type FlashResponse,
  type FlashSequence,
} from '../../contract/facts.ts';
import {
  bestExchangedScore,
  bestFit,
  bestWrongScore,
  candidateOf,
  expectedOf,
  sharedOf,
  type Best,
} from './flash-fit.ts';
import {
  balances,
  delayFits,
  fitAt,
  longestDelayMs,
  noResponse,
  pick,
  seriesOf,
  squaresAboutMean,
  steadyBalance,
  stepsOf,
  usableIndexes,
  type Series,
  type Steps,
} from './flash-signal.ts';
import type { LightSample } from './light.ts';
import { reliefOf } from './relief.ts';

export { longestDelayMs } from './flash-signal.ts';

export interface FlashMeasurementInput {
  readonly sequence: FlashSequence;
  /** Face or card, in time order. */
  readonly surface: readonly LightSample[];
  /** Behind it, parallel to `surface`. */
  readonly background?: readonly LightSample[] | null;
  /** Parts of the surface (forehead, cheeks, nose), each parallel to `surface`. */
  readonly regions?: readonly (readonly LightSample[])[];
  /** Cells of the face box (`faceCells`), each parallel to `surface`. */
  readonly cells?: readonly (readonly LightSample[])[];
  readonly source: 'frames' | 'samples';
}

/** Linear light below which the background is black and a ratio to it is noise. */
const darkestBackground = 0.01;
/** Response over noise below which nothing can be said. */
const smallestSignalToNoise = 3;
const largestRatio = 20;

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
  const fits = delayFits(steps, times, seriesOf(surface), balances);
  const behind = input.background ? pick(input.background, used) : null;
  const steadied = behind === null ? null : againstBackground(surface, behind);
  if (steadied !== null) fits.push(...delayFits(steps, times, seriesOf(steadied), steadyBalance));
  const best = bestFit(fits, candidateOf(steps.colours));
  if (best === null) return unknownFact('too_few_frames');
  const noise = signalAndNoise(best.fit.signal);
  if (noise.amplitude > noResponse && noise.ratio < smallestSignalToNoise) return unknownFact('flash_too_bright');
  const gainOf = (samples: readonly LightSample[]) => gain(steps, times, pick(samples, used), best);
  const faceGain = gainOf(input.surface);
  const answerOf = (part: readonly LightSample[]) => answerOver(input.surface, faceGain, part, gainOf);
  return known({
    correlation: best.correlation,
    orderMargin: best.score - bestWrongScore(fits, steps, input.sequence.colors),
    colourMargin: best.score - bestExchangedScore(fits, steps),
    delayMs: best.fit.delayMs,
    signalToNoise: noise.ratio,
    depthRatio: input.background ? ratio(faceGain, gainOf(input.background)) : null,
    shading: input.regions && input.regions.length > 1 ? spread(input.regions.map(answerOf)) : null,
    ...reliefMember(input.cells, input.surface, answerOf),
    framesUsed: best.fit.rows.length,
    source: input.source,
  });
}

/** Null where the background is too dark in a channel to divide by. */
function againstBackground(surface: readonly LightSample[], behind: readonly LightSample[]): LightSample[] | null {
  if (behind.some(({ r, g, b }) => !(Math.min(r, g, b) >= darkestBackground))) return null;
  return surface.map(({ tMs, r, g, b }, i) => ({ tMs, r: r / behind[i]!.r, g: g / behind[i]!.g, b: b / behind[i]!.b }));
}

/**
 * A part's relative answer over that of the whole surface, 1 = alike. Taken from the ratio of the two, so that gains and
 * movement common to both cancel. NaN where the surface did not answer.
 */
function answerOver(
  surface: readonly LightSample[],
  faceGain: number,
  part: readonly LightSample[],
  gainOf: (samples: readonly LightSample[]) => number,
): number {
  if (!(faceGain > 0)) return Number.NaN;
  const relative = part.map((one, i) => {
    const all = surface[i]!;
    return { tMs: one.tMs, r: one.r / all.r, g: one.g / all.g, b: one.b / all.b };
  });
  return 1 + gainOf(relative) / faceGain;
}

function reliefMember(
  cells: FlashMeasurementInput['cells'],
  surface: readonly LightSample[],
  answerOf: (samples: readonly LightSample[]) => number,
): { readonly relief?: FlashRelief } {
  if (cells === undefined) return {};
  const sum = (samples: readonly LightSample[]) => samples.reduce((total, { r, g, b }) => total + r + g + b, 0);
  const whole = sum(surface);
  const relief = reliefOf(cells.map((cell) => ({ level: sum(cell) / whole, answer: answerOf(cell) })));
  return relief === null ? {} : { relief };
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

/** Least-squares response of a region to the challenge, on the opponent signals, as the surface's best fit saw it. */
function gain(
  steps: Steps,
  times: readonly number[],
  samples: readonly LightSample[],
  { fit: at, rows }: Best,
): number {
  const fit = fitAt(steps, times, seriesOf(samples), at.delayMs, at.balance);
  if (fit === null) return Number.NaN;
  const count = steps.colours.length;
  let shared = 0;
  let expected = 0;
  for (let f = 0; f < 2; f += 1) {
    shared += sharedOf(rows, f * count, count, fit.withSignal);
    expected += expectedOf(rows, f * count, count, fit.among);
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
