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

/**
 * Digits that stand inside words become letters (`POND0K` → `PONDOK`), and a numeral of ones and Is becomes Roman; a word
 * that may carry digits (`F10`, `NO.12`) stays. For free text such as addresses and villages.
 */
export function wordsFromLookalikes(text: string): string {
  const words = text.replace(/[A-Za-z0-9|]+/g, (word) => {
    if (/^[1I|]*I[1I|]*$/.test(word)) return 'I'.repeat(word.length);
    const letters = word.replace(/[^A-Za-z]/g, '').length;
    // Between letters, or an O at the end of a longer word; `BLOK5` has merely lost its space.
    const inside = /^[A-Za-z]+([0-9|][A-Za-z]+)+$/.test(word);
    const atEnd = letters >= 4 && /^([08]?[A-Za-z]+|[A-Za-z]+0)$/.test(word);
    return letters > word.length / 2 && (inside || atEnd) ? lettersFromLookalikes(word) : word;
  });
  // The strokes of a Roman three stand far enough apart to be taken for words.
  return words.replace(/\bI{1,2} I{1,2}\b(?! I)/g, (numeral) => (numeral.length === 4 ? 'III' : numeral));
}
