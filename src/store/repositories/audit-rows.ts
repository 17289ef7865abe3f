import { countsOf } from './list-counts.ts';
import { listPart } from './list-part.ts';
import type { Db, ListPart, Row, Slice } from './types.ts';

export type AuditRow = Row<'audit_log'>;

export async function listAuditRows(
  db: Db,
  orgId: string,
  filter: {
    readonly event?: string;
    readonly actorId?: string;
    readonly subject?: string;
    readonly objectId?: string;
    readonly from?: string;
    readonly to?: string;
  },
  slice: Slice,
): Promise<ListPart<AuditRow>> {
  let query = db.selectFrom('audit_log').selectAll().where('org_id', '=', orgId);
  if (filter.event !== undefined) query = query.where('event', '=', filter.event);
  if (filter.actorId !== undefined) query = query.where('actor_id', '=', filter.actorId);
  if (filter.subject !== undefined) query = query.where('subject', '=', filter.subject);
  if (filter.objectId !== undefined) query = query.where('object_id', '=', filter.objectId);
  if (filter.from !== undefined) query = query.where('occurred_at', '>=', filter.from);
  if (filter.to !== undefined) query = query.where('occurred_at', '<', filter.to);
  const { event, ...others } = filter;
  const counted = countsOf(db, orgId, 'audit_log', { a: event }, Object.values(others));
  return listPart(query, 'occurred_at', slice, counted);
}

/** Rows about these objects, newest first. */
export async function auditOfObjects(
  db: Db,
  orgId: string,
  objectIds: readonly string[],
  limit: number,
): Promise<readonly AuditRow[]> {
  if (objectIds.length === 0) return [];
  const rows = db.selectFrom('audit_log').selectAll().where('org_id', '=', orgId);
  return rows
    .where('object_id', 'in', [...objectIds])
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
}

/** Rows about one customer, by his pseudonym, newest first. */
export async function auditOfSubject(
  db: Db,
  orgId: string,
  subject: string,
  limit: number,
): Promise<readonly AuditRow[]> {
  const rows = db.selectFrom('audit_log').selectAll().where('org_id', '=', orgId);
  return rows.where('subject', '=', subject).orderBy('seq', 'desc').limit(limit).execute();
}

/** When the last row was written; null for an empty log. */
export async function lastAuditInstant(db: Db): Promise<string | null> {
  const row = await db.selectFrom('audit_log').select('occurred_at').orderBy('seq', 'desc').limit(1).executeTakeFirst();
  return row?.occurred_at ?? null;
}
