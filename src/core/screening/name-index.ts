/** An immutable snapshot of one list for searching: words, names and facts in typed arrays. Built by `build-index.ts`. */
import type { SubjectType } from '../../contract/screening.ts';
import type { HashTable } from './hash-table.ts';
import type { NameToken } from './token-similarity.ts';

export interface NameIndex {
  readonly tokens: readonly NameToken[];
  readonly tokenIds: ReadonlyMap<string, number>;
  /** Words of name k: `words[wordStart[k]…wordStart[k + 1])`; the sign bit marks a father's name. */
  readonly wordStart: Uint32Array;
  readonly words: Int32Array;
  readonly nameEntry: Int32Array;
  /** Names that hold word t: `postings[postingStart[t]…postingStart[t + 1])`. */
  readonly postingStart: Uint32Array;
  readonly postings: Int32Array;
  readonly types: Uint8Array;
  readonly birthDates: Ragged;
  readonly birthPlaces: Ragged;
  readonly countries: Ragged;
  readonly idNumbers: ReadonlyMap<string, readonly number[]>;
  /** Key of spelling, variant and bones → words. */
  readonly spellings: HashTable;
  readonly deletions: HashTable;
  /** Two neighbouring words of a name written as one → names. */
  readonly joins: HashTable;
  readonly names: number;
  readonly entries: number;
}

/** Rows of different length in two arrays. */
export interface Ragged {
  readonly start: Uint32Array;
  readonly values: Int32Array;
}

export function rowOf(ragged: Ragged, row: number): Int32Array {
  return ragged.values.subarray(ragged.start[row], ragged.start[row + 1]);
}

export const typeCode: Readonly<Record<SubjectType, number>> = { person: 0, entity: 1 };

/** Bytes held by the arrays; words and maps come on top (estimated by the benchmark from the heap). */
export function arrayBytes(index: NameIndex): number {
  const arrays = [index.wordStart, index.words, index.nameEntry, index.postingStart, index.postings, index.types];
  const ragged = [index.birthDates, index.birthPlaces, index.countries].flatMap(({ start, values }) => [start, values]);
  const tables = index.spellings.bytes + index.deletions.bytes + index.joins.bytes;
  return [...arrays, ...ragged].reduce((sum, array) => sum + array.byteLength, tables);
}
