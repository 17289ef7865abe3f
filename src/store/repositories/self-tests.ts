import type { Db, Row } from './types.ts';

export type SelfTestRow = Row<'self_tests'>;

export async function insertSelfTest(trx: Db, row: SelfTestRow): Promise<void> {
  await trx.insertInto('self_tests').values(row).execute();
}

/** Newest first, of one desk. */
export async function listSelfTests(
  db: Db,
  orgId: string,
  deskId: string,
  limit: number,
): Promise<readonly SelfTestRow[]> {
  return db
    .selectFrom('self_tests')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('desk_id', '=', deskId)
    .orderBy('finished_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}
