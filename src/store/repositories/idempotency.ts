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
