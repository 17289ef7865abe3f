/**
 * The one place where something that happened becomes a webhook event: in the transaction of the record it tells of, so
 * that both are stored or neither. Nobody subscribed: nothing is written.
 */
import type { WebhookData, WebhookEvent } from '../../contract/api/webhooks.ts';
import { insertDelivery, insertWebhookEvent } from '../../store/repositories/webhooks-deliveries.ts';
import { activeWebhooks } from '../../store/repositories/webhooks.ts';
import type { Db } from '../../store/repositories/types.ts';
import { instant, type ServiceContext } from '../context.ts';

export async function recordEvent<E extends WebhookEvent>(
  ctx: Pick<ServiceContext, 'clock' | 'ids'>,
  trx: Db,
  orgId: string,
  event: E,
  data: WebhookData[E],
): Promise<void> {
  const webhooks = await activeWebhooks(trx, orgId);
  const receivers = webhooks.filter(({ events }) => (JSON.parse(events) as string[]).includes(event));
  if (receivers.length === 0) return;
  const eventId = await writeEvent(ctx, trx, orgId, event, data);
  for (const { id } of receivers) await queueDelivery(ctx, trx, { orgId, webhookId: id, eventId, event });
}

/** The envelope, once, as it will be signed and sent. */
export async function writeEvent<E extends WebhookEvent>(
  ctx: Pick<ServiceContext, 'clock' | 'ids'>,
  trx: Db,
  orgId: string,
  event: E,
  data: WebhookData[E],
): Promise<string> {
  const id = ctx.ids.next('evt');
  const occurredAt = instant(ctx);
  const body = JSON.stringify({ id, event, occurredAt, orgId, data });
  await insertWebhookEvent(trx, { id, org_id: orgId, event, body, occurred_at: occurredAt });
  return id;
}

export interface QueuedDelivery {
  readonly orgId: string;
  readonly webhookId: string;
  readonly eventId: string;
  readonly event: string;
  readonly replayOf?: string;
}

export async function queueDelivery(
  ctx: Pick<ServiceContext, 'clock' | 'ids'>,
  trx: Db,
  delivery: QueuedDelivery,
): Promise<string> {
  const id = ctx.ids.next('whd');
  const now = instant(ctx);
  await insertDelivery(trx, {
    id,
    org_id: delivery.orgId,
    webhook_id: delivery.webhookId,
    event_id: delivery.eventId,
    event: delivery.event,
    state: 'pending',
    attempts: 0,
    next_attempt_at: now,
    lease_owner: null,
    last_status: null,
    last_error: null,
    replay_of: delivery.replayOf ?? null,
    created_at: now,
    finished_at: null,
  });
  return id;
}
