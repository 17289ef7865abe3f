/** Challenges of passkey ceremonies: random, kept here, five minutes, once. */
import { fail, ok, type Result } from '../../contract/result.ts';
import {
  deleteExpiredPasskeyChallenges,
  insertPasskeyChallenge,
  takePasskeyChallenge,
  type PasskeyChallengeRow,
} from '../../store/repositories/passkeys.ts';
import { randomToken } from '../../vault/random.ts';
import { instant, minuteMs, plusMs, type ServiceContext } from '../context.ts';
import type { RelyingParty } from './relying-party.ts';

export const ceremonyMs = 5 * minuteMs;

export interface IssuedPasskeyChallenge {
  readonly challengeId: string;
  /** 32 random bytes. */
  readonly challenge: Uint8Array<ArrayBuffer>;
  readonly expiresAt: string;
}

/** `userId` null: any passkey of this installation. An address nobody has gets an id nobody has. */
export async function issuePasskeyChallenge(
  ctx: ServiceContext,
  rp: RelyingParty,
  purpose: PasskeyChallengeRow['purpose'],
  userId: string | null,
): Promise<IssuedPasskeyChallenge> {
  const now = instant(ctx);
  const challenge = randomToken(32);
  const challengeId = ctx.ids.next('pkc');
  const expiresAt = plusMs(now, ceremonyMs);
  await ctx.store.transaction(async (trx) => {
    await deleteExpiredPasskeyChallenges(trx, now);
    await insertPasskeyChallenge(trx, {
      id: challengeId,
      purpose,
      user_id: userId,
      challenge,
      rp_id: rp.rpId,
      origin: rp.origin,
      created_at: now,
      expires_at: expiresAt,
      consumed_at: null,
    });
  });
  return { challengeId, challenge: new Uint8Array(Buffer.from(challenge, 'base64url')), expiresAt };
}

/** Spent whatever comes of it, so that nobody tries twice. Errors: `challenge_unknown` (also expired, used, of another kind). */
export async function spendPasskeyChallenge(
  ctx: ServiceContext,
  challengeId: string,
  purposes: readonly PasskeyChallengeRow['purpose'][],
): Promise<Result<PasskeyChallengeRow>> {
  const row = await ctx.store.transaction((trx) => takePasskeyChallenge(trx, challengeId, purposes, instant(ctx)));
  return row === null ? fail('challenge_unknown', 'this challenge is unknown, expired or used: begin again') : ok(row);
}
