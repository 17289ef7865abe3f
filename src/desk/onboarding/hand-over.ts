/**
 * A session changes hands: its operator leaves it, signs out, and a colleague who signs in goes on. Both are in the audit log
 * and in the evidence, so that neither may decide on the case later (four eyes).
 */
import type { OnboardingView } from '../../contract/desk/answers.ts';
import type { OfferedSession } from '../../contract/desk/counter-calls.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { advance } from '../../core/onboarding/machine.ts';
import type { Draft } from './draft.ts';
import type { Operator } from './onboarding-desk.ts';
import type { OnboardingSession } from './onboarding-session.ts';
import type { OnboardingPorts } from './ports.ts';

/** Errors: `bad_request` while the desk is deciding. The operator who comes back first simply goes on. */
export async function offerSession(
  ports: OnboardingPorts,
  session: OnboardingSession,
  operator: Operator,
  draft: Draft,
): Promise<Result<Record<string, never>>> {
  const moved = advance(draft.machine, { type: 'hand_over' });
  if (!moved.ok) return moved;
  const offered: Draft = { ...draft, machine: moved.value, offeredAt: ports.clock().toISOString() };
  await ports.atomically(async () => {
    await session.save(offered);
    await ports.recordSession(operator, 'session.offered', draft.id, null);
  });
  session.forget(operator.id);
  return ok({});
}

/** What colleagues left, oldest first. Nothing in it tells who the customer is. */
export async function offeredSessions(
  ports: OnboardingPorts,
  operator: Operator,
): Promise<Result<readonly OfferedSession[]>> {
  const drafts = (await ports.drafts.offered(operator.orgId)).filter((draft) => draft.operatorId !== operator.id);
  return ok(
    await Promise.all(
      drafts.map(async (draft) => ({
        id: draft.id,
        step: shownStep(draft),
        from: await ports.personName(draft.operatorId),
        offeredAt: draft.offeredAt ?? draft.createdAt,
      })),
    ),
  );
}

/** Errors: `bad_request` (an own session is open), `not_found` (taken by another meanwhile, or its owner came back). */
export async function takeOver(
  ports: OnboardingPorts,
  session: OnboardingSession,
  operator: Operator,
  id: string,
): Promise<Result<OnboardingView>> {
  const own = await session.load(operator);
  if (own !== null && own.machine.step !== 'result')
    return fail('bad_request', 'An onboarding is open already. Continue or cancel it first.');
  const left = (await ports.drafts.offered(operator.orgId)).find((draft) => draft.id === id);
  if (left === undefined || left.operatorId === operator.id)
    return fail('not_found', 'This session is no longer waiting for a colleague.');
  if (own !== null) await session.wipe(own);
  const { offeredAt: _left, ...draft } = left;
  const taken: Draft = {
    ...draft,
    operatorId: operator.id,
    operators: [...draft.operators, { id: operator.id, from: ports.clock().toISOString() }],
    // A challenge was signed for whoever stood here before; a new one is drawn with the next capture.
    challenges: draft.challenges.filter((issued) => issued.consumed || issued.challenge.nonce === draft.card?.nonce),
  };
  session.forget(left.operatorId);
  await ports.atomically(async () => {
    await session.save(taken);
    await ports.recordSession(operator, 'session.taken_over', taken.id, null);
  });
  return session.answer(taken);
}

function shownStep({ machine }: Draft): OfferedSession['step'] {
  const { step } = machine;
  return step === 'purpose' || step === 'finished' || step === 'cancelled' ? 'consent' : step;
}
