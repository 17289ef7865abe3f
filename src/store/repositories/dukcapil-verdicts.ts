import type { Db, Row } from './types.ts';

export type DukcapilVerdictRow = Row<'dukcapil_verdicts'>;

export async function insertDukcapilVerdict(db: Db, row: DukcapilVerdictRow): Promise<void> {
  await db.insertInto('dukcapil_verdicts').values(row).execute();
}

export async function findDukcapilVerdict(
  db: Db,
  orgId: string,
  verificationId: string,
): Promise<DukcapilVerdictRow | null> {
  const row = await db
    .selectFrom('dukcapil_verdicts')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('verification_id', '=', verificationId)
    .executeTakeFirst();
  return row ?? null;
}

export async function findLatestDukcapilVerdict(
  db: Db,
  orgId: string,
  customerId: string,
): Promise<DukcapilVerdictRow | null> {
  const row = await db
    .selectFrom('dukcapil_verdicts')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .orderBy('created_at', 'desc')
    .orderBy('verification_id', 'desc')
    .executeTakeFirst();
  return row ?? null;
}
