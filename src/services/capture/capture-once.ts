/** One delivery of a bundle under its nonce: answered again when repeated, refused when changed, else written once. */
import { fail, ok, type Result } from '../../contract/result.ts';
import { findCustomerKey } from '../../store/repositories/customers.ts';
import { findIdempotent, insertIdempotent } from '../../store/repositories/idempotency.ts';
import type { Db } from '../../store/repositories/types.ts';
import { sha256 } from '../../vault/random.ts';
import { dayMs, instant, plusMs, type Actor, type ServiceContext } from '../context.ts';
import { undoable } from '../undoable.ts';
import type { BundleIdentity } from './accept-bundle.ts';
import type { AcceptedCapture } from './accepted-capture.ts';
import { stageFrames, writeCapture } from './record-capture.ts';

export interface Answered<A> {
  readonly answer: A;
  /** The stored answer of the first delivery. */
  readonly replayed: boolean;
}

/** Desk bundles answer the original for ever (api-decisions 8a), the others for a day (7). */
const forEver = '9999-12-31T23:59:59.999Z';

export interface CaptureSteps<E, A> {
  /** `liveness`, `match` …: one bundle may serve several operations, each once. */
  readonly operation: string;
  readonly customerId: string;
  readonly identity: BundleIdentity;
  readonly keep: 'day' | 'for ever';
  readonly conflict: 'challenge_consumed' | 'nonce_reused';
  accept(): Promise<Result<AcceptedCapture>>;
  /** Looks at pixels; outside of the transaction. */
  evaluate(capture: AcceptedCapture): Promise<Result<E>>;
  /** Writes; inside. */
  record(trx: Db, capture: AcceptedCapture, captureId: string, evaluation: E): Promise<Result<A>>;
}

export async function captureOnce<E, A>(
  ctx: ServiceContext,
  actor: Actor,
  steps: CaptureSteps<E, A>,
): Promise<Result<Answered<A>>> {
  const repeated = await storedAnswer<A>(ctx, ctx.store.db, actor, steps);
  if (repeated !== null) return repeated;
  const accepted = await steps.accept();
  // The same delivery, written between our two looks, has consumed the challenge: then its answer is ours too.
  if (!accepted.ok) return (await storedAnswer<A>(ctx, ctx.store.db, actor, steps)) ?? accepted;
  const evaluation = await steps.evaluate(accepted.value);
  if (!evaluation.ok) return evaluation;
  const staged = await stageFrames(ctx, accepted.value);
  if (!staged.ok) return staged;
  return undoable(ctx, async (trx) => {
    // The same delivery may have been written while this one was looking at its pixels.
    const meanwhile = await storedAnswer<A>(ctx, trx, actor, steps);
    if (meanwhile !== null) return meanwhile;
    const captureId = await writeCapture(ctx, trx, actor, accepted.value, staged.value);
    if (!captureId.ok && captureId.error.code === 'challenge_consumed')
      return fail(steps.conflict, captureId.error.message);
    if (!captureId.ok) return captureId;
    const answer = await steps.record(trx, accepted.value, captureId.value, evaluation.value);
    if (!answer.ok) return answer;
    const now = instant(ctx);
    await insertIdempotent(trx, {
      org_id: actor.orgId,
      key: keyOf(steps),
      request_hash: requestHash(steps),
      status: 200,
      response: sealAnswer(ctx, steps, accepted.value, answer.value),
      created_at: now,
      expires_at: steps.keep === 'day' ? plusMs(now, dayMs) : forEver,
    });
    return ok({ answer: answer.value, replayed: false });
  });
}

function keyOf(steps: Pick<CaptureSteps<unknown, unknown>, 'identity' | 'operation'>): string {
  return `nonce:${steps.identity.nonce}:${steps.operation}`;
}

function requestHash(steps: Pick<CaptureSteps<unknown, unknown>, 'identity' | 'customerId'>): string {
  return sha256(JSON.stringify([steps.identity.hash, steps.customerId]));
}

async function storedAnswer<A>(
  ctx: ServiceContext,
  db: Db,
  actor: Actor,
  steps: Pick<CaptureSteps<never, A>, 'operation' | 'identity' | 'customerId' | 'conflict' | 'keep'>,
): Promise<Result<Answered<A>> | null> {
  const stored = await findIdempotent(db, actor.orgId, keyOf(steps), instant(ctx));
  if (stored === null) return null;
  if (stored.request_hash !== requestHash(steps)) {
    return fail(steps.conflict, 'another bundle was delivered under this nonce');
  }
  const answer = await openAnswer<A>(ctx, db, actor, steps, stored.response);
  return answer === null ? null : ok({ answer, replayed: true });
}

/** An answer may quote the card, so it is kept under the customer's key and dies with it. A desk's quotes nobody. */
function sealAnswer(
  ctx: ServiceContext,
  steps: Pick<CaptureSteps<never, unknown>, 'keep'>,
  capture: AcceptedCapture,
  answer: unknown,
): string {
  const text = JSON.stringify(answer);
  if (steps.keep === 'for ever') return text;
  const sealed = ctx.vault.sealForCustomer(
    capture.wrappedKey,
    capture.customer.id,
    new TextEncoder().encode(text),
    answerContext(capture.nonce),
  );
  return JSON.stringify({ sealed: Buffer.from(sealed).toString('base64') });
}

/** null when the customer's key is gone: then there is no answer to repeat. */
async function openAnswer<A>(
  ctx: ServiceContext,
  db: Db,
  actor: Actor,
  steps: Pick<CaptureSteps<never, A>, 'keep' | 'customerId' | 'identity'>,
  stored: string,
): Promise<A | null> {
  if (steps.keep === 'for ever') return JSON.parse(stored) as A;
  const wrappedKey = await findCustomerKey(db, actor.orgId, steps.customerId);
  if (wrappedKey === null) return null;
  const { sealed } = JSON.parse(stored) as { sealed: string };
  const plain = ctx.vault.openForCustomer(
    wrappedKey,
    steps.customerId,
    Buffer.from(sealed, 'base64'),
    answerContext(steps.identity.nonce),
  );
  return JSON.parse(new TextDecoder().decode(plain)) as A;
}

const answerContext = (nonce: string): string => `answer:${nonce}`;
