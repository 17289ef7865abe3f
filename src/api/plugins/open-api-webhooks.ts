/** The requests we make ourselves, as OpenAPI 3.1 `webhooks`: one operation for each event, from the same schemas. */
import { envelopeOf, webhookEvents, type WebhookEvent } from '../../contract/api/webhooks.ts';

const sentHeaders: readonly (readonly [
  name: string,
  description: string,
  type: 'string' | 'integer',
  example: unknown,
])[] = [
  ['X-Quantum-Event', 'Also `X-Identity-Event`', 'string', 'verification.created'],
  [
    'X-Quantum-Delivery',
    'The same for every attempt of a delivery. Also `X-Identity-Delivery`',
    'string',
    'whd_01J8ZC2M3V9K6Q4T7W1XB5N0RD',
  ],
  ['X-Quantum-Attempt', 'From 1', 'integer', 1],
  ['X-Quantum-Timestamp', 'Unix seconds of this attempt; not part of what is signed', 'integer', 1795163460],
  [
    'X-Quantum-Signature',
    'HMAC-SHA256 of the raw body under your secret. During a rotation one for each active secret, newest first, separated by commas. Also `X-Identity-Signature`',
    'string',
    'sha256=5f7b2c0d1e9a48b3c6d7e8f90123456789abcdef0123456789abcdef01234567',
  ],
];

const meaning: Readonly<Record<WebhookEvent, string>> = {
  'verification.created': 'A verification was stored, whatever its outcome',
  'customer.kyc_updated': "A customer's tier went up or down",
  'review.overridden': 'A person changed what a verification counts as',
  'customer.erased': "A customer's personal data was destroyed",
  'webhook.test': 'You asked for a test',
};

export function openApiWebhooks(): Record<string, unknown> {
  return Object.fromEntries(webhookEvents.map((event) => [event, { post: operationOf(event) }]));
}

function operationOf(event: WebhookEvent) {
  return {
    operationId: `on_${event.replace('.', '_')}`,
    summary: meaning[event],
    description: 'Sent to your address; see "Create a webhook" for signatures and retries.',
    tags: ['webhooks'],
    security: [],
    parameters: sentHeaders.map(([name, description, type, example]) => ({
      name,
      in: 'header',
      required: true,
      description,
      schema: { type },
      example: name === 'X-Quantum-Event' ? event : example,
    })),
    requestBody: { required: true, content: { 'application/json': { schema: envelopeOf(event) } } },
    responses: {
      '2XX': { description: 'Taken. Nothing of the body is read' },
      default: { description: 'Tried again, for three days' },
    },
  };
}
