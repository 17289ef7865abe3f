/** The beginning of a session: a desk that may begin, nobody else's session open, and a fresh draft. */
import type { OnboardingView } from '../../contract/desk/answers.ts';
import { reasonCatalogue } from '../../contract/reasons.ts';
import { fail, type Result } from '../../contract/result.ts';
import type { OnboardingMachine } from '../../core/onboarding/machine.ts';
import type { Draft } from './draft.ts';
import type { Operator } from './onboarding-desk.ts';
import type { OnboardingSession } from './onboarding-session.ts';
import type { OnboardingPorts } from './ports.ts';

export interface Opening extends Pick<Draft, 'purpose' | 'language' | 'stepUp'> {
  readonly machine: OnboardingMachine;
  readonly existing?: Draft['existing'];
}

/** Errors: `bad_request` (an onboarding is open already), `desk_frozen`. */
export async function openDraft(
  ports: OnboardingPorts,
  session: OnboardingSession,
  operator: Operator,
  opening: Opening,
): Promise<Result<OnboardingView>> {
  const open = await session.load(operator);
  if (open !== null && open.machine.step !== 'result')
    return fail('bad_request', 'An onboarding is open already. Continue or cancel it first.');
  const [frozen, ...others] = (await ports.mayBegin?.(operator.orgId)) ?? [];
  if (frozen !== undefined)
    return fail('desk_frozen', reasonCatalogue[frozen.code].en, { reason: frozen.code, reasons: [frozen, ...others] });
  if (open !== null) await session.wipe(open);
  ports.sources.forgetReading();
  const createdAt = ports.clock().toISOString();
  const { existing = null, ...rest } = opening;
  const draft: Draft = {
    version: 1,
    id: ports.newId('ses'),
    orgId: operator.orgId,
    operatorId: operator.id,
    operators: [{ id: operator.id, from: createdAt }],
    createdAt,
    ...rest,
    consent: null,
    existing,
    customerId: existing?.id ?? ports.newId('cus'),
    challenges: [],
    card: null,
    confirmed: null,
    sealed: [],
    deskReasons: [],
    doubtful: false,
    result: null,
  };
  await session.save(draft);
  return session.answer(draft);
}
