/**
 * The NIK line, read several times. Digits in the manner of OCR-A fill the detector's box to its edges, and a network that
 * learned from text with some air above and below then sees strokes instead of digits.
 */
import type { Box, CardReading } from '../../contract/facts.ts';
import { crop, shrinkByBlocks, type RgbImage } from '../image/image.ts';
import type { LineReading } from './text-recogniser.ts';

export type NikCandidate = CardReading['nikCandidates'][number];

/** Reads one box of a picture. */
export type ReadLine = (image: RgbImage, box: Box) => Promise<LineReading>;

/** A reading with fewer or more digits than this is something else, or too little to weigh. */
const fewestDigits = 12;
const mostDigits = 18;
/** Weakest digit of a reading that needs no third one. */
const sure = 0.9;

/** The only long run of digits on the upper half of the card. */
export function isNikLine(digits: string, text: string, box: Box, card: RgbImage): boolean {
  const letters = text.replace(/[^A-Za-z]/g, '').length;
  return digits.length >= 13 && digits.length <= mostDigits && letters <= 8 && box.y < card.height * 0.4;
}

/** A long line where the NIK stands: worth another cut even when the first one read nothing in it. */
export function standsLikeNik(box: Box, card: RgbImage): boolean {
  const middle = (box.y + box.height / 2) / card.height;
  return box.x > card.width * 0.15 && box.width > card.width * 0.3 && middle > 0.12 && middle < 0.32;
}

/**
 * The same line cut differently: with air, with air from a coarser picture, which closes gaps in worn strokes, and tight.
 * On generated cards the airy cuts read OCR-A digits that the detector's own box does not; on print in common faces
 * all cuts agree, and no two err in the same digit. So a cut that surely reads what the `first` one surely read ends it.
 */
export async function rereadNik(
  readLine: ReadLine,
  card: RgbImage,
  box: Box,
  first?: NikCandidate,
): Promise<NikCandidate[]> {
  const candidates: NikCandidate[] = [];
  for (const cutOut of [airy, coarse, tight]) {
    const [image, cut] = cutOut(card, box);
    const { digits, digitConfidence } = await readLine(image, cut);
    if (digits.length < fewestDigits || digits.length > mostDigits) continue;
    candidates.push({ text: digits, confidence: digitConfidence, engine: 'ppocr', box });
    if (first !== undefined && bothSure(first, digits, digitConfidence)) break;
  }
  return candidates;
}

function bothSure(first: NikCandidate, digits: string, confidence: number): boolean {
  return digits.length === 16 && digits === first.text && Math.min(first.confidence, confidence) >= sure;
}

type Cut = (card: RgbImage, box: Box) => readonly [RgbImage, Box];

const airy: Cut = (card, box) => [card, grown(box, 0.1, 0.35)];
const tight: Cut = (card, box) => [card, grown(box, 0, -0.08)];
const coarse: Cut = (card, box) => {
  const small = shrinkByBlocks(crop(card, grown(box, 0.2, 0.2)), 2);
  return [small, { x: 0, y: 0, width: small.width, height: small.height }];
};

/** Grows a box by shares of its height. */
function grown(box: Box, sides: number, ends: number): Box {
  const x = box.height * sides;
  const y = box.height * ends;
  return { x: box.x - x, y: box.y - y, width: box.width + 2 * x, height: box.height + 2 * y };
}
