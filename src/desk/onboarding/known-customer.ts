/**
 * A customer on record, found by NIK before anything is photographed: the visit goes on with what is missing, or is a
 * step-up for an action of some risk.
 */
import type { OnboardingView } from '../../contract/desk/answers.ts';
import type { DeskParams } from '../../contract/desk/calls.ts';
import type { FindAnswer } from '../../contract/desk/counter-calls.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { advance, newOnboarding } from '../../core/onboarding/machine.ts';
import type { Operator } from './onboarding-desk.ts';
import type { OnboardingSession } from './onboarding-session.ts';
import { openDraft } from './open-draft.ts';
import type { OnboardingPorts } from './ports.ts';
import { toNikView } from './view.ts';

export async function findCustomer(
  ports: OnboardingPorts,
  operator: Operator,
  nik: string,
): Promise<Result<FindAnswer>> {
  const known = await ports.findByNik(operator.orgId, nik);
  await ports.recordSession(operator, 'search.performed', null, known?.id ?? null);
  const customer = known === null ? null : { ...known, ...(await ports.standing(operator.orgId, known.id)) };
  return ok({ customer, nik: toNikView(ports.decodeNik(nik)) });
}

/** Errors: `not_found`, `bad_request` (nothing is missing, or no face to compare with), and those of `openDraft`. */
export async function startKnown(
  ports: OnboardingPorts,
  session: OnboardingSession,
  operator: Operator,
  params: DeskParams<'counter.startKnown'>,
): Promise<Result<OnboardingView>> {
  const existing = await ports.findByNik(operator.orgId, params.nik);
  if (existing === null) return fail('not_found', 'Nobody on record has this NIK.');
  const { missing, mayStepUp } = await ports.standing(operator.orgId, existing.id);
  const stepUp = params.way === 'step_up';
  if (stepUp && !mayStepUp) return fail('bad_request', 'There is no face on record to compare with.');
  if (!stepUp && missing.length === 0) return fail('bad_request', 'Nothing is missing of this customer.');
  const chosen = advance(newOnboarding, { type: 'purpose_chosen', faceOnly: stepUp || !missing.includes('card') });
  if (!chosen.ok) return chosen;
  return openDraft(ports, session, operator, {
    purpose: stepUp ? 'step_up' : 'continue',
    language: params.language,
    machine: chosen.value,
    existing,
    ...(stepUp ? { stepUp: { riskLevel: params.riskLevel ?? 'low' } } : {}),
  });
}
