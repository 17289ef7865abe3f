/**
 * Whether a card that was moved between frames moved as one stiff plane. Two views of a plane differ by a homography; what is
 * left after the best one is bending. A card of 0.76 mm (ISO/IEC 7810) does not bend in the hand, a sheet of paper does;
 * a flat screen does not either and is left to other voters.
 */
import { toGrey, type RgbImage } from '../image/image.ts';
import { likeness, thumbnail } from './card-likeness.ts';
import { findCards } from './find-card.ts';
import type { Quad } from './quad.ts';
import { straighten, turnedQuad } from './straighten.ts';

export interface PlaneError {
  /** 80th percentile of what the best homography leaves of the shift of print between two views, shares of the card's width. */
  readonly value: number;
  readonly places: number;
  readonly frameIndex: number;
}

/** A frame at reduced size; `factor` = frame pixels per pixel of it. */
export interface ReducedFrame {
  readonly index: number;
  readonly small: RgbImage;
  readonly factor: number;
}

const width = 480;
const block = 44;
const search = 9;
const grid = { columns: 8, rows: 5 } as const;
/** Corners that moved less than this share of the card's width show nothing new. */
const leastMovement = 0.02;
const leastAgreement = 0.6;
const leastTexture = 7;
const fewestPlaces = 12;
const framesTried = 3;

/** Null when the card lay still, was not found again, or too little print can be followed. */
export async function planeError(
  base: ReducedFrame,
  quad: Quad,
  others: readonly ReducedFrame[],
): Promise<PlaneError | null> {
  const reduced = scaled(quad, 1 / base.factor);
  const card = straighten(base.small, reduced, width);
  const moved = await movedFrames(base, card, reduced, others.slice(0, framesTried));
  let worst: PlaneError | null = null;
  for (const { index, view } of moved) {
    const left = unexplained(toGrey(card), toGrey(view), card.height);
    if (left !== null && (worst === null || left.value > worst.value)) worst = { ...left, frameIndex: index };
  }
  return worst;
}

/** The card in frames in which it stands elsewhere; where it lay still nothing is searched. */
async function movedFrames(
  base: ReducedFrame,
  card: RgbImage,
  quad: Quad,
  others: readonly ReducedFrame[],
): Promise<{ index: number; view: RgbImage }[]> {
  const first = await thumbnail(card);
  const found: { index: number; view: RgbImage }[] = [];
  for (const { index, small, factor } of others) {
    const still = factor === base.factor && likeness(first, await thumbnail(straighten(small, quad, width))) > 0.97;
    if (still) continue;
    const { candidates } = await findCards(small);
    const views = candidates.slice(0, 2).flatMap(({ quad: seen }) => [seen, turnedQuad(seen)]);
    for (const seen of views) {
      const view = straighten(small, seen, width);
      if (movement(quad, seen) < leastMovement || likeness(first, await thumbnail(view)) < 0.6) continue;
      found.push({ index, view });
      break;
    }
  }
  return found;
}

function scaled(quad: Quad, by: number): Quad {
  return quad.map(({ x, y }) => ({ x: x * by, y: y * by })) as unknown as Quad;
}

function movement(a: Quad, b: Quad): number {
  const side = Math.max(1, Math.hypot(a[1].x - a[0].x, a[1].y - a[0].y));
  return Math.max(...a.map(({ x, y }, i) => Math.hypot(x - b[i]!.x, y - b[i]!.y))) / side;
}

interface Shift {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
}

/** Follows print from one view to the other and takes the best homography off. */
function unexplained(from: Uint8Array, to: Uint8Array, height: number): Omit<PlaneError, 'frameIndex'> | null {
  const shifts: Shift[] = [];
  for (let row = 0; row < grid.rows; row += 1) {
    for (let column = 0; column < grid.columns; column += 1) {
      const x = Math.round(search + 2 + ((width - block - 2 * search - 4) * column) / (grid.columns - 1));
      const y = Math.round(search + 2 + ((height - block - 2 * search - 4) * row) / (grid.rows - 1));
      const shift = follow(from, to, x, y);
      if (shift !== null) shifts.push(shift);
    }
  }
  if (shifts.length < fewestPlaces) return null;
  const rest = residuals(shifts).sort((p, q) => p - q);
  return { value: rest[Math.floor(rest.length * 0.8)]! / width, places: shifts.length };
}

/** Best match of a block, to a part of a pixel; null for blank or lost places. */
function follow(from: Uint8Array, to: Uint8Array, left: number, top: number): Shift | null {
  const agreement = (dx: number, dy: number) => correlation(from, to, left, top, dx, dy);
  let best = { dx: 0, dy: 0, score: -1 };
  for (let dy = -search; dy <= search; dy += 1) {
    for (let dx = -search; dx <= search; dx += 1) {
      const score = agreement(dx, dy);
      if (score > best.score) best = { dx, dy, score };
    }
  }
  const { dx, dy, score } = best;
  if (score < leastAgreement || Math.abs(dx) === search || Math.abs(dy) === search) return null;
  const part = (before: number, after: number) => {
    const bend = before + after - 2 * score;
    return bend === 0 ? 0 : Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend)));
  };
  return {
    x: (left + block / 2) / width - 0.5,
    y: (top + block / 2) / width - 0.3,
    dx: dx + part(agreement(dx - 1, dy), agreement(dx + 1, dy)),
    dy: dy + part(agreement(dx, dy - 1), agreement(dx, dy + 1)),
  };
}

/** Normalised correlation of every other pixel; −1 where there is no texture. */
function correlation(from: Uint8Array, to: Uint8Array, left: number, top: number, dx: number, dy: number): number {
  let [n, sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0, 0];
  for (let y = 0; y < block; y += 2) {
    for (let x = 0; x < block; x += 2) {
      const a = from[(top + y) * width + left + x]!;
      const b = to[(top + y + dy) * width + left + x + dx]!;
      n += 1;
      sa += a;
      sb += b;
      saa += a * a;
      sbb += b * b;
      sab += a * b;
    }
  }
  const [va, vb] = [saa - (sa * sa) / n, sbb - (sb * sb) / n];
  if (va < n * leastTexture ** 2 || vb < n) return -1;
  return (sab - (sa * sb) / n) / Math.sqrt(va * vb);
}

/** Lengths that the best homography near the identity leaves (its first order: eight unknowns), px. */
function residuals(shifts: readonly Shift[]): number[] {
  const rows = shifts.flatMap(({ x, y, dx, dy }) => [
    [1, x, y, 0, 0, 0, x * x, x * y, dx],
    [0, 0, 0, 1, x, y, x * y, y * y, dy],
  ]);
  const unknowns = leastSquares(rows, 8);
  const left = rows.map((row) => row[8]! - unknowns.reduce((sum, value, i) => sum + value * row[i]!, 0));
  return shifts.map((_, i) => Math.hypot(left[2 * i]!, left[2 * i + 1]!));
}

/** Normal equations, Gauss–Jordan with pivots; a little damping keeps a poor layout of places solvable. */
function leastSquares(rows: readonly (readonly number[])[], count: number): number[] {
  const system = Array.from({ length: count }, (_, i) =>
    Array.from(
      { length: count + 1 },
      (__, j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0) + (i === j ? 1e-6 : 0),
    ),
  );
  for (let column = 0; column < count; column += 1) {
    const pivot = system.findIndex(
      (row, i) =>
        i >= column && system.every((other, k) => k < column || Math.abs(other[column]!) <= Math.abs(row[column]!)),
    );
    [system[column], system[pivot]] = [system[pivot]!, system[column]!];
    for (const [i, row] of system.entries()) {
      if (i === column) continue;
      const factor = row[column]! / system[column]![column]!;
      for (let k = column; k <= count; k += 1) row[k]! -= factor * system[column]![k]!;
    }
  }
  return system.map((row, i) => row[count]! / row[i]!);
}
