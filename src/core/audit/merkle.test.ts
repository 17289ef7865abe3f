import fc from 'fast-check';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, it } from 'vitest';
import {
  consistencyRanges,
  createTreeBuilder,
  emptyRoot,
  foldNodes,
  inclusionRanges,
  leafHash,
  nodeHash,
  nodesOf,
  verifyConsistency,
  verifyInclusion,
  type Hash,
  type LeafRange,
} from './merkle.ts';
import { createTileGrower, rangeHash, rangeHashes, type GrownTile, type TileId } from './tiles.ts';
import vectors from './testing/vectors.json' with { type: 'json' };

const known = vectors.merkle;
const knownLeaves = known.leaves.map((leaf) => leafHash(hexToBytes(leaf)));

/** The definition of RFC 9162 section 2.1.1, word by word: slow and obvious. */
function naiveRoot(leaves: readonly Hash[]): Hash {
  if (leaves.length === 0) return emptyRoot;
  if (leaves.length === 1) return leaves[0] as Hash;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)));
}

const leavesOf = (count: number): Hash[] =>
  Array.from({ length: count }, (_, index) => leafHash(Uint8Array.of(index & 255, index >> 8)));
const hashAll = (leaves: readonly Hash[], ranges: readonly LeafRange[]): Hash[] =>
  ranges.map(({ from, to }) => naiveRoot(leaves.slice(from, to)));

describe('the hashing of RFC 6962 and RFC 9162', () => {
  it('gives the published roots of one to eight leaves', () => {
    const builder = createTreeBuilder();
    expect(bytesToHex(builder.root())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    for (const [index, leaf] of knownLeaves.entries()) {
      builder.push(leaf);
      expect(bytesToHex(builder.root())).toBe(known.roots[index]);
      expect(bytesToHex(naiveRoot(knownLeaves.slice(0, index + 1)))).toBe(known.roots[index]);
    }
  });

  it('makes and takes the published proofs', () => {
    const { index, size, path } = known.inclusion;
    expect(hashAll(knownLeaves, inclusionRanges(index, size)).map(bytesToHex)).toEqual(path);
    const root = hexToBytes(known.roots[7] ?? '');
    const included = { leaf: knownLeaves[0] as Hash, index, size, path: path.map(hexToBytes), root };
    expect(verifyInclusion(included)).toBe(true);
    expect(verifyInclusion({ ...included, index: 1 })).toBe(false);

    const { oldSize, size: newSize, path: proof } = known.consistency;
    expect(hashAll(knownLeaves, consistencyRanges(oldSize, newSize)).map(bytesToHex)).toEqual(proof);
    const consistent = {
      oldSize,
      size: newSize,
      path: proof.map(hexToBytes),
      oldRoot: hexToBytes(known.roots[5] ?? ''),
      root,
    };
    expect(verifyConsistency(consistent)).toBe(true);
    expect(verifyConsistency({ ...consistent, oldSize: 5 })).toBe(false);
  });
});

const sizes = fc.integer({ min: 1, max: 300 });

describe('proofs, against the definition', () => {
  it('proves every leaf of every tree, and no other leaf, place or size', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (size, at, elsewhere) => {
        const leaves = leavesOf(size);
        const index = at % size;
        const other = elsewhere % size;
        const root = naiveRoot(leaves);
        const proof = {
          leaf: leaves[index] as Hash,
          index,
          size,
          path: hashAll(leaves, inclusionRanges(index, size)),
          root,
        };
        expect(verifyInclusion(proof)).toBe(true);
        expect(verifyInclusion({ ...proof, index: other })).toBe(other === index);
        expect(verifyInclusion({ ...proof, leaf: leaves[other] as Hash })).toBe(other === index);
        expect(verifyInclusion({ ...proof, path: [...proof.path, root] })).toBe(false);
        expect(verifyInclusion({ ...proof, root: leafHash(root) })).toBe(false);
      }),
    );
  });

  it('proves that a tree grew, and that a changed one did not', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (size, cut, changed) => {
        const leaves = leavesOf(size);
        const oldSize = 1 + (cut % size);
        const old = leaves.slice(0, oldSize);
        const proof = {
          oldSize,
          size,
          path: hashAll(leaves, consistencyRanges(oldSize, size)),
          oldRoot: naiveRoot(old),
          root: naiveRoot(leaves),
        };
        expect(verifyConsistency(proof)).toBe(true);
        const rewritten = old.map((leaf, index) => (index === changed % oldSize ? leafHash(leaf) : leaf));
        expect(verifyConsistency({ ...proof, oldRoot: naiveRoot(rewritten) })).toBe(false);
        expect(verifyConsistency({ ...proof, path: proof.path.slice(1) })).toBe(proof.path.length === 0);
      }),
    );
  });

  it('refuses sizes and places that cannot be', () => {
    const root = naiveRoot(leavesOf(3));
    expect(verifyInclusion({ leaf: root, index: 3, size: 3, path: [], root })).toBe(false);
    expect(verifyInclusion({ leaf: root, index: -1, size: 3, path: [], root })).toBe(false);
    expect(verifyConsistency({ oldSize: 4, size: 3, path: [], oldRoot: root, root })).toBe(false);
    expect(verifyConsistency({ oldSize: 0, size: 3, path: [], oldRoot: emptyRoot, root })).toBe(true);
    expect(verifyConsistency({ oldSize: 0, size: 3, path: [], oldRoot: root, root })).toBe(false);
  });
});

describe('tiles', () => {
  const store = (): { tiles: Map<string, GrownTile>; source: (tile: TileId) => Promise<Uint8Array | null> } => {
    const tiles = new Map<string, GrownTile>();
    return { tiles, source: (tile) => Promise.resolve(tiles.get(`${tile.level}/${tile.index}`)?.bytes ?? null) };
  };
  const keep = (tiles: Map<string, GrownTile>, grown: readonly GrownTile[]): void =>
    grown.forEach((tile) => tiles.set(`${tile.level}/${tile.index}`, tile));
  /** The unfinished tile of each level, as a store would read it back. */
  const edgeOf = (tiles: Map<string, GrownTile>): GrownTile[] => {
    const last = new Map<number, GrownTile>();
    for (const tile of tiles.values())
      if (tile.index >= (last.get(tile.level)?.index ?? -1)) last.set(tile.level, tile);
    return [...last.values()].map((tile) =>
      tile.bytes.length === 8192 ? { ...tile, index: tile.index + 1, bytes: new Uint8Array() } : tile,
    );
  };

  it('answers root and ranges as the definition does, however the growth was cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 4 }), async (steps) => {
        const { tiles, source } = store();
        const leaves: Hash[] = [];
        const all = leavesOf(steps.reduce((sum, step) => sum + step, 0));
        for (const step of steps) {
          const grower = createTileGrower(edgeOf(tiles));
          for (let i = 0; i < step; i += 1) {
            const leaf = all[leaves.length] as Hash;
            leaves.push(leaf);
            grower.push(leaf);
          }
          keep(tiles, grower.take());
          const size = leaves.length;
          expect(await rangeHash(source, { from: 0, to: size })).toEqual(naiveRoot(leaves));
          const ranges = inclusionRanges(size >> 1, size);
          expect(await rangeHashes(source, ranges)).toEqual(hashAll(leaves, ranges));
          expect(await rangeHash(source, { from: 0, to: size + 1 })).toBeNull();
        }
      }),
      { numRuns: 25 },
    );
  });

  it('goes up by a level at 256 and at 65,536 leaves', async () => {
    const { tiles, source } = store();
    const grower = createTileGrower([]);
    const builder = createTreeBuilder();
    for (let index = 0; index < 65_800; index += 1) {
      const leaf = leafHash(Uint8Array.of(index & 255, (index >> 8) & 255, index >> 16));
      grower.push(leaf);
      builder.push(leaf);
    }
    keep(tiles, grower.take());
    expect(tiles.get('2/0')?.bytes.length).toBe(32);
    expect(await rangeHash(source, { from: 0, to: 65_800 })).toEqual(builder.root());
  });

  it('folds nodes left to right as they lie', () => {
    const leaves = leavesOf(11);
    const hashes = nodesOf({ from: 0, to: 11 }).map(({ level, index }) =>
      naiveRoot(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)),
    );
    expect(foldNodes(hashes)).toEqual(naiveRoot(leaves));
    expect(foldNodes([])).toEqual(emptyRoot);
  });
});
