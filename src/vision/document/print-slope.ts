/**
 * Levelling a card by its own print. Where clutter touches the card the outline may be wrong on one side; the lines of
 * text then run uphill, and they tell by how much.
 */
import type { Point } from '../../contract/facts.ts';
import { quadPoint } from '../image/geometry.ts';
import type { TextBox } from '../ocr/text-detector.ts';
import type { Quad } from './quad.ts';

/** Slope of the print (rise of y per x) at the top of the card and at its bottom. */
export interface PrintSlope {
  readonly top: number;
  readonly bottom: number;
}

/** About 0.8°: below it rows stay apart and the recogniser does not mind. */
const level = 0.014;
/** Above about 11° it is not print, or not one card. */
const steepest = 0.2;
const fewestLines = 6;

/** The slope of the text lines, or null where they are level, or too few to tell. */
export function printSlope(boxes: readonly TextBox[], height: number): PrintSlope | null {
  const lines = boxes
    .filter(({ box }) => box.width > box.height * 3)
    .map(({ box, angle }) => ({ y: box.y + box.height / 2, slope: Math.tan((angle * Math.PI) / 180) }))
    .filter(({ slope }) => Math.abs(slope) < steepest);
  if (lines.length < fewestLines) return null;
  // Theil–Sen: the median over pairs, so that a wrong line does no harm.
  const changes: number[] = [];
  for (const a of lines)
    for (const b of lines) if (b.y - a.y > height * 0.15) changes.push((b.slope - a.slope) / (b.y - a.y));
  const change = changes.length < fewestLines ? 0 : median(changes);
  const start = median(lines.map(({ y, slope }) => slope - change * y));
  const slope = { top: start, bottom: start + change * height };
  return Math.max(Math.abs(slope.top), Math.abs(slope.bottom)) > level ? slope : null;
}

/** The outline moved so that the print of the straightened card runs level. `aspect` is width over height of that card. */
export function levelledQuad(quad: Quad, slope: PrintSlope, aspect: number): Quad {
  // In shares of the card's height: how far the left and right ends stand off a level line through the middle.
  const top = (slope.top * aspect) / 2;
  const bottom = (slope.bottom * aspect) / 2;
  const at = (u: number, v: number): Point => quadPoint(quad, u, v);
  return [at(0, -top), at(1, top), at(1, 1 + bottom), at(0, 1 - bottom)];
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((p, q) => p - q);
  return sorted[Math.floor(sorted.length / 2)]!;
}
