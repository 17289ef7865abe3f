/** From an outline to the card itself: ID-1 at a fixed size, the right way up. */
import { crop, rotateQuarter, shrinkByBlocks, toGrey, warpPerspective, type RgbImage } from '../image/image.ts';
import { turn, type Quad } from './quad.ts';

/** Size of the straightened card, px: ID-1 at 475 dpi. All boxes of a reading refer to it. */
export const cardWidth = 1600;
export const cardHeight = 1009;

/** Where a KTP has its portrait, shares of the card. */
export const portraitArea = { x: 0.735, y: 0.255, width: 0.24, height: 0.49 } as const;

export function straighten(frame: RgbImage, quad: Quad, width = cardWidth): RgbImage {
  return warpPerspective(frame, quad, width, Math.round((width * cardHeight) / cardWidth));
}

/**
 * True when the portrait stands on the left, so that the card is probably upside down. A portrait is the only large
 * thing on a KTP: seen out of focus it keeps its contrast, while print fades into the paper.
 */
export function looksUpsideDown(card: RgbImage): boolean {
  const coarse = shrinkByBlocks(card, 20);
  return coarseContrast(coarse, mirrored()) > coarseContrast(coarse, portraitArea);
}

export function upsideDown(card: RgbImage): RgbImage {
  return rotateQuarter(card, 180);
}

/** The corners of a card that turned out to be upside down. */
export function turnedQuad(quad: Quad): Quad {
  return turn(quad, 2);
}

function mirrored(): { x: number; y: number; width: number; height: number } {
  const { x, y, width, height } = portraitArea;
  return { x: 1 - x - width, y: 1 - y - height, width, height };
}

function coarseContrast(image: RgbImage, share: { x: number; y: number; width: number; height: number }): number {
  const part = crop(image, {
    x: share.x * image.width,
    y: share.y * image.height,
    width: share.width * image.width,
    height: share.height * image.height,
  });
  const grey = toGrey(part);
  const mean = grey.reduce((sum, value) => sum + value, 0) / grey.length;
  return grey.reduce((sum, value) => sum + (value - mean) ** 2, 0) / grey.length;
}
