/**
 * The onboarding session of a counter: one customer at a time per operator, from consent to receipt. The draft is kept
 * sealed after every step, so a restart resumes it; it is wiped when the operator finishes or cancels.
 */
import type { ChallengeView, LookupAnswer, OnboardingView, ReceiptAnswer } from '../../contract/desk/answers.ts';
import type { SignatureInput } from '../../contract/bundle.ts';
import type { DeskParams } from '../../contract/desk/calls.ts';
import type { FindAnswer, OfferedSession } from '../../contract/desk/counter-calls.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { checkConsent } from '../../core/consent/consent.ts';
import { advance, newOnboarding } from '../../core/onboarding/machine.ts';
import { confirmFields, submitCard, typeCard, type CardOrigin } from './card-step.ts';
import { issueChallenge, toChallengeView } from './desk-challenge.ts';
import type { Draft } from './draft.ts';
import { createSession, type OnboardingSession } from './onboarding-session.ts';
import { offerSession, offeredSessions, takeOver } from './hand-over.ts';
import { findCustomer, startKnown } from './known-customer.ts';
import { openDraft } from './open-draft.ts';
import type { OnboardingPorts } from './ports.ts';
import { takeException } from './exception-step.ts';
import { submitSelfie, type SelfieSubmission } from './selfie-step.ts';
import { refreshResult } from './settle.ts';
import { toNikView } from './view.ts';

export interface Operator {
  readonly id: string;
  readonly orgId: string;
}

export interface OnboardingDesk {
  current(operator: Operator): Promise<Result<OnboardingView | null>>;
  start(operator: Operator, params: DeskParams<'onboarding.start'>): Promise<Result<OnboardingView>>;
  /** Headless only: no customer is present, so no consent is recorded; the evidence carries none and says who ran it. */
  startUnattended(operator: Operator): Promise<Result<OnboardingView>>;
  /** Before a session: who holds this NIK, and what is there already. */
  find(operator: Operator, params: DeskParams<'counter.find'>): Promise<Result<FindAnswer>>;
  startKnown(operator: Operator, params: DeskParams<'counter.startKnown'>): Promise<Result<OnboardingView>>;
  offer(operator: Operator): Promise<Result<Record<string, never>>>;
  offered(operator: Operator): Promise<Result<readonly OfferedSession[]>>;
  takeOver(operator: Operator, params: DeskParams<'counter.takeOver'>): Promise<Result<OnboardingView>>;
  consent(operator: Operator, params: DeskParams<'onboarding.consent'>): Promise<Result<OnboardingView>>;
  lookup(operator: Operator, params: DeskParams<'onboarding.lookup'>): Promise<Result<LookupAnswer>>;
  challenge(operator: Operator, params: DeskParams<'onboarding.challenge'>): Promise<Result<ChallengeView>>;
  submitCard(
    operator: Operator,
    params: DeskParams<'onboarding.submitCard'>,
    origin?: CardOrigin,
  ): Promise<Result<OnboardingView>>;
  typeCard(operator: Operator): Promise<Result<OnboardingView>>;
  confirmFields(operator: Operator, params: DeskParams<'onboarding.confirmFields'>): Promise<Result<OnboardingView>>;
  /** Headless only, where nobody can type: goes on with a card that could not be read or confirmed. A person decides. */
  leaveCardUnread(operator: Operator): Promise<Result<OnboardingView>>;
  submitSelfie(operator: Operator, params: SelfieSubmission): Promise<Result<OnboardingView>>;
  /** Without a usable selfie: the card is sealed, a supervisor decides. */
  exception(operator: Operator, params: DeskParams<'onboarding.exception'>): Promise<Result<OnboardingView>>;
  retake(operator: Operator, params: DeskParams<'onboarding.retake'>): Promise<Result<OnboardingView>>;
  receipt(operator: Operator): Promise<Result<ReceiptAnswer>>;
  finish(operator: Operator): Promise<Result<Record<string, never>>>;
  cancel(operator: Operator): Promise<Result<Record<string, never>>>;
  /** Forgets what is held in memory for this person (sign-out, idle); the sealed draft stays. */
  release(operatorId: string): void;
  /** The record answered some bundles later: shows it where they belong. */
  answersArrived(): Promise<void>;
}

/** Points of a drawn signature; the pen reports some sixty a second. */
const fewestPoints = 8;

/** A challenge list that cannot grow: enough to answer `challenge_consumed` for what was used just before. */
const challengesKept = 12;

export function createOnboardingDesk(ports: OnboardingPorts): OnboardingDesk {
  const session = createSession(ports);
  const { withDraft, withStep, answer, exclusive } = session;
  return {
    current: (operator) =>
      exclusive(operator, async () => {
        const draft = await session.load(operator);
        if (draft === null) return ok(null);
        return ok(await session.view(await refreshResult(ports, session, draft)));
      }),
    start: (operator, params) =>
      exclusive(operator, () => {
        const chosen = advance(newOnboarding, { type: 'purpose_chosen', faceOnly: false });
        return chosen.ok
          ? openDraft(ports, session, operator, { ...params, machine: chosen.value })
          : Promise.resolve(chosen);
      }),
    startUnattended: (operator) =>
      exclusive(operator, () =>
        openDraft(ports, session, operator, {
          purpose: 'other',
          language: 'id',
          machine: { ...newOnboarding, step: 'card' },
        }),
      ),
    find: (operator, { nik }) => findCustomer(ports, operator, nik),
    startKnown: (operator, params) => exclusive(operator, () => startKnown(ports, session, operator, params)),
    offer: (operator) => withDraft(operator, (draft) => offerSession(ports, session, operator, draft)),
    offered: (operator) => offeredSessions(ports, operator),
    takeOver: (operator, { id }) => exclusive(operator, () => takeOver(ports, session, operator, id)),
    consent: (operator, params) =>
      withStep(operator, ['consent'], (draft) => giveConsent(ports, session, draft, params)),
    lookup: (operator, params) => withDraft(operator, (draft) => lookUp(ports, session, draft, params.nik)),
    challenge: (operator, { purpose }) =>
      withStep(operator, [purpose === 'ktp' ? 'card' : 'selfie'], async (draft) => {
        const issued = await issueChallenge(ports.challengeSource(operator.orgId, operator.id), purpose);
        // A new challenge of a purpose ends the one before: only one may be on the screen.
        const kept = draft.challenges.filter(
          (old) => old.consumed || old.challenge.purpose !== purpose || old.challenge.nonce === draft.card?.nonce,
        );
        await session.save({ ...draft, challenges: [...kept, issued].slice(-challengesKept) });
        return ok(toChallengeView(issued));
      }),
    submitCard: (operator, params, origin) =>
      withStep(operator, ['card'], (draft) => submitCard(ports, session, draft, params, origin)),
    typeCard: (operator) => withDraft(operator, (draft) => typeCard(session, draft)),
    confirmFields: (operator, params) =>
      withStep(operator, ['fields'], (draft) => confirmFields(ports, session, draft, params.fields)),
    leaveCardUnread: (operator) =>
      withStep(operator, ['card', 'fields'], async (draft) => {
        const next: Draft = {
          ...draft,
          machine: { ...draft.machine, step: 'selfie', typedByHand: false, exception: true },
          confirmed: null,
        };
        await session.save(next);
        return answer(next);
      }),
    submitSelfie: (operator, params) =>
      withStep(operator, ['selfie'], (draft) => submitSelfie(ports, session, draft, params)),
    exception: (operator, { ground }) =>
      withStep(operator, ['selfie'], (draft) => takeException(ports, session, draft, ground)),
    retake: (operator, { step }) => withDraft(operator, (draft) => retake(session, draft, step)),
    receipt: (operator) => withStep(operator, ['result'], (draft) => ports.receipt(draft)),
    finish: (operator) => withStep(operator, ['result'], (draft) => wipe(ports, session, draft)),
    cancel: (operator) =>
      exclusive(operator, async () => {
        const draft = await session.load(operator);
        if (draft === null) return ok({});
        await ports.recordSession(operator, 'session.cancelled', draft.id, null);
        return wipe(ports, session, draft);
      }),
    release: (operatorId) => session.forget(operatorId),
    answersArrived: () =>
      session.forEachOpen(async (draft) => {
        const fresh = await refreshResult(ports, session, draft);
        if (fresh !== draft) await answer(fresh);
      }),
  };
}

/** UU PDP art. 20–22: separate purposes, the text agreed to is recorded by version and hash; required ones must be in. */
async function giveConsent(
  ports: OnboardingPorts,
  session: OnboardingSession,
  draft: Draft,
  params: DeskParams<'onboarding.consent'>,
): Promise<Result<OnboardingView>> {
  const { version, hash, text } = ports.consent;
  if (params.version !== version)
    return fail('validation_failed', 'The consent text has changed. Read the current one.', { fields: ['/version'] });
  const { complete, unknown, purposes } = checkConsent(text, params.purposes);
  if (unknown.length > 0)
    return fail('validation_failed', 'A consent purpose is not known.', { fields: ['/purposes'] });
  const signature = signed(params.signature);
  const moved = advance(draft.machine, { type: 'consent_given', complete, signature });
  if (!moved.ok) return moved;
  const acceptedAt = ports.clock().toISOString();
  const next: Draft = {
    ...draft,
    machine: moved.value,
    consent: { version, hash, language: draft.language, purposes: [...purposes], acceptedAt },
    signature: { ...params.signature, consentHash: hash, at: acceptedAt },
  };
  await session.save(next);
  return session.answer(next);
}

/** A dot is no signature, and neither is a name of one letter; the shape itself is the contract's. */
function signed({ method, strokes = [], typedName = '' }: SignatureInput): 'given' | 'unable' | 'missing' {
  if (method === 'unable') return 'unable';
  const points = strokes.reduce((sum, stroke) => sum + stroke.length / 2, 0);
  const there = method === 'drawn' ? points >= fewestPoints : typedName.trim().length >= 2;
  return there ? 'given' : 'missing';
}

async function lookUp(
  ports: OnboardingPorts,
  session: OnboardingSession,
  draft: Draft,
  nik: string,
): Promise<Result<LookupAnswer>> {
  if (draft.machine.step === 'deciding' || draft.machine.step === 'result')
    return fail('bad_request', 'This step is over.');
  const customer = await ports.findByNik(draft.orgId, nik);
  if (customer !== null) {
    const next: Draft = { ...draft, existing: customer, customerId: customer.id };
    await session.save(next);
    await session.answer(next);
  }
  return ok({ customer, nik: toNikView(ports.decodeNik(nik)) });
}

async function retake(
  session: OnboardingSession,
  draft: Draft,
  capture: 'card' | 'selfie',
): Promise<Result<OnboardingView>> {
  const moved = advance(draft.machine, { type: 'retake', capture });
  if (!moved.ok) return moved;
  const next: Draft =
    capture === 'card'
      ? { ...draft, machine: moved.value, card: null, confirmed: null }
      : { ...draft, machine: moved.value, result: null };
  await session.save(next);
  if (capture === 'card') session.forgetEvaluation(draft.id);
  return session.answer(next);
}

async function wipe(
  ports: OnboardingPorts,
  session: OnboardingSession,
  draft: Draft,
): Promise<Result<Record<string, never>>> {
  ports.sources.forgetReading();
  await ports.sources.release(draft.usedPictures ?? []);
  await session.wipe(draft);
  return ok({});
}
