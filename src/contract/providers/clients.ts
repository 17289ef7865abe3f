/** Programs of others that speak a provider's dialect to us: what they may do, and which routes there are. */
import { Type, type Static } from 'typebox';
import { oneOf } from '../vocabulary.ts';

export const providerNames = ['glair', 'accuauth', 'iluma'] as const;
export type ProviderName = (typeof providerNames)[number];

/** What a client may be permitted, by name; absent in its settings: everything of its provider. */
export const providerPermissions = ['face_verification', 'id_selfie', 'id_card', 'screening'] as const;
export type ProviderPermission = (typeof providerPermissions)[number];

export const ClientSettingsSchema = Type.Object(
  {
    /** Requests a minute. */
    perMinute: Type.Integer({ minimum: 1, maximum: 100_000 }),
    /** Charged answers a calendar month. */
    monthlyQuota: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000_000 })),
    /** Instant after which the credentials are refused. */
    expiresAt: Type.Optional(Type.String({ format: 'date-time' })),
    permissions: Type.Optional(Type.Array(oneOf(providerPermissions))),
    /** Iluma: the production key answers from live data. */
    live: Type.Boolean(),
  },
  { additionalProperties: false },
);
export type ClientSettings = Static<typeof ClientSettingsSchema>;

export const defaultClientSettings: ClientSettings = { perMinute: 120, live: false };

/** Services of Iluma an answer of which can be sent to a callback address. */
export const callbackServices = ['ID_CARD_VERIFICATION', 'INDIVIDUAL_CFT_PEP', 'ENTITY_CFT_PEP'] as const;
export type CallbackService = (typeof callbackServices)[number];

export interface ProviderRouteRow {
  readonly provider: ProviderName;
  readonly method: 'GET' | 'POST';
  /** Parameters with a colon. */
  readonly path: string;
  /** `none`: everybody may call it once the provider is on; `token`: a single-use token in the query. */
  readonly auth: 'client' | 'none' | 'token';
  readonly permission: ProviderPermission | null;
  readonly summary: string;
}

const iluma = (
  method: 'GET' | 'POST',
  path: string,
  permission: ProviderPermission | null,
  summary: string,
  auth: ProviderRouteRow['auth'] = 'client',
): ProviderRouteRow => ({ provider: 'iluma', method, path, auth, permission, summary });

export const providerRoutes: readonly ProviderRouteRow[] = [
  {
    provider: 'glair',
    method: 'POST',
    path: '/identity/v1/face-verification',
    auth: 'client',
    permission: 'face_verification',
    summary: 'GLAIR: NIK, name, birth date and face against the registry',
  },
  {
    provider: 'accuauth',
    method: 'POST',
    path: '/verify/id_selfie',
    auth: 'client',
    permission: 'id_selfie',
    summary: 'AccuAuth: identity number and selfie against the registry',
  },
  iluma('GET', '/health', null, 'Iluma: is it there', 'none'),
  iluma('GET', '/businesses/:business_id/api_keys', null, 'Iluma: hand over the keys, once', 'token'),
  iluma('GET', '/v1/callback/authentication_tokens', null, 'Iluma: token that callbacks carry'),
  iluma('POST', '/v1/callback/urls', null, 'Iluma: set the callback address of a service'),
  iluma('POST', '/v0/identity/individual_cft_peps', 'screening', 'Iluma: screen a person'),
  iluma('GET', '/v0/identity/individual_cft_peps/:id', 'screening', 'Iluma: a screening of a person again'),
  iluma('POST', '/v0/identity/individual_cft_peps/:id', 'screening', 'Iluma: the same, as its headings write it'),
  iluma('POST', '/v0/identity/entity_cft_peps', 'screening', 'Iluma: screen a company'),
  iluma('GET', '/v0/identity/entity_cft_peps/:id', 'screening', 'Iluma: a screening of a company again'),
  iluma('POST', '/v0/identity/entity_cft_peps/:id', 'screening', 'Iluma: the same, as its headings write it'),
  iluma('GET', '/v0/identity/cft_pep_listings/:id', 'screening', 'Iluma: one record of a result'),
  iluma('POST', '/v0/identity/cft_pep_listings/:id', 'screening', 'Iluma: the same, as its headings write it'),
  iluma('POST', '/v0/identity/id_card_verifications', 'id_card', 'Iluma: identity card data and selfie'),
];
