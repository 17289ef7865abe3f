/**
 * The screen turned to the customer: a second window or page that belongs to one counter. It sees what concerns the customer
 * and nothing else, may tick and sign, and may not go on: that stays with the staff.
 */
import type { OnboardingView } from '../../contract/desk/answers.ts';
import type { CustomerConsent, CustomerScreen } from '../../contract/desk/counter-calls.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { checkConsent } from '../../core/consent/consent.ts';
import type { DeskEventBus } from '../desk-events.ts';
import { customerSessionId, type DeskSession } from '../desk-session.ts';
import type { ConsentText } from '../onboarding/ports.ts';

export interface CustomerScreens {
  /** The staff's session came to this view; null: the customer has left. */
  follow(stationId: string, view: OnboardingView | null): void;
  cue(stationId: string, cue: NonNullable<CustomerScreen['cue']>): void;
  consentOf(stationId: string): CustomerConsent;
  show(customer: DeskSession): Result<CustomerScreen>;
  agree(customer: DeskSession, consent: CustomerConsent): Result<CustomerScreen>;
}

interface Place {
  view: OnboardingView | null;
  cue: CustomerScreen['cue'];
  consent: CustomerConsent;
}

const nothing: CustomerConsent = { purposes: [], signature: null };

export function createCustomerScreens(events: DeskEventBus, text: ConsentText): CustomerScreens {
  const places = new Map<string, Place>();
  const placeOf = (stationId: string): Place => {
    const known = places.get(stationId) ?? { view: null, cue: null, consent: nothing };
    places.set(stationId, known);
    return known;
  };
  const tell = (stationId: string) =>
    events.emit({
      name: 'customer.changed',
      payload: toScreen(placeOf(stationId)),
      session: customerSessionId(stationId),
    });
  const placeFor = ({ customerOf }: DeskSession): Place => {
    if (customerOf === null) throw new Error('a checked call came from another screen');
    return placeOf(customerOf);
  };
  return {
    follow(stationId, view) {
      const place = placeOf(stationId);
      const same = view !== null && place.view?.id === view.id && place.view.step === view.step;
      if (!same) Object.assign(place, { cue: null, consent: nothing });
      place.view = view;
      if (view === null) places.delete(stationId);
      tell(stationId);
    },
    cue(stationId, cue) {
      placeOf(stationId).cue = cue;
      tell(stationId);
    },
    consentOf: (stationId) => placeOf(stationId).consent,
    show: (customer) => ok(toScreen(placeFor(customer))),
    agree(customer, consent) {
      const place = placeFor(customer);
      if (place.view?.step !== 'consent') return fail('bad_request', 'This step is not due.');
      if (checkConsent(text.text, consent.purposes).unknown.length > 0)
        return fail('validation_failed', 'A consent purpose is not known.', { fields: ['/purposes'] });
      place.consent = consent;
      events.emit({ name: 'customer.agreed', payload: consent, session: customer.customerOf ?? '' });
      return ok(toScreen(place));
    },
  };
}

function toScreen({ view, cue, consent }: Place): CustomerScreen {
  return {
    language: view?.language ?? 'id',
    step: view?.step ?? null,
    consent: view?.step === 'consent' ? view.consent : null,
    agreed: consent.purposes,
    signed: consent.signature !== null,
    fields:
      view?.step === 'fields'
        ? (view.card?.fields ?? []).filter(({ value }) => value !== '').map(({ name, value }) => ({ name, value }))
        : [],
    cue,
    outcome: view?.result?.outcome ?? null,
  };
}
