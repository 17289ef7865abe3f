/** Staff sign-in with the organisation's OpenID provider. */
import { Type } from 'typebox';
import { closed, Id, Instant } from './common.ts';

export const OidcBeginBody = Type.Object(
  { organisation: Type.String({ ...Id, description: 'Id of the organisation whose provider to use' }) },
  closed,
);
export const OidcBegun = Type.Object(
  {
    authorizationUrl: Type.String({ description: 'Send the browser there' }),
    expiresAt: Instant,
  },
  closed,
);
export const OidcCallbackQuery = Type.Object(
  {
    state: Type.Optional(Type.String({ maxLength: 500 })),
    code: Type.Optional(Type.String({ maxLength: 4000 })),
    iss: Type.Optional(Type.String({ maxLength: 500 })),
    error: Type.Optional(Type.String({ maxLength: 500 })),
  },
  { description: 'As the provider sends it (RFC 6749, RFC 9207); what else it adds is ignored' },
);

const text = (maxLength: number, description: string) => Type.String({ minLength: 1, maxLength, description });
export const OidcProviderSchema = Type.Object(
  {
    issuer: Type.String({ examples: ['https://login.bank.co.id'] }),
    clientId: Type.String(),
    trustEmail: Type.Boolean(),
    redirectUri: Type.String({ description: 'Register this at the provider' }),
    updatedAt: Instant,
  },
  { ...closed, title: 'OidcProvider' },
);
export const OidcProviderBody = Type.Object(
  {
    issuer: Type.Optional(text(500, 'https address, as the provider calls itself')),
    clientId: Type.Optional(text(200, 'What the provider calls this installation')),
    clientSecret: Type.Optional(text(500, 'Kept sealed, never answered; required when issuer or client changes')),
    trustEmail: Type.Optional(
      Type.Boolean({ description: 'The provider is your own directory: an absent `email_verified` counts as true' }),
    ),
  },
  { ...closed, minProperties: 1 },
);
