/** `outbox.*`: the queue of sealed captures. */
import { isAbsolute, join } from 'node:path';
import type { OutboxView } from '../../contract/desk/answers.ts';
import type { outboxCalls } from '../../contract/desk/outbox.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { instant } from '../../services/context.ts';
import { exportStamp } from '../../services/erasure/exported-files.ts';
import { recordAudit } from '../../services/record-audit.ts';
import type { DeskHouse } from '../desk-deps.ts';
import type { DeskHandlerTable } from '../dispatch.ts';
import { exportOutboxTo } from '../sync/disk-files.ts';
import { acknowledgeFromDisk } from '../sync/disk-transfer.ts';
import { hubLink } from '../sync/hub-link.ts';
import { outboxCeiling, setOutboxCeiling } from '../sync/outbox-ceiling.ts';
import { pauseOutbox } from '../sync/outbox-pause.ts';
import { retryRefused } from '../sync/outbox-person.ts';
import { listOutbox } from '../sync/outbox-views.ts';
import { closeReversal } from '../sync/reversals.ts';
import { actorOf } from './acting-person.ts';

export function outboxHandlers(house: DeskHouse): Pick<DeskHandlerTable, keyof typeof outboxCalls> {
  const { ctx, pump, events } = house;
  /** Every page of the desk hears of it, not only the one that asked. */
  const changed = async (orgId: string): Promise<Result<OutboxView>> => {
    const payload = await outboxView(house, orgId);
    events.emit({ name: 'outbox.changed', payload });
    return ok(payload);
  };
  return {
    'outbox.list': async (session) => ok(await outboxView(house, actorOf(session).orgId)),
    'outbox.retryNow': async (session) => {
      const { orgId, id } = actorOf(session);
      // A person asked: what was refused may be tried again too.
      await retryRefused(ctx.store, ctx.clock, { orgId, by: id });
      await pump.kick();
      return ok(await outboxView(house, orgId));
    },
    'outbox.pause': async (session, { paused }) => {
      const { orgId, id } = actorOf(session);
      const done = await pauseOutbox(ctx.store, orgId, id, ctx.clock(), paused);
      if (done && !paused) await pump.kick();
      return changed(orgId);
    },
    'outbox.bandwidth': async (session, { bytesPerSecond }) => {
      const { orgId, id } = actorOf(session);
      await setOutboxCeiling(ctx.store, { orgId, by: id, now: ctx.clock(), bytesPerSecond });
      return changed(orgId);
    },
    'outbox.export': async (session, { folder }) => {
      const actor = actorOf(session);
      if (!isAbsolute(folder)) return fail('validation_failed', 'Name the folder from the root of a disk.');
      const file = join(folder, `loket-outbox-${exportStamp(instant(ctx))}.bin`);
      const made = await exportOutboxTo(ctx, actor.orgId, file);
      if (!made.ok) return made;
      const { captures, unreadable } = made.value;
      await ctx.store.transaction((trx) =>
        recordAudit(ctx, trx, actor, { event: 'export.created', detail: { kind: 'outbox', rows: captures } }),
      );
      return ok({ file, captures, unreadable: unreadable.length });
    },
    'outbox.acknowledge': async (session, { file }) => {
      const done = await acknowledgeFromDisk(ctx, file);
      if (!done.ok) return done;
      const seen = await changed(actorOf(session).orgId);
      return seen.ok ? ok({ ...done.value, outbox: seen.value }) : seen;
    },
    'outbox.closeReversal': async (session, { nonce }) => {
      const { orgId, id } = actorOf(session);
      const closed = await closeReversal(ctx.store, orgId, nonce, id, ctx.clock());
      return closed.ok ? changed(orgId) : closed;
    },
  };
}

export async function outboxView({ ctx, pump }: DeskHouse, orgId: string): Promise<OutboxView> {
  const view = await listOutbox(ctx.store, orgId, pump.online());
  const items = view.items.map((item) => {
    const sent = item.state === 'sending' ? pump.sent(item.id) : null;
    return sent === null ? item : { ...item, progress: sent.bytes / sent.of };
  });
  const line = (await hubLink(ctx)) === null ? {} : { bytesPerSecond: await outboxCeiling(ctx.store.db) };
  return { ...view, ...line, items };
}
