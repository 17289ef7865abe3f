/** The portrait on the card: where it is, how large it really is, and its template. */
import { known, unknownFact, type Fact, type PortraitFacts } from '../../contract/facts.ts';
import { embedLargestFace } from '../face/embed.ts';
import { crop, encodeJpeg, type RgbImage } from '../image/image.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { cardHeight, cardWidth, portraitArea, straighten } from './straighten.ts';
import { type Quad } from './quad.ts';

export interface PortraitResult {
  readonly portrait: Fact<PortraitFacts>;
  readonly rendition: Uint8Array;
  /** The straightened card at the resolution the camera gave. */
  readonly native: RgbImage;
}

/**
 * Measures the portrait. Enlarging adds no detail, so the face is looked for at the resolution the camera gave: its
 * width is in frame pixels where the card was small, and `portrait_too_small` below 50 px is told in `template`.
 */
export async function measurePortrait(models: ModelPack, frame: RgbImage, quad: Quad): Promise<PortraitResult> {
  const native = Math.max(sideLength(quad, 0), sideLength(quad, 2));
  const width = Math.round(Math.min(cardWidth, Math.max(240, native)));
  const card = straighten(frame, quad, width);
  const area = {
    x: portraitArea.x * card.width,
    y: portraitArea.y * card.height,
    width: portraitArea.width * card.width,
    height: portraitArea.height * card.height,
  };
  const picture = crop(card, area);
  const rendition = await encodeJpeg(picture, 85);
  if ((await models.get('face_detector')) === null) {
    return { portrait: unknownFact(models.unavailableReason('face_detector')), rendition, native: card };
  }
  const found = await embedLargestFace(models, picture, { tooSmall: 'portrait_too_small' });
  if (found === null) return { portrait: unknownFact('portrait_not_found'), rendition, native: card };
  const scale = cardWidth / card.width;
  const { box } = found.face;
  const portrait: PortraitFacts = {
    box: {
      x: portraitArea.x * cardWidth + box.x * scale,
      y: portraitArea.y * cardHeight + box.y * scale,
      width: box.width * scale,
      height: box.height * scale,
    },
    faceWidthPx: Math.round(box.width),
    template: found.template,
  };
  return { portrait: known(portrait), rendition, native: card };
}

function sideLength(quad: Quad, side: number): number {
  const p = quad[side]!;
  const q = quad[(side + 1) % 4]!;
  return Math.hypot(q.x - p.x, q.y - p.y);
}
