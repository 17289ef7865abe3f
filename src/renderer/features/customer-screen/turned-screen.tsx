import { MonitorSmartphone, Undo2 } from 'lucide-react';
import { useState } from 'react';
import type { CustomerScreen } from '../../../contract/desk/counter-calls.ts';
import { useText } from '../../i18n/messages.ts';
import { Button } from '../../ui/button.tsx';
import { CustomerBody, type CustomerActs } from './customer-body.tsx';

const noActs: CustomerActs = { agreed: [], signature: null, onTick: () => undefined, onSign: () => undefined };

/** One screen for two: turned to the customer it shows what the second screen would, and a way back for the staff. */
export function TurnScreen({
  screen,
  acts = noActs,
}: {
  readonly screen: Partial<CustomerScreen>;
  readonly acts?: CustomerActs;
}) {
  const text = useText();
  const [turned, setTurned] = useState(false);
  const shown: CustomerScreen = {
    language: text.language,
    step: null,
    consent: null,
    agreed: acts.agreed,
    signed: acts.signature !== null,
    fields: [],
    cue: null,
    outcome: null,
    ...screen,
  };
  return (
    <>
      <Button
        kind="quiet"
        icon={<MonitorSmartphone size={20} aria-hidden="true" />}
        onPress={() => setTurned(true)}
        testId="turn-screen"
      >
        {text('customer.turn')}
      </Button>
      {turned ? (
        <div
          className="customer customer-turned"
          data-testid="turned-screen"
          role="dialog"
          aria-modal="true"
          aria-label={text('customer.turned')}
        >
          <div className="customer-back">
            <Button
              icon={<Undo2 size={20} aria-hidden="true" />}
              onPress={() => setTurned(false)}
              testId="turn-back"
              autoFocus
            >
              {text('customer.back')}
            </Button>
          </div>
          <CustomerBody screen={shown} acts={acts} />
        </div>
      ) : null}
    </>
  );
}
