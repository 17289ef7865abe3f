/** Comparing printed text the way an eye does: case, accents, spaces and punctuation do not count. */
import { distance } from 'fastest-levenshtein';

/** Upper-case letters and digits only; accents dropped. `Tempat/Tgl Lahir` → `TEMPATTGLLAHIR`. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '');
}

/** Levenshtein distance of the folded texts over the longer one, as likeness 0–1. Two empty texts are not alike. */
export function likeness(a: string, b: string): number {
  const left = fold(a);
  const right = fold(b);
  const longer = Math.max(left.length, right.length);
  return longer === 0 ? 0 : 1 - distance(left, right) / longer;
}

/** Full-width and typographic signs of OCR engines as plain ASCII, runs of white space as one space. */
export function plain(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[‘’´`]/g, "'")
    .replace(/[“”„]/g, '"')
    .replace(/[–—−]/g, '-')
    .replace(/[、，]/g, ',')
    .replace(/[。．]/g, '.')
    .replace(/\s+/g, ' ')
    .trim();
}

const digitLookalikes: Readonly<Record<string, string>> = {
  O: '0',
  D: '0',
  Q: '0',
  U: '0',
  I: '1',
  L: '1',
  '|': '1',
  '!': '1',
  ']': '1',
  Z: '2',
  E: '3',
  A: '4',
  S: '5',
  G: '6',
  '?': '7',
  T: '7',
  B: '8',
};

/** Letters that print like digits become those digits: only for places where nothing but digits can stand. */
export function digitsFromLookalikes(text: string): string {
  return Array.from(text.toUpperCase(), (each) => digitLookalikes[each] ?? each).join('');
}

const letterLookalikes: Readonly<Record<string, string>> = {
  '0': 'O',
  '1': 'I',
  '5': 'S',
  '8': 'B',
  '6': 'G',
  '|': 'I',
};

/** The way back, for places where no digit can stand (names, religions). */
export function lettersFromLookalikes(text: string): string {
  return Array.from(text, (each) => letterLookalikes[each] ?? each).join('');
}
