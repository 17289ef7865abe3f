import type { Db, Row } from './types.ts';

export type RunRow = Row<'screening_runs'>;

/** A run that has not begun is covered by the new one, which uses all lists in force. */
export async function insertRun(db: Db, row: RunRow): Promise<void> {
  await db
    .updateTable('screening_runs')
    .set({
      state: 'superseded',
      finished_at: row.created_at,
      updated_at: row.created_at,
      lease_owner: null,
      lease_until: null,
    })
    .where('org_id', '=', row.org_id)
    .where('state', 'in', ['pending', 'running'])
    .execute();
  await db.insertInto('screening_runs').values(row).execute();
}

/** The oldest run nobody works on. */
export async function nextRun(db: Db, now: string): Promise<RunRow | null> {
  const row = await db
    .selectFrom('screening_runs')
    .selectAll()
    .where('state', 'in', ['pending', 'running'])
    .where((e) => e.or([e('lease_until', 'is', null), e('lease_until', '<=', now)]))
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** False when somebody else was faster. */
export async function takeRun(
  db: Db,
  id: string,
  lease: { readonly owner: string; readonly until: string; readonly now: string },
): Promise<boolean> {
  const done = await db
    .updateTable('screening_runs')
    .set({ state: 'running', lease_owner: lease.owner, lease_until: lease.until, updated_at: lease.now })
    .where('id', '=', id)
    .where('state', 'in', ['pending', 'running'])
    .where((e) => e.or([e('lease_until', 'is', null), e('lease_until', '<=', lease.now)]))
    .executeTakeFirst();
  return Number(done.numUpdatedRows) === 1;
}

/** False when the lease was lost or the run superseded: the worker stops. */
export async function moveRun(db: Db, id: string, owner: string, change: Partial<RunRow>): Promise<boolean> {
  const done = await db
    .updateTable('screening_runs')
    .set(change)
    .where('id', '=', id)
    .where('lease_owner', '=', owner)
    .where('state', '=', 'running')
    .executeTakeFirst();
  return Number(done.numUpdatedRows) === 1;
}

/** Newest first. */
export async function listRuns(db: Db, orgId: string, limit: number): Promise<readonly RunRow[]> {
  return db
    .selectFrom('screening_runs')
    .selectAll()
    .where('org_id', '=', orgId)
    .orderBy('created_at', 'desc')
    .limit(limit)
    .execute();
}

export async function countActiveCustomers(db: Db, orgId: string): Promise<number> {
  const row = await db
    .selectFrom('customers')
    .select((e) => e.fn.countAll().as('count'))
    .where('org_id', '=', orgId)
    .where('status', '=', 'active')
    .executeTakeFirstOrThrow();
  return Number(row.count);
}
