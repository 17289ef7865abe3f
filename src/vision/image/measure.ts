/** Numbers about pixels: luma, sharpness, glare. */
import type { Box } from '../../contract/facts.ts';
import type { RgbImage } from './rgb-image.ts';

/** From this luma (of 255) on a pixel counts as blown out: the sensor has no detail left there. */
const blownOut = 250;

/** Luma (ITU-R BT.601 weights, 8-bit fixed point), one byte a pixel. */
export function toGrey(image: RgbImage): Uint8Array {
  const { data } = image;
  const grey = new Uint8Array(image.width * image.height);
  for (let i = 0, k = 0; i < grey.length; i += 1, k += 3) {
    grey[i] = (data[k]! * 77 + data[k + 1]! * 150 + data[k + 2]! * 29 + 128) >> 8;
  }
  return grey;
}

/**
 * Variance of the 4-neighbour Laplacian over the inner pixels of `box` (default: the whole picture), 0–255 grey.
 * The focus measure of Pech-Pacheco et al. (ICPR 2000). 0 where the box has no inner pixel.
 */
export function laplacianVariance(grey: Uint8Array, width: number, height: number, box?: Box): number {
  const area = wholePixels(width, height, box);
  const left = Math.max(1, area.left);
  const top = Math.max(1, area.top);
  const right = Math.min(width - 1, area.right);
  const bottom = Math.min(height - 1, area.bottom);
  if (right <= left || bottom <= top) return 0;
  let sum = 0;
  let squares = 0;
  for (let y = top; y < bottom; y += 1) {
    for (let x = left, i = y * width + left; x < right; x += 1, i += 1) {
      const value = grey[i - 1]! + grey[i + 1]! + grey[i - width]! + grey[i + width]! - 4 * grey[i]!;
      sum += value;
      squares += value * value;
    }
  }
  const count = (right - left) * (bottom - top);
  const mean = sum / count;
  return Math.max(0, squares / count - mean * mean);
}

export interface LumaStats {
  /** Mean luma 0–1. */
  readonly mean: number;
  /** Standard deviation of luma 0–1. */
  readonly std: number;
  /** Share of blown-out pixels 0–1. */
  readonly glare: number;
}

/** Brightness, contrast and glare of a picture or of a box in it (clamped to the picture). */
export function lumaStats(image: RgbImage, box?: Box): LumaStats {
  const { left, top, right, bottom } = wholePixels(image.width, image.height, box);
  const count = (right - left) * (bottom - top);
  if (count <= 0) return { mean: 0, std: 0, glare: 0 };
  const { data } = image;
  let sum = 0;
  let squares = 0;
  let blown = 0;
  for (let y = top; y < bottom; y += 1) {
    let k = (y * image.width + left) * 3;
    for (let x = left; x < right; x += 1, k += 3) {
      const luma = (data[k]! * 77 + data[k + 1]! * 150 + data[k + 2]! * 29 + 128) >> 8;
      sum += luma;
      squares += luma * luma;
      if (luma >= blownOut) blown += 1;
    }
  }
  const mean = sum / count;
  const variance = Math.max(0, squares / count - mean * mean);
  return { mean: mean / 255, std: Math.sqrt(variance) / 255, glare: blown / count };
}

interface WholePixels {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The whole pixels of a box inside the picture; empty (right ≤ left) when the box lies outside. */
function wholePixels(width: number, height: number, box?: Box): WholePixels {
  if (box === undefined) return { left: 0, top: 0, right: width, bottom: height };
  return {
    left: Math.max(0, Math.floor(box.x)),
    top: Math.max(0, Math.floor(box.y)),
    right: Math.min(width, Math.ceil(box.x + box.width)),
    bottom: Math.min(height, Math.ceil(box.y + box.height)),
  };
}
