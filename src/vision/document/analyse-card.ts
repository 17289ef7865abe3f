/** The card: find, straighten, read, measure. Facts only; what they mean is decided in core/ktp. */
import {
  known,
  unknownFact,
  type CardCoaching,
  type CardFacts,
  type CardOutline,
  type Fact,
  type Measurement,
  type ModelRef,
  type OcrLine,
} from '../../contract/facts.ts';
import type { ReasonCode } from '../../contract/reasons.ts';
import type { CaptureFrames } from '../../contract/vision.ts';
import { otherDocument } from '../../core/ktp/other-documents.ts';
import { decodeImage, laplacianVariance, lumaStats, toGrey, type RgbImage } from '../image/image.ts';
import { readCard, type CardReadingResult } from '../ocr/read-card.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { measureExtras, type CardExtras } from './card-extras.ts';
import { measureCardFlash } from './card-flash.ts';
import { findCards, type CardCandidate, type CardSearch } from './find-card.ts';
import { decodeFrames, fullImage, rankFrames, type DecodedFrame } from './frame-facts.ts';
import { planeError } from './plane-error.ts';
import { levelledQuad } from './print-slope.ts';
import { quarterTurns, type Quad } from './quad.ts';
import { readAcrossFrames } from './region-frames-reading.ts';
import { specularShift } from './specular.ts';
import { looksUpsideDown, straighten, turnedQuad, upsideDown } from './straighten.ts';

export { closeCardReader } from '../ocr/read-card.ts';

/** Fewer labels than this of the fourteen, and it is some other card. */
const labelsOfKtp = 3;
/** An outline as sure as this is a card of some kind even when nothing on it can be read. */
const surelyCard = 0.62;
/** Frames in which the card is looked for before giving up. */
const framesTried = 3;

interface Seen {
  readonly frame: DecodedFrame;
  readonly image: RgbImage;
  readonly search: CardSearch;
  readonly candidate: CardCandidate;
  /** Corners with the reading direction known. */
  readonly quad: Quad;
  readonly card: RgbImage;
  readonly result: CardReadingResult;
  /** Measured while the second engine read; null where it was not worth it yet. */
  readonly extras: CardExtras | null;
}

type Straightened = Pick<Seen, 'quad' | 'card'>;
type Read = Pick<Seen, 'quad' | 'card' | 'result' | 'extras'>;

/**
 * Analyses the frames of one capture. Never throws for bad pixels. Reasons: `card_not_found`, `card_not_ktp`,
 * `ocr_unavailable`, `portrait_*`, `flash_*`, and per frame the `image_*` codes.
 */
export async function analyseCard(models: ModelPack, request: CaptureFrames): Promise<CardFacts> {
  const started = performance.now();
  const durationsMs: Record<string, number> = {};
  const mark = (name: string, since: number) => (durationsMs[name] = Math.round(performance.now() - since));
  const frames = await decodeFrames(request);
  mark('decode', started);
  const finding = performance.now();
  const ranked = rankFrames(frames);
  const seen = await lookAtFrames(models, ranked, request);
  mark('findAndRead', finding);
  if (seen === null || seen.result.labels < labelsOfKtp || otherTitle(seen) !== null) {
    return withoutKtp(models, frames, seen, durationsMs);
  }
  Object.assign(durationsMs, rounded(seen.result.durationsMs));
  const { frame, quad } = seen;
  const extras = seen.extras ?? (await extrasOf(models, seen));
  Object.assign(durationsMs, extras.durationsMs);
  const ofFrame = { frameIndex: frame.facts.index };
  const labels = { name: 'template_labels', value: seen.result.labels / 14, ...ofFrame };
  const shift = specularShift(frames, quad);
  const specular = shift === null ? [] : [{ name: 'specular_shift', value: shift, ...ofFrame }];
  const plane = await planeOf(seen, ranked);
  const fused = await readAcrossFrames(models, seen, ranked, request);
  const flash = measureCardFlash(
    request,
    frames.map(({ facts, small, factor }) => ({ tMs: facts.tMs, small, factor })),
    quad,
  );
  mark('total', started);
  return {
    frames: frames.map((each) => each.facts),
    outline: known(outlineOf(seen)),
    cardCount: seen.search.count,
    reading: fused ?? seen.result.reading,
    portrait: extras.portrait.portrait,
    measurements: [...extras.measurements, labels, ...specular, ...plane],
    flash,
    models: modelRefs(models),
    renditions: { card: extras.picture, portrait: extras.portrait.rendition },
    durationsMs,
  };
}

/** How stiff the card was while it moved; nothing for a single frame or a card that lay still. */
async function planeOf({ frame, quad }: Seen, ranked: readonly DecodedFrame[]): Promise<Measurement[]> {
  const reduced = ranked.flatMap(({ facts, small, factor }) =>
    small === null ? [] : [{ index: facts.index, small, factor }],
  );
  const base = reduced.find(({ index }) => index === frame.facts.index);
  const others = reduced.filter((other) => other !== base);
  const found = base === undefined ? null : await planeError(base, quad, others);
  if (found === null) return [];
  return [{ name: 'plane_error', value: found.value, frameIndex: found.frameIndex, detail: { places: found.places } }];
}

/** Tries the best frames until one shows a KTP; else keeps the most card-like thing that was seen. */
async function lookAtFrames(
  models: ModelPack,
  ranked: readonly DecodedFrame[],
  request: CaptureFrames,
): Promise<Seen | null> {
  let best: Seen | null = null;
  for (const frame of ranked.slice(0, framesTried)) {
    const image = await fullImage(frame, request);
    if (image === null) continue;
    const search = await findCards(image);
    for (const candidate of search.candidates) {
      const seen = { frame, image, search, candidate, ...(await readCandidate(models, image, candidate, frame)) };
      if (best === null || seen.result.labels > best.result.labels) best = seen;
      // Without an engine no other candidate can do better.
      const blind = !seen.result.reading.available && seen.result.reading.reason === 'ocr_unavailable';
      if (seen.result.labels >= labelsOfKtp * 2 || blind) return seen;
    }
    if (best !== null && best.result.labels >= labelsOfKtp) return best;
  }
  return best;
}

/** Straightens a candidate and reads it, turned round when the first direction is not legible. */
async function readCandidate(
  models: ModelPack,
  image: RgbImage,
  candidate: CardCandidate,
  frame: DecodedFrame,
): Promise<Read> {
  const straight = straighten(image, candidate.quad);
  const turned = { quad: turnedQuad(candidate.quad), card: upsideDown(straight) };
  const asFound = { quad: candidate.quad, card: straight };
  const [first, second] = looksUpsideDown(straight) ? [turned, asFound] : [asFound, turned];
  const one = await readLevel(models, image, first, frame);
  const unavailable = !one.result.reading.available && one.result.reading.reason === 'ocr_unavailable';
  if (one.result.labels >= labelsOfKtp || unavailable) return one;
  const other = await readLevel(models, image, second, frame);
  const { labels, reading } = one.result;
  return other.result.labels > labels || (other.result.labels === labels && !reading.available) ? other : one;
}

/** Reads a straightened card, straightened once more where its print shows that the outline was off. */
async function readLevel(models: ModelPack, image: RgbImage, found: Straightened, frame: DecodedFrame): Promise<Read> {
  const { index } = frame.facts;
  const readAndMeasure = async ({ quad, card }: Straightened, anySlope: boolean): Promise<Read> => {
    let extras: CardExtras | null = null;
    const work = async (lines: readonly OcrLine[]) => {
      extras = await measureExtras(models, { frame: image, frameIndex: index, quad, card }, lines);
    };
    const result = await readCard(models, card, index, { anySlope, meanwhile: { labels: labelsOfKtp, work } });
    return { quad, card, result, extras };
  };
  const first = await readAndMeasure(found, false);
  if (first.result.slope === null) return first;
  const quad = levelledQuad(found.quad, first.result.slope, found.card.width / found.card.height);
  return readAndMeasure({ quad, card: straighten(image, quad) }, true);
}

/** Nothing was found, or something that is no KTP, or nothing could be read at all. */
async function withoutKtp(
  models: ModelPack,
  frames: readonly DecodedFrame[],
  seen: Seen | null,
  durationsMs: Record<string, number>,
): Promise<CardFacts> {
  const blind = seen !== null && !seen.result.reading.available && seen.result.reading.reason === 'ocr_unavailable';
  const reason = whyNot(frames, seen);
  const extras = blind ? await extrasOf(models, seen) : null;
  return {
    frames: frames.map((each) => each.facts),
    outline: blind ? known(outlineOf(seen)) : unknownFact(reason),
    cardCount: seen?.search.count ?? 0,
    reading: unknownFact(blind ? 'ocr_unavailable' : reason),
    portrait: extras?.portrait.portrait ?? unknownFact(reason),
    measurements: extras?.measurements ?? [],
    flash: unknownFact(reason),
    models: modelRefs(models),
    renditions: extras === null ? {} : { card: extras.picture, portrait: extras.portrait.rendition },
    durationsMs,
  };
}

function extrasOf(models: ModelPack, { image, frame, quad, card, result }: Seen): Promise<CardExtras> {
  const lines = result.reading.available ? result.reading.value.lines : [];
  return measureExtras(models, { frame: image, frameIndex: frame.facts.index, quad, card }, lines);
}

/** All frames unusable: their common problem. A clear outline or readable text without KTP labels: another document. */
function whyNot(frames: readonly DecodedFrame[], seen: Seen | null): ReasonCode {
  if (frames.length === 0) return 'too_few_frames';
  const problem = frames.every((frame) => frame.small === null) ? frames[0]?.facts.problem : undefined;
  if (problem !== undefined) return problem;
  if (seen === null) return 'card_not_found';
  const lines = seen.result.reading.available ? seen.result.reading.value.lines : [];
  const titled = otherTitle(seen);
  if (titled !== null) return titled;
  const legible = lines.filter((line) => line.confidence > 0.8 && line.text.length > 3).length;
  return legible >= 3 || seen.candidate.confidence >= surelyCard ? 'card_not_ktp' : 'card_not_found';
}

/** What the title of another document says, where it has one. */
function otherTitle({ result }: Seen): ReasonCode | null {
  return result.reading.available ? otherDocument(result.reading.value.lines, result.labels) : null;
}

function outlineOf({ frame, quad, candidate }: Seen): CardOutline {
  return {
    frameIndex: frame.facts.index,
    corners: quad,
    rotation: quarterTurns(quad),
    coverage: candidate.coverage,
    confidence: candidate.confidence,
  };
}

function modelRefs(models: ModelPack): ModelRef[] {
  return models
    .states()
    .filter(
      ({ role, state }) =>
        state === 'ready' && (role.startsWith('ocr_') || role === 'face_detector' || role === 'face_recogniser'),
    )
    .map(({ role, id, sha256 }) => ({ role, id, sha256 }));
}

function rounded(values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Math.round(value)]));
}

/** Live guidance: outline and picture quality of one preview frame; no text is read. */
export async function coachCard(_models: ModelPack, frame: Uint8Array): Promise<CardCoaching> {
  const decoded = await decodeImage(frame);
  if (!decoded.ok) {
    const nothing = { sharpness: 0, brightness: 0, glare: 0, frameWidth: 0, frameHeight: 0 };
    return { outline: unknownFact(decoded.reason), ...nothing };
  }
  const { image } = decoded;
  const { candidates } = await findCards(image);
  const best = candidates[0];
  const outline: Fact<CardOutline> =
    best === undefined
      ? unknownFact('card_not_found')
      : known({
          frameIndex: 0,
          corners: best.quad,
          rotation: quarterTurns(best.quad),
          coverage: best.coverage,
          confidence: best.confidence,
        });
  const box = best === undefined ? undefined : boundsOf(best.quad);
  const luma = lumaStats(image, box);
  return {
    outline,
    sharpness: laplacianVariance(toGrey(image), image.width, image.height, box),
    brightness: luma.mean,
    glare: luma.glare,
    frameWidth: image.width,
    frameHeight: image.height,
  };
}

function boundsOf(quad: Quad): { x: number; y: number; width: number; height: number } {
  const xs = quad.map((point) => point.x);
  const ys = quad.map((point) => point.y);
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}
