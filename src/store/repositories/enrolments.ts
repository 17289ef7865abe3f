import { enrolmentSources, type EnrolmentSource } from '../../contract/vocabulary.ts';
import { countsOf } from './list-counts.ts';
import { listPart } from './list-part.ts';
import type { Db, ListPart, Row, Slice } from './types.ts';

export type EnrolmentRow = Row<'enrolments'>;

export async function insertEnrolment(db: Db, row: EnrolmentRow): Promise<void> {
  await db.insertInto('enrolments').values(row).execute();
}

/** Active references with a template, best source first, newest first inside a source (api-decisions 15). */
export async function listReferences(db: Db, orgId: string, customerId: string): Promise<readonly EnrolmentRow[]> {
  const rows = await db
    .selectFrom('enrolments')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .where('active', '=', 1)
    .where('template', 'is not', null)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  const rank = (row: EnrolmentRow): number => enrolmentSources.indexOf(row.source as EnrolmentSource);
  return [...rows].sort((a, b) => rank(a) - rank(b));
}

export async function retireEnrolments(
  db: Db,
  orgId: string,
  which: { readonly customerId: string; readonly source?: EnrolmentSource; readonly captureId?: string },
  reason: string,
  at: string,
): Promise<readonly string[]> {
  let query = db
    .selectFrom('enrolments')
    .select('id')
    .where('org_id', '=', orgId)
    .where('customer_id', '=', which.customerId)
    .where('active', '=', 1);
  if (which.source !== undefined) query = query.where('source', '=', which.source);
  if (which.captureId !== undefined) query = query.where('capture_id', '=', which.captureId);
  const ids = (await query.execute()).map((row) => row.id);
  if (ids.length > 0) {
    await db
      .updateTable('enrolments')
      .set({ active: 0, retire_reason: reason, retired_at: at })
      .where('id', 'in', ids)
      .execute();
  }
  return ids;
}

export async function listEnrolments(
  db: Db,
  orgId: string,
  filter: {
    readonly customerId?: string;
    readonly active?: boolean;
    readonly source?: string;
    readonly updatedAfter?: string;
  },
  slice: Slice,
): Promise<ListPart<EnrolmentRow>> {
  let query = db.selectFrom('enrolments').selectAll().where('org_id', '=', orgId);
  if (filter.customerId !== undefined) query = query.where('customer_id', '=', filter.customerId);
  if (filter.active !== undefined) query = query.where('active', '=', filter.active ? 1 : 0);
  if (filter.source !== undefined) query = query.where('source', '=', filter.source);
  if (filter.updatedAfter !== undefined) query = query.where('created_at', '>', filter.updatedAfter);
  const { source, active, ...others } = filter;
  const by = { a: source, b: active === undefined ? undefined : active ? '1' : '0' };
  return listPart(query, 'created_at', slice, countsOf(db, orgId, 'enrolments', by, Object.values(others)));
}

/** Sealed photo of the newest active reference that has one. */
export async function findPhotoBlob(db: Db, orgId: string, customerId: string): Promise<string | null> {
  const row = await db
    .selectFrom('enrolments')
    .select('photo_blob_id')
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .where('active', '=', 1)
    .where('photo_blob_id', 'is not', null)
    .orderBy('created_at', 'desc')
    .executeTakeFirst();
  return row?.photo_blob_id ?? null;
}

/** Why a reviewer's rejection retires a reference; such a reference never counted. */
export const rejectedReason = 'review_rejected';

export async function listRejectedEnrolments(db: Db, orgId: string, customerId: string): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('enrolments')
    .select('id')
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .where('retire_reason', '=', rejectedReason)
    .execute();
  return new Set(rows.map((row) => row.id));
}
