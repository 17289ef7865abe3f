/** The OpenAPI 3.1 document, made from the schemas alone, at /api/openapi.json; a page to browse it at /api/docs. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { errorCatalogue } from '../../contract/errors.ts';
import { reasonCatalogue } from '../../contract/reasons.ts';
import { sessionCookie } from '../authenticate.ts';

const documentPath = '/api/openapi.json';

function introduction(): string {
  const errors = Object.entries(errorCatalogue).map(([code, status]) => `| \`${code}\` | ${status} |`);
  const reasons = Object.entries(reasonCatalogue).map(([code, text]) => `| \`${code}\` | ${text.en} |`);
  return [
    'Identity verification of bank customers: KTP, liveness, match, step-up, tiers and review.',
    '',
    '## Conventions',
    'Routes with a documented sample answer exactly in that shape, unwrapped; lists answer `{data, total, page, limit, meta}`, everything else `{data}`. Unknown body properties are refused. Ids of another organisation answer 404. Instants are ISO 8601 UTC.',
    '',
    'Every answer carries `X-RateLimit-Limit`, `X-RateLimit-Remaining`, `X-RateLimit-Reset` and `X-Request-Id`; 429 also `Retry-After`. POST routes take an optional `Idempotency-Key`; captures are deduplicated by their nonce.',
    '',
    'By page, lists run newest first with totals. By `cursor` they run oldest change first without totals, so that a puller misses nothing and the cost does not grow with the table.',
    '',
    '## Deviations from the documented service',
    '* Another bundle under a used nonce is refused with 409 instead of answered with the first id.',
    '* A Dukcapil verdict with an earlier match but without liveness stays standard.',
    '* A supplied `hmacKey` is only compared; the secret is looked up by nonce.',
    '',
    '## Error codes',
    '| code | status |',
    '|---|---|',
    ...errors,
    '',
    '## Reason codes',
    '| code | advice |',
    '|---|---|',
    ...reasons,
  ].join('\n');
}

export async function installOpenApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Loket API',
        version,
        description: introduction(),
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          apiKey: { type: 'http', scheme: 'bearer', bearerFormat: 'qe_sk_<sandbox|live>_<32 base32>' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: sessionCookie,
            description: 'With `Origin` and `X-CSRF-Token` on state-changing requests',
          },
        },
      },
    },
  });
  await app.register(swaggerUi, {
    routePrefix: '/api/docs',
    staticCSP: true,
    uiConfig: { deepLinking: true, tryItOutEnabled: false },
  });
  app.get(documentPath, { schema: { hide: true } }, () => app.swagger());
}
