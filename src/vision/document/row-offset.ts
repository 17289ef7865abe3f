/** Whether values stand on the line of their labels: one machine printed both, a paste later seldom lines up. */
import type { Box, OcrLine } from '../../contract/facts.ts';
import type { RgbImage } from '../image/image.ts';
import { lineType } from './type-face.ts';

export interface RowOffset {
  /** Largest distance of a value's foot from its label's, against the other rows; shares of the card's height. */
  readonly value: number;
  readonly rows: number;
  readonly box: Box;
}

/** Shares of the card: labels end left of this, values begin between the two. */
const labelsEnd = 0.24;
const valuesTo = 0.42;
const below = 0.265;
/** A value belongs to the label whose middle is this near, shares of the height. */
const sameRow = 0.03;
const fewestRows = 4;

/** Null where too few labels and values were read apart from each other. */
export function rowOffset(card: RgbImage, lines: readonly OcrLine[]): RowOffset | null {
  const printed = lines.filter(({ engine, box }) => engine === 'ppocr' && box.y > below * card.height);
  const labels = printed.filter(
    ({ box }) => box.x + box.width < valuesTo * card.width && box.x < labelsEnd * card.width,
  );
  const values = printed.filter(({ box }) => box.x > labelsEnd * card.width && box.x < valuesTo * card.width);
  const rows = values.flatMap((value) => {
    const label = labels.find(({ box }) => Math.abs(middle(box) - middle(value.box)) < sameRow * card.height);
    const [a, b] = [lineType(card, value), label === undefined ? null : lineType(card, label)];
    return a === null || b === null ? [] : [{ box: value.box, apart: a.foot - b.foot }];
  });
  if (rows.length < fewestRows) return null;
  const sorted = rows.map(({ apart }) => apart).sort((p, q) => p - q);
  const usual = sorted[sorted.length >> 1]!;
  const odd = rows.reduce((worst, row) => (Math.abs(row.apart - usual) > Math.abs(worst.apart - usual) ? row : worst));
  return { value: Math.abs(odd.apart - usual) / card.height, rows: rows.length, box: odd.box };
}

function middle({ y, height }: Box): number {
  return y + height / 2;
}
