/**
 * Several cases decided with one proof of the reviewer: only what core/review/batch-rules calls safe, all or none, and each
 * with a decision and an audit row of its own.
 */
import { fail, ok, type Result } from '../../contract/result.ts';
import { batchObstacle, largestBatch, type BatchDecision, type BatchObstacle } from '../../core/review/batch-rules.ts';
import { findQueueRows } from '../../store/repositories/review-queue.ts';
import type { Db } from '../../store/repositories/types.ts';
import type { Actor, ServiceContext } from '../context.ts';
import { decideProven, reviewerOf, spentProof } from '../decide-review.ts';
import { reauthenticate } from '../sign-in.ts';
import { undoable } from '../undoable.ts';
import { batchFacts } from './batch-facts.ts';

export interface BatchRequest {
  readonly ids: readonly string[];
  readonly decision: BatchDecision;
  readonly reasonCode: string;
  readonly reason: string;
  readonly password?: string | undefined;
  readonly sessionTokenHash?: string | undefined;
}

/**
 * Number of cases decided. Errors: `batch_unsafe` (`details.cases`: which and why; nothing was decided), `not_found`, and
 * those of `decideReview`.
 */
export async function decideBatch(ctx: ServiceContext, actor: Actor, request: BatchRequest): Promise<Result<number>> {
  const reviewer = reviewerOf(actor);
  if (reviewer === null) return fail('person_required', 'a decision is made by a signed-in person');
  const ids = [...new Set(request.ids)];
  if (ids.length === 0 || ids.length > largestBatch)
    return fail('validation_failed', `between 1 and ${largestBatch} cases`);
  // Judged first without writing, so that a password is not asked for decisions that cannot be.
  const early = await unsafeCases(ctx.store.db, actor, ids, request.decision);
  if (!early.ok) return early;
  if (request.password !== undefined) {
    const proven = await reauthenticate(ctx, actor, request.password);
    if (!proven.ok) return proven;
  }
  return undoable(ctx, async (trx) => {
    const safe = await unsafeCases(trx, actor, ids, request.decision);
    if (!safe.ok) return safe;
    const proven = await spentProof(ctx, trx, reviewer.id, request);
    if (!proven.ok) return proven;
    for (const caseId of ids) {
      const decided = await decideProven(ctx, trx, actor, reviewer, { ...request, caseId });
      if (!decided.ok) return decided;
    }
    return ok(ids.length);
  });
}

async function unsafeCases(
  db: Db,
  actor: Actor,
  ids: readonly string[],
  decision: BatchDecision,
): Promise<Result<true>> {
  const rows = await findQueueRows(db, actor.orgId, ids);
  if (rows.length < ids.length) return fail('not_found', 'review case not found');
  const facts = await batchFacts(db, actor, rows);
  const obstacles: { readonly id: string; readonly why: BatchObstacle }[] = [];
  for (const [id, fact] of facts) {
    const why = batchObstacle(fact, decision, actor.id ?? '');
    if (why !== null) obstacles.push({ id, why });
  }
  return obstacles.length === 0
    ? ok(true)
    : fail('batch_unsafe', 'some of these cases are decided one by one', { cases: obstacles });
}
