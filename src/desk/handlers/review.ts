/** `review.*`: the supervisor's queue. Four-eyes is the service's and the database's, not the screen's. */
import { ok } from '../../contract/result.ts';
import { decideReview } from '../../services/decide-review.ts';
import { openReview } from '../../services/open-review.ts';
import { assignCases } from '../../services/review-desk/assign-cases.ts';
import { caseDetail } from '../../services/review-desk/case-detail.ts';
import { decideBatch } from '../../services/review-desk/decide-batch.ts';
import { viewQueue } from '../../services/review-desk/view-queue.ts';
import type { DeskHouse } from '../desk-deps.ts';
import type { DeskSession } from '../desk-session.ts';
import type { DeskHandlerTable } from '../dispatch.ts';
import { actorOf } from './acting-person.ts';

type ReviewCalls =
  'review.queue' | 'review.assign' | 'review.batch' | 'review.open' | 'review.detail' | 'review.decide';

/** What a proof by passkey hangs on, where no password is given. */
function proofOf({ tokenHash }: DeskSession): { readonly sessionTokenHash?: string } {
  return tokenHash === null ? {} : { sessionTokenHash: tokenHash };
}

export function reviewHandlers({ ctx }: DeskHouse): Pick<DeskHandlerTable, ReviewCalls> {
  return {
    'review.queue': async (session, filter) => ok(await viewQueue(ctx, actorOf(session), filter)),
    'review.assign': async (session, { ids, to }) => {
      const actor = actorOf(session);
      const done = await assignCases(ctx, actor, { ids, to: to === 'me' ? (actor.id ?? undefined) : to });
      return done.ok ? ok(await viewQueue(ctx, actor, { status: 'undecided' })) : done;
    },
    'review.batch': async (session, request) => {
      const actor = actorOf(session);
      const done = await decideBatch(ctx, actor, { ...request, ...proofOf(session) });
      return done.ok ? ok({ decided: done.value, queue: await viewQueue(ctx, actor, { status: 'undecided' }) }) : done;
    },
    'review.open': (session, { id }) => openReview(ctx, actorOf(session), id),
    'review.detail': (session, { id }) => caseDetail(ctx, actorOf(session), id),
    'review.decide': async (session, { id, ...decision }) => {
      const actor = actorOf(session);
      const decided = await decideReview(ctx, actor, { caseId: id, ...decision, ...proofOf(session) });
      return decided.ok ? openReview(ctx, actor, id) : decided;
    },
  };
}
