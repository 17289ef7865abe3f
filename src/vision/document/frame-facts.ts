/** Decoding the frames of a capture and what each tells about itself. */
import type { FrameFacts } from '../../contract/facts.ts';
import type { CaptureFrames } from '../../contract/vision.ts';
import {
  decodeImage,
  laplacianVariance,
  lumaStats,
  sha256Hex,
  shrinkByBlocks,
  toGrey,
  type RgbImage,
} from '../image/image.ts';

export interface DecodedFrame {
  readonly facts: FrameFacts;
  /** The whole picture, where it was the only one; others are decoded whole when they turn out to be the best. */
  readonly image: RgbImage | null;
  readonly small: RgbImage | null;
  /** Frame pixels per pixel of `small`. */
  readonly factor: number;
}

/** Frames are compared at about this width, so that sharpness means the same for all of them. */
const comparisonWidth = 900;
/** Decoded at once: both cores, and no more memory than that. */
const atOnce = 3;

export async function decodeFrames(request: CaptureFrames): Promise<DecodedFrame[]> {
  const { frames, frameTimesMs } = request;
  const decoded: DecodedFrame[] = [];
  for (let start = 0; start < frames.length; start += atOnce) {
    const part = frames.slice(start, start + atOnce);
    const work = part.map((bytes, i) => decodeFrame(bytes, start + i, frameTimesMs?.[start + i], frames.length === 1));
    decoded.push(...(await Promise.all(work)));
  }
  return decoded;
}

async function decodeFrame(
  bytes: Uint8Array,
  index: number,
  tMs: number | undefined,
  alone: boolean,
): Promise<DecodedFrame> {
  const identity = { index, sha256: sha256Hex(bytes), ...(tMs === undefined ? {} : { tMs }) };
  const nothing = { sharpness: 0, brightness: 0, contrast: 0, glare: 0 };
  const result = await decodeImage(bytes, alone ? {} : { aboutWidth: comparisonWidth });
  if (!result.ok) {
    const facts = { ...identity, width: 0, height: 0, problem: result.reason, ...nothing };
    return { facts, image: null, small: null, factor: 1 };
  }
  const { width, height } = result.full;
  const small = alone ? shrinkByBlocks(result.image, Math.max(1, Math.round(width / comparisonWidth))) : result.image;
  const luma = lumaStats(small);
  const sharpness = laplacianVariance(toGrey(small), small.width, small.height);
  const facts: FrameFacts = {
    ...identity,
    width,
    height,
    ...(Math.min(width, height) < 64 ? { problem: 'image_too_small' as const } : {}),
    sharpness,
    brightness: luma.mean,
    contrast: luma.std,
    glare: luma.glare,
  };
  const usable = facts.problem === undefined;
  return {
    facts,
    image: alone && usable ? result.image : null,
    small: usable ? small : null,
    factor: width / small.width,
  };
}

/** Usable frames, most readable first: sharp, neither dark nor blown out. */
export function rankFrames(frames: readonly DecodedFrame[]): DecodedFrame[] {
  const quality = ({ facts }: DecodedFrame) =>
    Math.log1p(facts.sharpness) * (1 - Math.min(0.8, facts.glare * 2)) * (facts.brightness < 0.15 ? 0.6 : 1);
  return frames.filter((frame) => frame.small !== null).sort((p, q) => quality(q) - quality(p));
}

/** The full picture of a frame, decoded again where it was not kept. */
export async function fullImage(frame: DecodedFrame, request: CaptureFrames): Promise<RgbImage | null> {
  if (frame.image !== null) return frame.image;
  const bytes = request.frames[frame.facts.index];
  if (bytes === undefined) return null;
  const result = await decodeImage(bytes);
  return result.ok ? result.image : null;
}
