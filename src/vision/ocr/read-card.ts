/** Reading a straightened card with both engines. Each may be missing or fail; the other still reads. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { known, unknownFact, type Box, type CardReading, type Fact, type OcrLine } from '../../contract/facts.ts';
import { toCardRows } from '../../core/ktp/card-rows.ts';
import { printSlope, type PrintSlope } from '../document/print-slope.ts';
import { toGrey, warpAffine, type RgbImage } from '../image/image.ts';
import type { LoadedModel, ModelPack } from '../runtime/model-pack.ts';
import { isNikLine, rereadNik, standsLikeNik, type NikCandidate, type ReadLine } from './nik-line.ts';
import { createTesseractReader, type TesseractReader } from './tesseract-reader.ts';
import { detectText, type TextBox } from './text-detector.ts';
import { parseKeys, recogniseLine, type RecogniserKeys } from './text-recogniser.ts';

/** Both halves of PP-OCR, opened. */
interface Ppocr {
  readonly detector: LoadedModel;
  readonly recogniser: LoadedModel;
  readonly keys: RecogniserKeys;
}

export interface CardReadingResult {
  readonly reading: Fact<CardReading>;
  /** Distinct KTP labels found by any engine: how much this is a KTP. */
  readonly labels: number;
  /** The print does not run level: nothing was read, straighten better and call again. */
  readonly slope: PrintSlope | null;
  readonly durationsMs: Readonly<Record<string, number>>;
}

const detectorWidth = 960;
const tesseractWidth = 1280;
/** Portrait, issue place and signature: nothing there is a field, and a photo read as text only costs time. */
const photoColumn = { x: 0.735, y: 0.26 };
/** Upside-down text is read with less certainty than this. */
const legible = 0.72;

/** A line where the NIK stands, read with less certainty than this, is looked at again. */
const doubtful = 0.85;

/** Fewer lines than this are no card. */
const fewestLines = 5;
/** With this many lines read by one engine, the other one is not waited for longer than `patience` (ms). */
const linesOfCard = 18;
const patience = 2_500;

const readers = new WeakMap<ModelPack, TesseractReader>();
const keyFiles = new Map<string, Promise<RecogniserKeys | null>>();

/** The Tesseract worker that belongs to a pack; started at first use, never keeps the process alive. */
export function tesseractOf(models: ModelPack): TesseractReader {
  const existing = readers.get(models);
  if (existing !== undefined) return existing;
  const created = createTesseractReader();
  readers.set(models, created);
  return created;
}

/** Ends what reading started for this pack. Call it where the pack is closed. */
export async function closeCardReader(models: ModelPack): Promise<void> {
  await readers.get(models)?.close();
  readers.delete(models);
}

/**
 * Reads a straightened, upright-or-upside-down card of any fixed size. `ocr_unavailable` when neither engine works.
 * An upside-down card answers with few labels and stops early: turn it and call again. So does one whose print runs
 * uphill, with its `slope`, unless `anySlope` is set.
 */
export async function readCard(
  models: ModelPack,
  card: RgbImage,
  frameIndex: number,
  options: { readonly anySlope?: boolean } = {},
): Promise<CardReadingResult> {
  const started = performance.now();
  const durationsMs: Record<string, number> = {};
  const ppocr = await openPpocr(models);
  const boxes = ppocr === null ? null : await attempt(() => detectText(ppocr.detector, card, detectorWidth));
  durationsMs.detect = performance.now() - started;
  const slope = options.anySlope === true || boxes === null ? null : printSlope(boxes, card.height);
  if (slope !== null) return { reading: unknownFact('card_not_ktp'), labels: 0, slope, durationsMs };
  const upright = ppocr !== null && boxes !== null ? await looksUpright(ppocr, card, boxes) : true;
  if (!upright) {
    return { reading: unknownFact('card_not_ktp'), labels: 0, slope: null, durationsMs };
  }
  // Tesseract works in its own thread meanwhile. Where PP-OCR sees hardly any text there is no card for either.
  const worthwhile = boxes === null || boxes.length >= fewestLines;
  const second = worthwhile
    ? timed(durationsMs, 'tesseract', () => readWithTesseract(tesseractOf(models), card))
    : Promise.resolve(null);
  const first =
    ppocr === null || boxes === null
      ? null
      : await timed(durationsMs, 'recognise', () => attempt(() => readWithPpocr(ppocr, card, boxes)));
  const enough = (first?.lines.length ?? 0) >= linesOfCard;
  const tesseractLines = await (enough ? within(second, patience) : second);
  if (first === null && tesseractLines === null) {
    return { reading: unknownFact('ocr_unavailable'), labels: 0, slope: null, durationsMs };
  }
  const lines = [...(first?.lines ?? []), ...(tesseractLines ?? [])];
  const reading: CardReading = {
    width: card.width,
    height: card.height,
    frameIndex,
    lines,
    nikCandidates: first?.nikCandidates ?? [],
  };
  return { reading: known(reading), labels: countLabels(reading), slope: null, durationsMs };
}

function countLabels(reading: CardReading): number {
  return new Set(
    (['ppocr', 'tesseract'] as const).flatMap(
      (engine) =>
        toCardRows(
          reading.lines.filter((line) => line.engine === engine),
          reading.width,
          reading.height,
        ).labels,
    ),
  ).size;
}

async function openPpocr(models: ModelPack): Promise<Ppocr | null> {
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

/** A native failure of one engine must not cost the other its turn. */
async function attempt<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch {
    return null;
  }
}

/** The answer, or null when it does not come in time; what comes later is dropped. */
async function within<T>(work: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function timed<T>(durations: Record<string, number>, name: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  try {
    return await work();
  } finally {
    durations[name] = performance.now() - started;
  }
}

/**
 * Reads the three widest lines only and takes the middle one: the digits of a NIK read well either way up, and not at
 * all when they are drawn as strokes. Too little text to tell counts as upright: reading decides then.
 */
async function looksUpright(ppocr: Ppocr, card: RgbImage, boxes: readonly TextBox[]): Promise<boolean> {
  const widest = [...boxes]
    .filter(({ box }) => box.width > box.height * 3 && !isPhotoColumn(box, card))
    .sort((p, q) => q.box.width - p.box.width)
    .slice(0, 3);
  if (widest.length < 3) return true;
  const confidences: number[] = [];
  for (const { box } of widest) {
    confidences.push((await recogniseLine(ppocr.recogniser, ppocr.keys, card, box)).confidence);
  }
  return confidences.sort((p, q) => p - q)[1]! >= legible;
}

function isPhotoColumn(box: Box, card: RgbImage): boolean {
  return box.x > photoColumn.x * card.width && box.y > photoColumn.y * card.height;
}

async function readWithPpocr(
  ppocr: Ppocr,
  card: RgbImage,
  boxes: readonly TextBox[],
): Promise<Pick<CardReading, 'lines' | 'nikCandidates'>> {
  const readLine: ReadLine = (image, box) => recogniseLine(ppocr.recogniser, ppocr.keys, image, box);
  const lines: OcrLine[] = [];
  const nikCandidates: NikCandidate[] = [];
  const suspects: Box[] = [];
  for (const { box } of boxes) {
    if (isPhotoColumn(box, card)) continue;
    const line = await readLine(card, box);
    const isNik = isNikLine(line.digits, line.text, box, card);
    if (!isNik && line.confidence < doubtful && standsLikeNik(box, card)) suspects.push(box);
    if (line.text === '') continue;
    lines.push({ engine: 'ppocr', text: line.text, confidence: line.confidence, box });
    if (!isNik) continue;
    nikCandidates.push({ text: line.digits, confidence: line.digitConfidence, engine: 'ppocr', box });
    nikCandidates.push(...(await rereadNik(readLine, card, box)));
  }
  if (nikCandidates.length === 0) {
    for (const box of suspects) nikCandidates.push(...(await rereadNik(readLine, card, box)));
  }
  nikCandidates.sort((p, q) => q.confidence - p.confidence);
  return { lines, nikCandidates };
}

async function readWithTesseract(reader: TesseractReader, card: RgbImage): Promise<OcrLine[] | null> {
  const scale = card.width / tesseractWidth;
  const height = Math.round(card.height / scale);
  const small = warpAffine(card, [scale, 0, (scale - 1) / 2, 0, scale, (scale - 1) / 2], tesseractWidth, height);
  const data = toGrey(small);
  const left = Math.round(photoColumn.x * tesseractWidth);
  for (let y = Math.round(photoColumn.y * height); y < height; y += 1) {
    const row = y * tesseractWidth;
    data.fill(data[row + left]!, row + left, row + tesseractWidth);
  }
  const lines = await reader.read({ width: tesseractWidth, height, data });
  return (
    lines?.map((line) => ({
      ...line,
      box: {
        x: line.box.x * scale,
        y: line.box.y * scale,
        width: line.box.width * scale,
        height: line.box.height * scale,
      },
    })) ?? null
  );
}
