import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reason } from '../../contract/reasons.ts';
import {
  advance,
  defaultLimits,
  isDue,
  mayTypeByHand,
  newOnboarding,
  type MachineStep,
  type OnboardingEvent,
  type OnboardingMachine,
} from './machine.ts';

const steps: readonly MachineStep[] = [
  'purpose',
  'consent',
  'card',
  'fields',
  'selfie',
  'deciding',
  'result',
  'finished',
  'cancelled',
];
const at = (step: MachineStep, more: Partial<OnboardingMachine> = {}): OnboardingMachine => ({
  ...newOnboarding,
  step,
  ...more,
});
const blurred: Reason = { code: 'image_blurred', gate: 'ktp' };

/** One event of each kind and shade, and the step it leads to from each step where it is due; absent = refused. */
const moves: readonly (readonly [string, OnboardingEvent, Partial<Record<MachineStep, MachineStep>>])[] = [
  ['purpose', { type: 'purpose_chosen', faceOnly: false }, { purpose: 'consent' }],
  ['purpose, face only', { type: 'purpose_chosen', faceOnly: true }, { purpose: 'consent' }],
  ['full consent', { type: 'consent_given', complete: true, signature: 'given' }, { consent: 'card' }],
  ['full consent, cannot sign', { type: 'consent_given', complete: true, signature: 'unable' }, { consent: 'card' }],
  ['full consent, unsigned', { type: 'consent_given', complete: true, signature: 'missing' }, {}],
  ['partial consent', { type: 'consent_given', complete: false, signature: 'given' }, {}],
  ['good card', { type: 'card_captured', quality: 'good' }, { card: 'fields' }],
  ['poor card', { type: 'card_captured', quality: 'poor' }, { card: 'card' }],
  ['card, reader away', { type: 'card_captured', quality: 'away' }, { card: 'fields' }],
  ['typing', { type: 'card_typed' }, { fields: 'fields' }],
  ['good fields', { type: 'fields_confirmed', acceptable: true }, { fields: 'selfie' }],
  ['bad fields', { type: 'fields_confirmed', acceptable: false }, { fields: 'fields' }],
  ['good selfie', { type: 'selfie_captured', quality: 'good' }, { selfie: 'deciding' }],
  ['poor selfie', { type: 'selfie_captured', quality: 'poor' }, { selfie: 'selfie' }],
  ['poor selfie, final', { type: 'selfie_captured', quality: 'poor', final: true }, { selfie: 'deciding' }],
  ['unusable selfie', { type: 'selfie_captured', quality: 'unusable' }, { selfie: 'selfie' }],
  ['exception', { type: 'exception_requested' }, { selfie: 'deciding' }],
  ['verified', { type: 'decided', outcome: 'verified', cardSealed: true }, { deciding: 'result' }],
  ['review', { type: 'decided', outcome: 'review', cardSealed: true }, { deciding: 'result' }],
  ['stopped', { type: 'decided', outcome: 'stopped', cardSealed: false }, { deciding: 'result' }],
  ['retake card', { type: 'retake', capture: 'card' }, { card: 'card', fields: 'card', selfie: 'card' }],
  ['retake selfie', { type: 'retake', capture: 'selfie' }, { selfie: 'selfie', result: 'selfie' }],
  [
    'hand-over',
    { type: 'hand_over' },
    { consent: 'consent', card: 'card', fields: 'fields', selfie: 'selfie', result: 'result' },
  ],
  [
    'cancel',
    { type: 'cancel' },
    { purpose: 'cancelled', consent: 'cancelled', card: 'cancelled', fields: 'cancelled', selfie: 'cancelled' },
  ],
  ['finish', { type: 'finish' }, { result: 'finished' }],
];
const everyPair = steps.flatMap((step) =>
  moves.map(([name, event, due]) => [step, name, event, due[step] ?? null] as const),
);

describe('every step and every event', () => {
  it.each(everyPair)('%s + %s', (step, _name, event, expected) => {
    const before = at(step);
    const after = advance(before, event);
    if (expected === null) {
      expect(after).toMatchObject({
        ok: false,
        error: { code: event.type === 'consent_given' && step === 'consent' ? 'validation_failed' : 'bad_request' },
      });
    } else {
      expect(after).toMatchObject({ ok: true, value: { step: expected } });
      expect(isDue(step, event.type)).toBe(true);
    }
    expect(before).toEqual(at(step));
  });

  it('names the step in a refusal', () => {
    expect(advance(at('consent'), { type: 'finish' })).toMatchObject({
      ok: false,
      error: { details: { step: 'consent', event: 'finish' } },
    });
  });
});

/** Runs events that must all be accepted. */
function run(events: readonly OnboardingEvent[], from: OnboardingMachine = at('consent')): OnboardingMachine {
  return events.reduce((state, event) => {
    const next = advance(state, event);
    if (!next.ok) throw new Error(`${event.type} refused at ${state.step}: ${next.error.message}`);
    return next.value;
  }, from);
}

const toCard: OnboardingEvent = { type: 'consent_given', complete: true, signature: 'given' };
const poorCard: OnboardingEvent = { type: 'card_captured', quality: 'poor', advice: [blurred] };
const goodCard: OnboardingEvent = { type: 'card_captured', quality: 'good' };
const fields: OnboardingEvent = { type: 'fields_confirmed', acceptable: true };
const goodSelfie: OnboardingEvent = { type: 'selfie_captured', quality: 'good' };
const poorSelfie: OnboardingEvent = { type: 'selfie_captured', quality: 'poor' };
const verified: OnboardingEvent = { type: 'decided', outcome: 'verified', cardSealed: true };
const retakeSelfie: OnboardingEvent = { type: 'retake', capture: 'selfie' };

describe('the straight way', () => {
  it('leads to a verified result and ends', () => {
    const result = run([toCard, goodCard, fields, goodSelfie, verified]);
    expect(result).toMatchObject({
      step: 'result',
      outcome: 'verified',
      exception: false,
      typedByHand: false,
      attempts: { card: 1, selfie: 1 },
    });
    expect(run([{ type: 'finish' }], result).step).toBe('finished');
  });

  it('does not repeat what is verified', () => {
    const result = run([toCard, goodCard, fields, goodSelfie, verified]);
    expect(advance(result, retakeSelfie).ok).toBe(false);
    expect(advance(result, { type: 'retake', capture: 'card' }).ok).toBe(false);
  });
});

describe('a customer on record', () => {
  const known = (signature: 'given' | 'unable' = 'given') =>
    run(
      [
        { type: 'purpose_chosen', faceOnly: true },
        { type: 'consent_given', complete: true, signature },
      ],
      newOnboarding,
    );

  it('goes from consent to the face at once, and verifies on it', () => {
    expect(known()).toMatchObject({ step: 'selfie', attempts: { card: 0 } });
    expect(run([goodSelfie, { ...verified, cardSealed: false }], known())).toMatchObject({ outcome: 'verified' });
  });

  it('has no card to take again, and no way past the face', () => {
    expect(advance(known(), { type: 'retake', capture: 'card' }).ok).toBe(false);
    expect(advance(known(), { type: 'exception_requested' }).ok).toBe(false);
  });

  it('who cannot sign goes to a person, however good the numbers are', () => {
    expect(run([goodSelfie, verified], known('unable'))).toMatchObject({ unsigned: true, outcome: 'review' });
  });
});

describe('a hand-over', () => {
  it('changes nothing of what is due', () => {
    for (const step of ['consent', 'card', 'fields', 'selfie', 'result'] as const) {
      const before = at(step, { attempts: { card: 2, selfie: 1 }, typedByHand: true, advice: [blurred] });
      expect(advance(before, { type: 'hand_over' })).toEqual({ ok: true, value: before });
    }
  });
});

describe('limits', () => {
  it('goes on by hand with the third poor card, with the advice at hand', () => {
    const second = run([toCard, poorCard, poorCard]);
    expect(second).toMatchObject({ step: 'card', attempts: { card: 2 }, advice: [blurred] });
    expect(run([poorCard], second)).toMatchObject({ step: 'fields', typedByHand: true, attempts: { card: 3 } });
  });

  it('offers typing only after the tries, and says how many are left', () => {
    const second = run([toCard, poorCard, poorCard]);
    expect(mayTypeByHand(second)).toBe(false);
    expect(advance(second, { type: 'card_typed' })).toMatchObject({ ok: false, error: { details: { triesLeft: 1 } } });
    const third = run([poorCard, { type: 'retake', capture: 'card' }], second);
    expect(third).toMatchObject({ step: 'card', typedByHand: false, attempts: { card: 3 } });
    expect(mayTypeByHand(third)).toBe(true);
    expect(run([{ type: 'card_typed' }], third)).toMatchObject({ step: 'fields', typedByHand: true });
  });

  it('takes the exception path with the third poor selfie', () => {
    const third = run([toCard, goodCard, fields, poorSelfie, poorSelfie, poorSelfie]);
    expect(third).toMatchObject({
      step: 'deciding',
      exception: true,
      attempts: { selfie: 3 },
      advice: [{ code: 'exception_path' }],
    });
    expect(run([verified], third).outcome).toBe('review');
  });

  it('keeps asking where nothing could be kept, and points at the exception path', () => {
    const unusable: OnboardingEvent = { type: 'selfie_captured', quality: 'unusable', advice: [blurred] };
    const third = run([toCard, goodCard, fields, unusable, unusable, unusable]);
    expect(third).toMatchObject({
      step: 'selfie',
      attempts: { selfie: 3 },
      advice: [blurred, { code: 'exception_path' }],
    });
    expect(run([{ type: 'exception_requested' }], third)).toMatchObject({ step: 'deciding', exception: true });
  });

  it('gives a stopped customer another selfie on the straight way, but not without end', () => {
    const stopped: OnboardingEvent = { type: 'decided', outcome: 'stopped', cardSealed: true };
    let state = run([toCard, goodCard, fields, goodSelfie, stopped]);
    for (let tries = 1; tries < defaultLimits.selfieTotal; tries += 1)
      state = run([retakeSelfie, goodSelfie, stopped], state);
    expect(state.attempts.selfie).toBe(defaultLimits.selfieTotal);
    expect(advance(state, retakeSelfie)).toMatchObject({
      ok: false,
      error: { details: { advice: [{ code: 'exception_path' }] } },
    });
  });

  it('refuses a selfie beyond the limit even when the step is open', () => {
    expect(advance(at('selfie', { attempts: { card: 1, selfie: 6 } }), goodSelfie).ok).toBe(false);
  });

  it('never takes a sealed card again', () => {
    const retried = run([
      toCard,
      goodCard,
      fields,
      goodSelfie,
      { type: 'decided', outcome: 'review', cardSealed: true },
      retakeSelfie,
    ]);
    expect(retried).toMatchObject({ step: 'selfie', cardSealed: true, outcome: null });
    expect(advance(retried, { type: 'retake', capture: 'card' }).ok).toBe(false);
  });

  it('follows other limits when given', () => {
    const limits = { cardTries: 1, selfieTries: 1, selfieTotal: 1 };
    expect(advance(at('card'), poorCard, limits)).toMatchObject({
      ok: true,
      value: { step: 'fields', typedByHand: true },
    });
    expect(advance(at('selfie'), poorSelfie, limits)).toMatchObject({
      ok: true,
      value: { step: 'deciding', exception: true },
    });
  });
});

describe('whatever happens', () => {
  const events = fc.array(fc.constantFrom(...moves.map(([, event]) => event)), { maxLength: 60 });

  it('shows no card before consent, and verifies nothing that left the straight way', () => {
    fc.assert(
      fc.property(events, (sequence) => {
        let state: OnboardingMachine = newOnboarding;
        let consented = false;
        let cards = 0;
        let selfies = 0;
        for (const event of sequence) {
          const next = advance(state, event);
          if (!next.ok) continue;
          if (event.type === 'consent_given') consented = true;
          if (event.type === 'card_captured') cards += 1;
          if (event.type === 'selfie_captured') selfies += 1;
          state = next.value;
          if (!['purpose', 'consent', 'cancelled'].includes(state.step)) expect(consented).toBe(true);
          expect(state.attempts).toEqual({ card: cards, selfie: selfies });
          expect(state.attempts.selfie).toBeLessThanOrEqual(defaultLimits.selfieTotal);
          if (state.outcome === 'verified') {
            expect(state).toMatchObject({ typedByHand: false, exception: false, unsigned: false });
            expect(cards > 0 || state.faceOnly).toBe(true);
            expect(selfies).toBeGreaterThan(0);
          }
          expect(state.outcome !== null).toBe(state.step === 'result' || state.step === 'finished');
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('is over when it is over', () => {
    fc.assert(
      fc.property(fc.constantFrom<MachineStep>('finished', 'cancelled'), events, (step, sequence) => {
        for (const event of sequence) expect(advance(at(step), event).ok).toBe(false);
      }),
    );
  });
});
