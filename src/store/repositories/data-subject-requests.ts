import { listPart } from './list-part.ts';
import type { Db, ListPart, Row, Slice } from './types.ts';

export type DataSubjectRequestRow = Row<'data_subject_requests'>;

export interface DataSubjectFilter {
  readonly status?: DataSubjectRequestRow['status'] | undefined;
  readonly kind?: DataSubjectRequestRow['kind'] | undefined;
  readonly customerId?: string | undefined;
  readonly updatedAfter?: string | undefined;
}

export async function insertDataSubjectRequest(db: Db, row: DataSubjectRequestRow): Promise<void> {
  await db.insertInto('data_subject_requests').values(row).execute();
}

export async function findDataSubjectRequest(db: Db, orgId: string, id: string): Promise<DataSubjectRequestRow | null> {
  const row = await db
    .selectFrom('data_subject_requests')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

export async function findOpenRequest(
  db: Db,
  orgId: string,
  customerId: string,
  kind: DataSubjectRequestRow['kind'],
): Promise<DataSubjectRequestRow | null> {
  const row = await db
    .selectFrom('data_subject_requests')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .where('kind', '=', kind)
    .where('status', '=', 'open')
    .executeTakeFirst();
  return row ?? null;
}

export async function listDataSubjectRequests(
  db: Db,
  orgId: string,
  filter: DataSubjectFilter,
  slice: Slice,
): Promise<ListPart<DataSubjectRequestRow>> {
  let query = db.selectFrom('data_subject_requests').selectAll().where('org_id', '=', orgId);
  if (filter.status !== undefined) query = query.where('status', '=', filter.status);
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind);
  if (filter.customerId !== undefined) query = query.where('customer_id', '=', filter.customerId);
  if (filter.updatedAfter !== undefined) query = query.where('updated_at', '>', filter.updatedAfter);
  return listPart(query, slice.by === 'page' ? 'created_at' : 'updated_at', slice);
}

/** Open ones due before an instant, most urgent first. */
export async function listDueRequests(
  db: Db,
  orgId: string,
  dueBefore: string,
  limit: number,
): Promise<readonly DataSubjectRequestRow[]> {
  return db
    .selectFrom('data_subject_requests')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('status', '=', 'open')
    .where('due_at', '<', dueBefore)
    .orderBy('due_at')
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** False when it was answered before. */
export async function closeDataSubjectRequest(
  db: Db,
  orgId: string,
  id: string,
  answer: Pick<DataSubjectRequestRow, 'status' | 'answer_sealed' | 'answered_by' | 'answered_at' | 'updated_at'>,
): Promise<boolean> {
  const done = await db
    .updateTable('data_subject_requests')
    .set(answer)
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('status', '=', 'open')
    .executeTakeFirst();
  return Number(done.numUpdatedRows) === 1;
}
