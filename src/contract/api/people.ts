/** Sign-in, keys, review: what people and their programs authenticate and decide with. */
import { Type } from 'typebox';
import { decisionShapes } from './review-shapes.ts';
import { environments, oneOf, roles, scopes } from '../vocabulary.ts';
import { closed, Id, Instant, listQuery, orNull } from './common.ts';

export const LoginBody = Type.Object(
  { email: Type.String({ minLength: 3, maxLength: 254 }), password: Type.String({ minLength: 1, maxLength: 200 }) },
  closed,
);

const UserSchema = Type.Object({ id: Id, email: Type.String(), fullName: Type.String(), role: oneOf(roles) }, closed);
const csrfToken = Type.String({ description: 'Send it back as `X-CSRF-Token` with every state-changing request' });

export const LoginAnswer = Type.Object(
  { user: UserSchema, org: Type.Object({ id: Id }, closed), csrfToken, expiresAt: Instant },
  closed,
);

export const MeAnswer = Type.Object(
  {
    user: Type.Optional(UserSchema),
    apiKey: Type.Optional(Type.Object({ id: Id }, closed)),
    org: Type.Object({ id: Id, name: Type.String(), environment: oneOf(environments) }, closed),
    scopes: Type.Array(oneOf(scopes)),
    csrfToken: Type.Optional(csrfToken),
  },
  closed,
);

export const CreateApiKeyBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100 }),
    scopes: Type.Array(oneOf(scopes), { minItems: 1, maxItems: scopes.length, uniqueItems: true }),
    env: Type.Optional(oneOf(environments, { description: "The organisation's own; another is refused" })),
  },
  closed,
);

export const ApiKeySchema = Type.Object(
  {
    id: Id,
    name: Type.String(),
    env: oneOf(environments),
    scopes: Type.Array(oneOf(scopes)),
    hint: Type.String({ description: 'The first characters, to recognise it' }),
    createdBy: orNull(Type.String()),
    createdAt: Instant,
    lastUsedAt: orNull(Instant),
    revokedAt: orNull(Instant),
  },
  { ...closed, title: 'ApiKey' },
);

export const CreatedApiKeySchema = Type.Object(
  { ...ApiKeySchema.properties, key: Type.String({ description: 'Shown once', examples: ['qe_sk_sandbox_…'] }) },
  closed,
);

export const ApiKeyParams = Type.Object({ id: Id }, closed);

export const RotateApiKeyBody = Type.Object(
  {
    graceHours: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 168,
        description: 'How long the old key still opens, until its holder has the new one in use. Default 0: not at all',
        examples: [24],
      }),
    ),
  },
  closed,
);

export const RotatedApiKeySchema = Type.Object(
  { ...CreatedApiKeySchema.properties, replaces: Type.String({ description: 'Id of the key it takes the place of' }) },
  closed,
);

export const ListQuery = Type.Object({ ...listQuery }, closed);
export const { ReviewSchema, ReviewQuery, DecisionBody, DecisionSchema } = decisionShapes;
