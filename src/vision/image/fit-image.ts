/** A picture within the limits of whoever it is sent to: bytes at most and at least, pixels at least. */
import sharp from 'sharp';
import { imageContainer } from './container.ts';
import { decodeImage, encodeJpeg, resize } from './image.ts';

export interface ImageLimits {
  readonly maxBytes: number;
  readonly minBytes?: number;
  /** Shorter side, px. */
  readonly minSidePx?: number;
}

/** A face of a portrait photo fills a third of it: from here on more pixels tell nothing. */
const usefulSidePx = 1600;
const smallestSidePx = 120;
const qualities = [92, 85, 78, 70, 60, 50, 40] as const;

/**
 * JPEG without metadata. Null: not a picture, or it cannot be made to fit (a limit of pixels and bytes that exclude each
 * other). Pixels go last: quality is lowered before the picture is made smaller.
 */
export async function fitImage(bytes: Uint8Array, limits: ImageLimits): Promise<Uint8Array | null> {
  const decoded = await decodeImage(bytes);
  if (!decoded.ok) return null;
  const { image } = decoded;
  const least = limits.minSidePx ?? 0;
  const short = Math.min(image.width, image.height);
  let scale = Math.min(1, usefulSidePx / Math.max(image.width, image.height));
  if (short * scale < least) scale = least / short;
  for (; short * scale >= Math.max(least, smallestSidePx) || scale >= 1; scale *= 0.8) {
    const sized = await resize(image, Math.ceil(image.width * scale), Math.ceil(image.height * scale));
    for (const quality of qualities) {
      const jpeg = await encodeJpeg(sized, quality);
      if (jpeg.length <= limits.maxBytes) return padded(jpeg, limits.minBytes ?? 0);
    }
    if (short * scale * 0.8 < Math.max(least, smallestSidePx)) break;
  }
  return null;
}

/** Longest comment segment: two bytes of length count themselves. */
const segment = 65_533;

/** Comments after the start marker (ITU-T T.81 B.2.4.5): every reader skips them, and the picture stays what it is. */
function padded(jpeg: Uint8Array, minBytes: number): Uint8Array {
  if (jpeg.length >= minBytes) return jpeg;
  const parts: Uint8Array[] = [jpeg.subarray(0, 2)];
  for (let missing = minBytes - jpeg.length; missing > 0;) {
    const length = Math.max(0, Math.min(segment, missing - 4));
    const comment = new Uint8Array(length + 4).fill(0x20);
    comment.set([0xff, 0xfe, (length + 2) >> 8, (length + 2) & 0xff]);
    parts.push(comment);
    missing -= comment.length;
  }
  return Uint8Array.from(Buffer.concat([...parts, jpeg.subarray(2)]));
}

/** Width and height as shown, from the header alone; null when it is no picture. */
export async function imageSize(
  bytes: Uint8Array,
): Promise<{ readonly width: number; readonly height: number } | null> {
  if (imageContainer(bytes) === null) return null;
  try {
    const { autoOrient } = await sharp(bytes, { limitInputPixels: false }).metadata();
    return { width: autoOrient.width, height: autoOrient.height };
  } catch {
    return null;
  }
}
