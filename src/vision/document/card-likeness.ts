/** Whether two straightened pictures show the same card: small grey copies, compared. */
import { resize, toGrey, type RgbImage } from '../image/image.ts';

const size = { width: 96, height: 60 } as const;

/** A small grey copy, centred and of length one. */
export async function thumbnail(card: RgbImage): Promise<Float32Array> {
  const grey = toGrey(await resize(card, size.width, size.height));
  const mean = grey.reduce((sum, value) => sum + value, 0) / grey.length;
  const centred = Float32Array.from(grey, (value) => value - mean);
  const norm = Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0)) || 1;
  return centred.map((value) => value / norm);
}

/** Correlation of two thumbnails, −1 to 1. */
export function likeness(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, index) => sum + value * b[index]!, 0);
}
