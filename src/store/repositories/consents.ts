import type { Db, Row } from './types.ts';

export type ConsentRow = Row<'consents'>;

export async function listConsents(db: Db, orgId: string, customerId: string): Promise<readonly ConsentRow[]> {
  return db
    .selectFrom('consents')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .orderBy('accepted_at')
    .orderBy('id')
    .execute();
}

/** How many stood until now. */
export async function withdrawConsents(db: Db, orgId: string, customerId: string, at: string): Promise<number> {
  const done = await db
    .updateTable('consents')
    .set({ withdrawn_at: at })
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .where('withdrawn_at', 'is', null)
    .executeTakeFirst();
  return Number(done.numUpdatedRows);
}

/** An erasure was asked for: its restriction ends with the hold, and not otherwise. */
export async function hasErasure(db: Db, orgId: string, customerId: string): Promise<boolean> {
  const row = await db
    .selectFrom('erasures')
    .select('id')
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .executeTakeFirst();
  return row !== undefined;
}
