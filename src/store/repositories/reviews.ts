import { countsOf } from './list-counts.ts';
import { listPart } from './list-part.ts';
import type { Db, ListPart, Row, Slice } from './types.ts';

export type ReviewCaseRow = Row<'review_cases'>;
export type ReviewDecisionRow = Row<'review_decisions'>;

export async function insertReviewCase(db: Db, row: ReviewCaseRow): Promise<void> {
  await db.insertInto('review_cases').values(row).execute();
}

/** Whoever served in a case's session before its operator did. */
export async function earlierOperators(db: Db, caseId: string): Promise<readonly string[]> {
  const rows = await db.selectFrom('review_case_operators').select('user_id').where('case_id', '=', caseId).execute();
  return rows.map((row) => row.user_id);
}

export async function insertEarlierOperators(
  db: Db,
  orgId: string,
  caseId: string,
  userIds: readonly string[],
): Promise<void> {
  if (userIds.length === 0) return;
  const rows = userIds.map((user_id) => ({ org_id: orgId, case_id: caseId, user_id }));
  await db.insertInto('review_case_operators').values(rows).execute();
}

export async function findReviewCase(db: Db, orgId: string, id: string): Promise<ReviewCaseRow | null> {
  const row = await db
    .selectFrom('review_cases')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

export async function listReviewCases(
  db: Db,
  orgId: string,
  filter: {
    readonly statuses?: readonly ReviewCaseRow['status'][];
    readonly assignee?: string;
    readonly updatedAfter?: string;
  },
  slice: Slice,
): Promise<ListPart<ReviewCaseRow>> {
  let query = db.selectFrom('review_cases').selectAll().where('org_id', '=', orgId);
  if (filter.statuses !== undefined) query = query.where('status', 'in', [...filter.statuses]);
  if (filter.assignee !== undefined) query = query.where('assignee_id', '=', filter.assignee);
  if (filter.updatedAfter !== undefined) query = query.where('updated_at', '>', filter.updatedAfter);
  const { statuses, ...others } = filter;
  const [only, ...more] = statuses ?? [];
  const counted = more.length > 0 ? undefined : countsOf(db, orgId, 'review_cases', { a: only }, Object.values(others));
  return listPart(query, slice.by === 'page' ? 'created_at' : 'updated_at', slice, counted);
}

/** The undecided case of a capture: one capture is one thing to look at, however many checks it serves. */
export async function findOpenCaseOfCapture(db: Db, orgId: string, captureId: string): Promise<ReviewCaseRow | null> {
  const row = await db
    .selectFrom('review_cases')
    .innerJoin('verifications', 'verifications.id', 'review_cases.verification_id')
    .selectAll('review_cases')
    .where('review_cases.org_id', '=', orgId)
    .where('verifications.capture_id', '=', captureId)
    .where('review_cases.status', 'in', ['open', 'escalated'])
    .executeTakeFirst();
  return row ?? null;
}

/** Of one verification, in any state. */
export async function listReviewCasesOfVerification(
  db: Db,
  orgId: string,
  verificationId: string,
): Promise<readonly ReviewCaseRow[]> {
  return db
    .selectFrom('review_cases')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('verification_id', '=', verificationId)
    .execute();
}

/** Which of these verifications a case was opened for by themselves. */
export async function verificationsWithCase(
  db: Db,
  orgId: string,
  verificationIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (verificationIds.length === 0) return new Set();
  const rows = await db
    .selectFrom('review_cases')
    .select('verification_id')
    .where('org_id', '=', orgId)
    .where('verification_id', 'in', [...verificationIds])
    .execute();
  return new Set(rows.map((row) => row.verification_id));
}

export async function setCaseReasons(db: Db, orgId: string, id: string, reasons: string, at: string): Promise<void> {
  await db
    .updateTable('review_cases')
    .set({ reasons, updated_at: at })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
}

/** True when the case was still in one of `from`: two reviewers cannot both decide. */
export async function moveReviewCase(
  db: Db,
  orgId: string,
  id: string,
  from: readonly ReviewCaseRow['status'][],
  to: ReviewCaseRow['status'],
  at: string,
): Promise<boolean> {
  const result = await db
    .updateTable('review_cases')
    .set({ status: to, updated_at: at })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('status', 'in', [...from])
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}

export async function insertReviewDecision(db: Db, row: ReviewDecisionRow): Promise<void> {
  await db.insertInto('review_decisions').values(row).execute();
}

/** Oldest first. */
export async function listReviewDecisions(
  db: Db,
  orgId: string,
  caseId: string,
): Promise<readonly ReviewDecisionRow[]> {
  return db
    .selectFrom('review_decisions')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('case_id', '=', caseId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}
