/**
 * Documents that are taken for a KTP, told by the words of their titles: a driving licence prints half of a KTP's labels
 * and has its format (UU 22/2009 art. 85), and the back of a KTP prints none.
 */
import type { OcrLine } from '../../contract/facts.ts';
import type { ReasonCode } from '../../contract/reasons.ts';
import { fold } from '../text/fold.ts';
import { distance } from 'fastest-levenshtein';

/** So many of the fourteen labels no other document prints. */
const labelsOfKtpOnly = 8;

/** Folded titles and what they mean. */
const titles: readonly (readonly [string, ReasonCode])[] = [
  ['SURATIZINMENGEMUDI', 'card_not_ktp'],
  ['DRIVINGLICENSE', 'card_not_ktp'],
  ['PASPORPASSPORT', 'card_not_ktp'],
  ['NOMORPOKOKWAJIBPAJAK', 'card_not_ktp'],
  ['DIREKTORATJENDERALPAJAK', 'card_not_ktp'],
  ['KARTUKELUARGA', 'card_not_ktp'],
  ['KARTUINDONESIASEHAT', 'card_not_ktp'],
  ['KARTUPELAJAR', 'card_not_ktp'],
  ['KARTUTANDAPENDUDUK', 'card_back_side'],
];
/** Signs of an abbreviation or code of its own on a line: passport zones, `NPWP : 09.254…`. */
const marks: readonly (readonly [RegExp, ReasonCode])[] = [
  [/^\W*P<IDN/, 'card_not_ktp'],
  [/^\W*NPWP\b/, 'card_not_ktp'],
  [/^\W*(PASPOR|PASSPORT)\b/, 'card_not_ktp'],
  [/^\W*SIM\s+[ABCD]I{0,2}\b/, 'card_not_ktp'],
];

/** Why this is no KTP front, or null when its words do not say so. `labels`: distinct KTP labels that were read. */
export function otherDocument(lines: readonly Pick<OcrLine, 'text'>[], labels: number): ReasonCode | null {
  if (labels >= labelsOfKtpOnly) return null;
  for (const { text } of lines) {
    const letters = fold(text);
    for (const [title, reason] of titles) if (contains(letters, title)) return reason;
    for (const [mark, reason] of marks) if (mark.test(text.toUpperCase())) return reason;
  }
  return null;
}

/** The title somewhere in the line, one letter in six misread. */
function contains(letters: string, title: string): boolean {
  if (letters.includes(title)) return true;
  const allowed = Math.floor(title.length / 6);
  for (let at = 0; at + title.length <= letters.length; at += 1) {
    if (distance(letters.slice(at, at + title.length), title) <= allowed) return true;
  }
  return Math.abs(letters.length - title.length) <= allowed && distance(letters, title) <= allowed;
}
