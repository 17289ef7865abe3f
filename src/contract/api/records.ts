/** Lists a head office pulls: attempts, enrolments, tier events, audit log. */
import { Type } from 'typebox';
import { auditEvents } from '../audit-events.ts';
import { enrolmentSources, kycTiers, oneOf, verificationMethods, verificationStatuses } from '../vocabulary.ts';
import { closed, CustomerId, Id, Instant, listQuery, orNull, ReasonSchema } from './common.ts';
import { TierEventSchema } from './customers.ts';

const period = {
  from: Type.Optional(Type.String({ format: 'date-time' })),
  to: Type.Optional(Type.String({ format: 'date-time', description: 'Exclusive' })),
} as const;

const attemptFilters = {
  ...listQuery,
  ...period,
  method: Type.Optional(oneOf(verificationMethods)),
  status: Type.Optional(oneOf(verificationStatuses, { description: 'As recorded at the time' })),
} as const;

export const AttemptsQuery = Type.Object({ ...attemptFilters, customerId: Type.Optional(CustomerId) }, closed);
export const CustomerAttemptsQuery = Type.Object({ ...attemptFilters }, closed);

export const AttemptSchema = Type.Object(
  {
    id: Id,
    customerId: CustomerId,
    method: oneOf(verificationMethods),
    status: oneOf(verificationStatuses, { description: 'Effective: what a reviewer decided wins' }),
    recordedStatus: oneOf(verificationStatuses),
    score: orNull(Type.Number()),
    reasons: Type.Array(ReasonSchema),
    captureId: orNull(Id),
    operatorId: orNull(Type.String()),
    dataResidency: Type.String(),
    createdAt: Instant,
  },
  { ...closed, title: 'Attempt' },
);

export const EnrollmentsQuery = Type.Object(
  {
    ...listQuery,
    customerId: Type.Optional(CustomerId),
    active: Type.Optional(Type.Boolean()),
    source: Type.Optional(oneOf(enrolmentSources)),
  },
  closed,
);

export const EnrollmentSchema = Type.Object(
  {
    id: Id,
    customerId: CustomerId,
    source: oneOf(enrolmentSources),
    active: Type.Boolean(),
    fallbackStub: Type.Boolean({ description: 'A photo is stored but no usable face was found in it' }),
    modelId: Type.String({ examples: ['qe-face-v3'] }),
    engine: orNull(Type.String()),
    retireReason: orNull(Type.String()),
    createdAt: Instant,
    retiredAt: orNull(Instant),
  },
  { ...closed, title: 'Enrollment', description: 'Never the template itself' },
);

export const TierEventsQuery = Type.Object(
  { ...listQuery, customerId: Type.Optional(CustomerId), toTier: Type.Optional(oneOf(kycTiers)) },
  closed,
);
export const TierEventRowSchema = Type.Object(
  { ...TierEventSchema.properties, customerId: CustomerId },
  { ...closed, title: 'TierEvent' },
);

export const AuditQuery = Type.Object(
  {
    page: listQuery.page,
    limit: listQuery.limit,
    cursor: listQuery.cursor,
    ...period,
    event: Type.Optional(oneOf(auditEvents)),
    actorId: Type.Optional(Id),
    customerId: Type.Optional(CustomerId),
    objectId: Type.Optional(Type.String({ maxLength: 64 })),
  },
  closed,
);

export const AuditRowSchema = Type.Object(
  {
    seq: Type.Integer({ description: 'Position in the chain' }),
    id: Id,
    event: Type.String(),
    actor: Type.Object(
      { kind: oneOf(['user', 'api_key', 'desk', 'system', 'public']), id: orNull(Type.String()) },
      closed,
    ),
    subject: orNull(Type.String({ description: 'Keyed pseudonym of the customer' })),
    objectId: orNull(Type.String()),
    detail: Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true }),
    occurredAt: Instant,
    prevHash: Type.String(),
    hash: Type.String(),
  },
  { ...closed, title: 'AuditRow' },
);

export const HealthSchema = Type.Object(
  {
    status: oneOf(['ok', 'degraded']),
    version: Type.String(),
    checks: Type.Object(
      {
        database: oneOf(['ok', 'down']),
        vision: oneOf(['ok', 'starting', 'down']),
        queue: oneOf(['ok', 'stuck']),
        disk: oneOf(['ok', 'low', 'unknown']),
        clock: oneOf(['ok', 'implausible']),
      },
      closed,
    ),
  },
  closed,
);
