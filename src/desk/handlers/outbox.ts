/** `outbox.*`: the queue of sealed captures. */
import type { OutboxView } from '../../contract/desk/answers.ts';
import { ok } from '../../contract/result.ts';
import type { DeskHouse } from '../desk-deps.ts';
import type { DeskHandlerTable } from '../dispatch.ts';
import { requeueRefused } from '../sync/outbox-queue.ts';
import { listOutbox } from '../sync/outbox-views.ts';
import { actorOf } from './acting-person.ts';

export function outboxHandlers(house: DeskHouse): Pick<DeskHandlerTable, 'outbox.list' | 'outbox.retryNow'> {
  const { ctx, pump } = house;
  return {
    'outbox.list': async (session) => ok(await outboxView(house, actorOf(session).orgId)),
    'outbox.retryNow': async (session) => {
      const { orgId } = actorOf(session);
      const waiting = await outboxView(house, orgId);
      // A person asked: what was refused may be tried again too.
      const refused = waiting.items.filter((item) => item.state === 'refused');
      if (refused.length > 0) {
        await ctx.store.transaction(async (trx) => {
          for (const item of refused) await requeueRefused(trx, orgId, item.id, ctx.clock());
        });
      }
      await pump.kick();
      return ok(await outboxView(house, orgId));
    },
  };
}

export async function outboxView({ ctx, pump }: DeskHouse, orgId: string): Promise<OutboxView> {
  const view = await listOutbox(ctx.store, orgId, pump.online());
  const items = view.items.map((item) => {
    const sent = item.state === 'sending' ? pump.sent(item.id) : null;
    return sent === null ? item : { ...item, progress: sent.bytes / sent.of };
  });
  return { ...view, items };
}
