/** A multimap from text to numbers in one sorted typed array: 8 bytes a pair, however many millions. */
import { hashText } from './judge-facts.ts';

/** Values are below 2²². A pair is one number: hash × 2²² + value, 53 bits. */
const span = 2 ** 22;
export const mostValues = span;

export class HashTableBuilder {
  #pairs = new Float64Array(1024);
  #size = 0;

  add(key: string, value: number): void {
    if (this.#size === this.#pairs.length) {
      const wider = new Float64Array(this.#size * 2);
      wider.set(this.#pairs);
      this.#pairs = wider;
    }
    this.#pairs[this.#size] = hashText(key) * span + value;
    this.#size += 1;
  }

  /** Sorts bucket by bucket and yields between: one sort of millions would keep everybody waiting for seconds. */
  *finish(): Generator<undefined, HashTable> {
    const pairs = this.#pairs.subarray(0, this.#size);
    const ends = new Uint32Array(buckets + 1);
    for (const pair of pairs) ends[bucketOf(pair) + 1] = (ends[bucketOf(pair) + 1] as number) + 1;
    for (let at = 0; at < buckets; at += 1) ends[at + 1] = (ends[at + 1] as number) + (ends[at] as number);
    yield;
    const sorted = new Float64Array(this.#size);
    const next = ends.slice();
    for (const pair of pairs) {
      const bucket = bucketOf(pair);
      sorted[next[bucket] as number] = pair;
      next[bucket] = (next[bucket] as number) + 1;
    }
    this.#pairs = new Float64Array(0);
    this.#size = 0;
    for (let at = 0; at < buckets; at += 1) {
      yield;
      sorted.subarray(ends[at], ends[at + 1]).sort();
    }
    return new HashTable(sorted);
  }
}

/** By the upper bits of the hash, so that the buckets lie in order. */
const buckets = 64;
const bucketOf = (pair: number): number => Math.floor(pair / span / 2 ** 25);

export class HashTable {
  readonly #pairs: Float64Array;
  constructor(sorted: Float64Array) {
    this.#pairs = sorted;
  }

  get bytes(): number {
    return this.#pairs.byteLength;
  }

  /** Calls `visit` for each value under the key; values of a colliding key come too, twice the same may come. */
  forEach(key: string, visit: (value: number) => void): void {
    const hash = hashText(key);
    const pairs = this.#pairs;
    let low = 0;
    let high = pairs.length;
    const from = hash * span;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((pairs[middle] as number) < from) low = middle + 1;
      else high = middle;
    }
    const end = from + span;
    for (let at = low; at < pairs.length && (pairs[at] as number) < end; at += 1) visit((pairs[at] as number) - from);
  }
}
