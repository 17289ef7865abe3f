/**
 * Fine detail of the portrait at the camera's own resolution. A portrait printed with dots is rougher at one pixel than its
 * picture explains; one enlarged from a small file is smoother than the print around it allows.
 */
import { toGrey, type RgbImage } from '../image/image.ts';
import { portraitArea } from './straighten.ts';

export interface PortraitTexture {
  /** Mean |Laplacian| at a distance of one pixel over that at three: white noise 1, a soft picture near 0.1. */
  readonly detail: number;
  /** The same of the printed text: how much the lens left to see. */
  readonly textDetail: number;
  /** How much rougher the portrait is than the print, what the camera's noise explains of it taken off. */
  readonly excess: number;
  /** 10th percentile of |Laplacian| over 8 × 8 blocks of the paper, 0–255: the camera's noise. */
  readonly paperNoise: number;
}

/**
 * Noise roughens a soft portrait more than sharp print: above this noise of the paper by this much for each step (measured
 * on generated cards of every degradation).
 */
const quietPaper = 3;
const noiseShare = 0.03;

interface Share {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const inner: Share = {
  x: portraitArea.x + 0.04,
  y: portraitArea.y + 0.04,
  width: portraitArea.width - 0.08,
  height: portraitArea.height - 0.1,
};
const text: Share = { x: 0.27, y: 0.28, width: 0.3, height: 0.62 };
/** Below the text on the right: mostly bare paper. */
const paper: Share = { x: 0.45, y: 0.68, width: 0.26, height: 0.26 };
/** A card smaller than this in the frame shows too little of its portrait, px. */
const smallestCard = 480;

/** Measures a straightened card that was not enlarged. Null when it is too small. */
export function portraitTexture(card: RgbImage): PortraitTexture | null {
  if (card.width < smallestCard) return null;
  const grey = { width: card.width, height: card.height, data: toGrey(card) };
  const detail = roughness(grey, inner, 1) / Math.max(0.1, roughness(grey, inner, 3));
  const textDetail = roughness(grey, text, 1) / Math.max(0.1, roughness(grey, text, 3));
  const paperNoise = smoothest(grey, paper);
  const excess = detail - textDetail - noiseShare * Math.max(0, paperNoise - quietPaper);
  return { detail, textDetail, excess, paperNoise };
}

interface Grey {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Mean |Laplacian| with neighbours `step` px away. */
function roughness(grey: Grey, share: Share, step: number): number {
  const { left, top, right, bottom } = pixels(grey, share, step);
  let sum = 0;
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) sum += laplacian(grey, x, y, step);
  }
  return sum / Math.max(1, (right - left) * (bottom - top));
}

function smoothest(grey: Grey, share: Share): number {
  const { left, top, right, bottom } = pixels(grey, share, 1);
  const blocks: number[] = [];
  for (let y = top; y + 8 <= bottom; y += 8) {
    for (let x = left; x + 8 <= right; x += 8) {
      let sum = 0;
      for (let i = 0; i < 64; i += 1) sum += laplacian(grey, x + (i & 7), y + (i >> 3), 1);
      blocks.push(sum / 64);
    }
  }
  return blocks.sort((p, q) => p - q)[Math.floor(blocks.length * 0.1)] ?? 0;
}

function laplacian({ width, data }: Grey, x: number, y: number, step: number): number {
  const at = y * width + x;
  const down = step * width;
  return Math.abs(4 * data[at]! - data[at - step]! - data[at + step]! - data[at - down]! - data[at + down]!);
}

function pixels({ width, height }: Grey, share: Share, margin: number) {
  return {
    left: Math.max(margin, Math.round(share.x * width)),
    top: Math.max(margin, Math.round(share.y * height)),
    right: Math.min(width - margin, Math.round((share.x + share.width) * width)),
    bottom: Math.min(height - margin, Math.round((share.y + share.height) * height)),
  };
}
