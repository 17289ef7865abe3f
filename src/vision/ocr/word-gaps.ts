/**
 * Puts back the spaces that PP-OCR's Chinese-first recogniser swallows ("SEUMURHIDUP"). Print tells them: between two
 * words stands a run of columns without ink that is wider than the gap between two letters.
 */
import { toGrey, type RgbImage } from '../image/image.ts';

/** A recognised character and where its CTC peak stood, px in the strip. */
export interface PlacedCharacter {
  readonly character: string;
  readonly x: number;
}

/** Width of a word space over the height of the inked band; letter gaps stay below 0.2, spaces are above 0.3. */
const wordGap = 0.27;

/** Ink that is not this much darker than its paper (0–255) cannot be told from noise. */
const faintest = 12;

/** The characters as text, a space wherever the strip shows one. Spaces already read are kept, never doubled. */
export function spacedText(strip: RgbImage, characters: readonly PlacedCharacter[]): string {
  const ink = inkedColumns(strip);
  if (ink === null) return characters.map((each) => each.character).join('');
  const limit = wordGap * ink.bandHeight;
  let text = '';
  for (const [index, { character, x }] of characters.entries()) {
    const before = characters[index - 1];
    const isWord = /[\p{L}\p{N}.,)]/u;
    if (before !== undefined && isWord.test(before.character) && /[\p{L}\p{N}(]/u.test(character)) {
      // Between two digits a wide gap is the pitch of the face (NIK, dates), not a word.
      const digits = isDigit(before.character) && isDigit(character);
      if (!digits && longestGap(ink.columns, before.x, x) >= limit) text += ' ';
    }
    text += character;
  }
  return text;
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}

/** Longest run of clean columns between two character centres. */
function longestGap(columns: Uint8Array, from: number, to: number): number {
  let longest = 0;
  let run = 0;
  for (let x = Math.max(0, Math.floor(from)); x <= Math.min(columns.length - 1, Math.ceil(to)); x += 1) {
    run = columns[x] === 1 ? 0 : run + 1;
    longest = Math.max(longest, run);
  }
  return longest;
}

interface Ink {
  readonly columns: Uint8Array;
  readonly bandHeight: number;
}

/** Columns that carry ink, judged against the paper of their own neighbourhood so that glare and shadow do no harm. */
function inkedColumns(strip: RgbImage): Ink | null {
  const { width, height } = strip;
  const grey = toGrey(strip);
  const paper = new Float32Array(width);
  const dark = new Float32Array(width);
  const column = new Uint8Array(height);
  for (let x = 0; x < width; x += 1) {
    for (let y = 0; y < height; y += 1) column[y] = grey[y * width + x]!;
    column.sort();
    paper[x] = column[Math.floor(height * 0.85)]!;
    dark[x] = paper[x]! - column[Math.floor(height * 0.06)]!;
  }
  const columns = new Uint8Array(width);
  for (let x = 0; x < width; x += 1) {
    let contrast = 0;
    for (let n = Math.max(0, x - height); n <= Math.min(width - 1, x + height); n += 1) {
      contrast = Math.max(contrast, dark[n]!);
    }
    columns[x] = contrast >= faintest && dark[x]! > contrast * 0.4 ? 1 : 0;
  }
  // Print too faint to be seen here would make every gap a space.
  const inked = columns.reduce((sum, value) => sum + value, 0);
  return inked < width * 0.05 ? null : { columns, bandHeight: inkedHeight(grey, width, height) };
}

/** Rows between the first and the last that carry a fair share of the ink. */
function inkedHeight(grey: Uint8Array, width: number, height: number): number {
  const rows = Array.from({ length: height }, (_, y) => {
    let sum = 0;
    for (let x = 0; x < width; x += 1) sum += 255 - grey[y * width + x]!;
    return sum;
  });
  const low = Math.min(...rows);
  const limit = low + (Math.max(...rows) - low) * 0.3;
  const first = rows.findIndex((sum) => sum > limit);
  const last = rows.findLastIndex((sum) => sum > limit);
  return Math.max(height * 0.3, last - first + 1);
}
