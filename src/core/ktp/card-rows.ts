/** From loose pieces of text to the rows of a KTP: which piece is the value of which label. */
import type { Box, OcrLine } from '../../contract/facts.ts';
import { plain } from '../text/fold.ts';
import { matchLabel, rowLabels, splitBloodLabel, type KtpLabel, type RowLabel } from './labels.ts';

/** The value part of a row, as read by one engine. */
export interface RowText {
  readonly text: string;
  readonly confidence: number;
  readonly box: Box;
}

export type RowName = RowLabel | 'blood' | 'province' | 'regency' | 'nik';

export interface CardRows {
  readonly rows: Readonly<Partial<Record<RowName, RowText>>>;
  /** Labels that were found, each once. */
  readonly labels: readonly KtpLabel[];
}

interface Piece {
  readonly text: string;
  readonly confidence: number;
  readonly box: Box;
  readonly label: KtpLabel | null;
}

/** Shares of the card, from the printed layout: labels begin left of this … */
const labelColumn = 0.24;
/** … and photo, issue place and signature stand right of this, below the NIK. */
const photoColumn = 0.735;
const photoTop = 0.27;
const photoCentre = 0.79;
const valuesEnd = 0.64;
/** First row and row pitch of the printed layout, where too few labels are found to measure them. */
const nominalTop = 0.295;
const nominalPitch = 0.0533;
const smallestConfidence = 0.2;

/** Sorts the lines of one engine into rows. `width` and `height` are those of the straightened card. */
export function toCardRows(lines: readonly OcrLine[], width: number, height: number): CardRows {
  const pieces = lines.flatMap((line) => toPieces(line, width, height));
  const grid = fitRows(pieces, height);
  const rows: Partial<Record<RowName, RowText>> = headerRows(pieces, grid, width, height);
  for (const [name, parts] of Object.entries(bodyParts(pieces, grid, width)) as [RowName, Piece[]][]) {
    const row = joinParts(parts);
    if (row !== null) rows[name] = row;
  }
  return { rows, labels: [...new Set(pieces.flatMap((piece) => piece.label ?? []))] };
}

/** One line gives one piece, or two where label and value, or sex and blood type, were read together. */
function toPieces(line: OcrLine, width: number, height: number): Piece[] {
  const text = plain(line.text);
  const { box, confidence } = line;
  if (text === '' || confidence < smallestConfidence) return [];
  if (isUnderPhoto(box, width, height)) return [];
  const blood = splitBloodLabel(text);
  if (blood !== null) {
    const cut = text.length === 0 ? 0 : blood.before.length / text.length;
    const tail = part(box, cut);
    const before =
      blood.before === '' ? [] : toPieces({ ...line, text: blood.before, box: head(box, cut) }, width, height);
    return [...before, { text: blood.after, confidence, box: tail, label: 'blood' }];
  }
  const match = box.x < labelColumn * width ? matchLabel(text) : null;
  if (match === null) return [{ text, confidence, box, label: null }];
  const share = match.rest === '' ? 1 : 1 - match.rest.length / text.length;
  const label: Piece = { text: '', confidence, box: head(box, share), label: match.label };
  return match.rest === '' ? [label] : [label, { text: match.rest, confidence, box: part(box, share), label: null }];
}

/**
 * Photo, issue place, issue date, signature. The place is centred under the photo and may begin left of it; a value that
 * begins as far right as this would not be centred there.
 */
function isUnderPhoto(box: Box, width: number, height: number): boolean {
  if (box.y < photoTop * height) return false;
  return box.x > photoColumn * width || (box.x > valuesEnd * width && box.x + box.width / 2 > photoCentre * width);
}

function head(box: Box, share: number): Box {
  return { ...box, width: box.width * share };
}

function part(box: Box, from: number): Box {
  return { ...box, x: box.x + box.width * from, width: box.width * (1 - from) };
}

interface RowGrid {
  /** Centre of the first row and distance of rows, px. */
  readonly top: number;
  readonly pitch: number;
  /** How much lower the rows below the address stand, px: an address on two lines pushes them down. */
  readonly pushed: number;
}

const addressIndex = rowLabels.indexOf('address');
/** Rows pushed down by less or more than these shares of the pitch were not pushed by a second line. */
const leastPush = 0.4;
const mostPush = 1.3;

/**
 * Evenly spaced rows through the found labels: the median over all pairs, so that one wrong label does no harm (Theil–Sen).
 * The rows down to the address and those below it are fitted with one pitch, and the gap between them is measured.
 */
function fitRows(pieces: readonly Piece[], height: number): RowGrid {
  const found = pieces.flatMap((piece) => {
    const index = rowLabels.indexOf(piece.label as RowLabel);
    return index < 0 ? [] : [{ index, y: middle(piece.box) }];
  });
  const below = (index: number) => index > addressIndex;
  const slopes: number[] = [];
  for (const a of found) {
    for (const b of found) {
      if (b.index > a.index && below(a.index) === below(b.index)) slopes.push((b.y - a.y) / (b.index - a.index));
    }
  }
  const pitch = slopes.length === 0 ? 0 : median(slopes);
  if (pitch < height * 0.03 || pitch > height * 0.08) {
    return { top: nominalTop * height, pitch: nominalPitch * height, pushed: 0 };
  }
  const tops = found.map(({ index, y }) => ({ index, top: y - index * pitch }));
  const upper = tops.filter(({ index }) => !below(index)).map(({ top }) => top);
  const lower = tops.filter(({ index }) => below(index)).map(({ top }) => top);
  const gap = upper.length < 2 || lower.length < 2 ? 0 : median(lower) - median(upper);
  const pushed = gap > leastPush * pitch && gap < mostPush * pitch ? gap : 0;
  const top = median(tops.map((each) => each.top - (below(each.index) ? pushed : 0)));
  return { top, pitch, pushed };
}

/** Which row a height belongs to, null between two of them. A second address line belongs to the address. */
function rowAt(y: number, { top, pitch, pushed }: RowGrid): RowLabel | null {
  const position = (y - top) / pitch;
  if (pushed > 0 && position > addressIndex + 0.5) {
    const lower = (y - top - pushed) / pitch;
    return lower < addressIndex + 0.5 ? 'address' : nearestRow(lower);
  }
  return nearestRow(position);
}

function nearestRow(position: number): RowLabel | null {
  const index = Math.round(position);
  return Math.abs(position - index) > 0.5 ? null : (rowLabels[index] ?? null);
}

function bodyParts(pieces: readonly Piece[], grid: RowGrid, width: number): Partial<Record<RowName, Piece[]>> {
  const parts: Partial<Record<RowName, Piece[]>> = {};
  const nikLabel = pieces.find((piece) => piece.label === 'nik');
  for (const piece of pieces) {
    if (piece.text === '') continue;
    if (piece.label === 'blood') {
      (parts.blood ??= []).push(piece);
      continue;
    }
    if (piece.label !== null) continue;
    const y = middle(piece.box);
    if (
      nikLabel !== undefined &&
      Math.abs(y - middle(nikLabel.box)) < grid.pitch * 0.55 &&
      piece.box.x > nikLabel.box.x
    ) {
      (parts.nik ??= []).push(piece);
      continue;
    }
    const name = rowAt(y, grid);
    if (name === null) continue;
    // Unlabelled text that begins in the label column is a label nobody recognised.
    if (piece.box.x < labelColumn * 0.8 * width && !pieces.some((other) => other !== piece && other.label === name))
      continue;
    (parts[name] ??= []).push(piece);
  }
  return parts;
}

/** Province and regency: the two centred lines above the NIK. */
function headerRows(
  pieces: readonly Piece[],
  grid: RowGrid,
  width: number,
  height: number,
): Partial<Record<RowName, RowText>> {
  const nik = pieces.find((piece) => piece.label === 'nik');
  const bottom = nik === undefined ? grid.top - 2.2 * grid.pitch : nik.box.y + nik.box.height * 0.2;
  const lines = pieces
    .filter(
      (piece) =>
        piece.label === null && middle(piece.box) < Math.min(bottom, height * 0.25) && /[A-Za-z]{3}/.test(piece.text),
    )
    .filter(
      (piece) => piece.box.x + piece.box.width / 2 > width * 0.25 && piece.box.x + piece.box.width / 2 < width * 0.8,
    )
    .sort((p, q) => middle(p.box) - middle(q.box));
  const title = lines.findIndex((piece) => /^\W*PR[O0]V/i.test(piece.text));
  const province = lines[Math.max(0, title)];
  const regency = lines.find(
    (piece) => province !== undefined && middle(piece.box) - middle(province.box) > grid.pitch * 0.5,
  );
  return {
    ...(province === undefined ? {} : { province: bare(province) }),
    ...(regency === undefined ? {} : { regency: bare(regency) }),
  };
}

function bare({ text, confidence, box }: Piece): RowText {
  return { text, confidence, box };
}

/** Pieces of one row from left to right, a second line after the first; colons and rules at the ends are dropped. */
function joinParts(parts: readonly Piece[]): RowText | null {
  const first = Math.min(...parts.map(({ box }) => middle(box)));
  const lineOf = ({ box }: Piece) => (middle(box) - first > box.height * 0.5 ? 1 : 0);
  const sorted = [...parts].sort((p, q) => lineOf(p) - lineOf(q) || p.box.x - q.box.x);
  const text = sorted
    .map((each) => each.text)
    .join(' ')
    .replace(/^[\s:;.,'"|·_=*~-]+(?=.)/, (lead) => (lead.includes('-') && lead.trim() === '-' ? lead : ''))
    .replace(/[\s:;|_=*~]+$/, '')
    .trim();
  if (text === '') return null;
  const letters = sorted.reduce((sum, each) => sum + each.text.length, 0);
  const confidence = sorted.reduce((sum, each) => sum + each.confidence * each.text.length, 0) / letters;
  const left = Math.min(...sorted.map((each) => each.box.x));
  const top = Math.min(...sorted.map((each) => each.box.y));
  const right = Math.max(...sorted.map((each) => each.box.x + each.box.width));
  const bottom = Math.max(...sorted.map((each) => each.box.y + each.box.height));
  return { text, confidence, box: { x: left, y: top, width: right - left, height: bottom - top } };
}

function middle(box: Box): number {
  return box.y + box.height / 2;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((p, q) => p - q);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
