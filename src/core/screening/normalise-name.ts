/** A name as it is written becomes the words that identify: script, rank, degrees, kinship and legal form taken off. */
import anyAscii from 'any-ascii';
import type { SubjectType } from '../../contract/screening.ts';
import { degreesAfter, legalForms, particles, patronymicMarks, titlesBefore, variants } from './name-words.ts';

export interface NameWord {
  /** Lower case a–z and digits. */
  readonly text: string;
  /** Follows `bin`, `binti`, `ibn`: the father's name. */
  readonly patronymic: boolean;
}

/** Longer names are cut: nobody has them, and hostile lists might. */
const mostWords = 12;
const mostCharacters = 400;

/** The identifying words, in order. Empty when nothing of the text is a letter. */
export function normaliseName(text: string, type: SubjectType): readonly NameWord[] {
  const plain = toPlain(text.slice(0, mostCharacters));
  const found = type === 'person' ? personWords(plain) : entityWords(plain);
  return found.slice(0, mostWords);
}

/** Any script to ASCII. Chinese arrives as `XiJinPing`: the capitals are where words begin. */
function toPlain(text: string): string {
  const composed = text.normalize('NFKC');
  if (/^[\u0000-\u007f]*$/u.test(composed)) return composed.replaceAll(/['`]/gu, '');
  const han = /\p{Script=Han}/u.test(composed);
  const ascii = anyAscii(composed).replaceAll(/['`]/gu, '');
  return han ? ascii.replaceAll(/(?<=[a-z])(?=[A-Z])/gu, ' ') : ascii;
}

/** What stands between blanks and commas, with its dots: `S.H.`, `M.Si`, `A.M.`. */
interface Chunk {
  readonly parts: readonly string[];
  readonly joined: string;
  readonly dotted: boolean;
}

function chunksOf(text: string): readonly Chunk[] {
  return text
    .toLowerCase()
    .split(/[^a-z0-9.]+/u)
    .map((raw) => {
      const parts = raw.split('.').filter((part) => part !== '');
      return { parts, joined: parts.join(''), dotted: raw.includes('.') };
    })
    .filter((chunk) => chunk.parts.length > 0);
}

function personWords(plain: string): readonly NameWord[] {
  const [head = '', ...tails] = plain.split(',');
  const kept = tails.filter((tail) => !chunksOf(tail).every((chunk) => degreesAfter.has(chunk.joined)));
  const all = chunksOf([head, ...kept].join(' '));
  const core = withoutRank(all);
  const words: NameWord[] = [];
  let patronymic = false;
  core
    .flatMap((chunk) => spread(chunk))
    .forEach((text, index, texts) => {
      const last = index === texts.length - 1;
      if (index > 0 && !last && isMark(text)) patronymic = true;
      // What ends a name ties nothing to anything: Ravi Das.
      else if (last || !particles.has(text)) words.push({ text, patronymic });
    });
  const identifying = words.filter((word) => !word.patronymic);
  return identifying.length > 0 ? words : words.map((word) => ({ ...word, patronymic: false }));
}

/** `b.` and `bt.` between two names are `bin` and `binti` cut short; a lone `b` may be an initial and stays. */
function isMark(text: string): boolean {
  return patronymicMarks.has(text);
}

/** `M.Yusuf` is two words, `S.H.` was a degree; a written-out abbreviation of a known name stays one. */
function spread(chunk: Chunk): readonly string[] {
  return variants.has(chunk.joined) ? [chunk.joined] : chunk.parts;
}

/** Titles go from the front, degrees from the back, while something is left. */
function withoutRank(chunks: readonly Chunk[]): readonly Chunk[] {
  let from = 0;
  let to = chunks.length;
  while (to - from > 1 && isTitle(chunks[from] as Chunk)) from += 1;
  while (to - from > 1 && isDegree(chunks[to - 1] as Chunk)) to -= 1;
  return chunks.slice(from, to).map((chunk, index) => (index === 0 ? withoutGluedTitle(chunk) : chunk));
}

function isTitle(chunk: Chunk): boolean {
  return chunk.parts.every((part) => titlesBefore.has(part)) || titlesBefore.has(chunk.joined);
}

/** `H.Ahmad` and `Dr.H.Budi` without a blank. */
function withoutGluedTitle(chunk: Chunk): Chunk {
  const first = chunk.parts.findIndex((part) => !titlesBefore.has(part));
  if (first <= 0) return chunk;
  const parts = chunk.parts.slice(first);
  return { parts, joined: parts.join(''), dotted: chunk.dotted };
}

/** Without dots only where no name is spelt so: `Ma` and `Sy` may be names, `M.A.` is not. */
function isDegree(chunk: Chunk): boolean {
  return (
    degreesAfter.has(chunk.joined) && (chunk.dotted || chunk.joined.length >= 4 || !/[aiueoy]/u.test(chunk.joined))
  );
}

function entityWords(plain: string): readonly NameWord[] {
  const words = chunksOf(plain.replaceAll('&', ' ')).flatMap((chunk) =>
    chunk.parts.every((part) => part.length === 1) ? [chunk.joined] : chunk.parts,
  );
  const telling = words.filter((word) => !legalForms.has(word) && !['the', 'and', 'dan', 'of'].includes(word));
  return (telling.length > 0 ? telling : words).map((text) => ({ text, patronymic: false }));
}

/** The word a spelling stands for, where the table of variants knows it. */
export function variantOf(word: string): string | null {
  return variants.get(word) ?? null;
}
