/** Makes the snapshot of a list: entries are added one by one, then `finish` builds it in steps that may be spread out. */
import type { ListEntry, SubjectType } from '../../contract/screening.ts';
import { deletionForms } from './deletions.ts';
import { foldSpelling } from './fold-spelling.ts';
import { HashTableBuilder, mostValues } from './hash-table.ts';
import { countryKey, packDate, placeKey } from './judge-facts.ts';
import { typeCode, type NameIndex, type Ragged } from './name-index.ts';
import { normaliseName } from './normalise-name.ts';
import { isEstablished, wordWeight } from './rarity.ts';
import { makeToken, type NameToken } from './token-similarity.ts';

export type IndexedEntry = Pick<ListEntry, 'type' | 'names' | 'birthDates' | 'birthPlaces' | 'countries' | 'idNumbers'>;

/** The sign bit of a word: it is a father's name. */
export const fatherBit = 0x40000000;

/** Steps between two rests of `finish`. */
const stride = 4_096;

export function idKey(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/gu, '');
}

class Numbers {
  #values = new Int32Array(1024);
  size = 0;
  push(value: number): void {
    if (this.size === this.#values.length) {
      const wider = new Int32Array(this.size * 2);
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values[this.size] = value;
    this.size += 1;
  }
  finish(): Int32Array {
    return this.#values.slice(0, this.size);
  }
}

class RaggedBuilder {
  readonly #start = new Numbers();
  readonly #values = new Numbers();
  constructor() {
    this.#start.push(0);
  }
  addRow(values: Iterable<number>): void {
    for (const value of values) if (value !== 0) this.#values.push(value);
    this.#start.push(this.#values.size);
  }
  finish(): Ragged {
    return { start: Uint32Array.from(this.#start.finish()), values: this.#values.finish() };
  }
}

export class IndexBuilder {
  readonly #texts: string[] = [];
  readonly #ids = new Map<string, number>();
  readonly #kinds = new Numbers();
  readonly #words = new RaggedBuilder();
  readonly #nameEntry = new Numbers();
  readonly #types = new Numbers();
  readonly #birthDates = new RaggedBuilder();
  readonly #birthPlaces = new RaggedBuilder();
  readonly #countries = new RaggedBuilder();
  readonly #idNumbers = new Map<string, number[]>();

  /** The number of the entry: 0, 1, 2 … in the order of adding. */
  add(entry: IndexedEntry): number {
    const number = this.#types.size;
    this.#types.push(typeCode[entry.type]);
    for (const name of entry.names) this.#addName(name, entry.type, number);
    this.#birthDates.addRow(entry.birthDates.map(packDate));
    this.#birthPlaces.addRow(entry.birthPlaces.map(placeKey));
    this.#countries.addRow(entry.countries.map(countryKey));
    for (const id of entry.idNumbers) {
      const key = idKey(id);
      if (key.length < 5) continue;
      const known = this.#idNumbers.get(key);
      if (known === undefined) this.#idNumbers.set(key, [number]);
      else known.push(number);
    }
    return number;
  }

  #addName(name: string, type: SubjectType, entry: number): void {
    const words = normaliseName(name, type);
    if (words.length === 0 || this.#nameEntry.size >= mostValues - 1) return;
    // Words start at 1, so that 0 may mean nothing in a row of numbers.
    this.#words.addRow(words.map((word) => (this.#idOf(word.text, type) + 1) | (word.patronymic ? fatherBit : 0)));
    this.#nameEntry.push(entry);
  }

  #idOf(text: string, type: SubjectType): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const id = this.#texts.length;
    this.#texts.push(text);
    this.#ids.set(text, id);
    this.#kinds.push(typeCode[type]);
    return id;
  }

  /** Yields between pieces of work, so that a server may answer in between; the last value is the index. */
  *finish(): Generator<undefined, NameIndex> {
    const rows = this.#words.finish();
    const words = rows.values.map((value) => (value & fatherBit) | ((value & ~fatherBit) - 1));
    const names = this.#nameEntry.size;
    yield;
    const { start: postingStart, values: postings } = postingsOf(rows.start, words, this.#texts.length, names);
    yield;
    const kinds = this.#kinds.finish();
    const tokens: NameToken[] = [];
    const spellings = new HashTableBuilder();
    const deletions = new HashTableBuilder();
    for (const [id, text] of this.#texts.entries()) {
      const count = (postingStart[id + 1] as number) - (postingStart[id] as number);
      const type = kinds[id] === typeCode.person ? 'person' : 'entity';
      const token = makeToken(text, wordWeight(text, type, count, names), isEstablished(text, type, count, names));
      tokens.push(token);
      for (const key of spellingKeys(token)) spellings.add(key, id);
      for (const form of slipForms(token)) deletions.add(form, id);
      if (id % stride === 0) yield;
    }
    const joins = new HashTableBuilder();
    for (let name = 0; name < names; name += 1) {
      for (let at = rows.start[name] as number; at + 1 < (rows.start[name + 1] as number); at += 1) {
        const pair = joinOf(wordAt(this.#texts, words, at), wordAt(this.#texts, words, at + 1));
        if (pair !== null) joins.add(pair, name);
      }
      if (name % (stride * 4) === 0) yield;
    }
    const tables = {
      spellings: yield* spellings.finish(),
      deletions: yield* deletions.finish(),
      joins: yield* joins.finish(),
    };
    return {
      tokens,
      tokenIds: this.#ids,
      wordStart: rows.start,
      words,
      nameEntry: this.#nameEntry.finish(),
      postingStart,
      postings,
      types: Uint8Array.from(this.#types.finish()),
      birthDates: this.#birthDates.finish(),
      birthPlaces: this.#birthPlaces.finish(),
      countries: this.#countries.finish(),
      idNumbers: this.#idNumbers,
      ...tables,
      names,
      entries: this.#types.size,
    };
  }
}

function wordAt(texts: readonly string[], words: Int32Array, at: number): string {
  return texts[(words[at] as number) & ~fatherBit] as string;
}

/** Under which keys a word is found as another spelling of itself. */
export function spellingKeys(token: NameToken): ReadonlySet<string> {
  const keys = new Set([`f${token.fold}`, `v${token.variant}`]);
  if (token.bones.length >= 3) keys.add(`b${token.bones}`);
  return keys;
}

/** Under which keys it is found as a slip of itself: as written, and as it sounds. */
export function slipForms(token: NameToken): ReadonlySet<string> {
  if (token.fold === token.text) return deletionForms(token.text);
  return new Set([...deletionForms(token.text), ...deletionForms(token.fold)]);
}

/** The key of two neighbouring words, or null where nobody would write them as one. */
export function joinOf(first: string, second: string): string | null {
  const joined = first + second;
  return joined.length < 5 || joined.length > 24 || first.length < 2 || second.length < 2 ? null : foldSpelling(joined);
}

function postingsOf(
  start: Uint32Array,
  words: Int32Array,
  tokens: number,
  names: number,
): { readonly start: Uint32Array; readonly values: Int32Array } {
  const counts = new Uint32Array(tokens + 1);
  for (const word of words) counts[(word & ~fatherBit) + 1] = (counts[(word & ~fatherBit) + 1] as number) + 1;
  for (let token = 0; token < tokens; token += 1)
    counts[token + 1] = (counts[token + 1] as number) + (counts[token] as number);
  const next = counts.slice();
  const values = new Int32Array(words.length);
  for (let name = 0; name < names; name += 1) {
    for (let at = start[name] as number; at < (start[name + 1] as number); at += 1) {
      const token = (words[at] as number) & ~fatherBit;
      values[next[token] as number] = name;
      next[token] = (next[token] as number) + 1;
    }
  }
  return { start: counts, values };
}
