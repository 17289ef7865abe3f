/** How Iluma says no: `{error_code, message, errors[]}`; Basic with the key as user and no password. */
import type { FastifyRequest } from 'fastify';
import { fail } from '../../../contract/result.ts';
import { clientByKey, ilumaKeyPattern } from '../../../services/providers/client-credentials.ts';
import { readBasic } from '../basic.ts';
import { free, type Dialect, type ProviderAnswer } from '../provider-house.ts';

export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

export function ilumaError(
  status: number,
  code: string,
  message: string,
  errors: readonly FieldProblem[] = [],
): ProviderAnswer {
  return free(status, code, { error_code: code, message, errors });
}

export const invalid = (
  errors: readonly FieldProblem[],
  message = 'The request payload is not valid',
): ProviderAnswer => ilumaError(400, 'API_VALIDATION_ERROR', message, errors);

export const notFound = ilumaError(404, 'DATA_NOT_FOUND', 'The requested resource was not found');

/** Which key a request was made with; the client is known already. */
export function isLiveKey(request: FastifyRequest): boolean {
  return readBasic(request.headers.authorization)?.user.startsWith('iluma_production_') === true;
}

const refusals = {
  expired: [401, 'INVALID_API_KEY', 'API key has expired'],
  not_permitted: [403, 'API_KEY_IS_NOT_LIVE_ERROR', 'The API key does not have the permission to perform this request'],
  rate_limited: [429, 'RATE_LIMIT_EXCEEDED', 'Rate limit exceeded, wait and retry'],
  out_of_quota: [429, 'RATE_LIMIT_EXCEEDED', 'Quota exceeded'],
} as const;

export const ilumaDialect: Dialect = {
  provider: 'iluma',
  identify(request, ctx) {
    const basic = readBasic(request.headers.authorization);
    if (basic === null || basic.password !== '' || !ilumaKeyPattern.test(basic.user))
      return Promise.resolve(fail('invalid_credentials', 'missing'));
    return clientByKey(ctx, basic.user).then((found) => (found.ok ? { ok: true, value: found.value.client } : found));
  },
  unauthorised: () => ilumaError(401, 'INVALID_API_KEY', 'API key format is invalid'),
  refused(_request, reason) {
    const [status, code, message] = refusals[reason];
    return ilumaError(status, code, message);
  },
  broken: () => ilumaError(500, 'SERVER_ERROR', 'Unexpected error'),
  unreadable(_request, what) {
    if (what === 'too_large') return ilumaError(413, 'FILE_TOO_LARGE', 'The request is too large');
    if (what === 'media_type') return ilumaError(415, 'UNSUPPORTED_CONTENT_TYPE', 'The content type is not supported');
    return invalid([], 'The request body could not be read');
  },
};

/** Not for a live key of a client that is not live yet. */
export const notLive = ilumaError(
  403,
  'API_KEY_IS_NOT_LIVE_ERROR',
  'The API key does not have the permission to perform this request',
);

export const magicReplies = ['COMPLETED_FOUND', 'COMPLETED_NOT_FOUND', 'TEMPORARY_NETWORK_ERROR'] as const;
export type MagicReply = (typeof magicReplies)[number];

/** Live keys have no magic; null = none was asked for. */
export function magicReply(request: FastifyRequest): MagicReply | null | ProviderAnswer {
  const asked = request.headers['x-magic-reply'];
  if (asked === undefined || isLiveKey(request)) return null;
  const known = magicReplies.find((one) => one === asked);
  return known ?? invalid([{ path: 'x-magic-reply', message: `must be one of ${magicReplies.join(', ')}` }]);
}
