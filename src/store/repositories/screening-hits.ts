import type { Db, Row } from './types.ts';

export type HitRow = Row<'screening_hits'>;

/** False when this pair of customer and entry was raised before, unchanged on both sides. */
export async function insertHit(db: Db, row: HitRow): Promise<boolean> {
  const done = await db
    .insertInto('screening_hits')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['org_id', 'customer_id', 'entry_id', 'entry_hash', 'asked_hash']).doNothing(),
    )
    .executeTakeFirst();
  return Number(done.numInsertedOrUpdatedRows ?? 0) === 1;
}

export async function findHit(
  db: Db,
  pair: Pick<HitRow, 'org_id' | 'customer_id' | 'entry_id' | 'entry_hash' | 'asked_hash'>,
): Promise<HitRow | null> {
  const row = await db
    .selectFrom('screening_hits')
    .selectAll()
    .where('org_id', '=', pair.org_id)
    .where('customer_id', '=', pair.customer_id)
    .where('entry_id', '=', pair.entry_id)
    .where('entry_hash', '=', pair.entry_hash)
    .where('asked_hash', '=', pair.asked_hash)
    .executeTakeFirst();
  return row ?? null;
}

/** Best first. */
export async function hitsOfCase(db: Db, orgId: string, caseId: string): Promise<readonly HitRow[]> {
  return db
    .selectFrom('screening_hits')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('case_id', '=', caseId)
    .orderBy('score', 'desc')
    .orderBy('id')
    .execute();
}

/** Those of one case, and whatever else is open or confirmed of the customer. Best first. */
export async function hitsToSee(db: Db, orgId: string, customerId: string, caseId: string): Promise<readonly HitRow[]> {
  return db
    .selectFrom('screening_hits')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .where((e) => e.or([e('case_id', '=', caseId), e('state', '!=', 'cleared')]))
    .orderBy('score', 'desc')
    .orderBy('id')
    .execute();
}

export async function decideHits(
  db: Db,
  orgId: string,
  caseId: string,
  state: 'confirmed' | 'cleared',
  at: string,
): Promise<number> {
  const done = await db
    .updateTable('screening_hits')
    .set({ state, decided_at: at })
    .where('org_id', '=', orgId)
    .where('case_id', '=', caseId)
    .where('state', '=', 'open')
    .executeTakeFirst();
  return Number(done.numUpdatedRows);
}

/** In order of time, after a hit. */
export async function hitsBatch(
  db: Db,
  orgId: string,
  after: string | null,
  limit: number,
): Promise<readonly HitRow[]> {
  let query = db.selectFrom('screening_hits').selectAll().where('org_id', '=', orgId);
  if (after !== null) query = query.where('id', '>', after);
  return query.orderBy('id').limit(limit).execute();
}

export async function freeze(db: Db, row: Row<'customer_freezes'>): Promise<void> {
  await db
    .insertInto('customer_freezes')
    .values(row)
    .onConflict((conflict) => conflict.columns(['org_id', 'customer_id', 'case_id']).doNothing())
    .execute();
}

export async function lift(db: Db, orgId: string, caseId: string, at: string): Promise<void> {
  await db
    .updateTable('customer_freezes')
    .set({ lifted_at: at })
    .where('org_id', '=', orgId)
    .where('case_id', '=', caseId)
    .where('lifted_at', 'is', null)
    .execute();
}

export async function isFrozen(db: Db, orgId: string, customerId: string): Promise<boolean> {
  const row = await db
    .selectFrom('customer_freezes')
    .select('case_id')
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .where('lifted_at', 'is', null)
    .executeTakeFirst();
  return row !== undefined;
}
