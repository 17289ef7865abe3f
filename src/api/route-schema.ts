/** The schema Fastify gets for a route: what it validates and serialises, and what the OpenAPI document says about it. */
import type { FastifySchema } from 'fastify';
import { Type, type TSchema } from 'typebox';
import { ErrorSchema } from '../contract/api/common.ts';
import type { RoutePolicy } from '../contract/api/route-matrix.ts';
import { errorCatalogue, type ErrorCode } from '../contract/errors.ts';
import type { RouteDefinition } from './define-route.ts';

type AnyDefinition = RouteDefinition<TSchema, TSchema, TSchema, TSchema>;

/** What a route does beside its schema, for the document only. */
export interface RouteTraits {
  readonly idempotent: boolean;
  readonly etag: boolean;
  readonly frames: boolean;
  readonly person: boolean;
}

export const traitsMember = 'x-loket-traits';

/** Every POST that carries no bundle and has a caller takes an `Idempotency-Key` (api-decisions 7). */
export function isIdempotent(policy: RoutePolicy, definition: Pick<AnyDefinition, 'frames'>): boolean {
  return policy.method === 'POST' && definition.frames !== true && policy.roles !== 'public';
}

export function routeSchema(policy: RoutePolicy, definition: AnyDefinition): FastifySchema {
  const traits: RouteTraits = {
    idempotent: isIdempotent(policy, definition),
    etag: definition.etag === true,
    frames: definition.frames === true,
    person: acceptsPeople(policy),
  };
  const schema: Record<string, unknown> = {
    operationId: policy.bucket.replace('.', '_'),
    tags: [definition.tag],
    summary: definition.summary,
    description: [definition.description ?? '', accessText(policy)].filter(Boolean).join('\n\n'),
    security: policy.roles === 'public' ? [] : securityOf(policy),
    response: { ...answers(definition), ...errorAnswers(policy, definition, traits) },
    ...(traits.frames ? { consumes: ['application/json', 'multipart/form-data'] } : {}),
    ...(definition.body === undefined ? {} : { body: definition.body }),
    querystring: definition.query ?? Type.Object({}, { additionalProperties: false }),
    ...(definition.params === undefined ? {} : { params: definition.params }),
    ...(definition.headers === undefined ? {} : { headers: definition.headers }),
    'x-scopes': policy.keyScopes,
    'x-roles': policy.roles,
    'x-rate-limit': { bucket: policy.bucket, ...policy.limit, perCustomerPerMinute: policy.perCustomerPerMinute },
    'x-audit-events': policy.events,
    [traitsMember]: traits,
  };
  return schema as FastifySchema;
}

function answers(definition: AnyDefinition): Record<number, unknown> {
  const { answer, alsoStatus, contentType } = definition;
  const shown = contentType === undefined ? answer : { content: { [contentType]: { schema: answer } } };
  return { [definition.status ?? 200]: shown, ...(alsoStatus === undefined ? {} : { [alsoStatus]: shown }) };
}

function acceptsPeople(policy: RoutePolicy): boolean {
  return policy.roles !== 'public' && (policy.roles === 'signed-in' || policy.roles.length > 0);
}

/** The codes of the definition, and those the server itself answers on such a route. */
export function errorCodes(policy: RoutePolicy, definition: AnyDefinition, traits: RouteTraits): readonly ErrorCode[] {
  const codes: ErrorCode[] = [...definition.errors, 'rate_limited', 'internal', 'unavailable'];
  const changes = policy.method !== 'GET';
  codes.push('validation_failed');
  if (policy.roles !== 'public') {
    codes.push('unauthenticated');
    if (Array.isArray(policy.keyScopes)) codes.push('missing_scope');
    if (policy.keyScopes === 'none') codes.push('person_required');
    if (Array.isArray(policy.roles)) codes.push('forbidden');
  }
  if (traits.person) codes.push('session_expired');
  if (traits.person && changes) codes.push('csrf_failed');
  // The same key for another request: there is none where nothing can be sent.
  const sends = definition.body !== undefined || definition.params !== undefined;
  if (traits.idempotent && sends) codes.push('idempotency_conflict');
  if (definition.body !== undefined) codes.push('bad_request', 'body_too_large', 'unsupported_media_type');
  return [...new Set(codes)];
}

function errorAnswers(policy: RoutePolicy, definition: AnyDefinition, traits: RouteTraits): Record<number, unknown> {
  const byStatus: Record<number, ErrorCode[]> = {};
  for (const code of errorCodes(policy, definition, traits)) (byStatus[errorCatalogue[code]] ??= []).push(code);
  const errors = Object.fromEntries(
    Object.entries(byStatus).map(([status, list]) => [
      status,
      { ...ErrorSchema, description: list.map((code) => `\`${code}\``).join(', ') },
    ]),
  );
  // The health route answers its own body when it is not well.
  return definition.tag === 'health' ? { ...errors, 503: definition.answer } : errors;
}

/** One entry per way in: any of the scopes with a key, or a signed-in person. */
function securityOf(policy: RoutePolicy): readonly Record<string, string[]>[] {
  const keys =
    policy.keyScopes === 'none'
      ? []
      : policy.keyScopes === 'any'
        ? [{ apiKey: [] }]
        : policy.keyScopes.map((scope) => ({ apiKey: [scope] }));
  return [...keys, ...(acceptsPeople(policy) ? [{ session: [] }] : [])];
}

function accessText(policy: RoutePolicy): string {
  const scopes =
    policy.keyScopes === 'none'
      ? 'no API key may call this'
      : policy.keyScopes === 'any'
        ? 'any API key'
        : policy.keyScopes.map((scope) => `\`${scope}\``).join(' or ');
  const people =
    typeof policy.roles === 'string' ? policy.roles : policy.roles.length === 0 ? 'nobody' : policy.roles.join(', ');
  const { max, windowSeconds, per } = policy.limit;
  const customer =
    policy.perCustomerPerMinute === null ? '' : `, and ${policy.perCustomerPerMinute} per minute and customer`;
  const events =
    policy.events.length === 0 ? '' : ` Audit: ${policy.events.map((event) => `\`${event}\``).join(', ')}.`;
  return `Scope: ${scopes}. People: ${people}. Limit \`${policy.bucket}\`: ${max} per ${windowSeconds} s per ${per}${customer}.${events}`;
}
