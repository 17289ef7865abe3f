/** The card's answer to the light challenge: the same measurement as for a face, on the card and on the desk around it. */
import { unknownFact, type Box, type Fact, type FlashResponse } from '../../contract/facts.ts';
import type { CaptureFrames } from '../../contract/vision.ts';
import { measureFlash } from '../flash/flash-response.ts';
import { lightFromSamples, meanLight, type LightSample } from '../flash/light.ts';
import type { RgbImage } from '../image/image.ts';
import type { Quad } from './quad.ts';

export interface TimedFrame {
  readonly tMs: number | undefined;
  /** Reduced frame; null when it could not be decoded. */
  readonly small: RgbImage | null;
  /** Frame pixels per pixel of `small`. */
  readonly factor: number;
}

/** Smallest share of the frame that says something about the desk. */
const smallestGround = 0.03;

/**
 * Measures the flash on the card of the best frame, which a stand or a steady hand keeps in place. Client samples serve
 * where the frames are too few or carry no time. `flash_missing` without a challenge.
 */
export function measureCardFlash(
  request: CaptureFrames,
  frames: readonly TimedFrame[],
  quad: Quad,
): Fact<FlashResponse> {
  const sequence = request.flash;
  if (sequence === undefined) return unknownFact('flash_missing');
  const timed = frames.filter((frame) => frame.small !== null && frame.tMs !== undefined);
  const surface = samplesOf(timed, insetBox(quad));
  if (surface !== null) {
    const ground = groundBox(quad, timed[0]!);
    const fact = measureFlash({
      sequence,
      surface,
      background: ground === null ? null : samplesOf(timed, ground),
      regions: regionSamples(timed, quad),
      source: 'frames',
    });
    if (fact.available || request.flashSamples === undefined) return fact;
  }
  if (request.flashSamples === undefined) return unknownFact('too_few_frames');
  return measureFlash({ sequence, surface: lightFromSamples(request.flashSamples), source: 'samples' });
}

function regionSamples(frames: readonly TimedFrame[], quad: Quad): LightSample[][] {
  const regions = thirds(insetBox(quad)).map((box) => samplesOf(frames, box));
  return regions.every((region) => region !== null) ? (regions as LightSample[][]) : [];
}

function samplesOf(frames: readonly TimedFrame[], box: Box): LightSample[] | null {
  const samples: LightSample[] = [];
  for (const { small, factor, tMs } of frames) {
    if (small === null || tMs === undefined) continue;
    const light = meanLight(small, {
      x: box.x / factor,
      y: box.y / factor,
      width: box.width / factor,
      height: box.height / factor,
    });
    if (light === null) return null;
    samples.push({ tMs, r: light[0], g: light[1], b: light[2] });
  }
  return samples.length === 0 ? null : samples;
}

/** Upright box well inside the outline, so that small movements do not bring the desk in. */
function insetBox(quad: Quad): Box {
  const { x, y, width, height } = boundsOf(quad);
  return { x: x + width * 0.18, y: y + height * 0.18, width: width * 0.64, height: height * 0.64 };
}

function thirds(box: Box): Box[] {
  return [0, 1, 2].map((i) => ({ ...box, x: box.x + (box.width * i) / 3, width: box.width / 3 }));
}

/** The largest strip of frame beside the card; null when the card fills the frame. */
function groundBox(quad: Quad, frame: TimedFrame): Box | null {
  const width = (frame.small?.width ?? 0) * frame.factor;
  const height = (frame.small?.height ?? 0) * frame.factor;
  const card = boundsOf(quad);
  const gap = 0.02 * width;
  const strips: Box[] = [
    { x: 0, y: 0, width: card.x - gap, height },
    { x: card.x + card.width + gap, y: 0, width: width - card.x - card.width - gap, height },
    { x: 0, y: 0, width, height: card.y - gap },
    { x: 0, y: card.y + card.height + gap, width, height: height - card.y - card.height - gap },
  ];
  const area = (box: Box) => Math.max(0, box.width) * Math.max(0, box.height);
  const largest = strips.reduce((best, strip) => (area(strip) > area(best) ? strip : best));
  return area(largest) >= smallestGround * width * height ? largest : null;
}

function boundsOf(quad: Quad): Box {
  const xs = quad.map((point) => point.x);
  const ys = quad.map((point) => point.y);
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}
