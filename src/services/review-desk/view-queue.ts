/** The review queue for the desk: what waits, how long already, with whom it lies, and what it can be narrowed by. */
import type { QueueCase, QueueView } from '../../contract/desk/review-desk.ts';
import type { Reason } from '../../contract/reasons.ts';
import type { Role, VerificationMethod } from '../../contract/vocabulary.ts';
import { batchObstacle } from '../../core/review/batch-rules.ts';
import { caseAge } from '../../core/review/case-age.ts';
import { openingHoursOf, type OpeningHours } from '../../core/review/review-sla.ts';
import { isDecided } from '../../core/review/review-rules.ts';
import { findOrganisation } from '../../store/repositories/organisations.ts';
import { listReviewQueue, undecidedReasons, type QueueRow } from '../../store/repositories/review-queue.ts';
import type { ReviewCaseRow } from '../../store/repositories/reviews.ts';
import { listUsers } from '../../store/repositories/users.ts';
import { instant, type Actor, type ServiceContext } from '../context.ts';
import { batchFacts } from './batch-facts.ts';
import { desksOf } from './desks-of.ts';

export interface QueueRequest {
  readonly status: 'undecided' | 'open' | 'escalated' | 'decided';
  readonly reason?: string | undefined;
  readonly deskId?: string | undefined;
  /** `me`, `nobody`, or a person. */
  readonly assignee?: string | undefined;
  readonly overdue?: boolean | undefined;
}

const shownCases = 200;
/** Undecided cases that are counted by reason: a branch with more has other worries. */
const countedCases = 5000;

const statusesOf: Readonly<Record<QueueRequest['status'], readonly ReviewCaseRow['status'][]>> = {
  undecided: ['open', 'escalated'],
  open: ['open'],
  escalated: ['escalated'],
  decided: ['approved', 'rejected'],
};

export async function viewQueue(ctx: ServiceContext, actor: Actor, request: QueueRequest): Promise<QueueView> {
  const { db } = ctx.store;
  const now = instant(ctx);
  const assigneeId =
    request.assignee === undefined
      ? undefined
      : request.assignee === 'nobody'
        ? null
        : request.assignee === 'me'
          ? (actor.id ?? '')
          : request.assignee;
  const rows = await listReviewQueue(
    db,
    actor.orgId,
    {
      statuses: statusesOf[request.status],
      reason: request.reason,
      deskId: request.deskId,
      assigneeId,
      dueBefore: request.overdue === true ? now : undefined,
      order: request.status === 'decided' ? 'newest' : 'due',
    },
    shownCases + 1,
  );
  const shown = rows.slice(0, shownCases);
  const facts = await batchFacts(db, actor, shown);
  const organisation = await findOrganisation(db, actor.orgId);
  const hours = openingHoursOf(organisation?.settings.review);
  const people = await listUsers(db, actor.orgId);
  return {
    rows: shown.map((row): QueueCase => {
      const fact = facts.get(row.id);
      return {
        ...queueCase(row, now, hours),
        ownCapture: fact?.operatorIds.includes(actor.id ?? '') ?? false,
        notInBatch: fact === undefined ? 'not_open' : batchObstacle(fact, 'approve', actor.id ?? ''),
      };
    }),
    more: rows.length > shownCases,
    ...(await summary(ctx, actor, now)),
    desks: await desksOf(db, actor.orgId),
    people: people
      .filter((user) => user.disabled === 0 && (user.role === 'supervisor' || user.role === 'compliance'))
      .map(({ id, full_name, role }) => ({ id, fullName: full_name, role: role as Role })),
    slaMinutes: organisation?.settings.review.slaMinutes ?? 0,
    now,
  };
}

async function summary(ctx: ServiceContext, actor: Actor, now: string): Promise<Pick<QueueView, 'counts' | 'reasons'>> {
  const { db } = ctx.store;
  const all = await undecidedReasons(db, actor.orgId, countedCases);
  const byCode = new Map<string, number>();
  for (const { reasons } of all) for (const code of codesOf(reasons)) byCode.set(code, (byCode.get(code) ?? 0) + 1);
  const mine = await listReviewQueue(
    db,
    actor.orgId,
    { statuses: ['open', 'escalated'], assigneeId: actor.id ?? '', order: 'due' },
    countedCases,
  );
  return {
    counts: { undecided: all.length, overdue: all.filter(({ due_at }) => due_at < now).length, mine: mine.length },
    reasons: [...byCode]
      .map(([code, count]) => ({ code, count }))
      .sort((a, b) => b.count - a.count || a.code.localeCompare(b.code)),
  };
}

/** Codes of a case's reasons, once each. */
export function codesOf(reasons: string): ReadonlySet<string> {
  return new Set((JSON.parse(reasons) as Reason[]).map(({ code }) => code));
}

function queueCase(row: QueueRow, now: string, hours: OpeningHours): Omit<QueueCase, 'notInBatch' | 'ownCapture'> {
  return {
    id: row.id,
    customerName: row.customer_name,
    method: row.method as VerificationMethod,
    status: row.status,
    reasons: JSON.parse(row.reasons) as Reason[],
    operator: row.operator_name,
    desk: row.desk_name,
    assignee: assigneeOf(row),
    createdAt: row.created_at,
    dueAt: row.due_at,
    age: ageOf(row, now, hours),
  };
}

export function assigneeOf(row: QueueRow): QueueCase['assignee'] {
  return row.assignee_id === null ? null : { id: row.assignee_id, fullName: row.assignee_name ?? row.assignee_id };
}

export function ageOf(row: ReviewCaseRow, now: string, hours: OpeningHours): QueueCase['age'] {
  return isDecided(row.status) ? null : caseAge({ createdAt: row.created_at, dueAt: row.due_at }, now, hours);
}
