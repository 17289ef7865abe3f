/** What the three provider modules share: on or off, who calls, how often, and what is kept of the call. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ClientSettings, ProviderName, ProviderPermission } from '../../contract/providers/clients.ts';
import type { Result } from '../../contract/result.ts';
import type { RegistryAnswer, RegistryQuery } from '../../contract/registry.ts';
import { instant, type ServiceContext } from '../../services/context.ts';
import { settingsOf } from '../../services/providers/manage-clients.ts';
import { clientActor, outOfQuota, recordCall } from '../../services/providers/record-call.ts';
import { askRegistry } from '../../services/registry/ask-registry.ts';
import { providerIsOn, type ProviderClientRow } from '../../store/repositories/providers.ts';
import type { Db } from '../../store/repositories/types.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { RateLimiter } from '../rate-limiter.ts';
import { sendFailure } from '../send-error.ts';

export interface ProviderHouse {
  readonly deps: ApiDeps;
  readonly limiter: RateLimiter;
}

/** An answer in the provider's own words, and what the counters keep of it. */
export interface ProviderAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly code: string;
  readonly charged: boolean;
  /** Written in the same transaction as the counter. */
  readonly also?: (trx: Db) => Promise<void>;
}

export const free = (status: number, code: string, body: unknown): ProviderAnswer => ({
  status,
  code,
  body,
  charged: false,
});

/** Why a known client may not call now. */
export type Refusal = 'expired' | 'not_permitted' | 'rate_limited' | 'out_of_quota';

export interface Dialect {
  readonly provider: ProviderName;
  identify(request: FastifyRequest, ctx: ServiceContext): Promise<Result<ProviderClientRow>>;
  unauthorised(request: FastifyRequest): ProviderAnswer;
  refused(request: FastifyRequest, reason: Refusal): ProviderAnswer;
  /** A fault of ours. */
  broken(request: FastifyRequest): ProviderAnswer;
  /** A body nobody can read, or too large. */
  unreadable(request: FastifyRequest, what: 'body' | 'too_large' | 'media_type'): ProviderAnswer;
}

export interface ProviderCall {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly client: ProviderClientRow;
  readonly settings: ClientSettings;
  readonly ctx: ServiceContext;
  readonly house: ProviderHouse;
}

export interface ProviderRouteOptions {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly permission: ProviderPermission | null;
  readonly bodyLimit?: number;
  handle(call: ProviderCall): Promise<ProviderAnswer>;
}

export function send(reply: FastifyReply, answer: ProviderAnswer): FastifyReply {
  return reply
    .status(answer.status)
    .header('content-type', 'application/json; charset=utf-8')
    .send(JSON.stringify(answer.body));
}

/** True when the provider is on; else the request is answered as any unknown path. */
export async function ensureOn(
  { deps }: ProviderHouse,
  provider: ProviderName,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  if (await providerIsOn(deps.context.store.db, provider)) return true;
  sendFailure(request, reply, { code: 'not_found', message: 'not found' });
  return false;
}

/** One route of a module that needs a client. */
export function clientRoute(
  app: FastifyInstance,
  house: ProviderHouse,
  dialect: Dialect,
  options: ProviderRouteOptions,
): void {
  const { context: ctx } = house.deps;
  app.route({
    method: options.method,
    url: options.path,
    schema: { hide: true },
    config: { inMatrix: true },
    ...(options.bodyLimit === undefined ? {} : { bodyLimit: options.bodyLimit }),
    // Before the body is read: nobody unknown makes us parse anything.
    onRequest: async (request, reply) => {
      if (!(await ensureOn(house, dialect.provider, request, reply))) return reply;
      const found = await dialect.identify(request, ctx);
      if (!found.ok) return sendUnknown(house, dialect, request, reply);
      const refusal = await refuse(house, dialect.provider, found.value, options.permission);
      if (refusal === null) return void (request.providerClient = found.value);
      return finish(house, request, reply, found.value, options.path, dialect.refused(request, refusal));
    },
    handler: async (request, reply) => {
      const client = request.providerClient;
      if (client === null) throw new Error('a provider route without a client');
      const call = { request, reply, client, settings: settingsOf(client), ctx, house };
      return finish(house, request, reply, client, options.path, await options.handle(call));
    },
  });
}

/** Guesses are slowed down by address. */
const guessesPerMinute = 60;

async function sendUnknown(
  { limiter }: ProviderHouse,
  dialect: Dialect,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const state = await limiter.take('provider.unknown', `ip:${request.ip}`, guessesPerMinute, 60);
  return send(reply, state.allowed ? dialect.unauthorised(request) : dialect.refused(request, 'rate_limited'));
}

async function refuse(
  { deps, limiter }: ProviderHouse,
  provider: ProviderName,
  client: ProviderClientRow,
  permission: ProviderPermission | null,
): Promise<Refusal | null> {
  const { expiresAt, monthlyQuota, perMinute, permissions } = settingsOf(client);
  if (expiresAt !== undefined && new Date(expiresAt).toISOString() <= instant(deps.context)) return 'expired';
  if (permission !== null && permissions?.includes(permission) === false) return 'not_permitted';
  if (!(await limiter.take(`provider.${provider}`, client.id, perMinute, 60)).allowed) return 'rate_limited';
  return (await outOfQuota(deps.context, client, monthlyQuota)) ? 'out_of_quota' : null;
}

async function finish(
  { deps }: ProviderHouse,
  request: FastifyRequest,
  reply: FastifyReply,
  client: ProviderClientRow,
  route: string,
  answer: ProviderAnswer,
): Promise<FastifyReply> {
  const { charged, code, status } = answer;
  const call = { route, status, code, charged, requestId: request.id };
  await recordCall(deps.context, client, call, answer.also);
  return send(reply, answer);
}

export function ask(call: ProviderCall, query: RegistryQuery): Promise<RegistryAnswer> {
  return askRegistry(call.ctx, {
    actor: clientActor(call.client),
    asker: `client:${call.client.id}`,
    purpose: 'provider_route',
    query,
  });
}

/** What Fastify itself refuses, and what broke here, in the provider's words; of a known client it is kept like any answer. */
export function speakErrors(app: FastifyInstance, house: ProviderHouse, dialect: Dialect): void {
  app.setErrorHandler(async (error: Error & { code?: string; statusCode?: number }, request, reply) => {
    const answer = answerTo(dialect, error, request);
    const { logger } = house.deps.context;
    // A message may quote its input: name and request id are enough to find a bug.
    const about = { requestId: request.id, error: error.name, code: error.code };
    if (answer.status >= 500) logger.error(about, 'provider route broke');
    const client = request.providerClient;
    if (client === null) return send(reply, answer);
    try {
      return await finish(house, request, reply, client, request.routeOptions.url ?? '', answer);
    } catch {
      // Where even that cannot be written the client still gets its answer.
      logger.error({ requestId: request.id }, 'provider call not recorded');
      return send(reply, answer);
    }
  });
}

function answerTo(
  dialect: Dialect,
  { code, statusCode = 500 }: { code?: string; statusCode?: number },
  request: FastifyRequest,
): ProviderAnswer {
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || code === 'FST_REQ_FILE_TOO_LARGE')
    return dialect.unreadable(request, 'too_large');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return dialect.unreadable(request, 'media_type');
  return statusCode < 500 ? dialect.unreadable(request, 'body') : dialect.broken(request);
}

declare module 'fastify' {
  interface FastifyRequest {
    providerClient: ProviderClientRow | null;
  }
}
