/** Signed checkpoints of this installation's own log, and those of desks that this installation cosigned. */
import type { Db, Row } from './types.ts';

export type CheckpointRow = Row<'audit_checkpoints'>;
export type DeskCheckpointRow = Row<'desk_checkpoints'>;

export async function latestCheckpoint(db: Db): Promise<CheckpointRow | null> {
  const row = await db.selectFrom('audit_checkpoints').selectAll().orderBy('size', 'desc').limit(1).executeTakeFirst();
  return row ?? null;
}

export async function insertCheckpoint(db: Db, row: CheckpointRow): Promise<void> {
  await db.insertInto('audit_checkpoints').values(row).execute();
}

/** Smallest first, after a size. */
export async function listCheckpoints(db: Db, after: number, limit: number): Promise<readonly CheckpointRow[]> {
  return db
    .selectFrom('audit_checkpoints')
    .selectAll()
    .where('size', '>', after)
    .orderBy('size')
    .limit(limit)
    .execute();
}

/** Keeps the note with the cosignature the hub added. */
export async function replaceCheckpointNote(db: Db, size: number, note: string): Promise<void> {
  await db.updateTable('audit_checkpoints').set({ note }).where('size', '=', size).execute();
}

export async function lastDeskCheckpoint(db: Db, deskId: string): Promise<DeskCheckpointRow | null> {
  const row = await db
    .selectFrom('desk_checkpoints')
    .selectAll()
    .where('desk_id', '=', deskId)
    .orderBy('size', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** The same size again replaces the note: only its time differs. */
export async function keepDeskCheckpoint(db: Db, row: DeskCheckpointRow): Promise<void> {
  const { note, seen_at } = row;
  await db
    .insertInto('desk_checkpoints')
    .values(row)
    .onConflict((conflict) => conflict.columns(['desk_id', 'size']).doUpdateSet({ note, seen_at }))
    .execute();
}
