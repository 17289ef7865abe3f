/** Counters that several processes share (PostgreSQL): one statement each, so that none is counted twice or lost. */
import { sql } from 'kysely';
import type { Db } from './types.ts';

export interface SharedCount {
  readonly used: number;
  /** Instant at which the window ends. */
  readonly endsAt: string;
}

/** Counts one more in the running window, or begins one; never further than `most`. */
export async function countShared(
  db: Db,
  id: { readonly bucket: string; readonly key: string },
  window: { readonly now: string; readonly endsAt: string; readonly most: number },
): Promise<SharedCount> {
  const { now, endsAt, most } = window;
  const over = sql<boolean>`shared_counters.ends_at <= ${now}`;
  const row = await db
    .insertInto('shared_counters')
    .values({ ...id, used: 1, ends_at: endsAt })
    .onConflict((conflict) =>
      conflict.columns(['bucket', 'key']).doUpdateSet({
        used: sql`case when ${over} then 1 when shared_counters.used < ${most} then shared_counters.used + 1 else shared_counters.used end`,
        ends_at: sql`case when ${over} then excluded.ends_at else shared_counters.ends_at end`,
      }),
    )
    .returning(['used', 'ends_at'])
    .executeTakeFirstOrThrow();
  return { used: Number(row.used), endsAt: row.ends_at };
}

export async function findShared(db: Db, bucket: string, key: string): Promise<SharedCount | null> {
  const row = await db
    .selectFrom('shared_counters')
    .select(['used', 'ends_at'])
    .where('bucket', '=', bucket)
    .where('key', '=', key)
    .executeTakeFirst();
  return row === undefined ? null : { used: Number(row.used), endsAt: row.ends_at };
}

/** One more, whatever the window; `endsAt` is set anew from the count. */
export async function raiseShared(
  db: Db,
  id: { readonly bucket: string; readonly key: string },
  endsAt: (used: number) => string,
): Promise<void> {
  const held = await findShared(db, id.bucket, id.key);
  const used = (held?.used ?? 0) + 1;
  await db
    .insertInto('shared_counters')
    .values({ ...id, used, ends_at: endsAt(used) })
    .onConflict((conflict) => conflict.columns(['bucket', 'key']).doUpdateSet({ used, ends_at: endsAt(used) }))
    .execute();
}

export async function deleteEndedShared(db: Db, before: string): Promise<number> {
  const done = await db.deleteFrom('shared_counters').where('ends_at', '<', before).executeTakeFirst();
  return Number(done.numDeletedRows);
}
