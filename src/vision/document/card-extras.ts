/** What is measured on a card beside its text: portrait, voters' numbers, the picture for the screen. */
import type { Measurement, OcrLine } from '../../contract/facts.ts';
import { encodeJpeg, resize, type RgbImage } from '../image/image.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { measurePortrait, type PortraitResult } from './card-portrait.ts';
import { measureCard } from './measure-card.ts';
import type { Quad } from './quad.ts';

export interface CardExtras {
  readonly portrait: PortraitResult;
  readonly measurements: readonly Measurement[];
  /** JPEG of the straightened card. */
  readonly picture: Uint8Array;
  readonly durationsMs: Readonly<Record<'portrait' | 'measure', number>>;
}

const pictureWidth = 1000;

export interface StraightCard {
  readonly frame: RgbImage;
  readonly frameIndex: number;
  readonly quad: Quad;
  readonly card: RgbImage;
}

/** `lines` are those that were read so far; with none the voters of the print have no data. */
export async function measureExtras(
  models: ModelPack,
  { frame, frameIndex, quad, card }: StraightCard,
  lines: readonly OcrLine[],
): Promise<CardExtras> {
  const started = performance.now();
  // Encoding runs in threads of its own; the rest of this is done before it is waited for.
  const picture = pictureOf(card);
  const portrait = await measurePortrait(models, frame, quad);
  const between = performance.now();
  const measurements = measureCard({ frame, quad, frameIndex, card, native: portrait.native, lines });
  const measured = performance.now();
  return {
    portrait,
    measurements,
    picture: await picture,
    durationsMs: { portrait: Math.round(between - started), measure: Math.round(measured - between) },
  };
}

async function pictureOf(card: RgbImage): Promise<Uint8Array> {
  return encodeJpeg(await resize(card, pictureWidth, Math.round((pictureWidth * card.height) / card.width)), 85);
}
