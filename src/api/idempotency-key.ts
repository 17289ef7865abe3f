/** `Idempotency-Key` on any other POST: the same request is answered again for 24 h, another one under it is refused. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServiceContext } from '../services/context.ts';
import { dayMs, instant, plusMs } from '../services/context.ts';
import { openAnswer, sealAnswer } from '../services/idempotent-answers.ts';
import { findIdempotent, insertIdempotent, type IdempotencyRow } from '../store/repositories/idempotency.ts';
import type { Db } from '../store/repositories/types.ts';
import { sha256 } from '../vault/random.ts';
import { sendFailure } from './send-error.ts';

interface KeyOfRequest {
  readonly orgId: string;
  readonly key: string;
  readonly requestHash: string;
}

/** The caller is part of the key: two people never see each other's answers. */
function keyOf(request: FastifyRequest, route: string): KeyOfRequest | null {
  const header = request.headers['idempotency-key'];
  const actor = request.caller?.actor;
  if (typeof header !== 'string' || header === '' || actor === undefined) return null;
  return {
    orgId: actor.orgId,
    key: `key:${route}:${actor.id ?? ''}:${sha256(header)}`,
    requestHash: sha256(JSON.stringify([request.params ?? null, request.body ?? null])),
  };
}

/** True when an answer (or the conflict) was sent. */
export async function rememberedAnswer(
  ctx: ServiceContext,
  request: FastifyRequest,
  reply: FastifyReply,
  route: string,
): Promise<boolean> {
  const id = keyOf(request, route);
  if (id === null) return false;
  const stored = await findIdempotent(ctx.store.db, id.orgId, id.key, instant(ctx));
  if (stored === null) return false;
  if (stored.request_hash !== id.requestHash) {
    sendFailure(request, reply, {
      code: 'idempotency_conflict',
      message: 'this Idempotency-Key was used for another request',
    });
    return true;
  }
  const body = JSON.parse(openAnswer(ctx, id.key, stored.response)) as unknown;
  void reply.code(200).header('idempotent-replayed', 'true').send(body);
  return true;
}

/** Thrown inside a transaction: another process, or another connection, answered the same key first. */
export class AnsweredMeanwhile extends Error {
  override readonly name = 'AnsweredMeanwhile';
}

/** In the transaction of what is answered. Throws `AnsweredMeanwhile`. */
export async function rememberWithin(
  ctx: ServiceContext,
  trx: Db,
  request: FastifyRequest,
  route: string,
  status: number,
  body: unknown,
): Promise<void> {
  const id = keyOf(request, route);
  if (id === null) return;
  const now = instant(ctx);
  if ((await findIdempotent(trx, id.orgId, id.key, now)) !== null) throw new AnsweredMeanwhile('answered already');
  await insertIdempotent(trx, rowOf(ctx, id, status, body, now));
}

/** After what is answered, which the first answer outlives. */
export async function rememberAnswer(
  ctx: ServiceContext,
  request: FastifyRequest,
  route: string,
  status: number,
  body: unknown,
): Promise<void> {
  const id = keyOf(request, route);
  if (id === null) return;
  const now = instant(ctx);
  await ctx.store.transaction(async (trx) => {
    if ((await findIdempotent(trx, id.orgId, id.key, now)) !== null) return;
    await insertIdempotent(trx, rowOf(ctx, id, status, body, now));
  });
}

function rowOf(ctx: ServiceContext, id: KeyOfRequest, status: number, body: unknown, now: string): IdempotencyRow {
  return {
    org_id: id.orgId,
    key: id.key,
    request_hash: id.requestHash,
    status,
    response: sealAnswer(ctx, id.key, body),
    created_at: now,
    expires_at: plusMs(now, dayMs),
  };
}
