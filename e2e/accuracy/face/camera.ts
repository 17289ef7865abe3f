/**
 * The camera and the light of the physical simulator: what a sensor records of surfaces lit by a room and a screen, and
 * of things that shine themselves. Lambert and a little specular, exposure over time, white balance, noise, JPEG.
 */
import { linearColour } from '../../../src/core/flash/colour.ts';
import type { FlashSequence } from '../../../src/contract/facts.ts';
import type { Surfaces } from '../../../src/desk/simulator/surfaces.ts';
import { grainTable } from '../../../src/desk/simulator/noise.ts';
import { encodeJpeg, type RgbImage } from '../../../src/vision/image/image.ts';

export type Light = readonly [number, number, number];

export interface Optics {
  /** Linear light of a white screen at the face, against a room of about 1. */
  readonly screenStrength: number;
  readonly ambient: Light;
  readonly exposure: number;
  /** Standard deviation of the noise of one pixel, 0–255. */
  readonly noise: number;
  /** Screen to sensor, ms. */
  readonly delayMs: number;
  /** Length of one exposure, ms. */
  readonly exposureMs: number;
  /** How fast white balance and gain pull the picture back to grey, ms; Infinity = fixed. */
  readonly balanceMs: number;
  readonly jpegQuality: number;
}

/** A scene at one moment: surfaces that reflect, and light that leaves some pixels by itself (linear RGB, 3 per pixel). */
export interface Shot {
  readonly surfaces: Surfaces;
  readonly emission?: Float32Array;
}

/** Mean light of the screen during the exposure that ends at `tMs`. */
export function screenDuring(sequence: FlashSequence | null, tMs: number, optics: Optics): Light {
  if (sequence === null) return [0, 0, 0];
  const slices = 8;
  const sum = [0, 0, 0];
  for (let slice = 0; slice < slices; slice += 1) {
    let left = tMs - optics.delayMs - (optics.exposureMs * (slice + 0.5)) / slices;
    const step = left < 0 ? -1 : sequence.holdMs.findIndex((ms) => (left -= ms) < 0);
    const colour = step < 0 ? null : linearColour(sequence.colors[step]!);
    colour?.forEach((value, channel) => (sum[channel]! += value / slices));
  }
  return [sum[0]!, sum[1]!, sum[2]!];
}

const grain = grainTable(1 << 18, 77);
const steps = 4096;
const encode = Float32Array.from({ length: steps + 1 }, (_, index) => {
  const v = index / steps;
  return 255 * (v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055);
});

/** What filters of a small sensor mix: a little of every colour is seen by its neighbours. */
const crossTalk = [
  [0.86, 0.11, 0.03],
  [0.06, 0.88, 0.06],
  [0.02, 0.11, 0.87],
] as const;

/** A camera keeps its white balance from frame to frame; one for each session. */
export class Camera {
  private readonly optics: Optics;
  private gains: [number, number, number] = [1, 1, 1];
  private target: [number, number, number] | null = null;
  private last = 0;
  private shots: number;

  constructor(optics: Optics, seed: number) {
    this.optics = optics;
    this.shots = seed * 131;
  }

  /** The frame that ends at `tMs`, before compression. `screen` is linear light, mean over the exposure. */
  photograph({ surfaces, emission }: Shot, screen: Light, tMs: number): RgbImage {
    const linear = this.expose(surfaces, emission, screen);
    this.balance(linear, tMs);
    this.shots += 1;
    return this.digitise(linear, surfaces.width, surfaces.height);
  }

  encode(image: RgbImage): Promise<Uint8Array> {
    return encodeJpeg(image, this.optics.jpegQuality);
  }

  private expose(surfaces: Surfaces, emission: Float32Array | undefined, screen: Light): Float32Array {
    const { colour, normal, reach, gloss } = surfaces;
    const { ambient, exposure, screenStrength } = this.optics;
    const out = new Float32Array(colour.length);
    for (let i = 0, p = 0; p < colour.length; i += 1, p += 3) {
      const [nx, ny, nz] = [normal[p]!, normal[p + 1]!, normal[p + 2]!];
      const room = 0.5 + 0.38 * Math.max(0, -0.62 * ny - 0.28 * nx + 0.73 * nz);
      const facing = Math.max(0, 0.97 * nz - 0.2 * ny) * reach[i]! * screenStrength;
      const shiny = gloss[i]! > 0;
      const sheen = shiny ? gloss[i]! * 0.05 * Math.max(0, -0.5 * ny - 0.2 * nx + 0.84 * nz) ** 28 : 0;
      const screenSheen = shiny ? gloss[i]! * 0.07 * Math.max(0, nz) ** 40 * reach[i]! * screenStrength : 0;
      for (let c = 0; c < 3; c += 1) {
        const lit =
          colour[p + c]! * (ambient[c]! * room + screen[c]! * facing) + sheen * ambient[c]! + screenSheen * screen[c]!;
        out[p + c] = (lit + (emission?.[p + c] ?? 0)) * exposure;
      }
    }
    return out;
  }

  /** Grey-world white balance and gain: every channel drifts back to where its mean was at the start. */
  private balance(linear: Float32Array, tMs: number): void {
    const sums = [0, 0, 0];
    let count = 0;
    for (let p = 0; p < linear.length; p += 3 * 29, count += 1)
      for (let c = 0; c < 3; c += 1) sums[c]! += linear[p + c]!;
    const means = sums.map((sum) => sum / count) as [number, number, number];
    this.target ??= means;
    const share = Math.min(1, Math.max(0, tMs - this.last) / this.optics.balanceMs);
    this.last = tMs;
    this.gains = this.gains.map((gain, c) =>
      Math.min(4, Math.max(0.25, gain + (this.target![c]! / Math.max(1e-6, means[c]!) - gain) * share)),
    ) as [number, number, number];
  }

  private digitise(linear: Float32Array, width: number, height: number): RgbImage {
    const data = new Uint8Array(linear.length);
    const mask = grain.length - 1;
    const offset = (this.shots * 7919) & mask;
    const [g0, g1, g2] = this.gains;
    for (let p = 0; p < linear.length; p += 3) {
      const [r, g, b] = [linear[p]!, linear[p + 1]!, linear[p + 2]!];
      for (let c = 0; c < 3; c += 1) {
        const row = crossTalk[c]!;
        const gain = c === 0 ? g0 : c === 1 ? g1 : g2;
        const value = (row[0] * r + row[1] * g + row[2] * b) * gain;
        const at = encode[Math.round(Math.min(1, Math.max(0, value)) * steps)]!;
        const noisy = at + this.optics.noise * grain[(p + c + offset) & mask]!;
        data[p + c] = noisy < 0 ? 0 : noisy > 255 ? 255 : Math.round(noisy);
      }
    }
    return { width, height, data };
  }
}
