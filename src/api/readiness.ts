/**
 * `GET /readyz`: may a load balancer send requests here? 503 while this process stops, while it cannot reach its database, and
 * when the tables are not the ones it knows: `behind` (it has not brought them up to date yet), `ahead` (a newer program took
 * something away that this one needs). `/api/healthz` says how well the service is; this says only yes or no.
 */
import type { FastifyInstance } from 'fastify';
import { schemaState } from '../store/migrations/migrate.ts';
import type { ApiDeps } from './api-deps.ts';

type Readiness = 'ready' | 'stopping' | 'database_down' | 'schema_behind' | 'schema_ahead';

async function readinessOf({ context, draining }: ApiDeps): Promise<Readiness> {
  if (draining?.() === true) return 'stopping';
  try {
    const state = await schemaState(context.store.db);
    return state === 'ok' ? 'ready' : `schema_${state}`;
  } catch {
    return 'database_down';
  }
}

export function readinessRoute(app: FastifyInstance, deps: ApiDeps): void {
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const status = await readinessOf(deps);
    return reply.code(status === 'ready' ? 200 : 503).send({ status, version: deps.context.version });
  });
}
