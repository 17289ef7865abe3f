/** The provider routes as an OpenAPI document of their own: they are not ours to design, so they stay out of the native one. */
import { providerRoutes, type ProviderName, type ProviderRouteRow } from '../../contract/providers/clients.ts';

export const providerDocumentPath = '/api/providers/openapi.json';

const text = { type: 'string' } as const;
const object = (properties: Readonly<Record<string, object>>, required: readonly string[]) => ({
  type: 'object',
  properties,
  required,
});
const pictures = { type: 'string', format: 'binary' } as const;

const faceVerification = object({ nik: text, name: text, date_of_birth: text, face_image: pictures }, [
  'nik',
  'name',
  'date_of_birth',
  'face_image',
]);
const idSelfie = object(
  {
    id_number: text,
    face_image: text,
    ktp_image: text,
    email: text,
    phone_number: text,
    birth_date: text,
    name: text,
    face_threshold: { type: 'number' },
  },
  ['id_number', 'face_image'],
);
const idCard = object(
  { name: text, id_card_number: text, birthdate: text, birthplace: text, address: text, selfie: pictures },
  ['name', 'id_card_number', 'selfie'],
);
const scopes = { type: 'array', items: { type: 'string', enum: ['PEP', 'SANCTION', 'OTHER'] } } as const;
const screening = (name: string, country: string) =>
  object({ user_id: text, [name]: text, [country]: text, scopes, score_threshold: { type: 'integer', minimum: 50 } }, [
    'user_id',
    name,
    country,
    'scopes',
  ]);

/** Body by path, in the content types the route takes. */
const bodies: Readonly<Record<string, { readonly types: readonly string[]; readonly schema: object }>> = {
  '/identity/v1/face-verification': { types: ['multipart/form-data'], schema: faceVerification },
  '/verify/id_selfie': {
    types: ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'],
    schema: idSelfie,
  },
  '/v0/identity/id_card_verifications': { types: ['multipart/form-data'], schema: idCard },
  '/v0/identity/individual_cft_peps': {
    types: ['application/json'],
    schema: screening('given_names', 'nationality'),
  },
  '/v0/identity/entity_cft_peps': { types: ['application/json'], schema: screening('name', 'business_domicile') },
  '/v1/callback/urls': {
    types: ['application/json'],
    schema: object({ service: text, url: { type: 'string', format: 'uri' } }, ['service', 'url']),
  },
};

const statuses: Readonly<Record<ProviderName, Readonly<Record<string, string>>>> = {
  glair: {
    '200': 'One of the five verdicts',
    '400': 'Invalid NIK or date_of_birth, or a part is missing',
    '401': 'Wrong or expired credentials',
    '403': 'Not permitted',
    '413': 'The picture is too large',
    '415': 'Not a JPEG or PNG',
    '429': 'Rate limit or quota',
    '503': 'Something wrong in Dukcapil server: nobody could be asked',
  },
  accuauth: {
    '200': 'Codes 01 to 08; 01 and 02 are charged',
    '400': 'INVALID_ARGUMENT, ABNORMAL_BEHAVIOURS_DETECTED',
    '401': 'UNAUTHORIZED, KEY_EXPIRED',
    '403': 'NO_PERMISSION, OUT_OF_QUOTA, RATE_LIMIT_EXCEEDED',
    '404': 'NOT_FOUND',
    '500': 'INTERNAL_ERROR',
    '512': 'SOURCE_SERVICE_UNAVAILABLE',
    '513': 'SOURCE_SERVICE_TIMEOUT',
  },
  iluma: {
    '200': 'The answer, `status` COMPLETED or FAILED',
    '400': 'API_VALIDATION_ERROR',
    '401': 'INVALID_API_KEY',
    '403': 'API_KEY_IS_NOT_LIVE_ERROR',
    '404': 'Unknown id',
    '413': 'FILE_TOO_LARGE, FILE_TOO_SMALL',
    '415': 'UNSUPPORTED_CONTENT_TYPE',
    '429': 'RATE_LIMIT_EXCEEDED',
    '500': 'SERVER_ERROR',
  },
};

const security: Readonly<Record<ProviderName, readonly object[]>> = {
  glair: [{ glairBasic: [], glairApiKey: [] }],
  accuauth: [{ accuauthId: [], accuauthSecret: [] }],
  iluma: [{ ilumaKey: [] }],
};

function operation(row: ProviderRouteRow) {
  const body = bodies[row.path];
  const parameters = [...row.path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: text,
  }));
  if (row.auth === 'token') parameters.push({ name: 'token', in: 'query', required: true, schema: text });
  return {
    tags: [row.provider],
    summary: row.summary,
    operationId: `${row.method.toLowerCase()}${row.path.replace(/[^A-Za-z0-9]+(\w?)/g, (_, next: string) => next.toUpperCase())}`,
    security: row.auth === 'client' ? security[row.provider] : [],
    parameters,
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: Object.fromEntries(body.types.map((type) => [type, { schema: body.schema }])),
          },
        }),
    responses: Object.fromEntries(
      Object.entries(statuses[row.provider]).map(([status, description]) => [status, { description }]),
    ),
  };
}

/** OpenAPI 3.1. */
export function providerDocument(version: string) {
  const paths: Record<string, Record<string, object>> = {};
  for (const row of providerRoutes) {
    const path = row.path.replace(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[row.method.toLowerCase()] = operation(row);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Loket: provider-compatible routes',
      version,
      description:
        'GLAIR, AccuAuth and Iluma as their public documentation describes them. Off until an organisation enables a client (`loket provider enable`).',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: ['glair', 'accuauth', 'iluma'].map((name) => ({ name, description: `Routes in the dialect of ${name}` })),
    paths,
    components: {
      securitySchemes: {
        glairBasic: { type: 'http', scheme: 'basic' },
        glairApiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        accuauthId: { type: 'apiKey', in: 'header', name: 'X-DF-API-ID' },
        accuauthSecret: { type: 'apiKey', in: 'header', name: 'X-DF-API-SECRET' },
        ilumaKey: { type: 'http', scheme: 'basic', description: 'The key as user name, no password' },
      },
    },
  };
}
