/** Named measurements for the card voters. Numbers only: what they mean is decided in core/ktp. */
import type { Measurement, OcrLine } from '../../contract/facts.ts';
import { crop, shrinkByBlocks, type RgbImage } from '../image/image.ts';
import { compressionGhost } from './compression.ts';
import { edgeShadow, shapeError } from './card-shape.ts';
import { guilloche } from './guilloche.ts';
import { portraitTexture } from './portrait-texture.ts';
import { portraitWindow } from './portrait-window.ts';
import { rowOffset } from './row-offset.ts';
import { tiltOf, type Quad } from './quad.ts';
import { patternPeak } from './spectrum.ts';
import { typeOutlier } from './type-face.ts';

export interface MeasuredCard {
  readonly frame: RgbImage;
  readonly quad: Quad;
  readonly frameIndex: number;
  /** Straightened, at the size readings refer to. */
  readonly card: RgbImage;
  /** Straightened, not enlarged. */
  readonly native: RgbImage;
  /** What was read on it so far. */
  readonly lines: readonly OcrLine[];
}

type Taken = Pick<Measurement, 'value' | 'detail' | 'box'> | null;

/** Everything the voters of a still ask for. A measurement that could not be taken is left out. */
export function measureCard({ frame, quad, frameIndex, card, native, lines }: MeasuredCard): Measurement[] {
  const colour = chromaticity(card);
  const shadow = edgeShadow(frame, quad);
  const type = typeOutlier(card, lines);
  const row = rowOffset(card, lines);
  const texture = portraitTexture(native);
  const ghost = compressionGhost(frame, quad);
  const window = portraitWindow(native);
  const ground = guilloche(native);
  const taken: readonly (readonly [string, Taken])[] = [
    ['chroma_spread', { value: colour.spread, detail: { paperBlue: colour.paperBlue } }],
    ['shape_error', { value: shapeError(quad, frame), detail: { tilt: tiltOf(quad) } }],
    ['edge_shadow', shadow === null ? null : { value: shadow }],
    ...patterns(frame, quad),
    ['portrait_excess', texture === null ? null : { value: texture.excess, detail: { ...texture } }],
    ['portrait_ghost', ghost === null ? null : { value: ghost.value, detail: { quality: ghost.quality } }],
    [
      'portrait_turn',
      window === null ? null : { value: window.turn, detail: { rim: window.rim, edges: window.edges } },
    ],
    ['guilloche_hue', ground === null ? null : { value: ground.hue, detail: { contrast: ground.contrast } }],
    ['row_offset', row === null ? null : { value: row.value, detail: { rows: row.rows }, box: row.box }],
    ['type_outlier', type === null ? null : { value: type.value, detail: { lines: type.lines }, box: type.box }],
  ];
  return taken.flatMap(([name, each]) => (each === null ? [] : [{ name, ...each, frameIndex }]));
}

/** Moiré in brightness, print raster in colour. */
function patterns(frame: RgbImage, quad: Quad): (readonly [string, Taken])[] {
  const part = nativeCrop(frame, quad);
  const luma = patternPeak(plane(part, [0.299, 0.587, 0.114]), part.width, part.height);
  const chroma = patternPeak(plane(part, [0.5, -0.419, -0.081]), part.width, part.height, 0.1);
  const told = (peak: typeof luma): Taken =>
    peak === null ? null : { value: peak.decibels, detail: { frequency: peak.frequency, windows: peak.windows } };
  return [
    ['moire_peak', told(luma)],
    ['raster_peak', told(chroma)],
  ];
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
 * How far the colours of the card lie apart, as chromaticity (b − r) / (r + g + b), 2nd to 98th percentile of small
 * blocks: skin is a small part of a card. A grey copy has one chromaticity everywhere, whatever light falls on it; a KTP has a blue field and a
 * portrait. After the chromaticity histogram of the DLC-2021 grey-copy detector. `paperBlue` is the median.
 */
function chromaticity(card: RgbImage): { spread: number; paperBlue: number } {
  // Well inside: the ground shows at rounded corners and beside a slightly wrong outline.
  const inside = { x: 0.035 * card.width, y: 0.05 * card.height, width: 0.93 * card.width, height: 0.9 * card.height };
  const blocks = shrinkByBlocks(crop(card, inside), 16);
  const values: number[] = [];
  for (let k = 0; k < blocks.data.length; k += 3) {
    const [r, g, b] = [blocks.data[k]!, blocks.data[k + 1]!, blocks.data[k + 2]!];
    const sum = r + g + b;
    // Black and blown-out blocks have no reliable colour.
    if (sum > 90 && Math.max(r, g, b) < 250) values.push((b - r) / sum);
  }
  if (values.length < 50) return { spread: 0, paperBlue: 0 };
  values.sort((p, q) => p - q);
  const at = (share: number) => values[Math.floor(share * (values.length - 1))]!;
  return { spread: at(0.98) - at(0.02), paperBlue: at(0.5) };
}
