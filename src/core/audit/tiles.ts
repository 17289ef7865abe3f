/**
 * The tree's nodes as tiles (after C2SP tlog-tiles): 256 hashes of one level side by side, every eighth level kept. What
 * lies between is computed from one tile, so that a proof reads a handful of them and a log of a million rows keeps
 * four thousand. Pure.
 */
import { foldNodes, nodesOf, type Hash, type LeafRange, type NodeId } from './merkle.ts';

export const tileHeight = 8;
export const tileWidth = 256;
export const hashLength = 32;

export interface TileId {
  /** Counts in steps of eight tree levels. */
  readonly level: number;
  readonly index: number;
}

/** Which tile holds a node, and which hashes of it the node is folded from. */
export function tileOf(node: NodeId): { readonly tile: TileId; readonly from: number; readonly count: number } {
  const level = Math.floor(node.level / tileHeight);
  const count = 2 ** (node.level % tileHeight);
  const start = node.index * count;
  return { tile: { level, index: Math.floor(start / tileWidth) }, from: start % tileWidth, count };
}

export function hashesOf(tile: Uint8Array): readonly Hash[] {
  return Array.from({ length: Math.floor(tile.length / hashLength) }, (_, index) =>
    tile.subarray(index * hashLength, (index + 1) * hashLength),
  );
}

/** Answers a tile's bytes, null where there is none. */
export type TileSource = (tile: TileId) => Promise<Uint8Array | null>;

/** Hash of a range of leaves; null when a tile it needs is missing or too short. */
export async function rangeHash(source: TileSource, range: LeafRange): Promise<Hash | null> {
  const hashes: Hash[] = [];
  for (const node of nodesOf(range)) {
    const { tile, from, count } = tileOf(node);
    const held = hashesOf((await source(tile)) ?? new Uint8Array()).slice(from, from + count);
    if (held.length < count) return null;
    hashes.push(perfectRoot(held));
  }
  return foldNodes(hashes);
}

/** Hashes of several ranges, each tile asked for once; null when the tree does not reach that far. */
export async function rangeHashes(source: TileSource, ranges: readonly LeafRange[]): Promise<readonly Hash[] | null> {
  const kept = new Map<string, Promise<Uint8Array | null>>();
  const once: TileSource = (tile) => {
    const key = `${tile.level}/${tile.index}`;
    const known = kept.get(key) ?? source(tile);
    kept.set(key, known);
    return known;
  };
  const hashes: Hash[] = [];
  for (const range of ranges) {
    const hash = await rangeHash(once, range);
    if (hash === null) return null;
    hashes.push(hash);
  }
  return hashes;
}

/** A tile that changed while the tree grew. */
export interface GrownTile extends TileId {
  readonly bytes: Uint8Array;
}

export interface TileGrower {
  push(leaf: Hash): void;
  /** What changed since the beginning, and forgets it. */
  take(): readonly GrownTile[];
}

/** Appends leaves. `edge`: the unfinished tile of each level, lowest first, as `take` gave them. */
export function createTileGrower(edge: readonly GrownTile[]): TileGrower {
  const open = new Map<number, { index: number; hashes: Hash[] }>();
  for (const tile of edge) open.set(tile.level, { index: tile.index, hashes: [...hashesOf(tile.bytes)] });
  const full: GrownTile[] = [];
  const touched = new Set<number>();

  function add(level: number, hash: Hash): void {
    const tile = open.get(level) ?? { index: 0, hashes: [] };
    open.set(level, tile);
    touched.add(level);
    tile.hashes.push(hash);
    if (tile.hashes.length < tileWidth) return;
    full.push({ level, index: tile.index, bytes: joined(tile.hashes) });
    const above = perfectRoot(tile.hashes);
    open.set(level, { index: tile.index + 1, hashes: [] });
    touched.delete(level);
    add(level + 1, above);
  }

  return {
    push: (leaf) => add(0, leaf),
    take() {
      const grown = [
        ...full.splice(0),
        ...[...touched].flatMap((level) => {
          const tile = open.get(level);
          return tile === undefined || tile.hashes.length === 0
            ? []
            : [{ level, index: tile.index, bytes: joined(tile.hashes) }];
        }),
      ];
      touched.clear();
      return grown;
    },
  };
}

/** Root of a perfect subtree from its lowest hashes, a power of two of them. */
function perfectRoot(hashes: readonly Hash[]): Hash {
  if (hashes.length === 1) return hashes[0] ?? new Uint8Array();
  const middle = hashes.length / 2;
  return foldNodes([perfectRoot(hashes.slice(0, middle)), perfectRoot(hashes.slice(middle))]);
}

function joined(hashes: readonly Hash[]): Uint8Array {
  const bytes = new Uint8Array(hashes.length * hashLength);
  hashes.forEach((hash, index) => bytes.set(hash, index * hashLength));
  return bytes;
}
