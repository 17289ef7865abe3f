import type { Db, Row } from './types.ts';

export type DeskRow = Row<'desks'>;

export async function insertDesk(db: Db, row: DeskRow): Promise<void> {
  await db.insertInto('desks').values(row).execute();
}

export async function findDesk(db: Db, orgId: string, id: string): Promise<DeskRow | null> {
  const row = await db
    .selectFrom('desks')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

/** The highest counter seen; deliveries may arrive out of order. */
export async function raiseDeskCounter(db: Db, orgId: string, id: string, counter: number): Promise<void> {
  await db
    .updateTable('desks')
    .set({ last_counter: counter })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('last_counter', '<', counter)
    .execute();
}

/** The organisation a desk is enrolled with: one for each desk. */
export async function organisationOfDesk(db: Db, id: string): Promise<string | null> {
  const row = await db.selectFrom('desks').select('org_id').where('id', '=', id).executeTakeFirst();
  return row?.org_id ?? null;
}
