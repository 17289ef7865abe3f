/** What admins and compliance manage: people, organisations, policy, desks, requests of data subjects. */
import { Type } from 'typebox';
import { OrgSettingsSchema, type OrgSettings } from '../settings.ts';
import { environments, KtpFieldsSchema, kycTiers, oneOf, roles, scopes } from '../vocabulary.ts';
import { closed, CustomerId, Id, Instant, listQuery, orNull, ReasonSchema } from './common.ts';
import { DeskLinkSchema } from './kiosk.ts';
import { CreateCustomerBody, CustomerSchema } from './customers.ts';

const Email = Type.String({
  minLength: 3,
  maxLength: 254,
  pattern: '^[^@\\s]+@[^@\\s]+$',
  examples: ['sari@bank.co.id'],
});
const FullName = Type.String({ minLength: 2, maxLength: 100, pattern: '\\S.*\\S', examples: ['SARI WULANDARI'] });
const NewPassword = Type.String({
  minLength: 12,
  maxLength: 200,
  description: 'Left out, one is made and answered once',
});
const MadePassword = Type.Optional(Type.String({ description: 'Answered once, where none was given' }));

export const IdParams = Type.Object({ id: Id }, closed);

export const PersonSchema = Type.Object(
  {
    id: Id,
    email: Type.String(),
    fullName: Type.String(),
    role: oneOf(roles),
    disabled: Type.Boolean(),
    lockedUntil: orNull(Instant),
    passkeys: Type.Integer({ description: 'How many are registered; with one, a password alone opens nothing' }),
    createdAt: Instant,
    updatedAt: Instant,
  },
  { ...closed, title: 'User' },
);
export const CreatedPersonSchema = Type.Object({ ...PersonSchema.properties, password: MadePassword }, closed);
export const UsersQuery = Type.Object(
  { ...listQuery, role: Type.Optional(oneOf(roles)), disabled: Type.Optional(Type.Boolean()) },
  closed,
);
export const CreateUserBody = Type.Object(
  { email: Email, fullName: FullName, role: oneOf(roles), password: Type.Optional(NewPassword) },
  closed,
);
export const UpdateUserBody = Type.Object(
  {
    fullName: Type.Optional(FullName),
    role: Type.Optional(oneOf(roles)),
    disabled: Type.Optional(Type.Boolean({ description: 'Ends every session of the person at once' })),
  },
  { ...closed, minProperties: 1 },
);

export const RoleSchema = Type.Object(
  {
    role: oneOf(roles),
    routes: Type.Array(Type.String({ examples: ['GET /api/customers'] }), {
      description: 'What the role may call, beside what everybody signed in may',
    }),
  },
  { ...closed, title: 'Role' },
);
export const RolesAnswer = Type.Object({ roles: Type.Array(RoleSchema), scopes: Type.Array(oneOf(scopes)) }, closed);

const organisation = {
  id: Id,
  name: Type.String(),
  branch: Type.String(),
  environment: oneOf(environments),
  createdAt: Instant,
} as const;
export const OrganisationSchema = Type.Object(organisation, { ...closed, title: 'Organisation' });
export const CreatedOrganisationSchema = Type.Object(
  { ...organisation, admin: Type.Object({ id: Id, email: Type.String(), password: MadePassword }, closed) },
  closed,
);
export const CreateOrganisationBody = Type.Object(
  {
    name: Type.String({ minLength: 2, maxLength: 100, pattern: '\\S.*\\S', examples: ['Bank Nusantara'] }),
    branch: Type.String({ minLength: 2, maxLength: 100, pattern: '\\S.*\\S', examples: ['Jakarta Kota'] }),
    environment: Type.Optional(oneOf(environments)),
    admin: Type.Object({ email: Email, fullName: FullName, password: Type.Optional(NewPassword) }, closed),
  },
  closed,
);

type Members<T> = {
  readonly [K in keyof T]?: T[K] extends readonly unknown[] ? T[K] : T[K] extends object ? Partial<T[K]> : T[K];
};
/** The settings with every member optional, two levels deep; a rate limit may be null. */
export type OrgSettingsPatch = Members<Omit<OrgSettings, 'rateLimits'>> & {
  readonly rateLimits?: Readonly<Record<string, number | null>>;
};

function patchSchema(): Record<string, unknown> {
  const properties: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(OrgSettingsSchema.properties)) {
    const { required: _required, ...free } = schema as unknown as Record<string, unknown>;
    properties[name] = free['type'] === 'object' ? free : schema;
  }
  properties['rateLimits'] = {
    type: 'object',
    description: 'By bucket name, as the route says it; null takes the override away',
    propertyNames: { pattern: '^[a-z_.]+$' },
    additionalProperties: { anyOf: [{ type: 'integer', minimum: 1, maximum: 1_000_000 }, { type: 'null' }] },
  };
  return { type: 'object', additionalProperties: false, minProperties: 1, properties };
}
export const SettingsPatchBody = Type.Unsafe<OrgSettingsPatch>(patchSchema());
export const SettingsSchema = Type.Object(OrgSettingsSchema.properties, { ...closed, title: 'OrgSettings' });

export const DeskSchema = Type.Object(
  {
    id: Id,
    name: Type.String(),
    publicKey: Type.String({ description: 'Raw Ed25519, base64url' }),
    status: oneOf(['active', 'revoked']),
    createdAt: Instant,
    revokedAt: orNull(Instant),
  },
  { ...closed, title: 'Desk' },
);
export const CreateDeskBody = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 60, pattern: '\\S', examples: ['Loket 3'] }) },
  closed,
);
export const DeskCodeSchema = Type.Object(
  {
    code: Type.String({ description: 'Typed at the desk, once, within an hour', examples: ['7KQ2-9MZ4-X1VD-R8TB'] }),
    name: Type.String(),
    expiresAt: Instant,
  },
  closed,
);
export const EnrolDeskBody = Type.Object(
  {
    code: Type.String({ minLength: 16, maxLength: 40, pattern: '^[0-9A-Za-z -]+$' }),
    deskId: Type.String({
      minLength: 3,
      maxLength: 64,
      pattern: '^(desk|dsk)_[A-Za-z0-9_-]+$',
      examples: ['desk_01J8ZC2M3V9K6Q4T7W1XB5N0RD'],
    }),
    publicKey: Type.String({
      pattern: '^[A-Za-z0-9_-]{43}$',
      description: 'Raw Ed25519, base64url',
      examples: ['11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'],
    }),
    signature: Type.String({
      pattern: '^[A-Za-z0-9_-]{86}$',
      examples: ['hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg'],
      description:
        'Ed25519, base64url, over the UTF-8 lines `loket-desk-enrolment/v1`, code (upper case, no dashes), deskId, publicKey (and tlsPublicKey where sent), joined by `\\n`',
    }),
    tlsPublicKey: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_-]{43}$',
        description: 'Raw Ed25519, base64url: a certificate for mutual TLS is issued for it',
      }),
    ),
  },
  closed,
);
export const EnrolledDeskSchema = Type.Object(
  {
    desk: DeskSchema,
    organisation: Type.Object({ id: Id, name: Type.String(), branch: Type.String() }, closed),
    link: Type.Optional(DeskLinkSchema),
  },
  closed,
);

const kinds = ['access', 'correction', 'withdrawal', 'restriction'] as const;
const requestStatuses = ['open', 'fulfilled', 'refused'] as const;
const request = {
  id: Id,
  customerId: CustomerId,
  kind: oneOf(kinds),
  status: oneOf(requestStatuses),
  receivedAt: Instant,
  dueAt: Type.String({ format: 'date-time', description: 'Receipt + 3 × 24 hours (UU PDP)' }),
  hoursLeft: orNull(Type.Integer({ description: 'Negative when overdue; null once answered' })),
  overdue: Type.Boolean({ description: 'Not answered in time' }),
  createdBy: orNull(Type.String()),
  answeredBy: orNull(Type.String()),
  answeredAt: orNull(Instant),
  createdAt: Instant,
  updatedAt: Instant,
} as const;
export const DataSubjectSchema = Type.Object(request, { ...closed, title: 'DataSubjectRequest' });
export const DataSubjectCaseSchema = Type.Object(
  { ...request, note: orNull(Type.String()), answer: orNull(Type.String()) },
  closed,
);
export const DataSubjectQuery = Type.Object(
  {
    ...listQuery,
    status: Type.Optional(oneOf(requestStatuses)),
    kind: Type.Optional(oneOf(kinds)),
    customerId: Type.Optional(CustomerId),
  },
  closed,
);
export const DueQuery = Type.Object(
  { withinHours: Type.Optional(Type.Integer({ minimum: 0, maximum: 720, description: 'Default 72' })) },
  closed,
);
export const CreateDataSubjectBody = Type.Object(
  {
    customerId: CustomerId,
    kind: oneOf(kinds),
    note: Type.Optional(Type.String({ minLength: 1, maxLength: 2000, description: 'Sealed under the customer’s key' })),
    receivedAt: Type.Optional(
      Type.String({ format: 'date-time', description: 'When it reached you; the clock runs from then. Default now' }),
    ),
  },
  closed,
);
export const AnswerDataSubjectBody = Type.Object(
  {
    outcome: oneOf(['fulfilled', 'refused']),
    reason: Type.String({ minLength: 3, maxLength: 2000, description: 'What the customer is told; sealed' }),
    correction: Type.Optional(
      Type.Object(
        {
          fullName: Type.Optional(CreateCustomerBody.properties.fullName),
          email: Type.Optional(orNull(Type.String({ format: 'email', maxLength: 254 }))),
          phone: Type.Optional(orNull(Type.String({ pattern: '^\\+[1-9][0-9]{6,14}$' }))),
        },
        {
          ...closed,
          minProperties: 1,
          description: 'For a correction. A NIK is corrected by capturing the card again',
        },
      ),
    ),
  },
  closed,
);

export const PersonalExportSchema = Type.Object(
  {
    generatedAt: Instant,
    requestId: Id,
    customer: CustomerSchema,
    card: orNull(KtpFieldsSchema),
    consents: Type.Array(
      Type.Object(
        {
          version: Type.String(),
          language: Type.String(),
          purposes: Type.Array(Type.String()),
          acceptedAt: Instant,
          withdrawnAt: orNull(Instant),
        },
        closed,
      ),
    ),
    verifications: Type.Array(
      Type.Object(
        {
          id: Id,
          method: Type.String(),
          status: Type.String(),
          score: orNull(Type.Integer()),
          reasons: Type.Array(ReasonSchema),
          createdAt: Instant,
        },
        closed,
      ),
    ),
    tierHistory: Type.Array(
      Type.Object(
        { fromTier: oneOf(kycTiers), toTier: oneOf(kycTiers), reason: Type.String(), createdAt: Instant },
        closed,
      ),
    ),
    captures: Type.Array(
      Type.Object(
        {
          id: Id,
          kind: Type.String(),
          capturedAt: Instant,
          framesStored: Type.Integer(),
          framesRetired: Type.Boolean(),
        },
        closed,
      ),
    ),
    references: Type.Array(
      Type.Object(
        { id: Id, source: Type.String(), active: Type.Boolean(), createdAt: Instant, retiredAt: orNull(Instant) },
        closed,
      ),
    ),
    requests: Type.Array(DataSubjectSchema),
    processing: Type.Array(Type.Object({ event: Type.String(), by: Type.String(), at: Instant }, closed)),
  },
  { ...closed, title: 'PersonalExport', description: 'Everything held about one person; never a face template' },
);
