/** Periodic patterns that a genuine card does not have: moiré of a screen, raster of a printer. */
import { fft2Power } from './fft.ts';

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
  const peaks: { decibels: number; frequency: number }[] = [];
  for (const [fx, fy] of [
    [0.1, 0.1],
    [0.55, 0.15],
    [0.2, 0.9],
    [0.75, 0.85],
  ] as const) {
    peaks.push(windowPeak(plane, width, Math.round(fx * (width - size)), Math.round(fy * (height - size)), low, high));
  }
  peaks.sort((p, q) => p.decibels - q.decibels);
  const middle = peaks[Math.floor(peaks.length / 2)]!;
  return { ...middle, windows: peaks.length };
}

const hann = Float32Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (size - 1)));

function windowPeak(
  plane: Float32Array,
  width: number,
  left: number,
  top: number,
  low: number,
  high: number,
): { decibels: number; frequency: number } {
  const part = new Float32Array(size * size);
  let mean = 0;
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) mean += plane[(top + y) * width + left + x]! / part.length;
  }
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      part[y * size + x] = (plane[(top + y) * width + left + x]! - mean) * hann[x]! * hann[y]!;
    }
  }
  const power = fft2Power(part, size);
  const rings = new Map<number, number[]>();
  const at: { power: number; ring: number }[] = [];
  for (let v = 0; v < size; v += 1) {
    for (let u = 0; u <= size / 2; u += 1) {
      const fy = v <= size / 2 ? v : v - size;
      if (u < 4 || Math.abs(fy) < 4) continue;
      const ring = Math.round(Math.hypot(u, fy));
      if (ring < low * size || ring > high * size) continue;
      const value = power[v * size + u]!;
      const values = rings.get(ring);
      if (values === undefined) rings.set(ring, [value]);
      else values.push(value);
      at.push({ power: value, ring });
    }
  }
  const medians = new Map<number, number>();
  for (const [ring, values] of rings) {
    values.sort((p, q) => p - q);
    medians.set(ring, Math.max(1e-9, values[values.length >> 1]!));
  }
  let best = { decibels: 0, frequency: 0 };
  for (const { power: value, ring } of at) {
    const decibels = 10 * Math.log10(Math.max(1e-9, value) / medians.get(ring)!);
    if (decibels > best.decibels) best = { decibels, frequency: ring / size };
  }
  return best;
}
