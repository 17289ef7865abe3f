import { compiledOnce } from './compiled-once.ts';
import { countsOf } from './list-counts.ts';
import { listPart } from './list-part.ts';
import type { Db, ListPart, Row, Slice } from './types.ts';

export type TierEventRow = Row<'tier_events'>;

export async function insertTierEvent(db: Db, row: TierEventRow): Promise<void> {
  await db.insertInto('tier_events').values(row).execute();
}

/** Newest first. */
export async function listCustomerTierEvents(
  db: Db,
  orgId: string,
  customerId: string,
): Promise<readonly TierEventRow[]> {
  return compiledOnce(db, 'tier-events-of-customer', [orgId, customerId], ([org, customer]) =>
    db
      .selectFrom('tier_events')
      .selectAll()
      .where('org_id', '=', String(org))
      .where('customer_id', '=', String(customer))
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc'),
  );
}

export async function listTierEvents(
  db: Db,
  orgId: string,
  filter: { readonly customerId?: string; readonly toTier?: string; readonly updatedAfter?: string },
  slice: Slice,
): Promise<ListPart<TierEventRow>> {
  let query = db.selectFrom('tier_events').selectAll().where('org_id', '=', orgId);
  if (filter.customerId !== undefined) query = query.where('customer_id', '=', filter.customerId);
  if (filter.toTier !== undefined) query = query.where('to_tier', '=', filter.toTier);
  if (filter.updatedAfter !== undefined) query = query.where('created_at', '>', filter.updatedAfter);
  const { toTier, ...others } = filter;
  return listPart(query, 'created_at', slice, countsOf(db, orgId, 'tier_events', { a: toTier }, Object.values(others)));
}
