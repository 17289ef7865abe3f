/**
 * How the printed values are set: height and stroke of each line, and how far the odd one stands out. A card is set in one
 * face from one machine; a value retyped later seldom hits both.
 */
import type { Box, OcrLine } from '../../contract/facts.ts';
import { crop, toGrey, type RgbImage } from '../image/image.ts';

export interface LineType {
  /** Mean stroke width over the height of the capitals. */
  readonly weight: number;
  /** Height of the capitals, px. */
  readonly height: number;
  /** Where the capitals stand, px from the top of the card. */
  readonly foot: number;
  /** Width of a character over that height. */
  readonly set: number;
  readonly box: Box;
}

export interface TypeOutlier {
  /** Largest departure of a line's stroke weight from the others', natural logarithm. */
  readonly value: number;
  readonly lines: number;
  readonly box: Box;
}

const fewestLines = 5;
const fewestLetters = 4;

/** Shares of the card: values begin right of this and below the NIK. */
const valuesFrom = { x: 0.24, y: 0.265 };
const valuesTo = 0.42;

/** The line whose strokes differ most from the median of all value lines; null where too few lines can be measured. */
export function typeOutlier(card: RgbImage, lines: readonly OcrLine[]): TypeOutlier | null {
  const types = lines.filter((line) => isValue(line, card)).flatMap((line) => lineType(card, line) ?? []);
  if (types.length < fewestLines) return null;
  const middle = median(types.map(({ weight }) => weight));
  let best: TypeOutlier | null = null;
  for (const { weight, box } of types) {
    const value = Math.abs(Math.log(weight / middle));
    if (best === null || value > best.value) best = { value, lines: types.length, box };
  }
  return best;
}

function isValue({ engine, box, text }: OcrLine, card: RgbImage): boolean {
  const from = box.x / card.width;
  return (
    engine === 'ppocr' &&
    from > valuesFrom.x &&
    from < valuesTo &&
    box.y > valuesFrom.y * card.height &&
    text.replace(/[^A-Z0-9]/gi, '').length >= fewestLetters
  );
}

/**
 * Stroke width = 2 · ink area / outline length. The outline comes from the total variation of the line, which blur does not
 * change as long as strokes stay apart. Null for lines without clear ink.
 */
export function lineType(card: RgbImage, { box, text }: Pick<OcrLine, 'box' | 'text'>): LineType | null {
  const part = crop(card, box);
  const grey = toGrey(part);
  const sorted = Uint8Array.from(grey).sort();
  const paper = sorted[Math.floor(sorted.length * 0.75)]!;
  const ink = sorted[Math.floor(sorted.length * 0.03)]!;
  const contrast = paper - ink;
  if (contrast < 40) return null;
  const { width, height } = part;
  const cover = Float32Array.from(grey, (value) =>
    Math.max(0, Math.min(1, (paper - 0.12 * contrast - value) / (0.88 * contrast))),
  );
  let area = 0;
  let outline = 0;
  const rows = new Float32Array(height);
  for (let y = 1; y < height; y += 1) {
    for (let x = 1; x < width; x += 1) {
      const at = y * width + x;
      const value = cover[at]!;
      area += value;
      rows[y]! += value;
      outline += Math.hypot(value - cover[at - 1]!, value - cover[at - width]!);
    }
  }
  const { tall, foot } = capitalsOf(rows);
  if (outline < 1 || tall < 6) return null;
  const letters = text.replace(/\s/g, '').length;
  return {
    weight: (2 * area) / outline / tall,
    height: tall,
    foot: Math.round(box.y) + foot,
    set: width / letters / tall,
    box,
  };
}

/** The half-way points of the profile: height and foot of the capitals, whatever hangs below them; px. */
function capitalsOf(rows: Float32Array): { tall: number; foot: number } {
  const sorted = Float32Array.from(rows).sort();
  const half = sorted[Math.floor(sorted.length * 0.8)]! / 2;
  const first = rows.findIndex((value) => value >= half);
  const last = rows.findLastIndex((value) => value >= half);
  return { tall: last - first + 1, foot: last + 1 };
}

function median(values: readonly number[]): number {
  return [...values].sort((p, q) => p - q)[values.length >> 1]!;
}
