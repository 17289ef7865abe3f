/**
 * One way to write a route: its row of the matrix gives method, path, scopes, roles and limits; its schemas give types,
 * validation, serialisation and OpenAPI. The handler is a thin call of one service.
 */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { policyOf, type RouteKey, type RoutePolicy } from '../contract/api/route-matrix.ts';
import type { ErrorCode } from '../contract/errors.ts';
import type { Result } from '../contract/result.ts';
import type { Actor } from '../services/context.ts';
import type { Db } from '../store/repositories/types.ts';
import { findOrganisation } from '../store/repositories/organisations.ts';
import { sha256 } from '../vault/random.ts';
import type { ApiDeps } from './api-deps.ts';
import { authorise, checkCsrf, hasCredentialInQuery, identifyCaller, type Caller } from './authenticate.ts';
import { AnsweredMeanwhile, rememberedAnswer, rememberAnswer, rememberWithin } from './idempotency-key.ts';
import { assembleMultipart } from './multipart-body.ts';
import { refuseUnstorable } from './plain-text.ts';
import type { RateLimiter } from './rate-limiter.ts';
import { isIdempotent, routeSchema } from './route-schema.ts';
import { rateHeaders, sendFailure, sendRateLimited } from './send-error.ts';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null;
  }
}

export interface RouteInput<B, Q, P> {
  readonly body: B;
  readonly query: Q;
  readonly params: P;
  readonly actor: Actor;
  readonly caller: Caller | null;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /**
   * Keeps the answer for a repeated `Idempotency-Key` in the transaction of what it answers; a handler that does not is
   * remembered after it. Throws, and so undoes the transaction, when the same request was answered meanwhile.
   */
  remember(trx: Db, body: unknown): Promise<void>;
}

/** What a handler answers: the body, and where it differs, status and whether it is a repeat. */
export interface RouteAnswer<R> {
  readonly body: R;
  readonly status?: 200 | 201 | 202 | 303 | 503;
  readonly replayed?: boolean;
}

export interface RouteDefinition<B extends TSchema, Q extends TSchema, P extends TSchema, R extends TSchema> {
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  readonly body?: B;
  readonly query?: Q;
  readonly params?: P;
  readonly answer: R;
  readonly status?: 200 | 201 | 202;
  readonly errors: readonly ErrorCode[];
  /** Carries frames: a large body, multipart beside JSON, and the bundle nonce instead of an Idempotency-Key. */
  readonly frames?: boolean;
  /** Answer an ETag and 304. */
  readonly etag?: boolean;
  /** The answer may also come with this status. */
  readonly alsoStatus?: 202;
  /** Bytes of body, where the ordinary limit is too small. */
  readonly bodyLimit?: number;
  /** Streamed instead of JSON: `body` is then a readable stream of this type. */
  readonly contentType?: string;
  /** Request headers the route reads, for validation and the document; others pass. */
  readonly headers?: TSchema;
  handle(input: RouteInput<Static<B>, Static<Q>, Static<P>>): Promise<Result<RouteAnswer<Static<R>>>>;
}

const framesBodyLimit = 64 * 1024 * 1024;

export type DefineRoute = <B extends TSchema, Q extends TSchema, P extends TSchema, R extends TSchema>(
  key: RouteKey,
  definition: RouteDefinition<B, Q, P, R>,
) => void;

export function routeDefiner(app: FastifyInstance, deps: ApiDeps, limiter: RateLimiter): DefineRoute {
  return (key, definition) => {
    const policy = policyOf(key);
    const idempotent = isIdempotent(policy, definition);
    const options: RouteOptions = {
      method: policy.method,
      url: policy.path.replace(/\{(\w+)\}/g, ':$1'),
      schema: routeSchema(policy, definition as never),
      config: { inMatrix: true },
      ...(definition.bodyLimit === undefined ? {} : { bodyLimit: definition.bodyLimit }),
      ...(definition.frames === true ? { bodyLimit: framesBodyLimit } : {}),
      onRequest: (request, reply) => admit(deps, limiter, policy, request, reply),
      preValidation: definition.frames === true ? [assembleMultipart, refuseUnstorable] : refuseUnstorable,
      ...(policy.limit.per === 'desk' || policy.perCustomerPerMinute !== null
        ? {
            preHandler: async (request, reply) => {
              if (await limitDesk(deps, limiter, policy, request, reply))
                await limitPerCustomer(deps, limiter, policy, request, reply);
            },
          }
        : {}),
      handler: async (request, reply) => {
        if (reply.sent) return reply;
        const { context } = deps;
        if (idempotent && (await rememberedAnswer(context, request, reply, key))) return reply;
        let remembered = false;
        const remember = async (trx: Db, body: unknown): Promise<void> => {
          if (!idempotent) return;
          await rememberWithin(context, trx, request, key, definition.status ?? 200, body);
          remembered = true;
        };
        const handled = definition.handle({
          body: request.body as Static<typeof definition.body & TSchema>,
          query: request.query as Static<typeof definition.query & TSchema>,
          params: request.params as Static<typeof definition.params & TSchema>,
          actor: request.caller?.actor ?? { kind: 'system', id: null, orgId: '' },
          caller: request.caller,
          request,
          reply,
          remember,
        });
        const result = await handled.catch((error: unknown) => {
          if (error instanceof AnsweredMeanwhile) return null;
          throw error;
        });
        if (result === null) {
          await rememberedAnswer(context, request, reply, key);
          return reply;
        }
        if (!result.ok) {
          // "There already" may be this very request, answered by another process between our two looks.
          if (idempotent && (await rememberedAnswer(context, request, reply, key))) return reply;
          return sendFailure(request, reply, result.error);
        }
        const { body, status = definition.status ?? 200, replayed } = result.value;
        if (replayed === true) void reply.header('idempotent-replayed', 'true');
        if (definition.etag === true) {
          const text = reply.code(status).serialize(body) as string;
          if (notModified(request, reply, text)) return reply.code(304).send();
          return reply.type('application/json; charset=utf-8').send(text);
        }
        if (idempotent && !remembered) await rememberAnswer(context, request, key, status, body);
        if (definition.contentType !== undefined) void reply.type(definition.contentType);
        return reply.code(status).send(body);
      },
    };
    app.withTypeProvider<TypeBoxTypeProvider>().route(options as never);
  };
}

/** Who, may he, and not too often. Sends the refusal itself. */
async function admit(
  deps: ApiDeps,
  limiter: RateLimiter,
  policy: RoutePolicy,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const identified = hasCredentialInQuery(request.query)
    ? ({
        ok: false,
        error: { code: 'unauthenticated', message: 'credentials in the query string are refused' },
      } as const)
    : await identifyCaller(deps.context, request);
  request.caller = identified.ok ? identified.value : null;
  if (!(await limitCaller(deps, limiter, policy, request, reply))) return;
  // A stale cookie must not keep anybody from signing in again.
  if (!identified.ok && policy.roles !== 'public') return void sendFailure(request, reply, identified.error);
  const allowed = authorise(policy, request.caller);
  if (!allowed.ok) return void sendFailure(request, reply, allowed.error);
  const own = checkCsrf(request, policy.roles === 'public' ? null : request.caller);
  if (!own.ok) sendFailure(request, reply, own.error);
}

async function limitCaller(
  deps: ApiDeps,
  limiter: RateLimiter,
  policy: RoutePolicy,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  const { per, windowSeconds } = policy.limit;
  const actor = request.caller?.actor;
  const who =
    actor === undefined || per === 'ip'
      ? `ip:${request.ip}`
      : per === 'org'
        ? `org:${actor.orgId}`
        : `${actor.kind}:${actor.id ?? ''}`;
  // Many desks deliver with one key: it is only kept from flooding, each desk has the documented limit (see limitDesk).
  const room = per === 'desk' ? desksPerKey : 1;
  const max = room * (await tunedLimit(deps, request.caller, policy.bucket, policy.limit.max));
  const state = await limiter.take(policy.bucket, who, max, windowSeconds);
  rateHeaders(reply, state);
  if (state.allowed) return true;
  sendRateLimited(request, reply, policy.bucket, state.limit, secondsUntil(deps, state.resetAt));
  return false;
}

const desksPerKey = 50;

/** False when a refusal was sent. The desk is named in the body, so it is counted after that was read. */
async function limitDesk(
  deps: ApiDeps,
  limiter: RateLimiter,
  policy: RoutePolicy,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  const { deskId } = (request.body ?? {}) as { deskId?: string };
  if (policy.limit.per !== 'desk' || deskId === undefined || request.caller === null) return true;
  const { orgId } = request.caller.actor;
  const max = await tunedLimit(deps, request.caller, policy.bucket, policy.limit.max);
  const state = await limiter.take(`${policy.bucket}.desk`, `${orgId}:${deskId}`, max, policy.limit.windowSeconds);
  rateHeaders(reply, state);
  if (!state.allowed) sendRateLimited(request, reply, policy.bucket, state.limit, secondsUntil(deps, state.resetAt));
  return state.allowed;
}

/** `rateLimits` of the organisation's settings overrides a number by bucket name; `<bucket>.customer` the other one. */
async function tunedLimit(deps: ApiDeps, caller: Caller | null, bucket: string, documented: number): Promise<number> {
  if (caller === null) return documented;
  const settings = caller.settings ?? (await findOrganisation(deps.context.store.db, caller.actor.orgId))?.settings;
  return settings?.rateLimits[bucket] ?? documented;
}

async function limitPerCustomer(
  deps: ApiDeps,
  limiter: RateLimiter,
  policy: RoutePolicy,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  if (policy.perCustomerPerMinute === null) return;
  const { customerId } = (request.body ?? {}) as { customerId?: string };
  if (customerId === undefined || request.caller === null) return;
  const { orgId } = request.caller.actor;
  const bucket = `${policy.bucket}.customer`;
  const max = await tunedLimit(deps, request.caller, bucket, policy.perCustomerPerMinute);
  const state = await limiter.take(bucket, `${orgId}:${customerId}`, max, 60);
  const sent = Number(reply.getHeader('x-ratelimit-remaining') ?? Infinity);
  if (state.remaining < sent || !state.allowed) rateHeaders(reply, state);
  if (!state.allowed) sendRateLimited(request, reply, policy.bucket, state.limit, secondsUntil(deps, state.resetAt));
}

function secondsUntil(deps: ApiDeps, unixSeconds: number): number {
  return Math.ceil(unixSeconds - deps.context.clock().getTime() / 1000);
}

/** Takes the answer as it will be sent: what the serializer leaves out makes no new version. */
function notModified(request: FastifyRequest, reply: FastifyReply, text: string): boolean {
  const tag = `"${sha256(text).slice(0, 32)}"`;
  void reply.header('etag', tag);
  return request.headers['if-none-match'] === tag;
}
