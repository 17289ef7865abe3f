/** Periodic patterns that a genuine card does not have: moiré of a screen, raster of a printer. */
import { fft2PowerPair } from './fft.ts';

const size = 256;

export interface PatternPeak {
  /** Highest spectral line over the median of its own frequency ring, decibels; median of the windows. */
  readonly decibels: number;
  /** Where it lies, cycles per pixel. */
  readonly frequency: number;
  readonly windows: number;
}

/**
 * Looks for isolated lines in the spectrum of several windows of a plane (values 0–255), between `low` and `high`
 * cycles per pixel. Rings are compared with themselves, so that print and edges (broad-band) cancel. The axes are left
 * out: JPEG blocks and straight card edges live there. Null when the plane is smaller than one window.
 */
export function patternPeak(
  plane: Float32Array,
  width: number,
  height: number,
  low = 0.12,
  high = 0.47,
): PatternPeak | null {
  if (width < size || height < size) return null;
  const windows = places.map(([fx, fy]) =>
    cutWindow(plane, width, Math.round(fx * (width - size)), Math.round(fy * (height - size))),
  );
  const powers = [...fft2PowerPair(windows[0]!, windows[1]!, size), ...fft2PowerPair(windows[2]!, windows[3]!, size)];
  const peaks = powers.map((power) => highestPeak(power, low, high));
  peaks.sort((p, q) => p.decibels - q.decibels);
  const middle = peaks[Math.floor(peaks.length / 2)]!;
  return { ...middle, windows: peaks.length };
}

/** Where the windows stand, shares of what the plane has room for. */
const places = [
  [0.1, 0.1],
  [0.55, 0.15],
  [0.2, 0.9],
  [0.75, 0.85],
] as const;

const hann = Float32Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (size - 1)));

function cutWindow(plane: Float32Array, width: number, left: number, top: number): Float32Array {
  const part = new Float32Array(size * size);
  let sum = 0;
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) sum += plane[(top + y) * width + left + x]!;
  }
  const mean = sum / part.length;
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      part[y * size + x] = (plane[(top + y) * width + left + x]! - mean) * hann[x]! * hann[y]!;
    }
  }
  return part;
}

/** Ring of each bin of the upper half plane (cycles per window), 0 on the axes; worked out once. */
const rings = Uint8Array.from({ length: size * size }, (_, at) => {
  const u = at % size;
  const v = (at - u) / size;
  const fy = v <= size / 2 ? v : v - size;
  return u > size / 2 || u < 4 || Math.abs(fy) < 4 ? 0 : Math.min(255, Math.round(Math.hypot(u, fy)));
});
const binsOfRing: readonly (readonly number[])[] = sortIntoRings();

function sortIntoRings(): number[][] {
  const bins: number[][] = Array.from({ length: 256 }, () => []);
  for (const [at, ring] of rings.entries()) if (ring > 0) bins[ring]!.push(at);
  return bins;
}

function highestPeak(power: Float32Array, low: number, high: number): { decibels: number; frequency: number } {
  let best = { decibels: 0, frequency: 0 };
  for (let ring = Math.ceil(low * size); ring <= high * size; ring += 1) {
    const values = Float32Array.from(binsOfRing[ring]!, (at) => power[at]!).sort();
    if (values.length === 0) continue;
    const middle = Math.max(1e-9, values[values.length >> 1]!);
    const decibels = 10 * Math.log10(Math.max(1e-9, values[values.length - 1]!) / middle);
    if (decibels > best.decibels) best = { decibels, frequency: ring / size };
  }
  return best;
}
