/** Encoded bytes to pixels and back, and the one place that other vision code takes its picture functions from. */
import { availableParallelism } from 'node:os';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import sharp, { type Sharp } from 'sharp';
import type { ReasonCode } from '../../contract/reasons.ts';
import { imageContainer, isAnimatedPng } from './container.ts';
import type { RgbImage } from './rgb-image.ts';

export type { RgbImage } from './rgb-image.ts';
export { crop, rotateQuarter, shrinkByBlocks, warpAffine, warpPerspective, type AffineMatrix } from './geometry.ts';
export { laplacianVariance, lumaStats, toGrey } from './measure.ts';

/** Pixels above which a picture is refused, before it is decoded. */
const maxImagePixels = 40_000_000;

// One core stays with the camera preview. No cache: customers' pixels do not outlive their request.
sharp.concurrency(Math.max(1, availableParallelism() - 1));
sharp.cache(false);

export type DecodedImage =
  | {
      readonly ok: true;
      readonly image: RgbImage;
      /** Size of the picture itself, px. */
      readonly full: { readonly width: number; readonly height: number };
    }
  | { readonly ok: false; readonly reason: ReasonCode };

export interface DecodeLimits {
  /** More pixels than this are refused unseen; default 40 Mpx. */
  readonly maxPixels?: number;
  /** The picture is wanted at about this width, px: whole divisors of its size only, never enlarged. */
  readonly aboutWidth?: number;
}

/**
 * Decodes JPEG, PNG, WebP, GIF or TIFF to 8-bit sRGB, turned upright by its EXIF orientation; transparency is laid on
 * white. Never throws: `image_unreadable` (not a picture, empty, damaged, cut off), `image_animated` (several frames
 * or pages), `image_too_large` (told from the header alone). `full` is the size before `aboutWidth` reduced it.
 */
export async function decodeImage(bytes: Uint8Array, limits: DecodeLimits = {}): Promise<DecodedImage> {
  const maxPixels = limits.maxPixels ?? maxImagePixels;
  const container = imageContainer(bytes);
  if (container === null) return { ok: false, reason: 'image_unreadable' };
  if (container === 'png' && isAnimatedPng(bytes)) return { ok: false, reason: 'image_animated' };
  try {
    // The header is read without libvips' own pixel limit, so that "too large" can be told from "damaged".
    const header = await sharp(bytes, { failOn: 'error', limitInputPixels: false }).metadata();
    if ((header.pages ?? 1) > 1) return { ok: false, reason: 'image_animated' };
    if (header.width * header.height > maxPixels) return { ok: false, reason: 'image_too_large' };
    const { width, height } = header.autoOrient;
    const factor = limits.aboutWidth === undefined ? 1 : Math.max(1, Math.round(width / limits.aboutWidth));
    const upright = sharp(bytes, { failOn: 'error', limitInputPixels: maxPixels, sequentialRead: true }).autoOrient();
    // A JPEG halves itself while it is decoded, which is most of the saving.
    const sized = factor === 1 ? upright : upright.resize(reduced(width, height, factor));
    const { data, info } = await sized
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return toRgb(data, info.width, info.height, info.channels, { width, height });
  } catch {
    return { ok: false, reason: 'image_unreadable' };
  }
}

function reduced(width: number, height: number, factor: number) {
  return {
    width: Math.max(1, Math.round(width / factor)),
    height: Math.max(1, Math.round(height / factor)),
    fit: 'fill',
    kernel: 'linear',
  } as const;
}

function toRgb(
  data: Uint8Array,
  width: number,
  height: number,
  channels: number,
  full: { width: number; height: number },
): DecodedImage {
  if (channels === 3) return { ok: true, image: { width, height, data }, full };
  if (channels !== 1) return { ok: false, reason: 'image_unreadable' };
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0, k = 0; k < rgb.length; i += 1, k += 3) rgb.fill(data[i]!, k, k + 3);
  return { ok: true, image: { width, height, data: rgb }, full };
}

/** JPEG without metadata, quality 1–100, no chroma subsampling from 90 up (small print keeps its colour edges). */
export async function encodeJpeg(image: RgbImage, quality = 90): Promise<Uint8Array> {
  return fromRgb(image)
    .jpeg({ quality, chromaSubsampling: quality >= 90 ? '4:4:4' : '4:2:0' })
    .toBuffer();
}

/** PNG without metadata; lossless. */
export async function encodePng(image: RgbImage): Promise<Uint8Array> {
  return fromRgb(image).png({ compressionLevel: 6 }).toBuffer();
}

/** Resizes to exactly `width` × `height` px (aspect is the caller's business). Reducing averages, enlarging is cubic. */
export async function resize(image: RgbImage, width: number, height: number): Promise<RgbImage> {
  const to = { width: Math.max(1, Math.round(width)), height: Math.max(1, Math.round(height)) };
  if (to.width === image.width && to.height === image.height) return image;
  const data = await fromRgb(image)
    .resize({ ...to, fit: 'fill', kernel: to.width < image.width ? 'linear' : 'cubic' })
    .raw()
    .toBuffer();
  return { ...to, data };
}

/** SHA-256 of the bytes as received, lower-case hex: the name of a frame or file. */
export function sha256Hex(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}

function fromRgb(image: RgbImage): Sharp {
  const { width, height, data } = image;
  return sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false });
}
