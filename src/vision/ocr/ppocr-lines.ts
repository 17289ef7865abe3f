/** PP-OCR on a straightened card: which way up it is, its lines, and the NIK by several cuts. Lines are read once each. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Box, CardReading, OcrLine } from '../../contract/facts.ts';
import type { RgbImage } from '../image/image.ts';
import type { LoadedModel, ModelPack } from '../runtime/model-pack.ts';
import { isNikLine, rereadNik, standsLikeNik, type NikCandidate, type ReadLine } from './nik-line.ts';
import type { TextBox } from './text-detector.ts';
import { parseKeys, recogniseLine, type LineReading, type RecogniserKeys } from './text-recogniser.ts';

/** Both halves of PP-OCR, opened. */
export interface Ppocr {
  readonly detector: LoadedModel;
  readonly recogniser: LoadedModel;
  readonly keys: RecogniserKeys;
}

/** Portrait, issue place and signature: nothing there is a field, and a photo read as text only costs time. */
export const photoColumn = { x: 0.735, y: 0.26 };
/** Upside-down text is read with less certainty than this. */
const legible = 0.72;
/** A line where the NIK stands, read with less certainty than this, is looked at again. */
const doubtful = 0.85;

const keyFiles = new Map<string, Promise<RecogniserKeys | null>>();

/** Null when a model or its character list is missing. */
export async function openPpocr(models: ModelPack): Promise<Ppocr | null> {
  const detector = await models.get('ocr_detector');
  const recogniser = await models.get('ocr_recogniser');
  if (detector === null || recogniser === null) return null;
  const file = join(dirname(recogniser.path), 'ppocr_keys_v1.txt');
  let keys = keyFiles.get(file);
  if (keys === undefined) {
    keys = readFile(file, 'utf8').then(parseKeys, () => null);
    keyFiles.set(file, keys);
  }
  const known = await keys;
  return known === null ? null : { detector, recogniser, keys: known };
}

/** Reads the boxes of one card, each once however often it is asked for. */
export type CardLineReader = (box: Box) => Promise<LineReading>;

export function cardLineReader(ppocr: Ppocr, card: RgbImage): CardLineReader {
  const known = new Map<Box, Promise<LineReading>>();
  return (box) => {
    let reading = known.get(box);
    if (reading === undefined) {
      const { cut, squeeze } = lineCut(box, card);
      reading = recogniseLine(ppocr.recogniser, ppocr.keys, card, cut, squeeze);
      known.set(box, reading);
    }
    return reading;
  };
}

/** Lines that are read fast are cut at least this high, share of the card: rows stand 0.053 apart. */
const lowestCut = 0.0455;
/** Where the printed labels stand, shares of the card: they begin in the left column, below the NIK, and end before the values. */
const labelColumn = { right: 0.245, top: 0.25 };
/** From the religion down every row is of a closed or nearly closed vocabulary. */
const closedRows = 0.648;
/**
 * How much narrower than printed a line is given to the network, whose time goes with the width: only where what may stand there
 * is known. On 66 generated cards of severity 1 to 3, read by this engine alone, 13.97 of 14 labels were found at 0.65 (12.7
 * at 0.45). Names, addresses and the digits of a NIK are not narrowed: at 0.85 a J became an I.
 */
const squeezes = { label: 0.65, closed: 0.85 } as const;

/** What is cut out for one line, and how much it is narrowed. */
export function lineCut(box: Box, card: RgbImage): { readonly cut: Box; readonly squeeze: number } {
  const middle = box.y + box.height / 2;
  const isLabel = box.x + box.width < labelColumn.right * card.width && box.y > labelColumn.top * card.height;
  if (!isLabel && middle < closedRows * card.height) return { cut: box, squeeze: 1 };
  const height = Math.max(box.height, lowestCut * card.height);
  return { cut: { ...box, y: middle - height / 2, height }, squeeze: isLabel ? squeezes.label : squeezes.closed };
}

/**
 * Reads the three widest lines only and takes the middle one: the digits of a NIK read well either way up, and not at
 * all when they are drawn as strokes. Too little text to tell counts as upright: reading decides then.
 */
export async function looksUpright(read: CardLineReader, card: RgbImage, boxes: readonly TextBox[]): Promise<boolean> {
  const widest = [...boxes]
    .filter(({ box }) => box.width > box.height * 3 && !isPhotoColumn(box, card))
    .sort((p, q) => q.box.width - p.box.width)
    .slice(0, 3);
  if (widest.length < 3) return true;
  const confidences: number[] = [];
  for (const { box } of widest) confidences.push((await read(box)).confidence);
  return confidences.sort((p, q) => p - q)[1]! >= legible;
}

function isPhotoColumn(box: Box, card: RgbImage): boolean {
  return box.x > photoColumn.x * card.width && box.y > photoColumn.y * card.height;
}

/** All lines outside the photo column, and what the NIK line reads when it is cut in other ways. */
export async function readWithPpocr(
  ppocr: Ppocr,
  read: CardLineReader,
  card: RgbImage,
  boxes: readonly TextBox[],
): Promise<Pick<CardReading, 'lines' | 'nikCandidates'>> {
  const readCut: ReadLine = (image, box) => recogniseLine(ppocr.recogniser, ppocr.keys, image, box);
  const lines: OcrLine[] = [];
  const nikCandidates: NikCandidate[] = [];
  const suspects: Box[] = [];
  for (const { box } of boxes) {
    if (isPhotoColumn(box, card)) continue;
    const line = await read(box);
    const isNik = isNikLine(line.digits, line.text, box, card);
    if (!isNik && line.confidence < doubtful && standsLikeNik(box, card)) suspects.push(box);
    if (line.text === '') continue;
    lines.push({ engine: 'ppocr', text: line.text, confidence: line.confidence, box });
    if (!isNik) continue;
    const first: NikCandidate = { text: line.digits, confidence: line.digitConfidence, engine: 'ppocr', box };
    nikCandidates.push(first, ...(await rereadNik(readCut, card, box, first)));
  }
  if (nikCandidates.length === 0) {
    for (const box of suspects) nikCandidates.push(...(await rereadNik(readCut, card, box)));
  }
  nikCandidates.sort((p, q) => q.confidence - p.confidence);
  return { lines, nikCandidates };
}
