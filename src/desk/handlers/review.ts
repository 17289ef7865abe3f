/** `review.*`: the supervisor's queue. Four-eyes is the service's and the database's, not the screen's. */
import { ok } from '../../contract/result.ts';
import { instant } from '../../services/context.ts';
import { decideReview } from '../../services/decide-review.ts';
import { exportStamp } from '../../services/erasure/exported-files.ts';
import { openReview } from '../../services/open-review.ts';
import { assignCases } from '../../services/review-desk/assign-cases.ts';
import { caseDetail } from '../../services/review-desk/case-detail.ts';
import { decideBatch } from '../../services/review-desk/decide-batch.ts';
import { viewQueue } from '../../services/review-desk/view-queue.ts';
import { draftMinutes } from '../../services/screening/export-hits.ts';
import type { DeskHouse } from '../desk-deps.ts';
import type { DeskHandlerTable } from '../dispatch.ts';
import { actorOf } from './acting-person.ts';
import { proofOf } from './proved.ts';

type ReviewCalls =
  | 'review.queue'
  | 'review.assign'
  | 'review.batch'
  | 'review.open'
  | 'review.detail'
  | 'review.minutes'
  | 'review.decide';

export function reviewHandlers({ ctx, exports }: DeskHouse): Pick<DeskHandlerTable, ReviewCalls> {
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
    'review.minutes': async (session, { id, to }) => {
      const drafted = await draftMinutes(ctx, actorOf(session), { caseId: id });
      if (!drafted.ok) return drafted;
      return exports.hand(to, `loket-berita_acara-${exportStamp(instant(ctx))}.txt`, drafted.value);
    },
    'review.decide': async (session, { id, ...decision }) => {
      const actor = actorOf(session);
      const decided = await decideReview(ctx, actor, { caseId: id, ...decision, ...proofOf(session) });
      return decided.ok ? openReview(ctx, actor, id) : decided;
    },
  };
}
