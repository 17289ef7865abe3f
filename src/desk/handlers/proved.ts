/** What is risky needs a fresh proof of the person: signed in, by password or by passkey, no longer ago than five minutes. */
import { fail, type Result } from '../../contract/result.ts';
import { minuteMs, type ServiceContext } from '../../services/context.ts';
import { provedWithin } from '../../services/sessions.ts';
import type { DeskSession } from '../desk-session.ts';

const provedForMs = 5 * minuteMs;

/** What a proof by passkey hangs on, where no password is given. */
export function proofOf({ tokenHash }: DeskSession): { readonly sessionTokenHash?: string } {
  return tokenHash === null ? {} : { sessionTokenHash: tokenHash };
}

/** Errors: `reauthentication_required`. */
export async function proved(ctx: ServiceContext, { tokenHash }: DeskSession): Promise<Result<true>> {
  if (tokenHash === null) return fail('reauthentication_required', 'prove again that it is you');
  return provedWithin(ctx, tokenHash, provedForMs);
}

/** Runs the work of a proven person. */
export async function whenProved<T>(
  ctx: ServiceContext,
  session: DeskSession,
  work: () => Promise<Result<T>>,
): Promise<Result<T>> {
  const proof = await proved(ctx, session);
  return proof.ok ? work() : proof;
}
