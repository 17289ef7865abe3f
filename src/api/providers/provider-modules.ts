/** The three provider modules, each in a context of its own: parsers and error shapes of one never reach another. */
import type { FastifyInstance } from 'fastify';
import type { ApiDeps } from '../api-deps.ts';
import type { RateLimiter } from '../rate-limiter.ts';
import { accuauthModule } from './accuauth/accuauth-module.ts';
import { glairModule } from './glair/glair-module.ts';
import { ilumaModule } from './iluma/iluma-module.ts';
import { providerDocument, providerDocumentPath } from './open-api.ts';

/** Mounted always, and off until an organisation has a client: enabling one needs no restart. */
export async function providerModules(app: FastifyInstance, deps: ApiDeps, limiter: RateLimiter): Promise<void> {
  app.decorateRequest('providerClient', null);
  app.get(providerDocumentPath, { schema: { hide: true } }, () => providerDocument(deps.context.version));
  for (const mount of [glairModule, accuauthModule, ilumaModule]) {
    await app.register((context, _options, done) => {
      mount(context, { deps, limiter });
      done();
    });
  }
}
