/** Drawing on the receipt's page: text that wraps, the kawung line, the QR code. Units are PDF points, origin bottom left. */
import type { Color, PDFFont, PDFPage } from 'pdf-lib';
import { rgb } from 'pdf-lib';
import { encode } from 'uqr';
import { toWinAnsi } from './receipt-text.ts';

/** `#RRGGBB` of the look's colour tokens. */
export function colour(hex: string): Color {
  const part = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16) / 255;
  return rgb(part(1), part(3), part(5));
}

export const ink = colour('#16211F');
export const muted = colour('#55605D');
export const line = colour('#E4E1D8');
export const accent = colour('#0B6E69');
export const outcomeColours = {
  verified: colour('#1B7F3B'),
  review: colour('#9A5B00'),
  stopped: colour('#B3261E'),
} as const;

export interface TextStyle {
  readonly font: PDFFont;
  readonly size: number;
  readonly color: Color;
}

/** Greedy line breaking at spaces; a word wider than the line is broken within. Always at least one line. */
export function wrapText(text: string, width: number, measure: (text: string) => number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of toWinAnsi(text)
    .split(/\s+/)
    .filter(Boolean)
    .flatMap((whole) => pieces(whole, width, measure))) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (current === '' || measure(longer) <= width) current = longer;
    else {
      lines.push(current);
      current = word;
    }
  }
  return [...lines, current];
}

function pieces(word: string, width: number, measure: (text: string) => number): string[] {
  const parts: string[] = [];
  let part = '';
  for (const character of word) {
    if (part !== '' && measure(part + character) > width) {
      parts.push(part);
      part = '';
    }
    part += character;
  }
  return [...parts, part];
}

/** Draws wrapped lines downwards from the baseline `y`; answers the baseline below them. */
export function drawText(
  page: PDFPage,
  text: string,
  at: { x: number; y: number; width: number },
  style: TextStyle,
): number {
  const leading = style.size * 1.3;
  let { y } = at;
  for (const words of wrapText(text, at.width, (part) => style.font.widthOfTextAtSize(part, style.size))) {
    page.drawText(words, { x: at.x, y, size: style.size, font: style.font, color: style.color });
    y -= leading;
  }
  return y;
}

/** A thin line of kawung: four ellipses around each centre, tip to tip, as in `resources/icons/kawung.svg`. */
export function drawKawungLine(page: PDFPage, at: { x: number; y: number; width: number; cell: number }): void {
  const count = Math.max(1, Math.round(at.width / at.cell));
  const cell = at.width / count;
  const [long, short, reach] = [cell * 0.22, cell * 0.115, cell * 0.25];
  for (let index = 0; index < count; index += 1) {
    const x = at.x + cell * (index + 0.5);
    const stroke = { borderColor: accent, borderWidth: 0.6 };
    for (const side of [-1, 1]) {
      page.drawEllipse({ x: x + side * reach, y: at.y, xScale: long, yScale: short, ...stroke });
      page.drawEllipse({ x, y: at.y + side * reach, xScale: short, yScale: long, ...stroke });
    }
  }
}

export interface QrRun {
  readonly row: number;
  readonly column: number;
  readonly length: number;
}

/** The dark modules of a QR code, joined to horizontal runs: a third of the rectangles and no hairlines between them. */
export function qrRuns(matrix: readonly (readonly boolean[])[]): QrRun[] {
  return matrix.flatMap((modules, row) => {
    const runs: QrRun[] = [];
    for (let column = 0; column < modules.length; column += 1) {
      if (!modules[column]) continue;
      const start = column;
      while (modules[column + 1]) column += 1;
      runs.push({ row, column: start, length: column - start + 1 });
    }
    return runs;
  });
}

/** A QR code of `side` points with its bottom left corner at `x`, `y`; error correction M (15 %). */
export function drawQr(page: PDFPage, text: string, at: { x: number; y: number; side: number }): void {
  const { data, size } = encode(text, { ecc: 'M', border: 0 });
  const module = at.side / size;
  for (const { row, column, length } of qrRuns(data)) {
    page.drawRectangle({
      x: at.x + column * module,
      y: at.y + at.side - (row + 1) * module,
      width: length * module,
      height: module,
      color: rgb(0, 0, 0),
    });
  }
}
