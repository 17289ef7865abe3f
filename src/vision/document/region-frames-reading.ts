/** Reads a card again where a reflection lay on it and other frames show what it hid. */
import { known, type CardReading, type Fact } from '../../contract/facts.ts';
import type { CaptureFrames } from '../../contract/vision.ts';
import { readCard, type CardReadingResult } from '../ocr/read-card.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { fullImage, type DecodedFrame } from './frame-facts.ts';
import { fuseRegions, type StraightFrame } from './region-frames.ts';

export interface ReadFrame extends Omit<StraightFrame, 'frameIndex'> {
  readonly frame: DecodedFrame;
  readonly result: CardReadingResult;
}

/**
 * The reading of the card put together from its best parts; null when the frame that was read lost nothing, or the
 * other frames help no further. Never throws for bad pixels.
 * @param ranked usable frames, most readable first
 */
export async function readAcrossFrames(
  models: ModelPack,
  base: ReadFrame,
  ranked: readonly DecodedFrame[],
  request: CaptureFrames,
): Promise<Fact<CardReading> | null> {
  const { frame, quad, card, result } = base;
  if (!result.reading.available) return null;
  const others = ranked
    .filter((other) => other !== frame)
    .map((other) => ({ frameIndex: other.facts.index, picture: () => fullImage(other, request) }));
  const fused = await fuseRegions({ frameIndex: frame.facts.index, quad, card }, others);
  if (fused === null) return null;
  const again = await readCard(models, fused.card, frame.facts.index, { anySlope: true });
  // Seams that cost labels cost fields too: then the single frame was the better picture.
  if (!again.reading.available || again.labels < result.labels) return null;
  return known({ ...again.reading.value, regionFrames: fused.regionFrames });
}
