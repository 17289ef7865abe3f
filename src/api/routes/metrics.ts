/** `GET /metrics` (api-decisions 24): open to this machine, elsewhere with a key that holds `internal`. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { fail, ok, type Result } from '../../contract/result.ts';
import type { ApiDeps } from '../api-deps.ts';
import { hasCredentialInQuery, identifyCaller } from '../authenticate.ts';
import { createMetrics } from '../metrics.ts';
import { sendFailure } from '../send-error.ts';

const loopbackAddress = /^(127\.|::1$|::ffff:127\.)/;
const loopbackName = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/** A proxy on this machine speaks for others: it shows by the name it was asked for, or by what it adds. */
function fromThisMachine(request: FastifyRequest): boolean {
  const { headers } = request;
  const forwarded = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some((name) => headers[name] !== undefined);
  return !forwarded && loopbackAddress.test(request.ip) && loopbackName.test(headers.host ?? '');
}

async function mayScrape(deps: ApiDeps, request: FastifyRequest): Promise<Result<true>> {
  if (hasCredentialInQuery(request.query))
    return fail('unauthenticated', 'credentials in the query string are refused');
  if (fromThisMachine(request)) return ok(true);
  if (request.headers.authorization === undefined) return fail('unauthenticated', 'missing or invalid Bearer');
  const caller = await identifyCaller(deps.context, request);
  if (!caller.ok) return caller;
  return caller.value?.actor.scopes?.includes('internal') === true
    ? ok(true)
    : fail('missing_scope', 'missing scope: internal');
}

export function metricsRoute(app: FastifyInstance, deps: ApiDeps): void {
  const metrics = createMetrics(deps.context, deps.jobs);
  app.addHook('onResponse', (request, reply, done) => {
    metrics.answered(request.method, request.routeOptions.url ?? 'unknown', reply.statusCode, reply.elapsedTime / 1000);
    done();
  });
  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    const allowed = await mayScrape(deps, request);
    if (!allowed.ok) return sendFailure(request, reply, allowed.error);
    return reply.type(metrics.contentType).send(await metrics.text());
  });
}
