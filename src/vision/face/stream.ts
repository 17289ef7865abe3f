/**
 * What a frame sequence tells about the camera it came from: timing, sensor noise, repeats. It measures the stream, it
 * makes no claim about how the picture was made.
 */
import { known, unknownFact, type Fact, type StreamFacts } from '../../contract/facts.ts';
import type { RgbImage } from '../image/image.ts';

/** High-passed green values on a fixed lattice: the part of a picture where sensor noise lives. */
export interface NoiseSample {
  readonly width: number;
  readonly height: number;
  readonly values: Int16Array;
}

const latticePoints = 64;

/** Samples the high-pass (pixel minus the mean of its four neighbours, times four) at 64 × 64 points. */
export function noiseSample(image: RgbImage): NoiseSample {
  const { width, height, data } = image;
  const values = new Int16Array(latticePoints * latticePoints);
  if (width < 3 || height < 3) return { width, height, values };
  const stride = width * 3;
  for (let row = 0, at = 0; row < latticePoints; row += 1) {
    const y = 1 + Math.floor(((height - 2) * row) / latticePoints);
    for (let column = 0; column < latticePoints; column += 1, at += 1) {
      const x = 1 + Math.floor(((width - 2) * column) / latticePoints);
      const i = y * stride + x * 3 + 1;
      values[at] = 4 * data[i]! - data[i - 3]! - data[i + 3]! - data[i - stride]! - data[i + stride]!;
    }
  }
  return { width, height, values };
}

/**
 * Mean difference of the quieter half of the lattice between two frames, 0–255. The quieter half, because edges that
 * move differ far more than noise does. Null when the frame size changed.
 */
export function residualBetween(a: NoiseSample, b: NoiseSample): number | null {
  if (a.width !== b.width || a.height !== b.height) return null;
  const differences = Int16Array.from(a.values, (value, index) => Math.abs(value - b.values[index]!)).sort();
  const half = differences.length >> 1;
  let sum = 0;
  for (let i = 0; i < half; i += 1) sum += differences[i]!;
  return sum / half / 4;
}

export interface StreamFrame {
  readonly sha256: string;
  readonly tMs: number | undefined;
  readonly noise: NoiseSample | null;
}

/**
 * Stream facts of the frames in the order received. Unavailable with fewer than three frames or without times. `reaction`:
 * how far the whole picture answered the challenge (see `exposureReaction`), null where that was not measured.
 */
export function streamFacts(frames: readonly StreamFrame[], reaction: number | null = null): Fact<StreamFacts> {
  if (frames.length < 3) return unknownFact('too_few_frames');
  const times = frames.map((frame) => frame.tMs);
  if (!times.every((time): time is number => time !== undefined && Number.isFinite(time)))
    return unknownFact('not_measured');
  const intervals = times.slice(1).map((time, index) => time - times[index]!);
  const mean = intervals.reduce((sum, value) => sum + value, 0) / intervals.length;
  const variance = intervals.reduce((sum, value) => sum + (value - mean) ** 2, 0) / intervals.length;
  const residuals: number[] = [];
  let identical = 0;
  for (let i = 1; i < frames.length; i += 1) {
    const [before, after] = [frames[i - 1]!, frames[i]!];
    const residual = before.noise && after.noise ? residualBetween(before.noise, after.noise) : null;
    if (residual !== null) residuals.push(residual);
    // The same pixels under another file header are a repeat too.
    if (residual === 0 && samePixels(before.noise!, after.noise!) && before.sha256 !== after.sha256) identical += 1;
  }
  if (residuals.length === 0) return unknownFact('not_measured');
  const repeats = frames.length - new Set(frames.map((frame) => frame.sha256)).size;
  residuals.sort((a, b) => a - b);
  return known({
    intervalJitter: mean > 0 ? Math.sqrt(variance) / mean : 0,
    noiseResidual: residuals[residuals.length >> 1]!,
    duplicateFrames: repeats + identical,
    outOfOrder: intervals.some((interval) => interval <= 0),
    meanIntervalMs: mean,
    ...(reaction === null ? {} : { exposureReaction: reaction }),
  });
}

function samePixels(a: NoiseSample, b: NoiseSample): boolean {
  return a.values.every((value, index) => value === b.values[index]);
}
