/**
 * What the dashboards count, each in one grouped statement over an index of migration 140, alike on both engines.
 * Everything is bounded by a period; `deskId` narrows to what was captured at one desk.
 */
import { sql } from 'kysely';
import type { Db } from './types.ts';

export interface Period {
  readonly orgId: string;
  /** Inclusive. */
  readonly from: string;
  /** Exclusive. */
  readonly to: string;
  readonly deskId?: string | undefined;
}

const count = sql<number>`count(*)`;

/** Customers first seen in the period, by the tier they hold now. */
export async function tiersOfNewCustomers(
  db: Db,
  { orgId, from, to, deskId }: Period,
): Promise<readonly { readonly tier: string; readonly customers: number }[]> {
  let query = db
    .selectFrom('customers as c')
    .select(['c.kyc_level as tier', count.as('customers')])
    .where('c.org_id', '=', orgId)
    .where('c.created_at', '>=', from)
    .where('c.created_at', '<', to)
    .where('c.status', '!=', 'archived');
  if (deskId !== undefined) {
    query = query.where((e) =>
      e.exists(
        e
          .selectFrom('captures as k')
          .select('k.id')
          // By customer alone: named as well, the organisation tempts a planner to walk all of its captures for each.
          .whereRef('k.customer_id', '=', 'c.id')
          .where('k.desk_id', '=', deskId),
      ),
    );
  }
  const rows = await query.groupBy('c.kyc_level').execute();
  return rows.map((row) => ({ tier: row.tier, customers: Number(row.customers) }));
}

/** Cases decided in the period, by decision and reason. A decision on several checks of one capture is one. */
export async function decisionsByReason(
  db: Db,
  { orgId, from, to, deskId }: Period,
): Promise<
  readonly {
    readonly decision: 'approve' | 'reject' | 'escalate';
    readonly reasonCode: string;
    readonly cases: number;
  }[]
> {
  let query = db
    .selectFrom('review_decisions as d')
    .select(['d.decision', 'd.reason_code', sql<number>`count(distinct d.case_id)`.as('cases')])
    .where('d.org_id', '=', orgId)
    .where('d.created_at', '>=', from)
    .where('d.created_at', '<', to);
  if (deskId !== undefined) {
    query = query
      .innerJoin('verifications as v', 'v.id', 'd.verification_id')
      .innerJoin('captures as k', 'k.id', 'v.capture_id')
      .where('k.desk_id', '=', deskId);
  }
  const rows = await query.groupBy(['d.decision', 'd.reason_code']).execute();
  return rows.map((row) => ({ decision: row.decision, reasonCode: row.reason_code, cases: Number(row.cases) }));
}

/** Cases opened in the period: their reasons, when they were due, and when they were decided. */
export async function casesOpened(
  db: Db,
  { orgId, from, to, deskId }: Period,
): Promise<readonly { readonly reasons: string }[]> {
  let query = db
    .selectFrom('review_cases as r')
    .select('r.reasons')
    .where('r.org_id', '=', orgId)
    .where('r.created_at', '>=', from)
    .where('r.created_at', '<', to);
  if (deskId !== undefined) {
    query = query
      .innerJoin('verifications as v', 'v.id', 'r.verification_id')
      .innerJoin('captures as k', 'k.id', 'v.capture_id')
      .where('k.desk_id', '=', deskId);
  }
  return query.execute();
}

/** Undecided cases, whenever they were opened, soonest due first. */
export async function waitingCases(
  db: Db,
  { orgId, deskId }: Pick<Period, 'orgId' | 'deskId'>,
  limit: number,
): Promise<readonly { readonly created_at: string; readonly due_at: string }[]> {
  let query = db
    .selectFrom('review_cases as r')
    .select(['r.created_at', 'r.due_at'])
    .where('r.org_id', '=', orgId)
    .where('r.status', 'in', ['open', 'escalated']);
  if (deskId !== undefined) {
    query = query
      .innerJoin('verifications as v', 'v.id', 'r.verification_id')
      .innerJoin('captures as k', 'k.id', 'v.capture_id')
      .where('k.desk_id', '=', deskId);
  }
  return query.orderBy('r.due_at').limit(limit).execute();
}

/** When cases decided in the period were opened and decided, newest first. */
export async function decidedCases(
  db: Db,
  { orgId, from, to, deskId }: Period,
  limit: number,
): Promise<readonly { readonly opened_at: string; readonly decided_at: string }[]> {
  let query = db
    .selectFrom('review_decisions as d')
    .innerJoin('review_cases as r', 'r.id', 'd.case_id')
    .select((e) => ['r.created_at as opened_at', e.fn.max('d.created_at').as('decided_at')])
    .where('d.org_id', '=', orgId)
    .where('d.created_at', '>=', from)
    .where('d.created_at', '<', to)
    .where('d.decision', '!=', 'escalate');
  if (deskId !== undefined) {
    query = query
      .innerJoin('verifications as v', 'v.id', 'd.verification_id')
      .innerJoin('captures as k', 'k.id', 'v.capture_id')
      .where('k.desk_id', '=', deskId);
  }
  return query.groupBy(['d.case_id', 'r.created_at']).orderBy('decided_at', 'desc').limit(limit).execute();
}

export interface ScoreCount {
  readonly method: string;
  readonly status: string;
  /** Fives of the score; null: none was computed. */
  readonly step: number | null;
  readonly count: number;
}

/** Checks of the period by method, outcome as recorded, and score in steps of five. */
export async function scoreCounts(db: Db, { orgId, from, to, deskId }: Period): Promise<readonly ScoreCount[]> {
  const step = sql<number | null>`cast(v.score as integer) / 5`;
  let query = db
    .selectFrom('verifications as v')
    .select(['v.method', 'v.status', step.as('step'), count.as('count')])
    .where('v.org_id', '=', orgId)
    .where('v.method', 'in', ['ktp_capture', 'face_liveness', 'face_match', 'nik_dukcapil', 'step_up'])
    .where('v.created_at', '>=', from)
    .where('v.created_at', '<', to);
  if (deskId !== undefined) {
    query = query.innerJoin('captures as k', 'k.id', 'v.capture_id').where('k.desk_id', '=', deskId);
  }
  const rows = await query.groupBy(['v.method', 'v.status', step]).execute();
  return rows.map((row) => ({
    method: row.method,
    status: row.status,
    step: row.step === null ? null : Number(row.step),
    count: Number(row.count),
  }));
}

/** Captures of the period by desk and UTC day. */
export async function capturesByDesk(
  db: Db,
  { orgId, from, to, deskId }: Period,
): Promise<readonly { readonly deskId: string | null; readonly day: string; readonly captures: number }[]> {
  const day = sql<string>`substr(k.received_at, 1, 10)`;
  let query = db
    .selectFrom('captures as k')
    .select(['k.desk_id', day.as('day'), count.as('captures')])
    .where('k.org_id', '=', orgId)
    .where('k.received_at', '>=', from)
    .where('k.received_at', '<', to);
  if (deskId !== undefined) query = query.where('k.desk_id', '=', deskId);
  const rows = await query.groupBy(['k.desk_id', day]).execute();
  return rows.map((row) => ({ deskId: row.desk_id, day: row.day, captures: Number(row.captures) }));
}

/** Customers seen and cases opened in the period, by desk. */
export async function customersByDesk(
  db: Db,
  { orgId, from, to, deskId }: Period,
): Promise<readonly { readonly deskId: string | null; readonly customers: number }[]> {
  let query = db
    .selectFrom('captures as k')
    .select(['k.desk_id', sql<number>`count(distinct k.customer_id)`.as('customers')])
    .where('k.org_id', '=', orgId)
    .where('k.received_at', '>=', from)
    .where('k.received_at', '<', to);
  if (deskId !== undefined) query = query.where('k.desk_id', '=', deskId);
  const rows = await query.groupBy('k.desk_id').execute();
  return rows.map((row) => ({ deskId: row.desk_id, customers: Number(row.customers) }));
}

export async function casesByDesk(
  db: Db,
  { orgId, from, to, deskId }: Period,
): Promise<readonly { readonly deskId: string | null; readonly cases: number }[]> {
  let query = db
    .selectFrom('review_cases as r')
    .innerJoin('verifications as v', 'v.id', 'r.verification_id')
    .leftJoin('captures as k', 'k.id', 'v.capture_id')
    .select(['k.desk_id', count.as('cases')])
    .where('r.org_id', '=', orgId)
    .where('r.created_at', '>=', from)
    .where('r.created_at', '<', to);
  if (deskId !== undefined) query = query.where('k.desk_id', '=', deskId);
  const rows = await query.groupBy('k.desk_id').execute();
  return rows.map((row) => ({ deskId: row.desk_id, cases: Number(row.cases) }));
}
