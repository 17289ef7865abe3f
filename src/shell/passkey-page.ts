import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { pageHeaders, refuseForeignHost } from './station-server.ts';

/**
 * What Electron's embedded server shows besides the API: the page that runs passkey ceremonies, and the files it is
 * made of. The station itself is not served here; it lives behind `app://`.
 */
export async function registerPasskeyPage(
  app: FastifyInstance,
  options: { readonly folder: string; readonly origin: () => string },
): Promise<void> {
  await app.register(async (page) => {
    page.addHook('onRequest', async (request, reply) => refuseForeignHost(request, reply, options.origin()));
    await page.register(fastifyStatic, {
      root: options.folder,
      index: false,
      wildcard: true,
      cacheControl: false,
      allowedPath: (path) => path === '/passkey.html' || /^\/assets\/[\w.-]+$/.test(path),
      setHeaders: (reply) => {
        void reply.headers(pageHeaders);
      },
    });
  });
}
