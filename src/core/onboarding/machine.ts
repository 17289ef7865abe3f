/**
 * The onboarding as a state machine: which step may follow which, how often a capture may be tried, and when a case
 * leaves the straight way for a supervisor. Pure: it knows nothing of frames, screens or storage.
 *
 *   purpose → consent → card → fields → selfie → deciding → result → finished
 *                │       ▲ └─ typed by hand ┘ ▲ │                │
 *                │       └──── retake ────────┼─┴──── retake ────┘        cancel: from any step before deciding
 *                └────── face only ───────────┘                           hand-over: anywhere a person is at work
 *
 * A customer on record whose card stands needs the face alone (what is missing, or a step-up for an action).
 * Three exits from the straight way never verify alone: fields typed by hand, a consent that could not be signed, and the
 * exception path after the selfie tries are used up (or the customer cannot give one). Their outcome is `review` at best.
 */
import type { OnboardingResult, OnboardingStep } from '../../contract/desk/answers.ts';
import type { Reason } from '../../contract/reasons.ts';
import { fail, ok, type Result } from '../../contract/result.ts';

export type MachineStep = 'purpose' | OnboardingStep | 'finished' | 'cancelled';
export type Outcome = OnboardingResult['outcome'];

export interface OnboardingMachine {
  readonly step: MachineStep;
  /** Captures judged so far; a retake does not give tries back. */
  readonly attempts: { readonly card: number; readonly selfie: number };
  readonly typedByHand: boolean;
  /** The card stands on record: only the face is captured. */
  readonly faceOnly: boolean;
  /** The customer agreed and cannot sign: a person decides. */
  readonly unsigned: boolean;
  /** The exception path was taken: a supervisor decides. */
  readonly exception: boolean;
  /** The card's bundle is sealed: evidence is never replaced. */
  readonly cardSealed: boolean;
  readonly outcome: Outcome | null;
  /** What to do now. */
  readonly advice: readonly Reason[];
}

export type OnboardingEvent =
  | { readonly type: 'purpose_chosen'; readonly faceOnly: boolean }
  /** `missing`: nothing was signed. `unable`: the customer cannot, and somebody at the desk says so. */
  | { readonly type: 'consent_given'; readonly complete: boolean; readonly signature: 'given' | 'unable' | 'missing' }
  /** `away`: no reader or model, another photo would not help. */
  | { readonly type: 'card_captured'; readonly quality: 'good' | 'poor' | 'away'; readonly advice?: readonly Reason[] }
  | { readonly type: 'card_typed' }
  | { readonly type: 'fields_confirmed'; readonly acceptable: boolean; readonly advice?: readonly Reason[] }
  /** `poor`: evidence, but another try may be better. `unusable`: nothing to keep. `final`: decide on what there is. */
  | {
      readonly type: 'selfie_captured';
      readonly quality: 'good' | 'poor' | 'unusable';
      readonly final?: boolean;
      readonly advice?: readonly Reason[];
    }
  | { readonly type: 'exception_requested' }
  | { readonly type: 'decided'; readonly outcome: Outcome; readonly cardSealed: boolean }
  | { readonly type: 'retake'; readonly capture: 'card' | 'selfie' }
  /** A colleague goes on with the session. */
  | { readonly type: 'hand_over' }
  | { readonly type: 'cancel' }
  | { readonly type: 'finish' };
export type OnboardingEventType = OnboardingEvent['type'];

export interface OnboardingLimits {
  /** Poor cards until the desk goes on by hand, and until typing is offered at all. */
  readonly cardTries: number;
  /** Poor selfies until the exception path. */
  readonly selfieTries: number;
  /** Selfies of one session in all, retakes after a result included. */
  readonly selfieTotal: number;
}
export const defaultLimits: OnboardingLimits = { cardTries: 3, selfieTries: 3, selfieTotal: 6 };

export const newOnboarding: OnboardingMachine = {
  step: 'purpose',
  attempts: { card: 0, selfie: 0 },
  typedByHand: false,
  faceOnly: false,
  unsigned: false,
  exception: false,
  cardSealed: false,
  outcome: null,
  advice: [],
};

type Next = Result<OnboardingMachine>;
type EventOf<T extends OnboardingEventType> = Extract<OnboardingEvent, { type: T }>;
type Handler<T extends OnboardingEventType> = (
  state: OnboardingMachine,
  event: EventOf<T>,
  limits: OnboardingLimits,
) => Next;
type Table = { readonly [S in MachineStep]: { readonly [T in OnboardingEventType]?: Handler<T> } };

const exceptionAdvice: Reason = { code: 'exception_path', gate: 'liveness' };

/** Every allowed move; what is not here is refused. */
const table: Table = {
  purpose: { purpose_chosen: onPurpose, cancel: onCancel },
  consent: { consent_given: onConsent, hand_over: onHandOver, cancel: onCancel },
  card: {
    card_captured: onCard,
    card_typed: onTypedBeforeReading,
    retake: onRetake,
    hand_over: onHandOver,
    cancel: onCancel,
  },
  fields: {
    card_typed: toTyping,
    fields_confirmed: onFields,
    retake: onRetake,
    hand_over: onHandOver,
    cancel: onCancel,
  },
  selfie: {
    selfie_captured: onSelfie,
    exception_requested: onException,
    retake: onRetake,
    hand_over: onHandOver,
    cancel: onCancel,
  },
  deciding: { decided: onDecided },
  result: {
    retake: onRetake,
    hand_over: onHandOver,
    finish: (state) => ok({ ...state, step: 'finished', advice: [] }),
  },
  finished: {},
  cancelled: {},
};

/**
 * The machine after an event. Failures leave it as it was: `bad_request` when the event is not due at this step (with
 * `details.step`) or tries are used up (`details.advice`), `validation_failed` for an incomplete or unsigned consent.
 */
export function advance(
  state: OnboardingMachine,
  event: OnboardingEvent,
  limits: OnboardingLimits = defaultLimits,
): Next {
  const handler = table[state.step][event.type] as Handler<OnboardingEventType> | undefined;
  return handler === undefined ? notDue(state, event) : handler(state, event, limits);
}

/** Whether an event type has any meaning at this step: for buttons, not for decisions. */
export function isDue(step: MachineStep, type: OnboardingEventType): boolean {
  return table[step][type] !== undefined;
}

/** True when typing from the card is offered: reading has failed often enough, or is on the screen to be replaced. */
export function mayTypeByHand(state: OnboardingMachine, limits: OnboardingLimits = defaultLimits): boolean {
  return state.step === 'fields' || (state.step === 'card' && state.attempts.card >= limits.cardTries);
}

function notDue(state: OnboardingMachine, event: OnboardingEvent): Next {
  return fail('bad_request', 'This step is not due.', { step: state.step, event: event.type });
}

function onPurpose(state: OnboardingMachine, { faceOnly }: EventOf<'purpose_chosen'>): Next {
  return ok({ ...state, step: 'consent', faceOnly });
}

function onConsent(state: OnboardingMachine, event: EventOf<'consent_given'>): Next {
  if (!event.complete) return fail('validation_failed', 'Without the required consents the onboarding cannot go on.');
  if (event.signature === 'missing') return fail('validation_failed', 'The customer signs the consent first.');
  const step = state.faceOnly ? 'selfie' : 'card';
  return ok({ ...state, step, unsigned: event.signature === 'unable', advice: [] });
}

/** The step stays as it is: who stands at the counter changes, not what is due. */
function onHandOver(state: OnboardingMachine): Next {
  return ok(state);
}

function onCard(state: OnboardingMachine, event: EventOf<'card_captured'>, limits: OnboardingLimits): Next {
  const attempts = { ...state.attempts, card: state.attempts.card + 1 };
  const advice = event.advice ?? [];
  if (event.quality === 'good') return ok({ ...state, step: 'fields', attempts, typedByHand: false, advice });
  const byHand = event.quality === 'away' || attempts.card >= limits.cardTries;
  return ok(
    byHand ? { ...state, step: 'fields', attempts, typedByHand: true, advice } : { ...state, attempts, advice },
  );
}

function onTypedBeforeReading(state: OnboardingMachine, _event: EventOf<'card_typed'>, limits: OnboardingLimits): Next {
  if (mayTypeByHand(state, limits)) return toTyping(state);
  return fail('bad_request', 'Take a picture of the card first.', {
    step: state.step,
    triesLeft: limits.cardTries - state.attempts.card,
  });
}

function toTyping(state: OnboardingMachine): Next {
  return ok({ ...state, step: 'fields', typedByHand: true, advice: [] });
}

function onFields(state: OnboardingMachine, event: EventOf<'fields_confirmed'>): Next {
  const advice = event.advice ?? [];
  return ok(event.acceptable ? { ...state, step: 'selfie', advice } : { ...state, advice });
}

function onSelfie(state: OnboardingMachine, event: EventOf<'selfie_captured'>, limits: OnboardingLimits): Next {
  if (state.attempts.selfie >= limits.selfieTotal) return triesUsedUp(state);
  const attempts = { ...state.attempts, selfie: state.attempts.selfie + 1 };
  const advice = event.advice ?? [];
  if (event.quality === 'good') return ok({ ...state, step: 'deciding', attempts, advice: [] });
  if (event.quality === 'unusable') {
    return ok({
      ...state,
      attempts,
      advice: attempts.selfie >= limits.selfieTries ? [...advice, exceptionAdvice] : advice,
    });
  }
  if (event.final !== true && attempts.selfie < limits.selfieTries) return ok({ ...state, attempts, advice });
  return ok({ ...state, step: 'deciding', attempts, exception: true, advice: [exceptionAdvice] });
}

function onException(state: OnboardingMachine): Next {
  if (state.faceOnly)
    return fail('bad_request', 'Without a picture there is nothing to decide on.', { step: state.step });
  return ok({ ...state, step: 'deciding', exception: true, advice: [exceptionAdvice] });
}

/** What left the straight way is for a person to approve, however good the numbers are. */
function onDecided(state: OnboardingMachine, event: EventOf<'decided'>): Next {
  const alone = !state.typedByHand && !state.exception && !state.unsigned;
  const outcome = event.outcome === 'verified' && !alone ? 'review' : event.outcome;
  return ok({ ...state, step: 'result', outcome, cardSealed: state.cardSealed || event.cardSealed });
}

function onRetake(state: OnboardingMachine, event: EventOf<'retake'>, limits: OnboardingLimits): Next {
  if (event.capture === 'card') {
    if (state.cardSealed || state.faceOnly || state.step === 'result')
      return fail('bad_request', 'This capture can no longer be repeated.', { step: state.step });
    return ok({ ...state, step: 'card', typedByHand: false, advice: [] });
  }
  if (state.step !== 'selfie' && (state.step !== 'result' || state.outcome === 'verified')) {
    return fail('bad_request', 'This capture can no longer be repeated.', { step: state.step });
  }
  if (state.attempts.selfie >= limits.selfieTotal) return triesUsedUp(state);
  return ok({ ...state, step: 'selfie', exception: false, outcome: null, advice: [] });
}

function triesUsedUp(state: OnboardingMachine): Next {
  return fail('bad_request', 'No further selfie in this session. A supervisor decides.', {
    step: state.step,
    advice: [exceptionAdvice],
  });
}

function onCancel(state: OnboardingMachine): Next {
  return ok({ ...state, step: 'cancelled', advice: [] });
}
