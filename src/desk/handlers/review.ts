/** `review.*`: the supervisor's queue. Four-eyes is the service's and the database's, not the screen's. */
import type { ReviewRow } from '../../contract/desk/answers.ts';
import { ok } from '../../contract/result.ts';
import { decideReview } from '../../services/decide-review.ts';
import { listReviews, type ReviewListing } from '../../services/list-reviews.ts';
import { openReview } from '../../services/open-review.ts';
import type { DeskHouse } from '../desk-deps.ts';
import type { DeskHandlerTable } from '../dispatch.ts';
import { actorOf } from './acting-person.ts';

const shownCases = 200;

export function reviewHandlers({
  ctx,
}: DeskHouse): Pick<DeskHandlerTable, 'review.list' | 'review.open' | 'review.decide'> {
  return {
    'review.list': async (session, { status }) => {
      const filter = status === undefined ? {} : { status: status === 'open' ? ('undecided' as const) : status };
      const part = await listReviews(ctx, actorOf(session), filter, { by: 'page', page: 1, limit: shownCases });
      return ok(part.rows.map(toRow));
    },
    'review.open': (session, { id }) => openReview(ctx, actorOf(session), id),
    'review.decide': async (session, { id, ...decision }) => {
      const actor = actorOf(session);
      const { tokenHash } = session;
      const proof = tokenHash === null ? {} : { sessionTokenHash: tokenHash };
      const decided = await decideReview(ctx, actor, { caseId: id, ...decision, ...proof });
      return decided.ok ? openReview(ctx, actor, id) : decided;
    },
  };
}

function toRow({
  id,
  customerName,
  method,
  status,
  reasons,
  operator,
  createdAt,
  dueAt,
  ownCapture,
}: ReviewListing): ReviewRow {
  return { id, customerName, method, status, reasons, operator, createdAt, dueAt, ownCapture };
}
