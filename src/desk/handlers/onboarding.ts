/** `onboarding.*`: the contract's calls on the onboarding session of whoever is signed in. */
import type { DeskHouse } from '../desk-deps.ts';
import type { DeskHandlerTable } from '../dispatch.ts';
import { operatorOf } from './acting-person.ts';

type OnboardingCalls = Exclude<
  Extract<keyof DeskHandlerTable, `onboarding.${string}`>,
  // Cards without a camera: handlers/devices.ts.
  'onboarding.useScan' | 'onboarding.useFile'
>;

export function onboardingHandlers({ onboarding }: DeskHouse): Pick<DeskHandlerTable, OnboardingCalls> {
  return {
    'onboarding.current': (session) => onboarding.current(operatorOf(session)),
    'onboarding.start': (session, params) => onboarding.start(operatorOf(session), params),
    'onboarding.consent': (session, params) => onboarding.consent(operatorOf(session), params),
    'onboarding.lookup': (session, params) => onboarding.lookup(operatorOf(session), params),
    'onboarding.challenge': (session, params) => onboarding.challenge(operatorOf(session), params),
    'onboarding.submitCard': (session, params) => onboarding.submitCard(operatorOf(session), params),
    'onboarding.typeCard': (session) => onboarding.typeCard(operatorOf(session)),
    'onboarding.confirmFields': (session, params) => onboarding.confirmFields(operatorOf(session), params),
    'onboarding.submitSelfie': (session, params) => onboarding.submitSelfie(operatorOf(session), params),
    'onboarding.exception': (session, params) => onboarding.exception(operatorOf(session), params),
    'onboarding.retake': (session, params) => onboarding.retake(operatorOf(session), params),
    'onboarding.receipt': (session) => onboarding.receipt(operatorOf(session)),
    'onboarding.finish': (session) => onboarding.finish(operatorOf(session)),
    'onboarding.cancel': (session) => onboarding.cancel(operatorOf(session)),
  };
}
