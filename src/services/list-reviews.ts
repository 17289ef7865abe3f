/** The review queue (api-facts: review-queue; api-decisions 17). */
import type { ReviewRow } from '../contract/desk/answers.ts';
import type { Reason } from '../contract/reasons.ts';
import type { VerificationMethod } from '../contract/vocabulary.ts';
import { earlierOperators } from '../store/repositories/reviews.ts';
import { findCustomer } from '../store/repositories/customers.ts';
import { listReviewCases, type ReviewCaseRow } from '../store/repositories/reviews.ts';
import type { Db, ListPart, Slice } from '../store/repositories/types.ts';
import { findUser } from '../store/repositories/users.ts';
import { findVerification } from '../store/repositories/verifications.ts';
import type { Actor, ServiceContext } from './context.ts';

export interface ReviewListing extends ReviewRow {
  readonly customerId: string;
  readonly verificationId: string;
  readonly operatorId: string | null;
  readonly assigneeId: string | null;
  readonly updatedAt: string;
}

export interface ReviewFilter {
  /** `decided` = approved or rejected. */
  readonly status?: ReviewCaseRow['status'] | 'decided' | 'undecided';
  readonly assignee?: string;
  readonly updatedAfter?: string;
}

function statusesOf(status: ReviewFilter['status']): readonly ReviewCaseRow['status'][] | undefined {
  if (status === undefined) return undefined;
  if (status === 'decided') return ['approved', 'rejected'];
  return status === 'undecided' ? ['open', 'escalated'] : [status];
}

export async function listReviews(
  ctx: ServiceContext,
  actor: Actor,
  filter: ReviewFilter,
  slice: Slice,
): Promise<ListPart<ReviewListing>> {
  const statuses = statusesOf(filter.status);
  const part = await listReviewCases(
    ctx.store.db,
    actor.orgId,
    {
      ...(statuses === undefined ? {} : { statuses }),
      ...(filter.assignee === undefined ? {} : { assignee: filter.assignee }),
      ...(filter.updatedAfter === undefined ? {} : { updatedAfter: filter.updatedAfter }),
    },
    slice,
  );
  const rows: ReviewListing[] = [];
  for (const row of part.rows) rows.push(await reviewListing(ctx.store.db, actor, row));
  return { ...part, rows };
}

export async function reviewListing(db: Db, actor: Actor, row: ReviewCaseRow): Promise<ReviewListing> {
  const customer = await findCustomer(db, actor.orgId, row.customer_id);
  const verification = await findVerification(db, actor.orgId, row.verification_id);
  const operator = row.operator_id === null ? null : await findUser(db, row.operator_id);
  return {
    id: row.id,
    customerId: row.customer_id,
    verificationId: row.verification_id,
    customerName: customer?.full_name ?? '',
    method: (verification?.method ?? 'ktp_capture') as VerificationMethod,
    status: row.status,
    reasons: JSON.parse(row.reasons) as Reason[],
    operator: operator?.full_name ?? null,
    operatorId: row.operator_id,
    assigneeId: row.assignee_id,
    createdAt: row.created_at,
    dueAt: row.due_at,
    updatedAt: row.updated_at,
    ownCapture:
      actor.kind === 'user' &&
      actor.id !== null &&
      [row.operator_id, ...(await earlierOperators(db, row.id))].includes(actor.id),
  };
}
