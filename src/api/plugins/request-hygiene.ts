/** Host check, request id, no caching, and one log line per request that says nothing about its content. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ApiDeps } from '../api-deps.ts';
import type { LocalRateLimiter } from '../rate-limiter.ts';
import { rateHeaders, sendFailure, sendRateLimited } from '../send-error.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route has its own limits. */
    inMatrix?: boolean;
  }
}

const loopbackName = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/** For what has no row in the matrix: unknown paths, the document and its page. */
const otherPerMinute = 600;

export function installRequestHygiene(
  app: FastifyInstance,
  deps: ApiDeps,
  limiter: LocalRateLimiter,
  always: Readonly<Record<string, string>>,
): void {
  const loopbackOnly = deps.loopbackOnly ?? deps.tls === undefined;
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers({ ...always, 'x-request-id': request.id, 'cache-control': 'no-store' });
    // A page elsewhere can point its own name at 127.0.0.1 (DNS rebinding); it cannot make the browser say "localhost".
    if (loopbackOnly && !loopbackName.test(request.headers.host ?? '')) {
      sendFailure(request, reply, { code: 'forbidden', message: 'this server answers on loopback names only' });
    } else if (request.routeOptions.config.inMatrix === true || withinOthers(deps, limiter, request, reply)) {
      done();
    }
  });
  app.addHook('onResponse', (request, reply, done) => {
    deps.context.logger.info(
      {
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url ?? 'unknown',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'request',
    );
    done();
  });
}

/** The limit of what has no row in the matrix, a guard of this process alone; false when the refusal was sent. */
function withinOthers(deps: ApiDeps, limiter: LocalRateLimiter, request: FastifyRequest, reply: FastifyReply): boolean {
  const state = limiter.take('other.requests', `ip:${request.ip}`, otherPerMinute, 60);
  rateHeaders(reply, state);
  if (state.allowed) return true;
  const seconds = Math.ceil(state.resetAt - deps.context.clock().getTime() / 1000);
  sendRateLimited(request, reply, 'other.requests', state.limit, seconds);
  return false;
}
