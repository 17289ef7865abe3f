/** Reading a straightened card with both engines. Each may be missing or fail; the other still reads. */
import { known, unknownFact, type CardReading, type Fact, type OcrLine } from '../../contract/facts.ts';
import { toCardRows } from '../../core/ktp/card-rows.ts';
import { printSlope, type PrintSlope } from '../document/print-slope.ts';
import { toGrey, warpAffine, type RgbImage } from '../image/image.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { cardLineReader, looksUpright, openPpocr, photoColumn, readWithPpocr } from './ppocr-lines.ts';
import { createTesseractReader, type TesseractReader } from './tesseract-reader.ts';
import { detectText } from './text-detector.ts';

export interface CardReadingResult {
  readonly reading: Fact<CardReading>;
  /** Distinct KTP labels found by any engine: how much this is a KTP. */
  readonly labels: number;
  /** The print does not run level: nothing was read, straighten better and call again. */
  readonly slope: PrintSlope | null;
  readonly durationsMs: Readonly<Record<string, number>>;
}

export interface ReadCardOptions {
  /** Read it however the print runs. */
  readonly anySlope?: boolean;
  /**
   * Work for this thread while the second engine still reads in its own. Called at most once, and only when the first
   * engine has found at least `labels` labels: then this is the card that will be reported.
   */
  readonly meanwhile?: { readonly labels: number; readonly work: (lines: readonly OcrLine[]) => Promise<void> };
}

const detectorWidth = 960;
const tesseractWidth = 1280;
/** Fewer lines than this are no card. */
const fewestLines = 5;
/** With this many lines read by one engine, the other one is not waited for beyond a limit. */
const linesOfCard = 18;
/** After the first engine is done, ms; the whole of a card on a busy machine must stay bearable. */
const patience = 1_200;
/** Where all of those lines were read surely a second opinion may take until this moment of the reading, ms. */
const deadline = 950;
const surely = 0.8;

const readers = new WeakMap<ModelPack, TesseractReader>();

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
  options: ReadCardOptions = {},
): Promise<CardReadingResult> {
  const started = performance.now();
  const durationsMs: Record<string, number> = {};
  const stopped = (slope: PrintSlope | null = null): CardReadingResult => ({
    reading: unknownFact('card_not_ktp'),
    labels: 0,
    slope,
    durationsMs,
  });
  const ppocr = await openPpocr(models);
  const boxes = ppocr === null ? null : await attempt(() => detectText(ppocr.detector, card, detectorWidth));
  durationsMs.detect = performance.now() - started;
  const slope = options.anySlope === true || boxes === null ? null : printSlope(boxes, card.height);
  if (slope !== null) return stopped(slope);
  const read = ppocr === null ? null : cardLineReader(ppocr, card);
  if (read !== null && boxes !== null && !(await looksUpright(read, card, boxes))) return stopped();
  // Tesseract works in its own thread meanwhile. Where PP-OCR sees hardly any text there is no card for either.
  const worthwhile = boxes === null || boxes.length >= fewestLines;
  const second = worthwhile
    ? timed(durationsMs, 'tesseract', () => readWithTesseract(tesseractOf(models), card))
    : Promise.resolve(null);
  const first =
    ppocr === null || read === null || boxes === null
      ? null
      : await timed(durationsMs, 'recognise', () => attempt(() => readWithPpocr(ppocr, read, card, boxes)));
  const size = { width: card.width, height: card.height, frameIndex };
  const firstLabels = first === null ? 0 : countLabels({ ...size, ...first });
  const { meanwhile } = options;
  if (meanwhile !== undefined && firstLabels >= meanwhile.labels) await meanwhile.work(first?.lines ?? []);
  const limit = waitFor(first, performance.now() - started);
  const tesseractLines = await (limit === null ? second : within(second, limit));
  if (first === null && tesseractLines === null) return { ...stopped(), reading: unknownFact('ocr_unavailable') };
  const lines = [...(first?.lines ?? []), ...(tesseractLines ?? [])];
  const reading: CardReading = { ...size, lines, nikCandidates: first?.nikCandidates ?? [] };
  return { reading: known(reading), labels: countLabels(reading), slope: null, durationsMs };
}

/** How long the second engine may still take, ms; null = as long as it needs, for the first one read too little. */
function waitFor(first: Pick<CardReading, 'lines' | 'nikCandidates'> | null, elapsed: number): number | null {
  if (first === null || first.lines.length < linesOfCard) return null;
  const [best, other] = first.nikCandidates;
  const agreed = best !== undefined && best.text === other?.text;
  const legible = first.lines.every(({ box, confidence }) => confidence >= surely || box === best?.box);
  return agreed && legible ? Math.max(100, deadline - elapsed) : patience;
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
