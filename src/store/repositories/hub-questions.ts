/** Customers of a hub whom this desk still asks a registry about. */
import type { Db, Row } from './types.ts';

export type HubQuestionRow = Row<'desk_registry_questions'>;

export async function findHubQuestion(db: Db, orgId: string, customerId: string): Promise<HubQuestionRow | null> {
  const row = await db
    .selectFrom('desk_registry_questions')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .executeTakeFirst();
  return row ?? null;
}

/** One question a customer: a later capture adds to it. */
export async function putHubQuestion(trx: Db, row: HubQuestionRow): Promise<void> {
  const { subject_sealed, selfie_sealed, kyc_level, updated_at } = row;
  await trx
    .insertInto('desk_registry_questions')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['org_id', 'customer_id']).doUpdateSet({ subject_sealed, selfie_sealed, kyc_level, updated_at }),
    )
    .execute();
}

/** Those due, longest first. */
export async function dueHubQuestions(db: Db, now: string, limit: number): Promise<readonly HubQuestionRow[]> {
  return db
    .selectFrom('desk_registry_questions')
    .selectAll()
    .where('state', '=', 'waiting')
    .where('next_attempt_at', '<=', now)
    .orderBy('next_attempt_at')
    .orderBy('customer_id')
    .limit(limit)
    .execute();
}

/** Takes one for an attempt by moving its due time; false when another process was quicker. */
export async function takeHubQuestion(trx: Db, row: HubQuestionRow, until: string): Promise<boolean> {
  const done = await trx
    .updateTable('desk_registry_questions')
    .set({ next_attempt_at: until, attempts: row.attempts + 1 })
    .where('org_id', '=', row.org_id)
    .where('customer_id', '=', row.customer_id)
    .where('state', '=', 'waiting')
    .where('attempts', '=', row.attempts)
    .executeTakeFirst();
  return Number(done.numUpdatedRows) === 1;
}

export async function updateHubQuestion(
  trx: Db,
  row: Pick<HubQuestionRow, 'org_id' | 'customer_id'>,
  change: Partial<Omit<HubQuestionRow, 'org_id' | 'customer_id' | 'created_at'>>,
): Promise<void> {
  await trx
    .updateTable('desk_registry_questions')
    .set(change)
    .where('org_id', '=', row.org_id)
    .where('customer_id', '=', row.customer_id)
    .execute();
}
