/** Webhooks: what a receiver subscribes to, what it is sent, and the log of it. */
import { Type, type Static } from 'typebox';
import { kycTiers, oneOf, verificationMethods, verificationStatuses } from '../vocabulary.ts';
import { closed, CustomerId, Id, Instant, listQuery, orNull } from './common.ts';

/** What can be subscribed to. `webhook.test` comes on request only. */
export const subscribableEvents = [
  'verification.created',
  'customer.kyc_updated',
  'review.overridden',
  'customer.erased',
] as const;
export const webhookEvents = [...subscribableEvents, 'webhook.test'] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

/** `data` of each event: these members and no others, whatever the record holds besides. */
export const webhookData = {
  'verification.created': Type.Object(
    {
      verificationId: Id,
      customerId: CustomerId,
      method: oneOf(verificationMethods),
      status: oneOf(verificationStatuses),
      score: orNull(Type.Number({ minimum: 0, maximum: 100 })),
    },
    closed,
  ),
  'customer.kyc_updated': Type.Object(
    {
      customerId: CustomerId,
      kycLevel: oneOf(kycTiers),
      kycLastVerifiedAt: orNull(Instant),
      kycExpiresAt: orNull(Instant),
    },
    closed,
  ),
  'review.overridden': Type.Object(
    {
      verificationId: Id,
      customerId: CustomerId,
      actorUserId: Id,
      fromStatus: oneOf(verificationStatuses),
      toStatus: oneOf(verificationStatuses),
      reason: Type.String({ description: "The reviewer's own sentence" }),
    },
    closed,
  ),
  'customer.erased': Type.Object({ customerId: CustomerId, erasedAt: Instant }, closed),
  'webhook.test': Type.Object({ source: oneOf(['test']) }, closed),
} as const;
export type WebhookData = { readonly [E in WebhookEvent]: Readonly<Static<(typeof webhookData)[E]>> };

export function envelopeOf(event: WebhookEvent) {
  return Type.Object(
    {
      id: Type.String({
        description: 'The same for every delivery of this event: seen before = nothing to do',
        examples: ['evt_01J8ZC2M3V9K6Q4T7W1XB5N0RD'],
      }),
      event: oneOf([event]),
      occurredAt: Instant,
      orgId: Id,
      data: webhookData[event],
    },
    closed,
  );
}

const Url = Type.String({
  minLength: 8,
  maxLength: 2048,
  description:
    'https. Loopback, private, link-local and other special addresses are refused, when the webhook is made and at each connection, unless `webhookAllowList` of the organisation names the host (`hooks.bank.internal`, `hooks.bank.internal:8443`), address or network (`10.2.0.0/16`); plain http too. No credentials in the address.',
  examples: ['https://hooks.bank.example/loket'],
});
const Description = Type.String({ maxLength: 200 });
const Events = Type.Array(oneOf(subscribableEvents), {
  minItems: 1,
  maxItems: subscribableEvents.length,
  uniqueItems: true,
});
export const webhookStatuses = ['active', 'disabled'] as const;

export const CreateWebhookBody = Type.Object(
  { url: Url, events: Events, description: Type.Optional(Description) },
  closed,
);
export type CreateWebhookInput = Static<typeof CreateWebhookBody>;

export const UpdateWebhookBody = Type.Object(
  {
    url: Type.Optional(Url),
    events: Type.Optional(Events),
    description: Type.Optional(orNull(Description)),
    status: Type.Optional(
      oneOf(webhookStatuses, {
        description: 'Disabled: new events are not kept for it, and what waits is sent once it is active again',
      }),
    ),
  },
  { ...closed, minProperties: 1 },
);
export type UpdateWebhookInput = Static<typeof UpdateWebhookBody>;

export const maxOverlapHours = 168;
export const defaultOverlapHours = 24;
export const RotateBody = Type.Object(
  {
    overlapHours: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: maxOverlapHours,
        description: `How long the earlier secrets go on signing beside the new one. Default ${defaultOverlapHours}; 0 ends them at once`,
      }),
    ),
  },
  closed,
);

const SecretState = Type.Object(
  { id: Id, createdAt: Instant, expiresAt: orNull(Instant) },
  { ...closed, description: 'A secret that signs now; never the secret itself' },
);

export const WebhookSchema = Type.Object(
  {
    id: Id,
    url: Type.String(),
    events: Type.Array(oneOf(subscribableEvents)),
    description: orNull(Type.String()),
    status: oneOf(webhookStatuses),
    secrets: Type.Array(SecretState),
    createdBy: orNull(Type.String()),
    createdAt: Instant,
    updatedAt: Instant,
  },
  { ...closed, title: 'Webhook' },
);
export type WebhookView = Static<typeof WebhookSchema>;

const secret = Type.String({ description: 'Shown once', examples: ['qe_whsec_…'] });
export const CreatedWebhookSchema = Type.Object({ ...WebhookSchema.properties, secret }, closed);
export const RotatedSchema = Type.Object(
  { id: Id, secret, secrets: Type.Array(SecretState) },
  { ...closed, description: 'The new secret, and all that sign now' },
);
export const DeletedSchema = Type.Object({ id: Id, deletedAt: Instant }, closed);

export const deliveryStates = ['pending', 'sending', 'delivered', 'failed', 'cancelled'] as const;

export const DeliverySchema = Type.Object(
  {
    id: Type.String({ description: '`X-Quantum-Delivery`', examples: ['whd_01J8ZC2M3V9K6Q4T7W1XB5N0RD'] }),
    webhookId: Id,
    eventId: Id,
    event: oneOf(webhookEvents),
    state: oneOf(deliveryStates, {
      description: '`failed`: three days without a 2xx; `cancelled`: the webhook was deleted first',
    }),
    attempts: Type.Integer({ description: 'Begun so far' }),
    nextAttemptAt: orNull(Instant),
    lastStatus: orNull(Type.Integer()),
    lastError: orNull(Type.String({ description: 'A code', examples: ['timeout', 'ECONNREFUSED', 'target_refused'] })),
    replayOf: orNull(Id),
    createdAt: Instant,
    finishedAt: orNull(Instant),
    log: Type.Array(
      Type.Object(
        {
          attempt: Type.Integer({ description: '`X-Quantum-Attempt`' }),
          startedAt: Instant,
          finishedAt: orNull(Instant),
          status: orNull(Type.Integer()),
          error: orNull(Type.String()),
        },
        closed,
      ),
      {
        description:
          'Each attempt, first to last. Neither status nor error: under way, or the sender stopped in the middle',
      },
    ),
  },
  { ...closed, title: 'WebhookDelivery', description: 'Kept for 30 days after its end' },
);
export type DeliveryView = Static<typeof DeliverySchema>;

export const DeliveriesQuery = Type.Object(
  {
    page: listQuery.page,
    limit: listQuery.limit,
    cursor: listQuery.cursor,
    state: Type.Optional(oneOf(deliveryStates)),
    event: Type.Optional(oneOf(webhookEvents)),
  },
  closed,
);
export const WebhookListQuery = Type.Object({ ...listQuery }, closed);
export const WebhookParams = Type.Object({ id: Id }, closed);
export const DeliveryParams = Type.Object({ id: Id, deliveryId: Id }, closed);
