/**
 * Helmet's headers, asked of it once at start and then sent as they are: they are the same on every answer, and setting
 * a dozen of them one by one costs more than a short read. A route that needs another policy sets its own over them.
 */
import helmet from '@fastify/helmet';
import Fastify from 'fastify';
import type { ApiDeps } from '../api-deps.ts';

function helmetOptions(deps: ApiDeps) {
  return {
    hsts: deps.tls === undefined ? false : { maxAge: 31_536_000, includeSubDomains: true },
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"] },
    },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
  } as const;
}

const ownToTheAnswer = new Set(['content-type', 'content-length', 'date', 'connection', 'keep-alive']);

export async function securityHeaders(deps: ApiDeps): Promise<Readonly<Record<string, string>>> {
  const probe = Fastify();
  try {
    await probe.register(helmet, helmetOptions(deps));
    probe.get('/', () => '');
    const { headers } = await probe.inject('/');
    return Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) =>
        ownToTheAnswer.has(name) || value === undefined ? [] : [[name, String(value)]],
      ),
    );
  } finally {
    await probe.close();
  }
}
