import type { Db, Row } from './types.ts';

export type PackRow = Row<'screening_packs'>;
export type ChunkRow = Row<'screening_chunks'>;

export async function insertPack(db: Db, row: PackRow): Promise<void> {
  await db.insertInto('screening_packs').values(row).execute();
}

export async function insertChunk(db: Db, row: ChunkRow): Promise<void> {
  await db.insertInto('screening_chunks').values(row).execute();
}

/** By list. */
export async function activePacks(db: Db, orgId: string): Promise<readonly PackRow[]> {
  return db
    .selectFrom('screening_packs')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('state', '=', 'active')
    .orderBy('list_id')
    .execute();
}

/** The active issue of a list gives way. Returns how many did: 0 or 1. */
export async function retireActive(
  db: Db,
  orgId: string,
  listId: string,
  state: 'replaced' | 'removed',
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('screening_packs')
    .select('id')
    .where('org_id', '=', orgId)
    .where('list_id', '=', listId)
    .where('state', '=', 'active')
    .execute();
  const ids = rows.map((row) => row.id);
  if (ids.length === 0) return ids;
  await db.updateTable('screening_packs').set({ state }).where('id', 'in', ids).execute();
  // What an old issue said of people is not kept; that it was in force is.
  await db.deleteFrom('screening_chunks').where('pack_id', 'in', ids).execute();
  return ids;
}

export async function findChunk(db: Db, packId: string, number: number): Promise<ChunkRow | null> {
  const row = await db
    .selectFrom('screening_chunks')
    .selectAll()
    .where('pack_id', '=', packId)
    .where('number', '=', number)
    .executeTakeFirst();
  return row ?? null;
}

/** What a broken-off import left behind. */
export async function dropLoading(db: Db, orgId: string, listId: string): Promise<void> {
  const left = db
    .selectFrom('screening_packs')
    .select('id')
    .where('org_id', '=', orgId)
    .where('list_id', '=', listId)
    .where('state', '=', 'loading');
  await db.deleteFrom('screening_chunks').where('pack_id', 'in', left).execute();
  await db
    .deleteFrom('screening_packs')
    .where('org_id', '=', orgId)
    .where('list_id', '=', listId)
    .where('state', '=', 'loading')
    .execute();
}

export async function changePack(db: Db, id: string, change: Partial<PackRow>): Promise<void> {
  await db.updateTable('screening_packs').set(change).where('id', '=', id).execute();
}
