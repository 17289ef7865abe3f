/**
 * Where on the face the screen's light falls. A head turns away from the screen to both sides and above and below, so the
 * answer fades from its middle outwards; paper answers alike all over, or fades one way only when it is bent. A display that
 * shines by itself adds the same reflection to its dark and its bright parts, where skin, hair and paper reflect in
 * proportion to how bright they are.
 */
import type { FlashRelief } from '../../contract/facts.ts';
import type { Box } from '../../contract/facts.ts';
import type { RgbImage } from '../image/image.ts';
import { meanLight } from './light.ts';

type Light = readonly [r: number, g: number, b: number];

const columns = 10;
const rows = 10;
const samplesPerCell = 64;
/** Radius of the ellipse that is face for sure, in half box sides: corners show the wall, and the edge hair and collar. */
const inner = 0.8;
/** Cells darker than this share of the face's mean light are noise. */
const darkestCell = 0.06;
const fewestCells = 24;
/** An answer is not compared below this share of the mean one: noise, and a logarithm. */
const smallestAnswer = 0.05;

/** Mean light of 10 × 10 cells of a face box, row by row; black where a cell lies outside the picture. */
export function faceCells(image: RgbImage, { x, y, width, height }: Box): readonly Light[] {
  return Array.from({ length: columns * rows }, (_, index) => {
    const cell = {
      x: x + ((index % columns) * width) / columns,
      y: y + (Math.floor(index / columns) * height) / rows,
      width: width / columns,
      height: height / rows,
    };
    return meanLight(image, cell, samplesPerCell) ?? [0, 0, 0];
  });
}

export interface CellAnswer {
  /** Mean light of the cell over that of the face. */
  readonly level: number;
  /** Relative answer of the cell over that of the face; 1 = as the face. */
  readonly answer: number;
}

/**
 * Least squares of log(answer) on 1, x, y, x², y² and log(level) with weight `level`; x and y run from −1 to 1 over the box.
 * Null with fewer than 24 cells, or when they do not determine the surface.
 */
export function reliefOf(cells: readonly CellAnswer[]): FlashRelief | null {
  const equations: { readonly row: readonly number[]; readonly value: number; readonly weight: number }[] = [];
  cells.forEach(({ level, answer }, index) => {
    const x = (2 * ((index % columns) + 0.5)) / columns - 1;
    const y = (2 * (Math.floor(index / columns) + 0.5)) / rows - 1;
    if (x * x + y * y > inner ** 2 || !(level >= darkestCell) || !Number.isFinite(answer)) return;
    const value = Math.log(Math.max(smallestAnswer, answer));
    equations.push({ row: [1, x, y, x * x, y * y, Math.log(level)], value, weight: Math.min(1.5, level) });
  });
  if (equations.length < fewestCells) return null;
  const size = 6;
  const matrix = Array.from({ length: size }, () => new Float64Array(size + 1));
  for (const { row, value, weight } of equations) {
    for (let i = 0; i < size; i += 1) {
      for (let j = 0; j < size; j += 1) matrix[i]![j]! += weight * row[i]! * row[j]!;
      matrix[i]![size]! += weight * row[i]! * value;
    }
  }
  const solved = solve(matrix);
  if (solved === null) return null;
  return { across: -solved[3]!, down: -solved[4]!, glow: -solved[5]!, cells: equations.length };
}

/** Gauss–Jordan with row pivots; null for a singular system. */
function solve(matrix: Float64Array[]): number[] | null {
  const size = matrix.length;
  for (let column = 0; column < size; column += 1) {
    let pivot = column;
    for (let row = column + 1; row < size; row += 1) {
      if (Math.abs(matrix[row]![column]!) > Math.abs(matrix[pivot]![column]!)) pivot = row;
    }
    if (!(Math.abs(matrix[pivot]![column]!) > 1e-9)) return null;
    [matrix[column], matrix[pivot]] = [matrix[pivot]!, matrix[column]!];
    const top = matrix[column]!;
    for (let row = 0; row < size; row += 1) {
      if (row === column) continue;
      const factor = matrix[row]![column]! / top[column]!;
      for (let k = column; k <= size; k += 1) matrix[row]![k]! -= factor * top[k]!;
    }
  }
  return matrix.map((row, index) => row[size]! / row[index]!);
}
