/** A flash challenge: single use, short-lived, its secret known to the client and, sealed, to us (api-decisions 8). */
import { makeFlashSequence } from '../core/flash/challenge.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import type { ChallengePurpose } from '../contract/vocabulary.ts';
import { insertChallenge } from '../store/repositories/challenges.ts';
import { findCustomer } from '../store/repositories/customers.ts';
import { randomInt, randomToken } from '../vault/random.ts';
import { instant, plusMs, type Actor, type ServiceContext } from './context.ts';
import { recordAudit } from './record-audit.ts';

export const challengeLimits = {
  steps: { min: 3, max: 10, default: 5 },
  ttlMs: { min: 15_000, max: 300_000, default: 90_000 },
} as const;

export interface ChallengeRequest {
  readonly customerId: string;
  readonly purpose: ChallengePurpose;
  readonly steps?: number;
  readonly ttlMs?: number;
}

export interface FlashChallenge {
  readonly id: string;
  readonly purpose: ChallengePurpose;
  readonly nonce: string;
  readonly colors: readonly string[];
  readonly holdMs: readonly number[];
  readonly expiresAt: string;
  readonly hmacSecret: string;
}

export const challengeSecretContext = (nonce: string): string => `challenge:${nonce}`;

/** Errors: `not_found`, `customer_archived`. */
export async function issueChallenge(
  ctx: ServiceContext,
  actor: Actor,
  request: ChallengeRequest,
): Promise<Result<FlashChallenge>> {
  const customer = await findCustomer(ctx.store.db, actor.orgId, request.customerId);
  if (customer === null) return fail('not_found', 'customer not found');
  if (customer.status !== 'active') return fail('customer_archived', 'the customer is archived or restricted');
  const sequence = makeFlashSequence(request.steps ?? challengeLimits.steps.default, randomInt);
  const now = instant(ctx);
  const challenge: FlashChallenge = {
    id: ctx.ids.next('fc'),
    purpose: request.purpose,
    nonce: randomToken(24),
    colors: sequence.colors,
    holdMs: sequence.holdMs,
    expiresAt: plusMs(now, request.ttlMs ?? challengeLimits.ttlMs.default),
    hmacSecret: `qe_whsec_${randomToken(32)}`,
  };
  await ctx.store.transaction(async (trx) => {
    await insertChallenge(trx, {
      id: challenge.id,
      org_id: actor.orgId,
      customer_id: customer.id,
      purpose: challenge.purpose,
      nonce: challenge.nonce,
      colors: JSON.stringify(challenge.colors),
      hold_ms: JSON.stringify(challenge.holdMs),
      secret_sealed: ctx.vault.sealSecret(
        new TextEncoder().encode(challenge.hmacSecret),
        challengeSecretContext(challenge.nonce),
      ),
      issued_at: now,
      expires_at: challenge.expiresAt,
      consumed_at: null,
    });
    await recordAudit(ctx, trx, actor, {
      event: 'challenge.issued',
      customerId: customer.id,
      objectId: challenge.id,
      detail: { purpose: challenge.purpose },
    });
  });
  return ok(challenge);
}
