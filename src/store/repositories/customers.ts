import { indexCustomers, searchCustomerIds } from './customer-search.ts';
import { compiledOnce } from './compiled-once.ts';
import { countsOf } from './list-counts.ts';
import { listPart } from './list-part.ts';
import type { Db, ListPart, Row, Slice } from './types.ts';

export type CustomerRow = Row<'customers'>;

export async function insertCustomer(db: Db, row: CustomerRow): Promise<void> {
  await db.insertInto('customers').values(row).execute();
  await indexCustomers(db, [row]);
}

export async function findCustomer(db: Db, orgId: string, id: string): Promise<CustomerRow | null> {
  const [row] = await compiledOnce(db, 'customer', [orgId, id], ([org, own]) =>
    db.selectFrom('customers').selectAll().where('org_id', '=', String(org)).where('id', '=', String(own)),
  );
  return row ?? null;
}

export async function findCustomerByNikIndex(db: Db, orgId: string, nikIndex: string): Promise<CustomerRow | null> {
  const row = await db
    .selectFrom('customers')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('nik_index', '=', nikIndex)
    .executeTakeFirst();
  return row ?? null;
}

export async function findCustomerByExternalRef(db: Db, orgId: string, ref: string): Promise<CustomerRow | null> {
  const row = await db
    .selectFrom('customers')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('external_ref', '=', ref)
    .executeTakeFirst();
  return row ?? null;
}

export async function updateCustomer(db: Db, orgId: string, id: string, change: Partial<CustomerRow>): Promise<void> {
  await db.updateTable('customers').set(change).where('org_id', '=', orgId).where('id', '=', id).execute();
  if (!('full_name' in change || 'email' in change || 'erased_at' in change)) return;
  const row = await findCustomer(db, orgId, id);
  if (row !== null) await indexCustomers(db, [row]);
}

export interface CustomerFilter {
  readonly kycLevel?: string;
  readonly status?: string;
  readonly externalRef?: string;
  readonly updatedAfter?: string;
}

/** By cursor the list runs over `updated_at`, so that changes reach a puller; by page over `created_at`. */
export async function listCustomers(
  db: Db,
  orgId: string,
  filter: CustomerFilter,
  slice: Slice,
): Promise<ListPart<CustomerRow>> {
  let query = db.selectFrom('customers').selectAll().where('org_id', '=', orgId);
  if (filter.kycLevel !== undefined) query = query.where('kyc_level', '=', filter.kycLevel);
  if (filter.status !== undefined) query = query.where('status', '=', filter.status as CustomerRow['status']);
  if (filter.externalRef !== undefined) query = query.where('external_ref', '=', filter.externalRef);
  if (filter.updatedAfter !== undefined) query = query.where('updated_at', '>', filter.updatedAfter);
  const { kycLevel, status, ...others } = filter;
  const counted = countsOf(db, orgId, 'customers', { a: kycLevel, b: status }, Object.values(others));
  return listPart(query, slice.by === 'page' ? 'created_at' : 'updated_at', slice, counted);
}

/**
 * By the whole NIK through its blind index, a telephone number in any of its spellings, a whole reference, or else the
 * beginnings of words of name and email (`searchCustomerIds`).
 */
export async function searchCustomers(
  db: Db,
  orgId: string,
  search: { readonly text: string; readonly nikIndex: string | null; readonly phones?: readonly string[] },
  slice: Slice,
): Promise<ListPart<CustomerRow>> {
  const mine = db.selectFrom('customers').selectAll().where('org_id', '=', orgId);
  if (search.nikIndex !== null) return listPart(mine.where('nik_index', '=', search.nikIndex), 'created_at', slice);
  const { phones = [] } = search;
  if (phones.length > 0) {
    const called = await listPart(mine.where('phone', 'in', [...phones]), 'created_at', slice);
    if (called.rows.length > 0) return called;
  }
  const referred = await listPart(mine.where('external_ref', '=', search.text), 'created_at', slice);
  if (referred.rows.length > 0) return referred;
  const found = await searchCustomerIds(db, orgId, search.text, slice);
  if (found.ids.length === 0) return { rows: [], total: found.total, next: null };
  const rows = new Map((await customersNamed(db, orgId, found.ids)).map((row) => [row.id, row]));
  const shown = found.ids.flatMap((id) => rows.get(id) ?? []);
  const last = shown.at(-1);
  const next = found.next !== null && last !== undefined ? { at: last.created_at, id: last.id } : null;
  return { rows: shown, total: found.total, next };
}

/** By id alone, so that nothing tempts a planner to walk the organisation's customers; whose they are is looked at after. */
async function customersNamed(db: Db, orgId: string, ids: readonly string[]): Promise<readonly CustomerRow[]> {
  const rows = await compiledOnce(db, `customers-named:${ids.length}`, ids, (marks) =>
    db.selectFrom('customers').selectAll().where('id', 'in', marks.map(String)),
  );
  return rows.filter((row) => row.org_id === orgId);
}

export async function insertCustomerKey(db: Db, row: Row<'customer_keys'>): Promise<void> {
  await db
    .insertInto('customer_keys')
    .values(row)
    .onConflict((c) => c.column('customer_id').doNothing())
    .execute();
}

/** null when there is none or it was destroyed (crypto-shredded). */
export async function findCustomerKey(db: Db, orgId: string, customerId: string): Promise<Uint8Array | null> {
  const row = await db
    .selectFrom('customer_keys')
    .select('wrapped_key')
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .executeTakeFirst();
  return row?.wrapped_key ?? null;
}

export async function insertConsent(db: Db, row: Row<'consents'>): Promise<void> {
  await db.insertInto('consents').values(row).execute();
}

export async function hasConsent(db: Db, customerId: string, textHash: string, acceptedAt: string): Promise<boolean> {
  const row = await db
    .selectFrom('consents')
    .select('id')
    .where('customer_id', '=', customerId)
    .where('text_hash', '=', textHash)
    .where('accepted_at', '=', acceptedAt)
    .executeTakeFirst();
  return row !== undefined;
}
