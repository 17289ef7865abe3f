/**
 * From the raw document of `@fastify/swagger` to the one integrators read: shared schemas by name, headers, examples,
 * and one example per error code. Nothing here is written per route: it all follows from schemas and matrix.
 */
import { errorCatalogue } from '../../contract/errors.ts';
import { traitsMember, type RouteTraits } from '../route-schema.ts';
import { exampleOf, type JsonSchema } from './open-api-examples.ts';

interface MediaType {
  schema?: JsonSchema;
  example?: unknown;
  examples?: Record<string, { $ref: string }>;
}
export interface Answer {
  description: string;
  headers?: Record<string, unknown>;
  content?: Record<string, MediaType>;
}
export interface Operation {
  operationId: string;
  summary: string;
  description: string;
  tags: string[];
  parameters?: { name?: string; $ref?: string; in?: string; schema?: JsonSchema; example?: unknown }[];
  requestBody?: { required?: boolean; content: Record<string, MediaType> };
  responses: Record<string, Answer>;
  security?: Record<string, string[]>[];
  [traitsMember]?: RouteTraits;
}
export interface OpenApiDocument {
  openapi: string;
  info: { title: string; version: string; description: string };
  tags?: { name: string; description: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: Record<string, JsonSchema>;
    headers?: Record<string, unknown>;
    parameters?: Record<string, unknown>;
    examples?: Record<string, { summary: string; value: unknown }>;
    securitySchemes?: Record<string, unknown>;
  };
}

const jsonType = 'application/json';
const errorRef = '#/components/schemas/Error';
const header = (name: string) => ({ $ref: `#/components/headers/${name}` });
const parameter = (name: string) => ({ $ref: `#/components/parameters/${name}` });

export const sharedHeaders = {
  'X-RateLimit-Limit': { description: 'Size of the limit that is nearest', schema: { type: 'integer' }, example: 600 },
  'X-RateLimit-Remaining': { description: 'Requests left in this window', schema: { type: 'integer' }, example: 599 },
  'X-RateLimit-Reset': {
    description: 'Unix seconds at which the window ends',
    schema: { type: 'integer' },
    example: 1795163460,
  },
  'X-Request-Id': {
    description: 'Name it when you ask us about a request',
    schema: { type: 'string' },
    example: 'req_8Qw2Er5Ty1Ui',
  },
  'Retry-After': { description: 'Seconds to wait', schema: { type: 'integer' }, example: 12 },
  ETag: { description: 'Version of this answer', schema: { type: 'string' }, example: '"9f86d081884c7d65"' },
  'Idempotent-Replayed': {
    description: '`true`: nothing happened now, this is the stored answer of the first request',
    schema: { type: 'string', enum: ['true'] },
  },
} as const;

const sharedParameters = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description:
      'Your own name of this request. Repeated within 24 hours the first answer is given again (200, `Idempotent-Replayed: true`); another request under the same name is refused with 409 `idempotency_conflict`.',
    schema: { type: 'string' },
    example: 'order-66',
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    required: false,
    description: 'The `ETag` you hold: 304 when nothing changed',
    schema: { type: 'string' },
    example: '"9f86d081884c7d65"',
  },
  CsrfToken: {
    name: 'X-CSRF-Token',
    in: 'header',
    required: false,
    description:
      'With the session cookie only (then required, beside a same-site `Origin`): `csrfToken` of the login answer',
    schema: { type: 'string' },
    example: 'kT3f9pQ2v7',
  },
} as const;

/** Moves every titled schema to `components.schemas` and leaves a reference; equal titles with other content stay in place. */
function hoistSchemas(document: OpenApiDocument): void {
  const { schemas } = document.components;
  const texts = new Map<string, string>();
  const visit = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(visit);
    if (typeof node !== 'object' || node === null) return node;
    const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, visit(value)])) as JsonSchema;
    if (copy.type !== 'object' || copy.title === undefined || copy.properties === undefined) return copy;
    const name = copy.title;
    const plain = name === 'Error' ? withoutDescription(copy) : copy;
    const text = JSON.stringify(plain);
    if (!texts.has(name)) {
      texts.set(name, text);
      schemas[name] = plain;
    }
    return texts.get(name) === text ? { $ref: `#/components/schemas/${name}` } : copy;
  };
  document.paths = visit(document.paths) as OpenApiDocument['paths'];
}

/** The description of an error answer names its codes; the schema is the same everywhere. */
function withoutDescription(schema: JsonSchema): JsonSchema {
  const { description: _description, ...rest } = schema;
  return rest;
}

/** The codes a description names, each by its example. */
function errorExamples(status: string, description: string): Record<string, { $ref: string }> {
  const codes = [...description.matchAll(/`(\w+)`/g)].map((match) => match[1] ?? '');
  return Object.fromEntries(
    codes
      .filter((code) => String(errorCatalogue[code as keyof typeof errorCatalogue]) === status)
      .map((code) => [code, { $ref: `#/components/examples/${code}` }]),
  );
}

const sentences: Readonly<Record<string, string>> = {
  unauthenticated: 'missing or invalid Bearer',
  missing_scope: 'missing scope: customers:write',
  validation_failed: 'validation failed',
  capability_disabled: 'org capability disabled',
  rate_limited: 'rate limit exceeded',
};

function sampleError(code: string): Record<string, unknown> {
  const error = sentences[code] ?? code.replaceAll('_', ' ');
  if (code === 'validation_failed') return { error, code, details: { fieldErrors: { fullName: ['required'] } } };
  if (code === 'rate_limited') return { error, code, bucket: 'ktp.challenge', limit: 10 };
  return { error, code };
}

const meanings: Readonly<Record<string, string>> = {
  200: 'Done',
  201: 'Created',
  202: 'Accepted: it happens later',
  304: 'Nothing changed since the `ETag` you hold',
};

function completeAnswers(operation: Operation, traits: RouteTraits, document: OpenApiDocument): void {
  const { responses } = operation;
  if (traits.idempotent && responses['201'] !== undefined && responses['200'] === undefined)
    responses['200'] = { ...structuredClone(responses['201']), description: 'The stored answer of the first request' };
  if (traits.etag) responses['304'] = { description: meanings['304'] ?? '' };
  for (const [status, answer] of Object.entries(responses)) {
    const failed = Number(status) >= 400;
    if (answer.description === 'Default Response') answer.description = meanings[status] ?? 'Done';
    if (failed && status !== '429') {
      const media = answer.content?.[jsonType];
      if (media?.schema?.$ref === errorRef) media.examples = errorExamples(status, answer.description);
      continue;
    }
    answer.headers = {
      ...answer.headers,
      'X-RateLimit-Limit': header('X-RateLimit-Limit'),
      'X-RateLimit-Remaining': header('X-RateLimit-Remaining'),
      'X-RateLimit-Reset': header('X-RateLimit-Reset'),
      'X-Request-Id': header('X-Request-Id'),
      ...(status === '429' ? { 'Retry-After': header('Retry-After') } : {}),
      ...(traits.etag && !failed ? { ETag: header('ETag') } : {}),
      ...((traits.idempotent || traits.frames) && status === '200'
        ? { 'Idempotent-Replayed': header('Idempotent-Replayed') }
        : {}),
    };
    const media = answer.content?.[jsonType];
    if (media?.schema === undefined) continue;
    if (media.schema.$ref === '#/components/schemas/Error')
      media.examples = errorExamples(status, answer.description) ?? {};
    else media.example = exampleOf(media.schema, { schemas: document.components.schemas, complete: true });
  }
}

function completeRequest(operation: Operation, traits: RouteTraits, changes: boolean, document: OpenApiDocument): void {
  const added = [
    ...(traits.idempotent ? [parameter('IdempotencyKey')] : []),
    ...(traits.etag ? [parameter('IfNoneMatch')] : []),
    ...(traits.person && changes ? [parameter('CsrfToken')] : []),
  ];
  const options = { schemas: document.components.schemas, complete: false };
  for (const one of operation.parameters ?? [])
    if (one.in === 'path' && one.schema !== undefined) one.example = exampleOf(one.schema, options, '', one.name ?? '');
  if (added.length > 0) operation.parameters = [...(operation.parameters ?? []), ...added];
  const media = operation.requestBody?.content[jsonType];
  if (media?.schema !== undefined) media.example = exampleOf(media.schema, options);
  const form = operation.requestBody?.content['multipart/form-data'];
  if (form !== undefined) form.schema = multipartForm(form.schema ?? {}, document);
}

/** The same fields as parts: `bundle` a JSON part without frames, each frame a file part (api-decisions 10). */
function multipartForm(body: JsonSchema, document: OpenApiDocument): JsonSchema {
  const { schemas } = document.components;
  const resolved = body.$ref === undefined ? body : (schemas[body.$ref.split('/').at(-1) ?? ''] ?? {});
  const properties = Object.entries(resolved.properties ?? {}).map(([name, schema]): [string, JsonSchema] => {
    if (name === 'bundle')
      return [name, { type: 'string', description: 'The bundle as JSON text, without `frames`' } as JsonSchema];
    if (name === 'referenceImage') return [name, { type: 'string', format: 'binary' }];
    return [name, schema];
  });
  const frames: JsonSchema = {
    type: 'array',
    minItems: 1,
    items: { type: 'string', format: 'binary' },
    description: 'JPEG or PNG files in time order',
  };
  return {
    type: 'object',
    required: [...(resolved.required ?? []), 'frames'],
    properties: { ...Object.fromEntries(properties), frames },
  };
}

/** `transformObject` of @fastify/swagger. */
export function completeDocument(raw: unknown): OpenApiDocument {
  const document = JSON.parse(JSON.stringify(raw)) as OpenApiDocument;
  document.components.schemas ??= {};
  hoistSchemas(document);
  const used = new Set(Object.values(document.paths).flatMap((path) => Object.values(path).flatMap((one) => one.tags)));
  document.tags = (document.tags ?? []).filter((tag) => used.has(tag.name));
  document.components.headers = sharedHeaders;
  document.components.parameters = sharedParameters;
  for (const operations of Object.values(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const traits = operation[traitsMember];
      if (traits === undefined) continue;
      delete operation[traitsMember];
      completeRequest(operation, traits, method !== 'get', document);
      completeAnswers(operation, traits, document);
    }
  }
  const text = JSON.stringify(document.paths);
  document.components.examples = Object.fromEntries(
    Object.keys(errorCatalogue)
      .filter((code) => text.includes(`"#/components/examples/${code}"`))
      .map((code) => [code, { summary: code, value: { ...sampleError(code), requestId: 'req_8Qw2Er5Ty1Ui' } }]),
  );
  return document;
}
