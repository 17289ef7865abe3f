/**
 * The exception path: the customer cannot give a selfie, or the tries are used up. What there is, the card, is sealed with the
 * ground, and the record opens a case: the outcome is `review` at best, and no tier rests on a face nobody saw.
 */
import type { ExceptionGround } from '../../contract/bundle.ts';
import type { OnboardingView } from '../../contract/desk/answers.ts';
import { fail, type Result } from '../../contract/result.ts';
import { advance } from '../../core/onboarding/machine.ts';
import type { Draft } from './draft.ts';
import type { OnboardingSession } from './onboarding-session.ts';
import type { OnboardingPorts } from './ports.ts';
import { settle } from './settle.ts';

/** Errors: `bad_request` when the step is not due, or there is no picture of the card to decide on. */
export async function takeException(
  ports: OnboardingPorts,
  session: OnboardingSession,
  draft: Draft,
  ground: ExceptionGround,
): Promise<Result<OnboardingView>> {
  if (draft.card === null || draft.machine.cardSealed)
    return fail('bad_request', 'Without a picture of the card a supervisor has nothing to decide on.');
  const moved = advance(draft.machine, { type: 'exception_requested' });
  if (!moved.ok) return moved;
  const next: Draft = { ...draft, machine: moved.value, exceptionGround: ground };
  const card = await session.evaluation(next);
  const settings = await ports.settings(next.orgId);
  return settle(ports, session, next, { card, face: null, match: null, evidence: null, settings });
}
