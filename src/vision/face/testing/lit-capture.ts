/** A photo turned into a capture: lit by a challenge, with sensor noise and JPEG, as a webcam would deliver it. */
import type { Box, FlashSequence } from '../../../contract/facts.ts';
import { linearColour, linearFromSrgb } from '../../../core/flash/colour.ts';
import { encodeJpeg, type RgbImage } from '../../image/image.ts';

export interface Lighting {
  /** What the screen really shows; null = it stays dark. */
  readonly shown: FlashSequence | null;
  /** Head in the picture: lit from near, the rest from far. */
  readonly head: Box;
  /** Share of the screen's light, over the room's, that comes back from the head and from behind it. */
  readonly onHead: number;
  readonly behind: number;
  readonly delayMs: number;
}

const linear = Float64Array.from({ length: 256 }, (_, value) => linearFromSrgb(value));

function srgb(value: number): number {
  const v = value <= 0 ? 0 : value >= 1 ? 1 : value;
  return 255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055);
}

const rings = Array.from({ length: 16 }, (_, index) => index / 16);
const fallOff = 0.75;

/** One frame at `tMs`. Noise of about ±2 steps, reproducible from the time. */
export async function litFrame(photo: RgbImage, lighting: Lighting, tMs: number): Promise<Uint8Array> {
  const light = screenAt(lighting, tMs);
  const { head } = lighting;
  const data = new Uint8Array(photo.data.length);
  // A head turns away from the screen to its sides: rings of falling light, as on an ellipsoid.
  const shares = [...rings.map((ring) => lighting.onHead * (1 - fallOff * ring)), lighting.behind];
  const tables = shares.map((share) =>
    light.map((colour) => Float64Array.from(linear, (value) => srgb(value * 0.7 * (1 + share * colour)))),
  );
  let state = Math.floor(tMs) + 17;
  for (let y = 0, i = 0; y < photo.height; y += 1) {
    for (let x = 0; x < photo.width; x += 1, i += 3) {
      const dx = (x - head.x - head.width / 2) / (head.width * 0.75);
      const dy = (y - head.y - head.height / 2) / (head.height * 0.85);
      const square = dx * dx + dy * dy;
      const table = square < 1 ? tables[Math.floor(square * rings.length)]! : tables.at(-1)!;
      for (let channel = 0; channel < 3; channel += 1) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
        data[i + channel] = table[channel]![photo.data[i + channel]!]! + ((state >>> 16) / 65_536 - 0.5) * 8 + 0.5;
      }
    }
  }
  return encodeJpeg({ ...photo, data }, 90);
}

function screenAt({ shown, delayMs }: Lighting, tMs: number): readonly number[] {
  let left = tMs - delayMs;
  const step = shown === null || left < 0 ? -1 : shown.holdMs.findIndex((ms) => (left -= ms) < 0);
  return step < 0 ? [0, 0, 0] : linearColour(shown!.colors[step]!)!;
}
