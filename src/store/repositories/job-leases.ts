/** Work that exactly one process does: whoever moves the lease row has it. */
import type { Db } from './types.ts';

/**
 * True when this holder may work until `leaseUntil`: nobody else holds it now and, unless `again`, nobody finished it on
 * `day`.
 */
export async function takeJobLease(
  db: Db,
  lease: {
    readonly name: string;
    readonly holder: string;
    readonly day: string;
    readonly now: string;
    readonly leaseUntil: string;
    readonly again: boolean;
  },
): Promise<boolean> {
  const { name, holder, day, now, leaseUntil, again } = lease;
  await db
    .insertInto('job_leases')
    .values({ name, holder: null, lease_until: null, last_run_day: null, last_finished_at: null, last_report: null })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  let take = db
    .updateTable('job_leases')
    .set({ holder, lease_until: leaseUntil })
    .where('name', '=', name)
    .where((e) => e.or([e('holder', 'is', null), e('lease_until', '<=', now)]));
  if (!again) take = take.where((e) => e.or([e('last_run_day', 'is', null), e('last_run_day', '<', day)]));
  return Number((await take.executeTakeFirst()).numUpdatedRows) === 1;
}

/** False when somebody else took it meanwhile: this holder was too slow and must stop. */
export async function extendJobLease(db: Db, name: string, holder: string, leaseUntil: string): Promise<boolean> {
  const done = await db
    .updateTable('job_leases')
    .set({ lease_until: leaseUntil })
    .where('name', '=', name)
    .where('holder', '=', holder)
    .executeTakeFirst();
  return Number(done.numUpdatedRows) === 1;
}

/** Lets go. With `finished`, the day is done; without, somebody else may try at once. */
export async function leaveJobLease(
  db: Db,
  name: string,
  holder: string,
  finished: { readonly day: string; readonly at: string; readonly report: string } | null,
): Promise<void> {
  await db
    .updateTable('job_leases')
    .set({
      holder: null,
      lease_until: null,
      ...(finished === null
        ? {}
        : { last_run_day: finished.day, last_finished_at: finished.at, last_report: finished.report }),
    })
    .where('name', '=', name)
    .where('holder', '=', holder)
    .execute();
}
