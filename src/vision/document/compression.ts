/**
 * Traces of an earlier JPEG compression in one part of a picture that another part lacks. What is pasted into a photograph and
 * saved again was not compressed with it the first time (after Farid, "Exposing digital forgeries from JPEG ghosts", IEEE
 * TIFS 2009; here on the coefficients themselves, so that nothing has to be compressed anew).
 */
import type { Box } from '../../contract/facts.ts';
import { quadPoint } from '../image/geometry.ts';
import type { RgbImage } from '../image/image.ts';
import type { Quad } from './quad.ts';
import { portraitArea } from './straighten.ts';

export interface CompressionGhost {
  /** How much better the print fits an earlier compression than the portrait does, −1 to 1; 0 = both alike. */
  readonly value: number;
  /** Quality (IJG scale) of that compression. */
  readonly quality: number;
  /** Coefficients that were judged, of the part with fewer. */
  readonly count: number;
}

/** Luminance steps at quality 50 (ITU-T T.81, table K.1), row by row; the mean is left out of everything. */
const steps50 = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
  87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
] as const;
const qualities = Array.from({ length: 42 }, (_, i) => 50 + i);
/** Histogram of a coefficient: this many bins to a unit, up to this value. */
const finest = 4;
const largest = 200;
const fewestCoefficients = 800;
/** A compression shows as a peak among its neighbours. */
const around = 3;
const text: Box = { x: 0.05, y: 0.2, width: 0.62, height: 0.72 };
const inside: Box = {
  x: portraitArea.x + 0.035,
  y: portraitArea.y + 0.04,
  width: portraitArea.width - 0.075,
  height: portraitArea.height - 0.1,
};

/** Null where too little is printed or the blocks are too few (a small card, a portrait blown out). */
export function compressionGhost(frame: RgbImage, quad: Quad): CompressionGhost | null {
  const print = histogramOf(frame, quad, text);
  const portrait = histogramOf(frame, quad, inside);
  const fits = qualities.map((quality) => ({
    quality,
    print: latticeFit(print, quality),
    portrait: latticeFit(portrait, quality),
  }));
  let best: CompressionGhost | null = null;
  for (const [i, fit] of fits.entries()) {
    const count = Math.min(fit.print.count, fit.portrait.count);
    const neighbours = fits.slice(Math.max(0, i - around), i + around + 1);
    const peak = neighbours.every(({ print: { fit: other } }) => other <= fit.print.fit);
    if (count < fewestCoefficients || !peak) continue;
    const value = fit.print.fit - fit.portrait.fit;
    if (best === null || value > best.value) best = { value, quality: fit.quality, count };
  }
  return best;
}

interface Histogram {
  readonly bins: readonly Float32Array[];
}

function histogramOf(frame: RgbImage, quad: Quad, share: Box): Histogram {
  const bins = steps50.map(() => new Float32Array(largest * finest + 1));
  const corners = [
    quadPoint(quad, share.x, share.y),
    quadPoint(quad, share.x + share.width, share.y),
    quadPoint(quad, share.x + share.width, share.y + share.height),
    quadPoint(quad, share.x, share.y + share.height),
  ];
  const xs = corners.map(({ x }) => x);
  const ys = corners.map(({ y }) => y);
  const block = new Float32Array(64);
  const from = (values: number[]) => Math.max(0, Math.ceil(Math.min(...values) / 8) * 8);
  for (let top = from(ys); top + 8 <= Math.min(frame.height, Math.max(...ys)); top += 8) {
    for (let left = from(xs); left + 8 <= Math.min(frame.width, Math.max(...xs)); left += 8) {
      const whole = [
        [left, top],
        [left + 8, top],
        [left + 8, top + 8],
        [left, top + 8],
      ].every(([x, y]) => insideOf(corners, x!, y!));
      if (whole && lumaBlock(frame, left, top, block)) addBlock(bins, block);
    }
  }
  return { bins };
}

/** True inside a convex outline that runs clockwise on the screen. */
function insideOf(corners: readonly { x: number; y: number }[], x: number, y: number): boolean {
  return corners.every((p, i) => {
    const q = corners[(i + 1) % corners.length]!;
    return (q.x - p.x) * (y - p.y) - (q.y - p.y) * (x - p.x) >= 0;
  });
}

/** Luma of one block; false where a channel is clipped, because clipping moves the coefficients. */
function lumaBlock({ width, data }: RgbImage, left: number, top: number, into: Float32Array): boolean {
  for (let y = 0, at = 0; y < 8; y += 1) {
    for (let k = ((top + y) * width + left) * 3, end = k + 24; k < end; k += 3, at += 1) {
      const [r, g, b] = [data[k]!, data[k + 1]!, data[k + 2]!];
      if (Math.min(r, g, b) < 2 || Math.max(r, g, b) > 253) return false;
      into[at] = 0.299 * r + 0.587 * g + 0.114 * b;
    }
  }
  return true;
}

/** Cosines of the transform, 8 frequencies × 8 places, scaled so that it is orthonormal. */
const cosines = Float32Array.from({ length: 64 }, (_, i) => {
  const [f, x] = [i >> 3, i & 7];
  return (f === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * f * Math.PI) / 16);
});
const half = new Float32Array(64);

function addBlock(bins: readonly Float32Array[], block: Float32Array): void {
  for (let y = 0; y < 64; y += 8) {
    for (let f = 0; f < 8; f += 1) {
      let sum = 0;
      for (let x = 0; x < 8; x += 1) sum += cosines[f * 8 + x]! * block[y + x]!;
      half[y + f] = sum;
    }
  }
  for (let v = 0; v < 8; v += 1) {
    for (let u = v === 0 ? 1 : 0; u < 8; u += 1) {
      let sum = 0;
      for (let y = 0; y < 8; y += 1) sum += cosines[v * 8 + y]! * half[y * 8 + u]!;
      const size = Math.round(Math.abs(sum) * finest);
      if (size <= largest * finest) bins[v * 8 + u]![size]! += 1;
    }
  }
}

/** Mean of cos(2π · coefficient ÷ step): 1 on the lattice of that quality, 0 for values that know nothing of it. */
function latticeFit({ bins }: Histogram, quality: number): { fit: number; count: number } {
  let sum = 0;
  let count = 0;
  for (let f = 0; f < bins.length; f += 1) {
    const step = stepOf(f, quality);
    // Finer steps drown in the rounding of the second compression.
    if (step < 3) continue;
    const list = bins[f]!;
    for (let i = Math.ceil(step * 0.6 * finest); i < list.length; i += 1) {
      if (list[i] === 0) continue;
      sum += list[i]! * Math.cos((2 * Math.PI * i) / finest / step);
      count += list[i]!;
    }
  }
  return { fit: count === 0 ? 0 : sum / count, count };
}

function stepOf(frequency: number, quality: number): number {
  const scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return Math.max(1, Math.floor((steps50[frequency]! * scale + 50) / 100));
}
