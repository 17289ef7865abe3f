/** Named measurements for the card voters. Numbers only: what they mean is decided in core/ktp. */
import type { Measurement } from '../../contract/facts.ts';
import { crop, shrinkByBlocks, type RgbImage } from '../image/image.ts';
import { tiltOf, type Quad } from './quad.ts';
import { patternPeak } from './spectrum.ts';
import { portraitArea } from './straighten.ts';

/** Measures a straightened card and the frame it came from. */
export function measureCard(frame: RgbImage, quad: Quad, card: RgbImage, frameIndex: number): Measurement[] {
  const native = nativeCrop(frame, quad);
  const luma = patternPeak(plane(native, [0.299, 0.587, 0.114]), native.width, native.height);
  const chroma = patternPeak(plane(native, [0.5, -0.419, -0.081]), native.width, native.height, 0.1);
  const colour = chromaticity(card);
  const noise = noiseRatio(card);
  const measured: Measurement[] = [
    { name: 'chroma_spread', value: colour.spread, frameIndex, detail: { paperBlue: colour.paperBlue } },
    { name: 'card_tilt', value: tiltOf(quad), frameIndex },
  ];
  if (luma !== null) {
    const detail = { frequency: luma.frequency, windows: luma.windows };
    measured.push({ name: 'moire_peak', value: luma.decibels, frameIndex, detail });
  }
  if (chroma !== null) {
    const detail = { frequency: chroma.frequency, windows: chroma.windows };
    measured.push({ name: 'raster_peak', value: chroma.decibels, frameIndex, detail });
  }
  if (noise !== null) measured.push({ name: 'portrait_noise_ratio', value: noise, frameIndex });
  return measured;
}

/** The card's part of the frame as the camera gave it: resampling would blur the very patterns looked for. */
function nativeCrop(frame: RgbImage, quad: Quad): RgbImage {
  const xs = quad.map((point) => point.x);
  const ys = quad.map((point) => point.y);
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return crop(frame, { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y });
}

function plane(image: RgbImage, [r, g, b]: readonly [number, number, number]): Float32Array {
  const out = new Float32Array(image.width * image.height);
  for (let i = 0, k = 0; i < out.length; i += 1, k += 3) {
    out[i] = image.data[k]! * r + image.data[k + 1]! * g + image.data[k + 2]! * b;
  }
  return out;
}

/**
 * How far the colours of the card lie apart, as chromaticity (b − r) / (r + g + b), 5th to 95th percentile of small
 * blocks. A grey copy has one chromaticity everywhere, whatever light falls on it; a KTP has a blue field and a
 * portrait. After the chromaticity histogram of the DLC-2021 grey-copy detector. `paperBlue` is the median.
 */
function chromaticity(card: RgbImage): { spread: number; paperBlue: number } {
  const blocks = shrinkByBlocks(card, 16);
  const values: number[] = [];
  for (let k = 0; k < blocks.data.length; k += 3) {
    const [r, g, b] = [blocks.data[k]!, blocks.data[k + 1]!, blocks.data[k + 2]!];
    const sum = r + g + b;
    // Black and blown-out blocks have no reliable colour.
    if (sum > 60 && Math.max(r, g, b) < 250) values.push((b - r) / sum);
  }
  if (values.length < 50) return { spread: 0, paperBlue: 0 };
  values.sort((p, q) => p - q);
  const at = (share: number) => values[Math.floor(share * (values.length - 1))]!;
  return { spread: at(0.95) - at(0.05), paperBlue: at(0.5) };
}

/**
 * Noise of the portrait over noise of the paper: a pasted portrait comes from another camera or another compression.
 * Noise is the median absolute Laplacian of the smoothest tenth of 8 × 8 blocks, so that print and hair do not count.
 */
function noiseRatio(card: RgbImage): number | null {
  const portrait = crop(card, {
    x: (portraitArea.x + 0.03) * card.width,
    y: (portraitArea.y + 0.03) * card.height,
    width: (portraitArea.width - 0.06) * card.width,
    height: (portraitArea.height - 0.06) * card.height,
  });
  const text = crop(card, {
    x: 0.05 * card.width,
    y: 0.3 * card.height,
    width: 0.6 * card.width,
    height: 0.55 * card.height,
  });
  const inside = smoothNoise(portrait);
  const outside = smoothNoise(text);
  return outside > 0.01 ? inside / outside : null;
}

function smoothNoise(image: RgbImage): number {
  const { width, height, data } = image;
  const blocks: number[] = [];
  const green = (x: number, y: number) => data[(y * width + x) * 3 + 1]!;
  for (let top = 1; top + 9 < height; top += 8) {
    for (let left = 1; left + 9 < width; left += 8) {
      let sum = 0;
      for (let y = top; y < top + 8; y += 1) {
        for (let x = left; x < left + 8; x += 1) {
          sum += Math.abs(4 * green(x, y) - green(x - 1, y) - green(x + 1, y) - green(x, y - 1) - green(x, y + 1));
        }
      }
      blocks.push(sum / 64);
    }
  }
  blocks.sort((p, q) => p - q);
  return blocks[Math.floor(blocks.length * 0.1)] ?? 0;
}
