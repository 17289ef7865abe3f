/** The review queue as a supervisor reads it: one statement for a screenful, whatever it is narrowed by. */
import type { ReviewCaseRow } from './reviews.ts';
import type { Db } from './types.ts';

export interface QueueFilter {
  readonly statuses: readonly ReviewCaseRow['status'][];
  /** A reason code among the case's. */
  readonly reason?: string | undefined;
  readonly deskId?: string | undefined;
  /** null: nobody's. */
  readonly assigneeId?: string | null | undefined;
  /** Due before this instant. */
  readonly dueBefore?: string | undefined;
  /** Undecided ones by what is due first; decided ones newest first. */
  readonly order: 'due' | 'newest';
}

export interface QueueRow extends ReviewCaseRow {
  readonly customer_name: string;
  readonly method: string;
  readonly capture_id: string | null;
  readonly desk_id: string | null;
  readonly desk_name: string | null;
  readonly operator_name: string | null;
  readonly assignee_name: string | null;
}

export async function listReviewQueue(
  db: Db,
  orgId: string,
  filter: QueueFilter,
  limit: number,
): Promise<readonly QueueRow[]> {
  let query = joined(db, orgId).where('r.status', 'in', [...filter.statuses]);
  // The codes are ours and hold no wildcard but `_`, which matches itself.
  if (filter.reason !== undefined) query = query.where('r.reasons', 'like', `%"code":"${filter.reason}"%`);
  if (filter.deskId !== undefined) query = query.where('k.desk_id', '=', filter.deskId);
  if (filter.assigneeId === null) query = query.where('r.assignee_id', 'is', null);
  else if (filter.assigneeId !== undefined) query = query.where('r.assignee_id', '=', filter.assigneeId);
  if (filter.dueBefore !== undefined) query = query.where('r.due_at', '<', filter.dueBefore);
  const ordered =
    filter.order === 'due'
      ? query.orderBy('r.due_at').orderBy('r.id')
      : query.orderBy('r.updated_at', 'desc').orderBy('r.id', 'desc');
  return ordered.limit(limit).execute();
}

export async function findQueueRows(db: Db, orgId: string, ids: readonly string[]): Promise<readonly QueueRow[]> {
  if (ids.length === 0) return [];
  return joined(db, orgId)
    .where('r.id', 'in', [...ids])
    .execute();
}

function joined(db: Db, orgId: string) {
  return db
    .selectFrom('review_cases as r')
    .innerJoin('customers as c', 'c.id', 'r.customer_id')
    .innerJoin('verifications as v', 'v.id', 'r.verification_id')
    .leftJoin('captures as k', 'k.id', 'v.capture_id')
    .leftJoin('desks as d', 'd.id', 'k.desk_id')
    .leftJoin('users as o', 'o.id', 'r.operator_id')
    .leftJoin('users as a', 'a.id', 'r.assignee_id')
    .selectAll('r')
    .select([
      'c.full_name as customer_name',
      'v.method as method',
      'v.capture_id as capture_id',
      'k.desk_id as desk_id',
      'd.name as desk_name',
      'o.full_name as operator_name',
      'a.full_name as assignee_name',
    ])
    .where('r.org_id', '=', orgId);
}

/** Reasons and desks of all undecided cases, for the filters. */
export async function undecidedReasons(
  db: Db,
  orgId: string,
  limit: number,
): Promise<readonly { readonly reasons: string; readonly desk_id: string | null; readonly due_at: string }[]> {
  return db
    .selectFrom('review_cases as r')
    .innerJoin('verifications as v', 'v.id', 'r.verification_id')
    .leftJoin('captures as k', 'k.id', 'v.capture_id')
    .select(['r.reasons as reasons', 'k.desk_id as desk_id', 'r.due_at as due_at'])
    .where('r.org_id', '=', orgId)
    .where('r.status', 'in', ['open', 'escalated'])
    .limit(limit)
    .execute();
}

/** All cases of one customer, newest first. */
export async function listCasesOfCustomer(
  db: Db,
  orgId: string,
  customerId: string,
): Promise<readonly ReviewCaseRow[]> {
  return db
    .selectFrom('review_cases')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
}

/** Only while the case still lies with `from`: two people cannot both take it. */
export async function assignReviewCase(
  db: Db,
  orgId: string,
  id: string,
  change: { readonly from: string | null; readonly to: string | null; readonly at: string },
): Promise<boolean> {
  let query = db
    .updateTable('review_cases')
    .set({ assignee_id: change.to, updated_at: change.at })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('status', 'in', ['open', 'escalated']);
  query = change.from === null ? query.where('assignee_id', 'is', null) : query.where('assignee_id', '=', change.from);
  const done = await query.executeTakeFirst();
  return Number(done.numUpdatedRows) === 1;
}

/** Everybody who served in each of these cases: whoever captured, and whoever handed the session on. */
export async function servingOf(
  db: Db,
  cases: readonly Pick<ReviewCaseRow, 'id' | 'operator_id'>[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (cases.length === 0) return new Map();
  const earlier = await db
    .selectFrom('review_case_operators')
    .select(['case_id', 'user_id'])
    .where(
      'case_id',
      'in',
      cases.map(({ id }) => id),
    )
    .execute();
  return new Map(
    cases.map(({ id, operator_id }) => [
      id,
      [
        ...(operator_id === null ? [] : [operator_id]),
        ...earlier.filter((row) => row.case_id === id).map((row) => row.user_id),
      ],
    ]),
  );
}

/** Which of these cases this person has opened, by the audit record of it. */
export async function casesSeenBy(
  db: Db,
  orgId: string,
  userId: string,
  caseIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (caseIds.length === 0) return new Set();
  const rows = await db
    .selectFrom('audit_log')
    .select('object_id')
    .distinct()
    .where('org_id', '=', orgId)
    .where('object_id', 'in', [...caseIds])
    .where('event', '=', 'evidence.viewed')
    .where('actor_id', '=', userId)
    .execute();
  return new Set(rows.flatMap((row) => (row.object_id === null ? [] : [row.object_id])));
}

/** Of these captures and verifications: what each check recorded and how it counts. */
export async function listChecksOf(
  db: Db,
  orgId: string,
  of: { readonly captureIds: readonly string[]; readonly verificationIds: readonly string[] },
): Promise<
  readonly {
    readonly id: string;
    readonly capture_id: string | null;
    readonly status: string;
    readonly detail: string;
  }[]
> {
  // By id and by capture alone: with the organisation named, a planner walks all of its checks. Whose they are is looked at after.
  const rows = (column: 'id' | 'capture_id', ids: readonly string[]) =>
    ids.length === 0
      ? []
      : db
          .selectFrom('verifications')
          .select(['id', 'org_id', 'capture_id', 'status', 'detail'])
          .where(column, 'in', [...ids])
          .execute();
  const found = [...(await rows('id', of.verificationIds)), ...(await rows('capture_id', of.captureIds))];
  const own = found.filter((row) => row.org_id === orgId);
  return [...new Map(own.map((row) => [row.id, row])).values()];
}

/** Customers with a hit that is not cleared, or frozen for one. */
export async function listedCustomers(
  db: Db,
  orgId: string,
  customerIds: readonly string[],
): Promise<{ readonly hits: ReadonlySet<string>; readonly frozen: ReadonlySet<string> }> {
  if (customerIds.length === 0) return { hits: new Set(), frozen: new Set() };
  const hits = await db
    .selectFrom('screening_hits')
    .select('customer_id')
    .distinct()
    .where('org_id', '=', orgId)
    .where('customer_id', 'in', [...customerIds])
    .where('state', '!=', 'cleared')
    .execute();
  const frozen = await db
    .selectFrom('customer_freezes')
    .select('customer_id')
    .distinct()
    .where('org_id', '=', orgId)
    .where('customer_id', 'in', [...customerIds])
    .where('lifted_at', 'is', null)
    .execute();
  const ids = (rows: readonly { customer_id: string }[]) => new Set(rows.map((row) => row.customer_id));
  return { hits: ids(hits), frozen: ids(frozen) };
}
