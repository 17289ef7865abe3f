/** Taking, giving and releasing cases. Each change is on the audit record; all of them together or none. */
import { fail, ok, type Result } from '../../contract/result.ts';
import type { Role } from '../../contract/vocabulary.ts';
import { judgeAssignment, type ReviewPerson } from '../../core/review/assignment-rules.ts';
import { assignReviewCase, servingOf } from '../../store/repositories/review-queue.ts';
import { findReviewCase } from '../../store/repositories/reviews.ts';
import type { Db } from '../../store/repositories/types.ts';
import { findUser } from '../../store/repositories/users.ts';
import { instant, type Actor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import { undoable } from '../undoable.ts';

/**
 * `to` left out: released. Errors: `person_required`, `not_found` (a case or the person), and those of `judgeAssignment`
 * with the case in `details.caseId`.
 */
export async function assignCases(
  ctx: ServiceContext,
  actor: Actor,
  request: { readonly ids: readonly string[]; readonly to?: string | undefined },
): Promise<Result<number>> {
  if (actor.kind !== 'user' || actor.id === null || actor.role === undefined)
    return fail('person_required', 'a signed-in person is required');
  const by = { id: actor.id, role: actor.role };
  return undoable(ctx, async (trx) => {
    const to = request.to === undefined ? null : await personNamed(trx, actor.orgId, request.to);
    if (to === null && request.to !== undefined) return fail('not_found', 'no such person');
    for (const id of request.ids) {
      const done = await assignOne(ctx, trx, actor, { id, by, to });
      if (!done.ok) return done;
    }
    return ok(request.ids.length);
  });
}

async function personNamed(trx: Db, orgId: string, id: string): Promise<ReviewPerson | null> {
  const user = await findUser(trx, id);
  if (user === null || user.org_id !== orgId || user.disabled === 1) return null;
  return { id: user.id, role: user.role as Role };
}

async function assignOne(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  { id, by, to }: { readonly id: string; readonly by: ReviewPerson; readonly to: ReviewPerson | null },
): Promise<Result<true>> {
  const row = await findReviewCase(trx, actor.orgId, id);
  if (row === null) return fail('not_found', 'review case not found');
  const judged = judgeAssignment({
    caseStatus: row.status,
    operatorIds: (await servingOf(trx, [row])).get(row.id) ?? [],
    assigneeId: row.assignee_id,
    by,
    to,
  });
  if (!judged.ok) return fail(judged.error.code, judged.error.message, { caseId: id });
  if (judged.value === row.assignee_id) return ok(true);
  const change = { from: row.assignee_id, to: judged.value, at: instant(ctx) };
  if (!(await assignReviewCase(trx, actor.orgId, id, change)))
    return fail('already_assigned', 'somebody was faster', { caseId: id });
  await recordAudit(ctx, trx, actor, {
    event: judged.value === null ? 'review.released' : 'review.assigned',
    customerId: row.customer_id,
    objectId: id,
    detail: judged.value === null ? { from: row.assignee_id } : { to: judged.value, from: row.assignee_id },
  });
  return ok(true);
}
