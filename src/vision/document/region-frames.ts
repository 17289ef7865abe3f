/** One card out of several frames: each part taken from the frame that shows it best, then read once more. */
import type { Point } from '../../contract/facts.ts';
import { cardRegions, chooseRegions, hasReflection, type CellLook } from '../../core/ktp/best-regions.ts';
import { laplacianVariance, toGrey, type RgbImage } from '../image/image.ts';
import { likeness, thumbnail } from './card-likeness.ts';
import { findCards } from './find-card.ts';
import type { Quad } from './quad.ts';
import { straighten, turnedQuad } from './straighten.ts';

export interface StraightFrame {
  readonly frameIndex: number;
  readonly quad: Quad;
  /** Straightened, upright. */
  readonly card: RgbImage;
}

/** Another frame of the same capture; decoded only when it is needed. */
export interface OtherFrame {
  readonly frameIndex: number;
  picture(): Promise<RgbImage | null>;
}

export interface FusedCard {
  readonly card: RgbImage;
  /** Parts that came from other frames, boxes in the straightened card. */
  readonly regionFrames: readonly {
    readonly region: string;
    readonly frameIndex: number;
    readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  }[];
}

/** Width of a cell, share of the card: about four letters. */
const cellWidth = 0.05;
/** Glare is brighter than the paper by this (0–255, darkest channel: the paper is blue, a reflection is white). */
const abovePaper = 25;
const framesUsed = 4;
/** Straightened frames of one card agree at least this much (correlation of small grey pictures). */
const sameCard = 0.6;

/**
 * Null when the frame that was read shows no reflection, or no other frame shows more: nothing was lost and no time is
 * spent. Other frames are looked at in the order given.
 */
export async function fuseRegions(base: StraightFrame, others: readonly OtherFrame[]): Promise<FusedCard | null> {
  const first = measureRegions(base.card);
  if (others.length === 0 || !hasReflection(first)) return null;
  const frames: { readonly straight: StraightFrame; readonly looks: CellLook[][] }[] = [
    { straight: base, looks: first },
  ];
  const baseThumb = await thumbnail(base.card);
  for (const other of others.slice(0, framesUsed)) {
    const picture = await other.picture();
    const straight = picture === null ? null : await straightenLike(base, baseThumb, picture, other.frameIndex);
    if (straight !== null) frames.push({ straight, looks: measureRegions(straight.card) });
  }
  const choices = chooseRegions(frames.map(({ looks }) => looks)).filter(({ frame }) => frame !== 0);
  if (choices.length === 0) return null;
  const card: RgbImage = { ...base.card, data: Uint8Array.from(base.card.data) };
  const regionFrames = choices.map(({ region, frame }) => {
    const from = frames[frame]!.straight;
    const { box } = cardRegions.find(({ name }) => name === region)!;
    const pixels = {
      x: Math.round(box.x * card.width),
      y: Math.round(box.y * card.height),
      width: Math.round(box.width * card.width),
      height: Math.round(box.height * card.height),
    };
    copyPart(card, from.card, pixels, toneMatch(base.card, from.card));
    return { region, frameIndex: from.frameIndex, box: pixels };
  });
  return { card, regionFrames };
}

/** Per region of `cardRegions` the cells from left to right. */
export function measureRegions(card: RgbImage): CellLook[][] {
  const grey = toGrey(card);
  const limit = paperLevel(card) + abovePaper;
  return cardRegions.map(({ box }) => {
    const cells: CellLook[] = [];
    for (let x = box.x; x < box.x + box.width - cellWidth / 2; x += cellWidth) {
      const cell = {
        x: x * card.width,
        y: box.y * card.height,
        width: cellWidth * card.width,
        height: box.height * card.height,
      };
      const detail = laplacianVariance(grey, card.width, card.height, cell);
      cells.push({ detail, glare: brighterThan(card, cell, limit) });
    }
    return cells;
  });
}

const darkest = (data: Uint8Array, at: number): number => Math.min(data[at]!, data[at + 1]!, data[at + 2]!);

/** The paper's own brightness: the median over the text area, sampled. Print is too little to move it. */
function paperLevel({ width, height, data }: RgbImage): number {
  const counts = new Uint32Array(256);
  let total = 0;
  for (let y = Math.round(height * 0.2); y < height * 0.95; y += 5) {
    for (let x = Math.round(width * 0.03); x < width * 0.72; x += 5) {
      counts[darkest(data, (y * width + x) * 3)]! += 1;
      total += 1;
    }
  }
  let seen = 0;
  for (let level = 0; level < 256; level += 1) {
    seen += counts[level]!;
    if (seen * 2 >= total) return level;
  }
  return 255;
}

function brighterThan(
  { width, height, data }: RgbImage,
  box: { x: number; y: number; width: number; height: number },
  limit: number,
): number {
  let bright = 0;
  let total = 0;
  const bottom = Math.min(height, box.y + box.height);
  const right = Math.min(width, box.x + box.width);
  for (let y = Math.round(box.y); y < bottom; y += 2) {
    for (let x = Math.round(box.x); x < right; x += 2) {
      if (darkest(data, (y * width + x) * 3) > Math.min(252, limit)) bright += 1;
      total += 1;
    }
  }
  return total === 0 ? 0 : bright / total;
}

/** The same card in another frame: where it lay before, else where it is found now, the right way up. */
async function straightenLike(
  base: StraightFrame,
  baseThumb: Float32Array,
  picture: RgbImage,
  frameIndex: number,
): Promise<StraightFrame | null> {
  const { candidates } = await findCards(picture);
  const quads = candidates.flatMap(({ quad }) => [quad, turnedQuad(quad)]);
  const near = quads.filter((quad) => drift(quad, base.quad) < 0.02);
  // Held still: the outline of the frame that was read is the better one, its print was levelled.
  const wanted = near.length > 0 || quads.length === 0 ? [base.quad, ...near] : quads;
  let best: { readonly score: number; readonly quad: Quad; readonly card: RgbImage } | null = null;
  for (const quad of wanted.slice(0, 6)) {
    const card = straighten(picture, quad, base.card.width);
    const score = likeness(baseThumb, await thumbnail(card));
    if (best === null || score > best.score) best = { score, quad, card };
  }
  if (best === null || best.score < sameCard || best.card.height !== base.card.height) return null;
  return { frameIndex, quad: best.quad, card: best.card };
}

/** Largest movement of a corner over the longest side. */
function drift(a: Quad, b: Quad): number {
  const distance = (p: Point, q: Point): number => Math.hypot(p.x - q.x, p.y - q.y);
  const side = Math.max(...b.map((corner, index) => distance(corner, b[(index + 1) % 4]!)));
  return Math.max(...a.map((corner, index) => distance(corner, b[index]!))) / Math.max(1, side);
}

/** Factors per channel that bring one frame's paper to the other's: the screen flashes in colours meanwhile. */
function toneMatch(base: RgbImage, other: RgbImage): readonly [number, number, number] {
  const means = [base, other].map((card) => {
    const sums = [0, 0, 0];
    let count = 0;
    for (let y = Math.round(card.height * 0.2); y < card.height * 0.95; y += 7) {
      for (let x = Math.round(card.width * 0.03); x < card.width * 0.72; x += 7) {
        const at = (y * card.width + x) * 3;
        if (darkest(card.data, at) > 240) continue;
        for (let c = 0; c < 3; c += 1) sums[c]! += card.data[at + c]!;
        count += 1;
      }
    }
    return sums.map((sum) => sum / Math.max(1, count));
  });
  const factor = (c: number): number => Math.min(2, Math.max(0.5, means[0]![c]! / Math.max(1, means[1]![c]!)));
  return [factor(0), factor(1), factor(2)];
}

function copyPart(
  into: RgbImage,
  from: RgbImage,
  box: { x: number; y: number; width: number; height: number },
  tone: readonly [number, number, number],
): void {
  const right = Math.min(into.width, box.x + box.width);
  const bottom = Math.min(into.height, box.y + box.height);
  for (let y = box.y; y < bottom; y += 1) {
    for (let x = box.x; x < right; x += 1) {
      const at = (y * into.width + x) * 3;
      for (let c = 0; c < 3; c += 1) into.data[at + c] = Math.min(255, from.data[at + c]! * tone[c]!);
    }
  }
}
