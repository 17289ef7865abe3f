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
