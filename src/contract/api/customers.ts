import { Type } from 'typebox';
import { kycTiers, oneOf, verificationMethods, verificationStatuses } from '../vocabulary.ts';
import { closed, CustomerId, Id, Instant, listQuery, orNull } from './common.ts';
import { DukcapilStandingSchema } from './dukcapil.ts';

export const customerStatuses = ['active', 'archived', 'restricted'] as const;

export const CustomerSchema = Type.Object(
  {
    id: CustomerId,
    fullName: Type.String(),
    nik: orNull(Type.String()),
    nikMetadata: orNull(
      Type.Object(
        {
          provinceCode: orNull(Type.String()),
          province: orNull(Type.String()),
          regency: orNull(Type.String()),
          district: orNull(Type.String()),
          birthDate: orNull(Type.String()),
          sex: orNull(Type.String()),
        },
        { ...closed, description: 'What the digits of the NIK say' },
      ),
    ),
    email: orNull(Type.String()),
    phone: orNull(Type.String()),
    externalRef: orNull(Type.String()),
    status: oneOf(customerStatuses),
    kycLevel: oneOf(kycTiers),
    kycLastVerifiedAt: orNull(Instant),
    kycExpiresAt: orNull(Instant),
    dataResidency: Type.String({ examples: ['id-jkt-1'] }),
    createdAt: Instant,
    updatedAt: Instant,
  },
  { ...closed, title: 'Customer' },
);

/** One customer, read by id. */
export const CustomerPageSchema = Type.Object(
  { ...CustomerSchema.properties, dukcapil: Type.Optional(orNull(DukcapilStandingSchema)) },
  { ...closed, title: 'CustomerPage' },
);

export const CreateCustomerBody = Type.Object(
  {
    fullName: Type.String({ minLength: 2, maxLength: 100, pattern: '\\S.*\\S', examples: ['SITI RAHMAWATI'] }),
    nik: Type.Optional(
      Type.String({
        pattern: '^[0-9]{16}$',
        description: '16 digits, self-consistent. Produces a `nik_format` verification',
        examples: ['3171044507900003'],
      }),
    ),
    email: Type.Optional(Type.String({ format: 'email', maxLength: 254 })),
    phone: Type.Optional(
      Type.String({ pattern: '^\\+[1-9][0-9]{6,14}$', description: 'E.164', examples: ['+6281234567890'] }),
    ),
    externalRef: Type.Optional(
      Type.String({ minLength: 1, maxLength: 100, description: 'Your own id; unique in the organisation' }),
    ),
  },
  closed,
);

export const CustomerListQuery = Type.Object(
  {
    ...listQuery,
    kycLevel: Type.Optional(oneOf(kycTiers)),
    status: Type.Optional(oneOf(customerStatuses)),
    externalRef: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  },
  closed,
);

export const SearchQuery = Type.Object(
  {
    q: Type.String({
      minLength: 2,
      maxLength: 100,
      description: 'Part of a name or email, or a whole NIK. Redacted in every log',
    }),
    page: listQuery.page,
    limit: listQuery.limit,
  },
  closed,
);

export const CustomerParams = Type.Object({ id: CustomerId }, closed);
export const KycParams = Type.Object({ customerId: CustomerId }, closed);

export const TierEventSchema = Type.Object(
  {
    id: Id,
    fromTier: oneOf(kycTiers),
    toTier: oneOf(kycTiers),
    actorUserId: orNull(Type.String({ description: 'null = automatic' })),
    reason: Type.String({ examples: ['automatic on nik_format verify'] }),
    createdAt: Instant,
  },
  closed,
);

export const KycSchema = Type.Object(
  {
    customer: Type.Object(
      {
        id: CustomerId,
        fullName: Type.String(),
        kycLevel: oneOf(kycTiers),
        kycLastVerifiedAt: orNull(Instant),
        kycExpiresAt: orNull(Instant),
      },
      closed,
    ),
    eligible: oneOf(kycTiers, { description: 'The tier the verification history supports now' }),
    verifications: Type.Array(
      Type.Object(
        {
          id: Id,
          method: oneOf(verificationMethods),
          status: oneOf(verificationStatuses, { description: 'Effective: what a reviewer decided wins' }),
          score: orNull(Type.Number()),
          createdAt: Instant,
        },
        closed,
      ),
    ),
    history: Type.Array(TierEventSchema),
  },
  { ...closed, title: 'Kyc' },
);

export const UpgradeBody = Type.Object(
  { targetTier: oneOf(['basic', 'standard', 'premium']), reason: Type.String({ minLength: 3, maxLength: 500 }) },
  closed,
);
