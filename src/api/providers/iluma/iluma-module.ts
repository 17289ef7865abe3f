/** Iluma's routes (api-facts section 3): health, keys, callbacks, customer screening, identity card verification. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { callbackServices, type CallbackService } from '../../../contract/providers/clients.ts';
import { handOverKeys } from '../../../services/providers/manage-clients.ts';
import { callbackToken, setCallbackUrl } from '../../../services/providers/iluma-callbacks.ts';
import {
  clientRoute,
  ensureOn,
  free,
  send,
  speakErrors,
  type ProviderAnswer,
  type ProviderCall,
  type ProviderHouse,
} from '../provider-house.ts';
import { getListing, getScreening, screen } from './cft-peps.ts';
import { verifyIdCard } from './id-card.ts';
import { ilumaDialect, ilumaError, invalid } from './iluma-dialect.ts';

/** Tries of a single-use token by address. */
const tokenTriesPerMinute = 10;

export function ilumaModule(app: FastifyInstance, house: ProviderHouse): void {
  speakErrors(app, house, ilumaDialect);
  openRoutes(app, house);
  const route = (method: 'GET' | 'POST', path: string, handle: (call: ProviderCall) => Promise<ProviderAnswer>) =>
    clientRoute(app, house, ilumaDialect, { method, path, permission: null, bodyLimit: 64 * 1024, handle });
  route('GET', '/v1/callback/authentication_tokens', ({ client, ctx }) =>
    Promise.resolve(free(200, 'OK', { token: callbackToken(ctx, client) })),
  );
  route('POST', '/v1/callback/urls', setUrl);
  for (const type of ['individual', 'entity'] as const) {
    const path = `/v0/identity/${type}_cft_peps`;
    const permission = 'screening';
    const add = (method: 'GET' | 'POST', url: string, handle: (call: ProviderCall) => Promise<ProviderAnswer>) =>
      clientRoute(app, house, ilumaDialect, { method, path: url, permission, bodyLimit: 64 * 1024, handle });
    add('POST', path, (call) => screen(call, type));
    // The headings write POST, the samples GET: both answer (api-decisions).
    for (const method of ['GET', 'POST'] as const) {
      add(method, `${path}/:id`, (call) => getScreening(call, type));
      if (type === 'individual') add(method, '/v0/identity/cft_pep_listings/:id', getListing);
    }
  }
  clientRoute(app, house, ilumaDialect, {
    method: 'POST',
    path: '/v0/identity/id_card_verifications',
    permission: 'id_card',
    handle: verifyIdCard,
  });
}

/** Those without a key. */
function openRoutes(app: FastifyInstance, house: ProviderHouse): void {
  app.get('/health', { schema: { hide: true } }, async (request: FastifyRequest, reply) => {
    if (!(await ensureOn(house, 'iluma', request, reply))) return reply;
    return send(reply, free(200, 'OK', { status: 'ok' }));
  });
  app.get('/businesses/:business_id/api_keys', { schema: { hide: true } }, async (request: FastifyRequest, reply) => {
    if (!(await ensureOn(house, 'iluma', request, reply))) return reply;
    const tries = await house.limiter.take('provider.token', `ip:${request.ip}`, tokenTriesPerMinute, 60);
    if (!tries.allowed) return send(reply, ilumaDialect.refused(request, 'rate_limited'));
    const { business_id: businessId } = request.params as { business_id: string };
    const { token } = request.query as { token?: unknown };
    const keys =
      typeof token === 'string' && token.length <= 200
        ? await handOverKeys(house.deps.context, businessId, token)
        : null;
    if (keys?.ok !== true)
      return send(reply, ilumaError(401, 'INVALID_TOKEN', 'The token is not valid, or was used already'));
    const { developmentKey, productionKey } = keys.value;
    const body = {
      business_id: businessId,
      api_keys: [
        { environment: 'DEVELOPMENT', api_key: developmentKey },
        { environment: 'PRODUCTION', api_key: productionKey },
      ],
    };
    return send(reply, free(200, 'OK', body));
  });
}

async function setUrl({ client, ctx, request }: ProviderCall): Promise<ProviderAnswer> {
  const { service, url } = (request.body ?? {}) as { service?: unknown; url?: unknown };
  const known = callbackServices.find((one): one is CallbackService => one === service);
  if (known === undefined)
    return invalid([{ path: 'service', message: `must be one of ${callbackServices.join(', ')}` }]);
  if (typeof url !== 'string' || url.length > 2000)
    return invalid([{ path: 'url', message: 'must be an https address' }]);
  const set = await setCallbackUrl(ctx, client, { service: known, url });
  if (set.ok) return free(200, 'OK', { service: known, url, status: 'SUCCESS' });
  return set.error.code === 'callback_not_answered'
    ? ilumaError(400, 'CALLBACK_URL_NOT_RESPONDING', 'The address did not answer 2xx to the test payload')
    : invalid([{ path: 'url', message: 'this address is not permitted' }]);
}
