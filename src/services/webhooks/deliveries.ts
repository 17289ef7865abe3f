/** The delivery log, the test event, and sending an event once more. */
import type { DeliveryView, WebhookEvent } from '../../contract/api/webhooks.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import type { Db, ListPart, Slice } from '../../store/repositories/types.ts';
import {
  findDelivery,
  listAttempts,
  listDeliveries as listRows,
  type AttemptRow,
  type DeliveryFilter,
  type DeliveryRow,
} from '../../store/repositories/webhooks-deliveries.ts';
import { findWebhook } from '../../store/repositories/webhooks.ts';
import type { Actor, ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import { undoable } from '../undoable.ts';
import { queueDelivery, writeEvent } from './record-event.ts';

function toView(row: DeliveryRow, attempts: readonly AttemptRow[]): DeliveryView {
  return {
    id: row.id,
    webhookId: row.webhook_id,
    eventId: row.event_id,
    event: row.event as WebhookEvent,
    state: row.state,
    attempts: row.attempts,
    nextAttemptAt: row.state === 'pending' ? row.next_attempt_at : null,
    lastStatus: row.last_status,
    lastError: row.last_error,
    replayOf: row.replay_of,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
    log: attempts
      .filter((one) => one.delivery_id === row.id)
      .map((one) => ({
        attempt: one.attempt,
        startedAt: one.started_at,
        finishedAt: one.finished_at,
        status: one.status,
        error: one.error,
      })),
  };
}

/** Errors: `not_found`. */
export async function listDeliveries(
  ctx: ServiceContext,
  actor: Actor,
  webhookId: string,
  filter: DeliveryFilter,
  slice: Slice,
): Promise<Result<ListPart<DeliveryView>>> {
  const { db } = ctx.store;
  if ((await findWebhook(db, actor.orgId, webhookId)) === null) return fail('not_found', 'webhook not found');
  const part = await listRows(db, actor.orgId, webhookId, filter, slice);
  const attempts = await listAttempts(
    db,
    part.rows.map((row) => row.id),
  );
  return ok({ ...part, rows: part.rows.map((row) => toView(row, attempts)) });
}

/** `webhook.test`, to this webhook alone, subscribed or not. Errors: `not_found`, `webhook_disabled`. */
export async function testWebhook(ctx: ServiceContext, actor: Actor, webhookId: string): Promise<Result<DeliveryView>> {
  return undoable(ctx, async (trx) => {
    const ready = await activeWebhook(trx, actor, webhookId);
    if (!ready.ok) return ready;
    const event = 'webhook.test';
    const eventId = await writeEvent(ctx, trx, actor.orgId, event, { source: 'test' });
    const id = await queueDelivery(ctx, trx, { orgId: actor.orgId, webhookId, eventId, event });
    await recordAudit(ctx, trx, actor, { event: 'webhook.tested', objectId: webhookId, detail: { deliveryId: id } });
    return queued(trx, actor, webhookId, id);
  });
}

/** The same event under a new delivery id, whatever became of the first. Errors: `not_found`, `webhook_disabled`. */
export async function replayDelivery(
  ctx: ServiceContext,
  actor: Actor,
  webhookId: string,
  deliveryId: string,
): Promise<Result<DeliveryView>> {
  return undoable(ctx, async (trx) => {
    const ready = await activeWebhook(trx, actor, webhookId);
    if (!ready.ok) return ready;
    const first = await findDelivery(trx, actor.orgId, webhookId, deliveryId);
    if (first === null) return fail('not_found', 'delivery not found');
    const id = await queueDelivery(ctx, trx, {
      orgId: actor.orgId,
      webhookId,
      eventId: first.event_id,
      event: first.event,
      replayOf: first.id,
    });
    await recordAudit(ctx, trx, actor, {
      event: 'webhook.replayed',
      objectId: webhookId,
      detail: { deliveryId: id, replayOf: first.id },
    });
    return queued(trx, actor, webhookId, id);
  });
}

async function activeWebhook(trx: Db, actor: Actor, webhookId: string): Promise<Result<true>> {
  const webhook = await findWebhook(trx, actor.orgId, webhookId);
  if (webhook === null) return fail('not_found', 'webhook not found');
  return webhook.status === 'active' ? ok(true) : fail('webhook_disabled', 'this webhook is disabled');
}

async function queued(trx: Db, actor: Actor, webhookId: string, id: string): Promise<Result<DeliveryView>> {
  const row = await findDelivery(trx, actor.orgId, webhookId, id);
  return row === null ? fail('not_found', 'delivery not found') : ok(toView(row, []));
}
