/** The API as one Fastify app: plugins, hooks and routes. Listening is the caller's. */
import cookie from '@fastify/cookie';
import multipart from '@fastify/multipart';
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { maxFrameBytes } from '../contract/api/bundle-input.ts';
import { randomName } from '../vault/random.ts';
import type { ApiDeps } from './api-deps.ts';
import { routeDefiner } from './define-route.ts';
import { installErrorHandler } from './plugins/error-handler.ts';
import { installOpenApi } from './plugins/open-api.ts';
import { installRequestHygiene } from './plugins/request-hygiene.ts';
import { securityHeaders } from './plugins/security-headers.ts';
import { providerModules } from './providers/provider-modules.ts';
import { readinessRoute } from './readiness.ts';
import { createRateLimiter, rateLimiterFor } from './rate-limiter.ts';
import { apiKeyRoutes } from './routes/api-keys.ts';
import { adminRoutes } from './routes/admin.ts';
import { authRoutes } from './routes/auth.ts';
import { captureRoutes } from './routes/captures.ts';
import { customerDataRoutes } from './routes/customer-data.ts';
import { customerRoutes } from './routes/customers.ts';
import { dataSubjectRoutes } from './routes/data-subjects.ts';
import { deskRoutes } from './routes/desks.ts';
import { evidenceRoutes } from './routes/evidence.ts';
import { exportRoutes } from './routes/exports.ts';
import { fleetRoutes } from './routes/fleet.ts';
import { healthRoutes } from './routes/health.ts';
import { kioskRoutes } from './routes/kiosk.ts';
import { metricsRoute } from './routes/metrics.ts';
import { oidcRoutes } from './routes/oidc.ts';
import { recordRoutes } from './routes/records.ts';
import { webauthnRoutes } from './routes/webauthn.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { validatorCompiler } from './validator.ts';

export type { ApiDeps } from './api-deps.ts';

const ordinaryBodyLimit = 256 * 1024;

/** Ready to listen or to inject. The caller closes it; context, store and vision stay his. */
export async function buildApi(deps: ApiDeps): Promise<FastifyInstance> {
  const options: FastifyServerOptions & { https?: HttpsOptions } = {
    bodyLimit: ordinaryBodyLimit,
    logger: false,
    genReqId: () => `req_${randomName(12)}`,
    requestTimeout: 120_000,
    routerOptions: { maxParamLength: 128 },
    ...(deps.tls === undefined ? {} : { https: httpsOptions(deps.tls) }),
  };
  const app = Fastify(options) as unknown as FastifyInstance;
  app.setValidatorCompiler(validatorCompiler);
  app.removeContentTypeParser('text/plain');
  app.decorateRequest('caller', null);
  installErrorHandler(app, deps.context.logger);
  deps.tracing?.install(app);
  const { store, clock } = deps.context;
  const limiter = deps.rateLimiter ?? rateLimiterFor(store, clock);
  installRequestHygiene(app, deps, createRateLimiter(clock), await securityHeaders(deps));
  await app.register(cookie);
  await app.register(multipart, {
    limits: { fileSize: maxFrameBytes, files: 61, fields: 20, fieldSize: 4 * 1024 * 1024, parts: 82 },
  });
  await installOpenApi(app, deps.context.version);
  metricsRoute(app, deps);
  readinessRoute(app, deps);
  await app.register((routes, _options, done) => {
    const define = routeDefiner(routes, deps, limiter);
    healthRoutes(define, deps);
    authRoutes(define, deps);
    webauthnRoutes(define, deps);
    oidcRoutes(define, deps);
    adminRoutes(define, deps);
    deskRoutes(define, deps);
    kioskRoutes(define, deps);
    fleetRoutes(define, deps);
    evidenceRoutes(define, deps);
    dataSubjectRoutes(define, deps);
    customerRoutes(define, deps);
    customerDataRoutes(define, deps);
    captureRoutes(define, deps);
    recordRoutes(define, deps);
    apiKeyRoutes(define, deps);
    exportRoutes(define, deps);
    webhookRoutes(define, deps);
    done();
  });
  await providerModules(app, deps, limiter);
  await deps.extend?.(app);
  await app.ready();
  return app;
}

interface HttpsOptions {
  readonly cert: string;
  readonly key: string;
  readonly ca?: string;
  readonly requestCert?: boolean;
  readonly rejectUnauthorized?: boolean;
}

/** Desks connect with the certificate this hub issued; people and programs come without one. */
function httpsOptions({ cert, key, deskAuthority }: NonNullable<ApiDeps['tls']>): HttpsOptions {
  if (deskAuthority === undefined) return { cert, key };
  return { cert, key, ca: deskAuthority, requestCert: true, rejectUnauthorized: false };
}
