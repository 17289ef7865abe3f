import type { Db, Row } from './types.ts';

export type WatchedFaceRow = Row<'watched_faces'>;

export async function insertWatchedFace(db: Db, row: WatchedFaceRow): Promise<void> {
  await db.insertInto('watched_faces').values(row).execute();
}

/** Active ones, oldest first. */
export function listWatchedFaces(db: Db, orgId: string): Promise<WatchedFaceRow[]> {
  return db
    .selectFrom('watched_faces')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('active', '=', 1)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/** False when the organisation has no such active face. The template goes with it: what is not watched is not kept. */
export async function retireWatchedFace(db: Db, orgId: string, id: string, at: string): Promise<boolean> {
  const done = await db
    .updateTable('watched_faces')
    .set({ active: 0, retired_at: at, template: new Uint8Array() })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('active', '=', 1)
    .executeTakeFirst();
  return Number(done.numUpdatedRows) === 1;
}
