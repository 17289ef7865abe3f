/** Customers in slices by creation, for exports and daily work: a change meanwhile neither repeats nor skips anybody. */
import { sql } from 'kysely';
import type { CustomerFilter, CustomerRow } from './customers.ts';
import type { Cursor, Db } from './types.ts';

/** Oldest first, made before `before`, after a position. */
export async function customerBatch(
  db: Db,
  orgId: string,
  filter: CustomerFilter,
  slice: { readonly after: Cursor | null; readonly before: string; readonly limit: number },
): Promise<readonly CustomerRow[]> {
  const { after, before, limit } = slice;
  let query = db.selectFrom('customers').selectAll().where('org_id', '=', orgId).where('created_at', '<', before);
  if (filter.kycLevel !== undefined) query = query.where('kyc_level', '=', filter.kycLevel);
  if (filter.status !== undefined) query = query.where('status', '=', filter.status as CustomerRow['status']);
  if (filter.externalRef !== undefined) query = query.where('external_ref', '=', filter.externalRef);
  if (filter.updatedAfter !== undefined) query = query.where('updated_at', '>', filter.updatedAfter);
  if (after !== null) query = query.where(sql<boolean>`(created_at, id) > (${after.at}, ${after.id})`);
  return query.orderBy('created_at').orderBy('id').limit(limit).execute();
}

/** Active customers above `basic` whose last check is more than a year old. */
export async function listExpiredTiers(
  db: Db,
  now: string,
  after: Cursor | null,
  limit: number,
): Promise<readonly Pick<CustomerRow, 'id' | 'org_id' | 'kyc_expires_at'>[]> {
  let query = db
    .selectFrom('customers')
    .select(['id', 'org_id', 'kyc_expires_at'])
    .where('kyc_expires_at', '<', now)
    .where('kyc_level', 'in', ['standard', 'premium'])
    .where('status', '=', 'active');
  if (after !== null) query = query.where(sql<boolean>`(kyc_expires_at, id) > (${after.at}, ${after.id})`);
  return query.orderBy('kyc_expires_at').orderBy('id').limit(limit).execute();
}
