/** The OpenAPI 3.1 document, made from the schemas alone, at /api/openapi.json; a page to browse it at /api/docs. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { sessionCookie } from '../authenticate.ts';
import { completeDocument } from './open-api-document.ts';
import { introduction, tagTexts } from './open-api-text.ts';
import { openApiWebhooks } from './open-api-webhooks.ts';

const documentPath = '/api/openapi.json';

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
      webhooks: openApiWebhooks() as never,
      tags: Object.entries(tagTexts).map(([name, description]) => ({ name, description })),
      components: {
        securitySchemes: {
          apiKey: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'qe_sk_<sandbox|live>_<32 base32>',
            description:
              'API key of a program. The scope an operation needs is named in its `security`; several entries mean any of them',
          },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: sessionCookie,
            description: 'Signed-in person. With `Origin` and `X-CSRF-Token` on state-changing requests',
          },
        },
      },
    },
    transformObject: (source) => ('openapiObject' in source ? completeDocument(source.openapiObject) : {}) as never,
  });
  await app.register(swaggerUi, {
    routePrefix: '/api/docs',
    staticCSP: true,
    uiConfig: { deepLinking: true, tryItOutEnabled: false },
  });
  app.get(documentPath, { schema: { hide: true } }, () => app.swagger());
}
