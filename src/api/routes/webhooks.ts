/** Webhooks: register, change, rotate, delete, test, and what became of each delivery. */
import { dataOf, listOf } from '../../contract/api/common.ts';
import {
  CreatedWebhookSchema,
  CreateWebhookBody,
  DeletedSchema,
  DeliveriesQuery,
  DeliveryParams,
  DeliverySchema,
  RotateBody,
  RotatedSchema,
  UpdateWebhookBody,
  WebhookListQuery,
  WebhookParams,
  WebhookSchema,
} from '../../contract/api/webhooks.ts';
import { ok } from '../../contract/result.ts';
import { listDeliveries, replayDelivery, testWebhook } from '../../services/webhooks/deliveries.ts';
import {
  createWebhook,
  deleteWebhook,
  listWebhooks,
  rotateSecret,
  updateWebhook,
} from '../../services/webhooks/manage-webhooks.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { DefineRoute } from '../define-route.ts';
import { filterOf, listBody, sliceOf } from '../lists.ts';

/** What a receiver has to know; part of the OpenAPI text. */
const howDeliveriesTravel = [
  'Each event is one POST of `{id, event, occurredAt, orgId, data}` as JSON, with `X-Quantum-Event`, `X-Quantum-Delivery`, `X-Quantum-Signature`, `X-Quantum-Timestamp` (unix seconds of this attempt), `X-Quantum-Attempt` (from 1), `User-Agent: quantum-elixir/webhook`, and the older `X-Identity-Event`, `X-Identity-Delivery`, `X-Identity-Signature`, which carry the same.',
  '**Signature.** `sha256=<hex>`: HMAC-SHA256 over the raw body, the key is the whole secret as shown (`qe_whsec_…`). While a rotation overlaps, one signature for each active secret, newest first, separated by commas: `sha256=<new>,sha256=<old>`. Split at the comma and accept when any of them is yours, compared in constant time. A receiver that cannot split rotates with `overlapHours: 0`; retries bridge the gap.',
  '**Answer** any 2xx within 10 seconds. Everything else is tried again: exponential from 30 seconds to 6 hours with jitter, `Retry-After` is heard, for three days and at least 12 attempts. Redirects are not followed. An event may arrive twice or out of order; its `id` stays the same.',
  'Events are written in one transaction with the record they tell of, for the webhooks that subscribe at that moment.',
].join('\n\n');

export function webhookRoutes(define: DefineRoute, { context }: ApiDeps): void {
  define('GET /api/identity/webhooks', {
    tag: 'webhooks',
    summary: 'List webhooks',
    query: WebhookListQuery,
    answer: listOf(WebhookSchema),
    errors: [],
    async handle({ actor, query }) {
      const slice = sliceOf(query);
      if (!slice.ok) return slice;
      return ok({ body: listBody(await listWebhooks(context, actor, filterOf(query), slice.value), slice.value) });
    },
  });

  define('POST /api/identity/webhooks', {
    tag: 'webhooks',
    summary: 'Create a webhook',
    description: `The secret is shown once.\n\n${howDeliveriesTravel}`,
    body: CreateWebhookBody,
    answer: dataOf(CreatedWebhookSchema),
    status: 201,
    errors: ['webhook_target_refused', 'webhook_limit', 'idempotency_conflict'],
    async handle({ actor, body }) {
      const created = await createWebhook(context, actor, body);
      return created.ok ? ok({ body: { data: created.value } }) : created;
    },
  });

  define('PATCH /api/identity/webhooks/{id}', {
    tag: 'webhooks',
    summary: 'Change a webhook',
    params: WebhookParams,
    body: UpdateWebhookBody,
    answer: dataOf(WebhookSchema),
    errors: ['not_found', 'webhook_target_refused'],
    async handle({ actor, params, body }) {
      const changed = await updateWebhook(context, actor, params.id, body);
      return changed.ok ? ok({ body: { data: changed.value } }) : changed;
    },
  });

  define('DELETE /api/identity/webhooks/{id}', {
    tag: 'webhooks',
    summary: 'Delete a webhook',
    description: 'Its secrets go at once and what waits is not sent.',
    params: WebhookParams,
    answer: dataOf(DeletedSchema),
    errors: ['not_found'],
    async handle({ actor, params }) {
      const gone = await deleteWebhook(context, actor, params.id);
      return gone.ok ? ok({ body: { data: gone.value } }) : gone;
    },
  });

  define('POST /api/identity/webhooks/{id}/rotate', {
    tag: 'webhooks',
    summary: "Rotate a webhook's secret",
    description:
      'The new secret is shown once and signs at once, beside the earlier ones for the overlap; at most three.',
    params: WebhookParams,
    body: RotateBody,
    answer: dataOf(RotatedSchema),
    errors: ['not_found', 'idempotency_conflict'],
    async handle({ actor, params, body }) {
      const rotated = await rotateSecret(context, actor, params.id, body.overlapHours);
      return rotated.ok ? ok({ body: { data: rotated.value } }) : rotated;
    },
  });

  define('POST /api/identity/webhooks/{id}/test', {
    tag: 'webhooks',
    summary: 'Send a test event',
    description: 'Sends `webhook.test` with `data: {"source": "test"}`; look at the delivery to see how it went.',
    params: WebhookParams,
    answer: dataOf(DeliverySchema),
    status: 202,
    errors: ['not_found', 'webhook_disabled', 'idempotency_conflict'],
    async handle({ actor, params }) {
      const queued = await testWebhook(context, actor, params.id);
      return queued.ok ? ok({ body: { data: queued.value } }) : queued;
    },
  });

  define('GET /api/identity/webhooks/{id}/deliveries', {
    tag: 'webhooks',
    summary: "A webhook's delivery log",
    params: WebhookParams,
    query: DeliveriesQuery,
    answer: listOf(DeliverySchema),
    errors: ['not_found'],
    async handle({ actor, params, query }) {
      const slice = sliceOf(query);
      if (!slice.ok) return slice;
      const part = await listDeliveries(context, actor, params.id, query, slice.value);
      return part.ok ? ok({ body: listBody(part.value, slice.value) }) : part;
    },
  });

  define('POST /api/identity/webhooks/{id}/deliveries/{deliveryId}/replay', {
    tag: 'webhooks',
    summary: 'Send a delivery again',
    description: 'The same event, id and body, as a new delivery.',
    params: DeliveryParams,
    answer: dataOf(DeliverySchema),
    status: 202,
    errors: ['not_found', 'webhook_disabled', 'idempotency_conflict'],
    async handle({ actor, params }) {
      const queued = await replayDelivery(context, actor, params.id, params.deliveryId);
      return queued.ok ? ok({ body: { data: queued.value } }) : queued;
    },
  });
}
