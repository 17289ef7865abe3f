/** The screen turned to the customer: it shows his part, takes his ticks and signature, and hears nothing else. */
import { describe, expect, it } from 'vitest';
import type { OnboardingView } from '../../contract/desk/answers.ts';
import { createDeskEvents, type DeskEvent } from '../desk-events.ts';
import { createDeskSessions, customerSessionId } from '../desk-session.ts';
import { createCustomerScreens } from './customer-screens.ts';

const text = {
  version: '1',
  hash: 'c'.repeat(64),
  text: [{ purpose: 'identity', required: true, id: 'Ya', en: 'Yes' }],
};
const view = (step: OnboardingView['step']): OnboardingView => ({
  id: 'ses_1',
  step,
  purpose: 'open_account',
  language: 'id',
  faceOnly: false,
  stepUp: null,
  existingCustomer: false,
  customerId: null,
  customerName: 'SARI DEWI',
  consent: { version: '1', text: text.text },
  card: null,
  advice: [],
  attempts: { card: 0, selfie: 0 },
  result: null,
});

function bench() {
  const events = createDeskEvents();
  const told: DeskEvent[] = [];
  events.on((event) => told.push(event));
  const sessions = createDeskSessions({ idleSeconds: 300, clock: () => new Date(0) });
  const customer = sessions.open(customerSessionId('station-1'));
  return { screens: createCustomerScreens(events, text), customer, told };
}
const signature = { method: 'typed' as const, typedName: 'SARI' };

describe('the screen of the customer', () => {
  it('follows the session, and is empty when the customer has left', () => {
    const { screens, customer, told } = bench();
    screens.follow('station-1', view('consent'));
    expect(screens.show(customer)).toMatchObject({ ok: true, value: { step: 'consent', consent: { version: '1' } } });
    screens.follow('station-1', null);
    expect(screens.show(customer)).toMatchObject({ ok: true, value: { step: null, consent: null, agreed: [] } });
    expect(told.map(({ name, session }) => [name, session])).toEqual([
      ['customer.changed', 'customer:station-1'],
      ['customer.changed', 'customer:station-1'],
    ]);
  });

  it('is the same whether a list or a dim picture sends him to review (no tipping-off)', () => {
    const shown = (code: 'record_check' | 'image_blurred') => {
      const { screens, customer, told } = bench();
      const result = { outcome: 'review', reasons: [{ code, gate: 'record' }] } as unknown as OnboardingView['result'];
      screens.follow('station-1', { ...view('result'), result });
      return JSON.stringify([screens.show(customer), told]);
    };
    expect(shown('record_check')).toContain('"outcome":"review"');
    expect(shown('record_check')).toBe(shown('image_blurred'));
  });

  it('shows another station nothing', () => {
    const { screens, customer } = bench();
    screens.follow('station-2', view('consent'));
    expect(screens.show(customer)).toMatchObject({ ok: true, value: { step: null } });
  });

  it('hands ticks and signature to the staff, and forgets them with the step', () => {
    const { screens, customer, told } = bench();
    screens.follow('station-1', view('consent'));
    expect(screens.agree(customer, { purposes: ['identity'], signature })).toMatchObject({
      ok: true,
      value: { agreed: ['identity'], signed: true },
    });
    expect(told.at(-1)).toMatchObject({ name: 'customer.agreed', session: 'station-1', payload: { signature } });
    expect(screens.consentOf('station-1').signature).toEqual(signature);
    screens.follow('station-1', view('card'));
    expect(screens.consentOf('station-1')).toEqual({ purposes: [], signature: null });
  });

  it('takes nothing at another step, and no purpose that is not in the text', () => {
    const { screens, customer } = bench();
    screens.follow('station-1', view('card'));
    expect(screens.agree(customer, { purposes: ['identity'], signature })).toMatchObject({
      ok: false,
      error: { code: 'bad_request' },
    });
    screens.follow('station-1', view('consent'));
    expect(screens.agree(customer, { purposes: ['invented'], signature })).toMatchObject({
      ok: false,
      error: { code: 'validation_failed' },
    });
  });
});
