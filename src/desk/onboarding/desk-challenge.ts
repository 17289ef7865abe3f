/**
 * Challenges that a desk issues to itself, so that it works without a network (api-decisions 8a): nonce, colours,
 * times and a monotonic counter, signed by the desk's key and carried in the bundle's evidence.
 */
import type { DeskChallenge } from '../../contract/bundle.ts';
import type { ChallengeView } from '../../contract/desk/answers.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import type { ChallengePurpose, PromptKind } from '../../contract/vocabulary.ts';
import { deskFaceSteps } from '../../core/flash/challenge.ts';
import { challengeBytes } from '../../vault/bundle-signing.ts';
import type { Draft, IssuedChallenge } from './draft.ts';

/** Documented defaults (api-decisions 8). */
export const challengeTtlMs = 90_000;
const cardSteps = 5;

/** Asked of faces. Blink is left to the passive checks: its threshold has no data behind it yet. */
const askedPrompts: readonly PromptKind[] = ['turn_left', 'turn_right', 'smile'];

export interface ChallengeSource {
  readonly deskId: string;
  readonly sign: (bytes: Uint8Array) => string;
  readonly nonce: () => string;
  readonly randomInt: (maxExclusive: number) => number;
  readonly makeSequence: (
    steps: number,
    random: (maxExclusive: number) => number,
  ) => { colors: string[]; holdMs: number[] };
  readonly nextCounter: () => Promise<number>;
  readonly clock: () => Date;
}

export async function issueChallenge(source: ChallengeSource, purpose: ChallengePurpose): Promise<IssuedChallenge> {
  const { colors, holdMs } = source.makeSequence(purpose === 'face' ? deskFaceSteps : cardSteps, source.randomInt);
  const now = source.clock().getTime();
  const unsigned = {
    nonce: source.nonce(),
    purpose,
    colors,
    holdMs,
    issuedAt: new Date(now).toISOString(),
    expiresAt: new Date(now + challengeTtlMs).toISOString(),
    counter: await source.nextCounter(),
    deskId: source.deskId,
  };
  const challenge: DeskChallenge = { ...unsigned, signature: source.sign(challengeBytes(unsigned)) };
  return { challenge, prompts: purpose === 'face' ? drawPrompts(source.randomInt) : [], consumed: false };
}

/** One or two different prompts, at random, so that a recording cannot know them. */
export function drawPrompts(randomInt: (maxExclusive: number) => number): PromptKind[] {
  const left = [...askedPrompts];
  const count = 1 + randomInt(2);
  const drawn: PromptKind[] = [];
  while (drawn.length < count) drawn.push(...left.splice(randomInt(left.length), 1));
  return drawn;
}

/** The issued challenge this nonce answers, or why it may not be used. Does not consume. */
export function findChallenge(
  draft: Draft,
  nonce: string,
  purpose: ChallengePurpose,
  now: Date,
): Result<IssuedChallenge> {
  const issued = draft.challenges.find((candidate) => candidate.challenge.nonce === nonce);
  if (issued === undefined) return fail('challenge_unknown', 'This desk did not issue that challenge.');
  if (issued.challenge.purpose !== purpose)
    return fail('challenge_mismatch', 'The challenge was issued for another capture.');
  if (issued.consumed) return fail('challenge_consumed', 'The challenge was used before.');
  if (now.getTime() > Date.parse(issued.challenge.expiresAt))
    return fail('challenge_expired', 'The challenge has expired. Start the capture again.');
  return ok(issued);
}

export function consumeChallenge(draft: Draft, nonce: string): Draft {
  const challenges = draft.challenges.map((issued) =>
    issued.challenge.nonce === nonce ? { ...issued, consumed: true } : issued,
  );
  return { ...draft, challenges };
}

export function toChallengeView(issued: IssuedChallenge): ChallengeView {
  const { nonce, colors, holdMs, expiresAt } = issued.challenge;
  return { nonce, colors, holdMs, prompts: issued.prompts, expiresAt };
}
