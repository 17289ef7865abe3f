/** One shape for every error: `{error, code, details?, requestId}` (api-decisions 2). */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorCatalogue, type ErrorCode } from '../contract/errors.ts';
import type { Failure } from '../contract/result.ts';
import type { RateState } from './rate-limiter.ts';

export function statusOf(code: string): number {
  return Object.hasOwn(errorCatalogue, code) ? errorCatalogue[code as ErrorCode] : 500;
}

export function sendFailure(request: FastifyRequest, reply: FastifyReply, failure: Failure): FastifyReply {
  const known = Object.hasOwn(errorCatalogue, failure.code);
  const retryAfter = failure.details?.['retryAfterSeconds'];
  if (typeof retryAfter === 'number') void reply.header('retry-after', String(retryAfter));
  if (failure.code === 'rate_limited') return sendCountedOut(request, reply, failure);
  return reply.code(statusOf(failure.code)).send({
    error: known ? failure.message : 'internal error',
    code: known ? failure.code : 'internal',
    ...(failure.details === undefined ? {} : { details: failure.details }),
    requestId: request.id,
  });
}

/** A limit a service counts by itself. There is no time at which to try again. */
function sendCountedOut(request: FastifyRequest, reply: FastifyReply, failure: Failure): FastifyReply {
  const { bucket, limit } = failure.details ?? {};
  return reply.code(429).send({ error: failure.message, code: failure.code, bucket, limit, requestId: request.id });
}

export function sendRateLimited(
  request: FastifyRequest,
  reply: FastifyReply,
  bucket: string,
  limit: number,
  retryAfterSeconds: number,
): FastifyReply {
  return reply
    .code(429)
    .header('retry-after', String(Math.max(1, retryAfterSeconds)))
    .send({ error: 'rate limit exceeded', code: 'rate_limited', bucket, limit, requestId: request.id });
}

export function rateHeaders(reply: FastifyReply, state: Pick<RateState, 'limit' | 'remaining' | 'resetAt'>): void {
  void reply.headers({
    'x-ratelimit-limit': String(state.limit),
    'x-ratelimit-remaining': String(state.remaining),
    'x-ratelimit-reset': String(state.resetAt),
  });
}
