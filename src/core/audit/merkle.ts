/**
 * The Merkle tree over the audit log: hashing of RFC 9162 section 2.1.1 (leaf 0x00, node 0x01, SHA-256), inclusion proofs
 * (2.1.3) and consistency proofs (2.1.4). A proof is first a list of ranges whose hashes it is made of, so that whoever
 * keeps the tree fetches few nodes and never walks all leaves. Pure.
 */
import { sha256 } from '@noble/hashes/sha2.js';

export type Hash = Uint8Array;

/** Leaves `from` ≤ index < `to`. */
export interface LeafRange {
  readonly from: number;
  readonly to: number;
}

/** A perfect subtree: `level` 0 are the leaves, `index` counts within the level. */
export interface NodeId {
  readonly level: number;
  readonly index: number;
}

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

/** MTH of a tree without leaves: SHA-256 of nothing. */
export const emptyRoot: Hash = sha256(new Uint8Array());

export function leafHash(entry: Uint8Array): Hash {
  return sha256.create().update(leafPrefix).update(entry).digest();
}

export function nodeHash(left: Hash, right: Hash): Hash {
  return sha256.create().update(nodePrefix).update(left).update(right).digest();
}

export function sameHash(a: Hash, b: Hash): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** Largest power of two below `n`; `n` ≥ 2. Sizes stay exact up to 2^53. */
function splitOf(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** The perfect subtrees a range of a tree consists of, left to right. `from` must be a multiple of the range's splits. */
export function nodesOf({ from, to }: LeafRange): readonly NodeId[] {
  const nodes: NodeId[] = [];
  let at = from;
  while (at < to) {
    let level = 0;
    let width = 1;
    while (at % (width * 2) === 0 && at + width * 2 <= to) {
      level += 1;
      width *= 2;
    }
    nodes.push({ level, index: at / width });
    at += width;
  }
  return nodes;
}

/** Hash of a range from the hashes of `nodesOf` it, in order: the right edge is folded from the right. */
export function foldNodes(hashes: readonly Hash[]): Hash {
  const last = hashes.at(-1);
  if (last === undefined) return emptyRoot;
  return hashes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
}

/** Ranges whose hashes prove that leaf `index` is in the tree of `size` leaves, from the leaf upwards. `index` < `size`. */
export function inclusionRanges(index: number, size: number): readonly LeafRange[] {
  const path: LeafRange[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    if (index < middle) {
      path.push({ from: middle, to });
      to = middle;
    } else {
      path.push({ from, to: middle });
      from = middle;
    }
  }
  return path.reverse();
}

/** Ranges whose hashes prove that the tree of `old` leaves is the beginning of the tree of `size`. 0 < `old` ≤ `size`. */
export function consistencyRanges(old: number, size: number): readonly LeafRange[] {
  const path: LeafRange[] = [];
  let [from, to] = [0, size];
  let whole = true;
  while (old !== to) {
    const middle = from + splitOf(to - from);
    if (old <= middle) {
      path.push({ from: middle, to });
      to = middle;
    } else {
      path.push({ from, to: middle });
      from = middle;
      whole = false;
    }
  }
  if (!whole) path.push({ from, to });
  return path.reverse();
}

const isOdd = (n: number): boolean => n % 2 === 1;
const half = (n: number): number => Math.floor(n / 2);

/** Verification of RFC 9162 section 2.1.3.2. */
export function verifyInclusion(proof: {
  readonly leaf: Hash;
  readonly index: number;
  readonly size: number;
  readonly path: readonly Hash[];
  readonly root: Hash;
}): boolean {
  if (!isSize(proof.size) || !isSize(proof.index) || proof.index >= proof.size) return false;
  let [fn, sn] = [proof.index, proof.size - 1];
  let hash = proof.leaf;
  for (const sibling of proof.path) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      hash = nodeHash(sibling, hash);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && sameHash(hash, proof.root);
}

/** Verification of RFC 9162 section 2.1.4.2. An empty old tree is the beginning of every tree. */
export function verifyConsistency(proof: {
  readonly oldSize: number;
  readonly size: number;
  readonly path: readonly Hash[];
  readonly oldRoot: Hash;
  readonly root: Hash;
}): boolean {
  const { oldSize, size, path, oldRoot, root } = proof;
  if (!isSize(oldSize) || !isSize(size) || oldSize > size) return false;
  if (oldSize === 0) return path.length === 0 && sameHash(oldRoot, emptyRoot);
  if (oldSize === size) return path.length === 0 && sameHash(oldRoot, root);
  const wholeOld = isPowerOfTwo(oldSize);
  const [first, ...rest] = wholeOld ? [oldRoot, ...path] : path;
  if (first === undefined) return false;
  let [fn, sn] = [oldSize - 1, size - 1];
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
  let [oldHash, newHash] = [first, first];
  for (const hash of rest) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      oldHash = nodeHash(hash, oldHash);
      newHash = nodeHash(hash, newHash);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      newHash = nodeHash(newHash, hash);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && sameHash(oldHash, oldRoot) && sameHash(newHash, root);
}

function isSize(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}

function isPowerOfTwo(n: number): boolean {
  let left = n;
  while (left > 1 && left % 2 === 0) left /= 2;
  return left === 1;
}

export interface TreeBuilder {
  readonly size: number;
  push(leaf: Hash): void;
  /** Root over what was pushed so far. */
  root(): Hash;
}

/** The perfect subtrees a tree consists of so far, left to right: what `nodesOf` names, with their hashes. */
export type TreeSeed = readonly { readonly level: number; readonly hash: Hash }[];

/** Root of a tree too long to hold: only its right edge is kept, one hash per bit of the size. */
export function createTreeBuilder(seed: TreeSeed = []): TreeBuilder {
  const edge: { level: number; hash: Hash }[] = [...seed];
  let size = seed.reduce((sum, { level }) => sum + 2 ** level, 0);
  return {
    get size() {
      return size;
    },
    push(leaf) {
      let [level, hash] = [0, leaf];
      for (let last = edge.at(-1); last?.level === level; last = edge.at(-1)) {
        edge.pop();
        hash = nodeHash(last.hash, hash);
        level += 1;
      }
      edge.push({ level, hash });
      size += 1;
    },
    root: () => foldNodes(edge.map(({ hash }) => hash)),
  };
}
