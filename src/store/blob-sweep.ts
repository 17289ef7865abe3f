/** Removes objects nobody needs: abandoned before their record was written, or left by it. Safe in several processes. */
import type { Kysely } from 'kysely';
import type { BlobPlace } from './blobs.ts';
import type { Database } from './schema.ts';

type Db = Kysely<Database>;

export interface BlobSweep {
  readonly removed: number;
  /** Tried in vain; they are tried again. */
  readonly failed: number;
}

const batch = 100;
const firstPauseMs = 60_000;
const longestPauseMs = 60 * 60_000;

/** One round over what is due at `now`. An object that cannot be removed now waits longer each time. */
export async function sweepBlobObjects(db: Db, place: BlobPlace, now: string): Promise<BlobSweep> {
  // Taken from the record that may still come: it finds its object gone and delivers again.
  await db
    .updateTable('blob_objects')
    .set({ state: 'doomed', due_at: now })
    .where('state', '=', 'staged')
    .where('due_at', '<=', now)
    .execute();
  let removed = 0;
  let failed = 0;
  for (;;) {
    const due = await db
      .selectFrom('blob_objects')
      .select(['key', 'attempts'])
      .where('state', '=', 'doomed')
      .where('place', '=', place.name)
      .where('due_at', '<=', now)
      .orderBy('due_at')
      .orderBy('key')
      .limit(batch)
      .execute();
    for (const { key, attempts } of due) {
      const done = await place.remove(key);
      if (done.ok) {
        await db.deleteFrom('blob_objects').where('key', '=', key).where('state', '=', 'doomed').execute();
        removed += 1;
        continue;
      }
      failed += 1;
      const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempts, 10));
      const reason = done.error.details?.['reason'];
      await db
        .updateTable('blob_objects')
        .set({
          attempts: attempts + 1,
          due_at: new Date(Date.parse(now) + pause).toISOString(),
          last_error: typeof reason === 'string' ? reason : done.error.code,
        })
        .where('key', '=', key)
        .execute();
    }
    if (due.length < batch) return { removed, failed };
  }
}
