/** Rotating and revoking API keys (ours, beside the documented list and create). */
import { dataOf } from '../../contract/api/common.ts';
import { ApiKeyParams, ApiKeySchema, RotateApiKeyBody, RotatedApiKeySchema } from '../../contract/api/people.ts';
import { ok } from '../../contract/result.ts';
import { revokeApiKey, rotateApiKey } from '../../services/api-keys.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { DefineRoute } from '../define-route.ts';

export function apiKeyRoutes(define: DefineRoute, { context }: ApiDeps): void {
  define('POST /api/identity/api-keys/{id}/rotate', {
    tag: 'api-keys',
    summary: 'Rotate an API key',
    description:
      'Answers a new key of the same name and scopes, shown once. The old one ends at once, or after `graceHours`. A key cannot rotate one that holds a scope it lacks.',
    params: ApiKeyParams,
    body: RotateApiKeyBody,
    answer: dataOf(RotatedApiKeySchema),
    status: 201,
    errors: ['not_found', 'key_revoked', 'forbidden'],
    async handle({ actor, params, body }) {
      const rotated = await rotateApiKey(context, actor, params.id, body.graceHours ?? 0);
      return rotated.ok ? ok({ body: { data: structuredClone(rotated.value) as never } }) : rotated;
    },
  });

  define('POST /api/identity/api-keys/{id}/revoke', {
    tag: 'api-keys',
    summary: 'Revoke an API key',
    description: 'At once. A key may revoke itself.',
    params: ApiKeyParams,
    answer: dataOf(ApiKeySchema),
    errors: ['not_found', 'key_revoked'],
    async handle({ actor, params }) {
      const revoked = await revokeApiKey(context, actor, params.id);
      return revoked.ok ? ok({ body: { data: structuredClone(revoked.value) as never } }) : revoked;
    },
  });
}
