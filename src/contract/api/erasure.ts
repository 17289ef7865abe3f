/** Erasure of a customer (UU PDP art. 8 and 16; api-facts 2.9): the request, its certificate, and being held back by law. */
import { Type, type Static } from 'typebox';
import { oneOf } from '../vocabulary.ts';
import { closed, CustomerId, Id, Instant, orNull } from './common.ts';

export const EraseBody = Type.Object(
  {
    reason: Type.String({
      minLength: 3,
      maxLength: 500,
      pattern: '\\S.*\\S',
      description: 'Why. Kept in the certificate and in the audit log for seven years, so no personal data',
      examples: ['request of the data subject, ticket 4711'],
    }),
    requestedBy: Type.String({
      minLength: 2,
      maxLength: 100,
      pattern: '\\S.*\\S',
      description: 'On whose behalf: a role, a department or a ticket, not a name. Kept like `reason`',
      examples: ['data protection officer'],
    }),
    confirm: Type.Unsafe<true>({ type: 'boolean', const: true, description: 'It cannot be undone', examples: [true] }),
  },
  closed,
);

const Count = Type.Integer({ minimum: 0, examples: [2] });

/** What was destroyed and what stays, as counts. */
export const ErasureEffectsSchema = Type.Object(
  {
    keysDestroyed: Type.Integer({
      minimum: 0,
      description: 'Data keys. Whatever was sealed under them cannot be opened any more, in no backup either',
      examples: [1],
    }),
    enrolmentsRetired: Count,
    capturesRetired: Count,
    blobsDeleted: Count,
    devicesEnded: Count,
    challengesDeleted: Count,
    draftsDeleted: Count,
    outboxDeleted: Count,
    answersForgotten: Count,
    reviewCasesClosed: Count,
  },
  closed,
);
export type ErasureEffects = Static<typeof ErasureEffectsSchema>;

export const ErasureCertificateSchema = Type.Object(
  {
    version: oneOf(['1.0']),
    id: Type.String({ examples: ['ers_01J8ZC2M3V9K6Q4T7W1XB5N0RD'] }),
    organisationId: Id,
    customerId: CustomerId,
    subject: Type.String({ description: 'The pseudonym under which the audit log knows the customer' }),
    reason: Type.String(),
    requestedBy: Type.String(),
    requestedAt: Instant,
    erasedAt: Instant,
    method: oneOf(['crypto-shredding']),
    law: Type.String({ examples: ['UU 27/2022 art. 8, 16'] }),
    effects: ErasureEffectsSchema,
    preserved: Type.Array(Type.String(), { examples: [['verifications', 'tier_events', 'audit_log']] }),
    audit: Type.Object(
      { seq: Type.Integer(), hash: Type.String() },
      { ...closed, description: 'The head of the audit chain when it was issued' },
    ),
    issuer: Type.Object(
      {
        installationId: Type.String({ examples: ['ins_01J8ZC2M3V9K6Q4T7W1XB5N0RD'] }),
        keyId: Type.String({ examples: ['desk_01J8ZC2M3V9K6Q4T7W1XB5N0RD'] }),
        publicKey: Type.String({ description: 'base64url raw Ed25519 public key', maxLength: 64 }),
      },
      closed,
    ),
  },
  { ...closed, title: 'ErasureCertificate' },
);
export type ErasureCertificate = Static<typeof ErasureCertificateSchema>;

export const ErasureSchema = Type.Object(
  {
    id: Type.String({ examples: ['ers_01J8ZC2M3V9K6Q4T7W1XB5N0RD'] }),
    customerId: CustomerId,
    status: oneOf(['erased', 'restricted'], {
      description:
        '`restricted` (with 202): the law asks for the data a while longer. Processing has stopped, everything stays sealed, and the daily job shreds it at `holdUntil`',
    }),
    requestedAt: Instant,
    holdUntil: orNull(Instant),
    erasedAt: orNull(Instant),
    certificate: orNull(ErasureCertificateSchema),
    signature: orNull(
      Type.String({
        description: 'base64url Ed25519 over the RFC 8785 canonical JSON of `certificate`',
        maxLength: 128,
      }),
    ),
  },
  { ...closed, title: 'Erasure' },
);
export type ErasureView = Static<typeof ErasureSchema>;
