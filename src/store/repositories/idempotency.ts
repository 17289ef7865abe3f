import type { Db, Row } from './types.ts';

export type IdempotencyRow = Row<'idempotency'>;

/** The stored answer, unless it has expired. */
export async function findIdempotent(db: Db, orgId: string, key: string, now: string): Promise<IdempotencyRow | null> {
  const row = await db
    .selectFrom('idempotency')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('key', '=', key)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row ?? null;
}

/** An expired row under the same key gives way. */
export async function insertIdempotent(db: Db, row: IdempotencyRow): Promise<void> {
  await db
    .deleteFrom('idempotency')
    .where('org_id', '=', row.org_id)
    .where('key', '=', row.key)
    .where('expires_at', '<=', row.created_at)
    .execute();
  await db.insertInto('idempotency').values(row).execute();
}

/** Answers kept under an `Idempotency-Key`, a slice at a time in the order of their keys. */
export async function listKeyedAnswers(
  db: Db,
  orgId: string,
  after: string,
  limit: number,
): Promise<readonly IdempotencyRow[]> {
  return db
    .selectFrom('idempotency')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('key', 'like', 'key:%')
    .where('key', '>', after)
    .orderBy('key')
    .limit(limit)
    .execute();
}

export async function deleteIdempotent(db: Db, orgId: string, key: string): Promise<void> {
  await db.deleteFrom('idempotency').where('org_id', '=', orgId).where('key', '=', key).execute();
}

export async function deleteExpiredAnswers(db: Db, now: string): Promise<number> {
  const done = await db.deleteFrom('idempotency').where('expires_at', '<=', now).executeTakeFirst();
  return Number(done.numDeletedRows);
}
