/**
 * The Merkle tree over the audit log, kept as tiles. It grows by the rows that were appended since it last grew, inside the
 * caller's transaction; rows are never read twice. Row `seq` is leaf `seq` − 1.
 */
import type { Kysely } from 'kysely';
import { auditLeaf } from '../core/audit/audit-leaf.ts';
import type { Hash, LeafRange } from '../core/audit/merkle.ts';
import { createTileGrower, rangeHashes, tileWidth, type GrownTile, type TileSource } from '../core/audit/tiles.ts';
import { readInstallationValue, writeInstallationValue } from './installation-values.ts';
import type { Database } from './schema.ts';

type Trx = Kysely<Database>;
const sizeKey = 'audit.tree';
const slice = 5_000;

export async function auditTreeSize(db: Trx): Promise<number> {
  return (await readInstallationValue<{ size: number }>(db, sizeKey))?.size ?? 0;
}

/** Takes in the rows appended since; null when one of them is missing (the log was cut or reordered). */
export async function growAuditTree(trx: Trx): Promise<number | null> {
  const before = await auditTreeSize(trx);
  const grower = createTileGrower(await openTiles(trx, before));
  let size = before;
  for (;;) {
    const rows = await trx
      .selectFrom('audit_log')
      .select(['seq', 'hash'])
      .where('seq', '>', size)
      .orderBy('seq')
      .limit(slice)
      .execute();
    for (const { seq, hash } of rows) {
      if (Number(seq) !== size + 1) return null;
      grower.push(auditLeaf(hash));
      size += 1;
    }
    await keepTiles(trx, grower.take());
    if (rows.length < slice) break;
  }
  if (size !== before) await writeInstallationValue(trx, sizeKey, { size });
  return size;
}

/** The unfinished tile of each level of a tree of `size` leaves. */
async function openTiles(trx: Trx, size: number): Promise<readonly GrownTile[]> {
  const open: GrownTile[] = [];
  for (let level = 0, count = size; count > 0; level += 1, count = Math.floor(count / tileWidth)) {
    const index = Math.floor(count / tileWidth);
    const bytes = count % tileWidth === 0 ? new Uint8Array() : await auditTiles(trx)({ level, index });
    if (bytes === null) throw new Error(`tile ${level}/${index} of the audit tree is missing`);
    open.push({ level, index, bytes });
  }
  return open;
}

async function keepTiles(trx: Trx, tiles: readonly GrownTile[]): Promise<void> {
  for (const { level, index, bytes } of tiles) {
    await trx
      .insertInto('audit_tiles')
      .values({ level, tile: index, hashes: bytes })
      .onConflict((conflict) => conflict.columns(['level', 'tile']).doUpdateSet({ hashes: bytes }))
      .execute();
  }
}

export function auditTiles(db: Trx): TileSource {
  return async ({ level, index }) => {
    const row = await db
      .selectFrom('audit_tiles')
      .select('hashes')
      .where('level', '=', level)
      .where('tile', '=', index)
      .executeTakeFirst();
    return row?.hashes ?? null;
  };
}

/** Hashes of ranges of the tree; null when it does not reach that far. */
export function auditHashes(db: Trx, ranges: readonly LeafRange[]): Promise<readonly Hash[] | null> {
  return rangeHashes(auditTiles(db), ranges);
}
