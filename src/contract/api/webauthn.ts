/** Passkeys: the JSON forms of WebAuthn Level 3 (§5.1.8–5.1.10), and what a sign-in answers. */
import { Type } from 'typebox';
import { oneOf } from '../vocabulary.ts';
import { closed, Id, Instant, orNull } from './common.ts';
import { LoginAnswer } from './people.ts';

const Base64Url = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '^[A-Za-z0-9_-]+$' });
const Extensions = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  maxProperties: 20,
  additionalProperties: true,
});
const Transports = Type.Array(Type.String({ maxLength: 40 }), { maxItems: 10 });
const ChallengeId = Type.String({ ...Id, description: 'Send it back with the answer; five minutes, once' });

const CredentialDescriptor = Type.Object(
  { id: Base64Url(1400), type: Type.String(), transports: Type.Optional(Transports) },
  closed,
);

export const CreationOptionsSchema = Type.Object(
  {
    rp: Type.Object({ id: Type.String({ examples: ['localhost'] }), name: Type.String() }, closed),
    user: Type.Object({ id: Base64Url(128), name: Type.String(), displayName: Type.String() }, closed),
    challenge: Base64Url(128),
    pubKeyCredParams: Type.Array(
      Type.Object({ type: Type.String(), alg: Type.Integer({ examples: [-8, -7, -257] }) }, closed),
    ),
    timeout: Type.Optional(Type.Integer({ description: 'Milliseconds' })),
    excludeCredentials: Type.Array(CredentialDescriptor),
    authenticatorSelection: Type.Object(
      {
        residentKey: Type.String(),
        requireResidentKey: Type.Boolean(),
        userVerification: Type.String(),
        authenticatorAttachment: Type.Optional(Type.String()),
      },
      closed,
    ),
    attestation: Type.String(),
    extensions: Type.Optional(Extensions),
    hints: Type.Optional(Type.Array(Type.String())),
  },
  { ...closed, title: 'PublicKeyCredentialCreationOptions', description: 'For `navigator.credentials.create`' },
);

export const RequestOptionsSchema = Type.Object(
  {
    rpId: Type.String({ examples: ['localhost'] }),
    challenge: Base64Url(128),
    timeout: Type.Optional(Type.Integer({ description: 'Milliseconds' })),
    allowCredentials: Type.Optional(
      Type.Array(CredentialDescriptor, {
        description: 'Never listed: all passkeys are discoverable, so the options tell nothing about an address',
      }),
    ),
    userVerification: Type.String({ examples: ['required'] }),
    extensions: Type.Optional(Extensions),
    hints: Type.Optional(Type.Array(Type.String())),
  },
  { ...closed, title: 'PublicKeyCredentialRequestOptions', description: 'For `navigator.credentials.get`' },
);

export const RegistrationBegun = Type.Object(
  { challengeId: ChallengeId, expiresAt: Instant, options: CreationOptionsSchema },
  closed,
);
export const AuthenticationBegun = Type.Object(
  { challengeId: ChallengeId, expiresAt: Instant, options: RequestOptionsSchema },
  closed,
);

/** Instead of a session, when the account has a passkey. */
export const PasskeyStep = Type.Object(
  { passkeyRequired: Type.Literal(true), ...AuthenticationBegun.properties },
  { ...closed, title: 'PasskeyStep', description: 'The password was right; a session exists only after the passkey' },
);

const credential = {
  id: Base64Url(1400),
  rawId: Base64Url(1400),
  type: Type.Literal('public-key'),
  authenticatorAttachment: Type.Optional(orNull(oneOf(['platform', 'cross-platform']))),
  clientExtensionResults: Extensions,
} as const;

export const RegisterFinishBody = Type.Object(
  {
    challengeId: ChallengeId,
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 60, description: 'To recognise it in the list' })),
    credential: Type.Object(
      {
        ...credential,
        response: Type.Object(
          {
            clientDataJSON: Base64Url(8000),
            attestationObject: Base64Url(40_000),
            authenticatorData: Type.Optional(Base64Url(8000)),
            transports: Type.Optional(Transports),
            publicKey: Type.Optional(orNull(Base64Url(4000))),
            publicKeyAlgorithm: Type.Optional(Type.Integer()),
          },
          closed,
        ),
      },
      { ...closed, title: 'RegistrationResponse' },
    ),
  },
  closed,
);

export const AuthBeginBody = Type.Object(
  {
    email: Type.Optional(
      Type.String({
        minLength: 3,
        maxLength: 254,
        description: 'Without it any passkey of this installation counts. The answer never tells whether it exists',
      }),
    ),
  },
  closed,
);

export const AuthFinishBody = Type.Object(
  {
    challengeId: ChallengeId,
    credential: Type.Object(
      {
        ...credential,
        response: Type.Object(
          {
            clientDataJSON: Base64Url(8000),
            authenticatorData: Base64Url(8000),
            signature: Base64Url(4000),
            userHandle: Type.Optional(orNull(Base64Url(128))),
          },
          closed,
        ),
      },
      { ...closed, title: 'AuthenticationResponse' },
    ),
  },
  closed,
);

export const PasskeySchema = Type.Object(
  {
    id: Id,
    name: Type.String(),
    deviceType: Type.String({ examples: ['singleDevice', 'multiDevice'] }),
    backedUp: Type.Boolean(),
    createdAt: Instant,
    lastUsedAt: orNull(Instant),
  },
  { ...closed, title: 'Passkey' },
);

export const Reauthenticated = Type.Object({ reauthenticated: Type.Literal(true), at: Instant }, closed);
export const LoginOutcome = Type.Union([LoginAnswer, PasskeyStep]);
export const AuthFinishOutcome = Type.Union([LoginAnswer, Reauthenticated]);

export const ReauthenticateBody = Type.Object({ password: Type.String({ minLength: 1, maxLength: 200 }) }, closed);
