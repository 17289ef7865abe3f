/** `apiKeys.*`, `webhooks.*`: what programs of the bank use. Secrets are shown once, at the moment they are made. */
import type { ApiKeyRow, DeliveryRow, WebhookRow } from '../../../contract/desk/admin-calls.ts';
import { ok } from '../../../contract/result.ts';
import { createApiKey, listApiKeys, revokeApiKey, rotateApiKey } from '../../../services/api-keys.ts';
import { listDeliveries, replayDelivery, testWebhook } from '../../../services/webhooks/deliveries.ts';
import {
  createWebhook,
  deleteWebhook,
  listWebhooks,
  rotateSecret,
  updateWebhook,
} from '../../../services/webhooks/manage-webhooks.ts';
import type { DeskHouse } from '../../desk-deps.ts';
import type { DeskHandlerTable } from '../../dispatch.ts';
import { actorOf } from '../acting-person.ts';
import { whenProved } from '../proved.ts';
import { pageOf, pageSlice } from './paging.ts';

type ProgramCalls = Extract<keyof DeskHandlerTable, `apiKeys.${string}` | `webhooks.${string}`>;

/** Services answer read-only lists; the shapes of the API are the same but for that. */
const copy = <T>(value: object): T => structuredClone(value) as T;

export function programHandlers(house: DeskHouse): Pick<DeskHandlerTable, ProgramCalls> {
  return { ...keyHandlers(house), ...webhookHandlers(house) };
}

function keyHandlers({ ctx }: DeskHouse): Pick<DeskHandlerTable, Extract<keyof DeskHandlerTable, `apiKeys.${string}`>> {
  return {
    async 'apiKeys.list'(session, { page }) {
      const part = await listApiKeys(ctx, actorOf(session), pageSlice(page));
      return ok(pageOf(part, page, copy<ApiKeyRow>));
    },
    'apiKeys.create': (session, input) =>
      whenProved(ctx, session, async () => {
        const made = await createApiKey(ctx, actorOf(session), input);
        return made.ok ? ok(copy(made.value)) : made;
      }),
    'apiKeys.rotate': (session, { id, graceHours }) =>
      whenProved(ctx, session, async () => {
        const made = await rotateApiKey(ctx, actorOf(session), id, graceHours ?? 0);
        return made.ok ? ok(copy(made.value)) : made;
      }),
    'apiKeys.revoke': (session, { id }) =>
      whenProved(ctx, session, async () => {
        const done = await revokeApiKey(ctx, actorOf(session), id);
        return done.ok ? ok(copy(done.value)) : done;
      }),
  };
}

function webhookHandlers({
  ctx,
}: DeskHouse): Pick<DeskHandlerTable, Extract<keyof DeskHandlerTable, `webhooks.${string}`>> {
  return {
    async 'webhooks.list'(session, { page }) {
      const part = await listWebhooks(ctx, actorOf(session), {}, pageSlice(page));
      return ok(pageOf(part, page, copy<WebhookRow>));
    },
    'webhooks.create': (session, input) =>
      whenProved(ctx, session, async () => {
        const made = await createWebhook(ctx, actorOf(session), input);
        return made.ok ? ok(copy(made.value)) : made;
      }),
    'webhooks.update': (session, { id, change }) =>
      whenProved(ctx, session, async () => {
        const done = await updateWebhook(ctx, actorOf(session), id, change);
        return done.ok ? ok(copy(done.value)) : done;
      }),
    'webhooks.rotate': (session, { id, overlapHours }) =>
      whenProved(ctx, session, () => rotateSecret(ctx, actorOf(session), id, overlapHours)),
    'webhooks.remove': (session, { id }) =>
      whenProved(ctx, session, async () => {
        const gone = await deleteWebhook(ctx, actorOf(session), id);
        return gone.ok ? ok({}) : gone;
      }),
    async 'webhooks.test'(session, { id }) {
      const queued = await testWebhook(ctx, actorOf(session), id);
      return queued.ok ? ok(copy(queued.value)) : queued;
    },
    async 'webhooks.deliveries'(session, { id, page }) {
      const part = await listDeliveries(ctx, actorOf(session), id, {}, pageSlice(page));
      return part.ok ? ok(pageOf(part.value, page, copy<DeliveryRow>)) : part;
    },
    async 'webhooks.replay'(session, { id, deliveryId }) {
      const queued = await replayDelivery(ctx, actorOf(session), id, deliveryId);
      return queued.ok ? ok(copy(queued.value)) : queued;
    },
  };
}
