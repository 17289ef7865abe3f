import type { RgbImage } from '../../vision/image/rgb-image.ts';
import type { Surfaces } from './surfaces.ts';

export interface Lighting {
  /** The colour the screen shows now, sRGB 0–255. */
  readonly screen: readonly [number, number, number];
  /** Linear strength of a full white screen at the face, against an ambient of about 1. */
  readonly screenStrength: number;
  /** Linear RGB of the room's light. */
  readonly ambient: readonly [number, number, number];
  /** Camera gain after light. */
  readonly exposure: number;
  /** Standard deviation of sensor noise at mid grey, 0–255. */
  readonly noise: number;
}

export const officeLight: Omit<Lighting, 'screen'> = {
  screenStrength: 0.55,
  ambient: [1, 0.97, 0.92],
  exposure: 1.25,
  noise: 1.6,
};

export function toLinear(value: number): number {
  const v = value / 255;
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
}

const encodeSteps = 4096;
const encodeTable = Uint8Array.from({ length: encodeSteps + 1 }, (_, index) => {
  const v = index / encodeSteps;
  return Math.round(255 * (v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055));
});

/**
 * The picture: reflectance × (room light + screen light by Lambert's cosine and distance) + a little sheen, then the
 * camera's gain, its noise and sRGB. Nothing here knows what the verdict should be.
 */
export function photograph(surfaces: Surfaces, light: Lighting, grain: Float32Array, grainOffset: number): RgbImage {
  const { width, height } = surfaces;
  const data = new Uint8Array(width * height * 3);
  const screen = light.screen.map((value) => toLinear(value) * light.screenStrength) as [number, number, number];
  const mask = grain.length - 1;
  for (let i = 0; i < width * height; i += 1) {
    const nx = surfaces.normal[i * 3] ?? 0;
    const ny = surfaces.normal[i * 3 + 1] ?? 0;
    const nz = surfaces.normal[i * 3 + 2] ?? 0;
    const reach = surfaces.reach[i] ?? 0;
    const gloss = surfaces.gloss[i] ?? 0;
    // Ceiling light from above and a little from the left; the screen stands before the face, slightly above it.
    const room = 0.5 + 0.38 * Math.max(0, -0.62 * ny - 0.28 * nx + 0.73 * nz);
    const facing = Math.max(0, 0.97 * nz - 0.2 * ny) * reach;
    const sheen = gloss * (0.05 * Math.max(0, -0.5 * ny - 0.2 * nx + 0.84 * nz) ** 28);
    const screenSheen = gloss * 0.07 * Math.max(0, nz) ** 40 * reach;
    for (let c = 0; c < 3; c += 1) {
      const reflectance = surfaces.colour[i * 3 + c] ?? 0;
      const lit =
        reflectance * ((light.ambient[c] ?? 0) * room + (screen[c] ?? 0) * facing) +
        sheen * (light.ambient[c] ?? 0) +
        screenSheen * (screen[c] ?? 0);
      const exposed = Math.min(1, Math.max(0, lit * light.exposure));
      const value =
        (encodeTable[Math.round(exposed * encodeSteps)] ?? 0) +
        light.noise * (grain[(i * 3 + c + grainOffset) & mask] ?? 0);
      data[i * 3 + c] = value < 0 ? 0 : value > 255 ? 255 : value;
    }
  }
  return { width, height, data };
}
