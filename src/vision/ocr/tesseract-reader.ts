/**
 * The second engine: Tesseract (`ind`, LSTM) in its own worker thread, kept warm. It errs in other places than PP-OCR,
 * which is what makes agreement worth something. Language data comes from the npm package, never from the network.
 */
import { dirname } from 'node:path';
import type { Worker as ThreadWorker } from 'node:worker_threads';
import { createWorker, OEM, PSM, type Page, type Word, type Worker } from 'tesseract.js';
import type { Box, OcrLine } from '../../contract/facts.ts';
import { npmFile } from '../runtime/model-files.ts';

/** Eight-bit grey picture, rows top to bottom. */
export interface GreyImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export interface TesseractReader {
  /** Lines in pixels of the picture, wide gaps splitting a line; null when the engine is missing or failed. */
  read(image: GreyImage): Promise<OcrLine[] | null>;
  close(): Promise<void>;
}

export interface TesseractOptions {
  /** Folder with `ind.traineddata.gz`; default the installed npm package. */
  readonly languageDirectory?: string | null;
  /** A reading that takes longer is given up and the worker replaced, ms. */
  readonly timeoutMs?: number;
}

const languageFile = '@tesseract.js-data/ind/4.0.0_best_int/ind.traineddata.gz';

/** A worker that could not start (damaged language file) is not tried again for this long, ms. */
const restAfterFailure = 60_000;

/** Words farther apart than this many line heights belong to different columns. */
const columnGap = 1.6;

export function createTesseractReader(options: TesseractOptions = {}): TesseractReader {
  const timeoutMs = options.timeoutMs ?? 10_000;
  const directory = options.languageDirectory === undefined ? installedLanguage() : options.languageDirectory;
  let starting: Promise<Worker | null> | null = null;
  let restUntil = 0;
  let queue: Promise<unknown> = Promise.resolve();

  const stop = async (): Promise<void> => {
    const worker = await starting?.catch(() => null);
    starting = null;
    await worker?.terminate().catch(() => undefined);
  };
  const readNow = async (image: GreyImage): Promise<OcrLine[] | null> => {
    if (directory === null || performance.now() < restUntil) return null;
    starting ??= startWorker(directory);
    let started = false;
    try {
      const worker = await withTimeout(starting, timeoutMs);
      if (worker === null) throw new Error('no worker');
      started = true;
      const answer = await withTimeout(worker.recognize(toPgm(image), {}, { text: false, blocks: true }), timeoutMs);
      return toLines(answer.data);
    } catch {
      // A dead or stuck worker is dropped; the next card gets a new one.
      if (!started) restUntil = performance.now() + restAfterFailure;
      await withTimeout(stop(), 1000).catch(() => undefined);
      starting = null;
      return null;
    }
  };
  return {
    read: (image) => {
      const reading = queue.then(() => readNow(image));
      queue = reading;
      return reading;
    },
    close: stop,
  };
}

function installedLanguage(): string | null {
  const file = npmFile(languageFile, import.meta.dirname);
  return file === null ? null : dirname(file);
}

async function startWorker(directory: string): Promise<Worker | null> {
  // Without an errorHandler tesseract.js rethrows in a callback, where nobody can catch it.
  const worker = await createWorker(['ind'], OEM.LSTM_ONLY, {
    langPath: directory,
    gzip: true,
    cacheMethod: 'none',
    errorHandler: () => undefined,
  });
  await worker.setParameters({ tessedit_pageseg_mode: PSM.SINGLE_BLOCK, user_defined_dpi: '300' });
  // An idle reader must not keep the process alive.
  (worker as Worker & { worker?: ThreadWorker }).worker?.unref?.();
  return worker;
}

async function withTimeout<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  try {
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('timed out')), ms);
    });
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** Netpbm P5: the cheapest container Leptonica opens. */
function toPgm(image: GreyImage): Buffer {
  return Buffer.concat([Buffer.from(`P5\n${image.width} ${image.height}\n255\n`, 'latin1'), image.data]);
}

function toLines(page: Page): OcrLine[] {
  const lines = (page.blocks ?? []).flatMap((block) => block.paragraphs).flatMap((paragraph) => paragraph.lines);
  return lines.flatMap((line) => splitAtGaps(line.words)).map(toLine);
}

function splitAtGaps(words: readonly Word[]): Word[][] {
  const groups: Word[][] = [];
  for (const word of words) {
    if (word.text.trim() === '') continue;
    const group = groups.at(-1);
    const last = group?.at(-1);
    const height = word.bbox.y1 - word.bbox.y0;
    if (group && last && word.bbox.x0 - last.bbox.x1 <= columnGap * Math.max(12, height)) group.push(word);
    else groups.push([word]);
  }
  return groups;
}

function toLine(words: readonly Word[]): OcrLine {
  const characters = words.reduce((sum, word) => sum + word.text.length, 0);
  const weighted = words.reduce((sum, word) => sum + word.confidence * word.text.length, 0);
  return {
    engine: 'tesseract',
    text: words.map((word) => word.text).join(' '),
    confidence: characters === 0 ? 0 : weighted / characters / 100,
    box: around(words.map((word) => word.bbox)),
  };
}

function around(boxes: readonly { x0: number; y0: number; x1: number; y1: number }[]): Box {
  const x = Math.min(...boxes.map((box) => box.x0));
  const y = Math.min(...boxes.map((box) => box.y0));
  return {
    x,
    y,
    width: Math.max(...boxes.map((box) => box.x1)) - x,
    height: Math.max(...boxes.map((box) => box.y1)) - y,
  };
}
