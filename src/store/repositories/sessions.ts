import type { Db, Row } from './types.ts';

export type SessionRow = Row<'sessions'>;

export async function insertSession(db: Db, row: SessionRow): Promise<void> {
  await db.insertInto('sessions').values(row).execute();
}

export async function findSession(db: Db, idHash: string): Promise<SessionRow | null> {
  const row = await db.selectFrom('sessions').selectAll().where('id_hash', '=', idHash).executeTakeFirst();
  return row ?? null;
}

export async function touchSession(db: Db, idHash: string, at: string): Promise<void> {
  await db.updateTable('sessions').set({ last_seen_at: at }).where('id_hash', '=', idHash).execute();
}

export async function setReauthenticated(
  db: Db,
  idHash: string,
  at: string,
  by: 'password' | 'passkey',
): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ reauthenticated_at: at, reauthenticated_by: by })
    .where('id_hash', '=', idHash)
    .execute();
}

/** Spends a proof by passkey made at or after `since`. False when there is none, also under a race. */
export async function spendPasskeyProof(db: Db, idHash: string, userId: string, since: string): Promise<boolean> {
  const done = await db
    .updateTable('sessions')
    .set({ reauthenticated_at: null, reauthenticated_by: null })
    .where('id_hash', '=', idHash)
    .where('user_id', '=', userId)
    .where('reauthenticated_by', '=', 'passkey')
    .where('reauthenticated_at', '>=', since)
    .executeTakeFirst();
  return Number(done.numUpdatedRows) === 1;
}

export async function deleteSessionsOf(db: Db, userId: string): Promise<void> {
  await db.deleteFrom('sessions').where('user_id', '=', userId).execute();
}

export async function deleteSession(db: Db, idHash: string): Promise<void> {
  await db.deleteFrom('sessions').where('id_hash', '=', idHash).execute();
}

export async function deleteExpiredSessions(db: Db, now: string): Promise<void> {
  await db.deleteFrom('sessions').where('expires_at', '<=', now).execute();
}
