import { useCallback, useEffect, useState } from 'react';
import { IntlProvider } from 'react-intl';
import type { SignatureInput } from '../../../contract/bundle.ts';
import type { DeskBridge } from '../../../contract/desk/calls.ts';
import type { CustomerScreen } from '../../../contract/desk/counter-calls.ts';
import type { Connection } from '../../bridge/connection.ts';
import { catalogues, useText, type Language } from '../../i18n/messages.ts';
import { Notice } from '../../ui/notice.tsx';
import { TouchKeyboard } from '../../ui/touch-keyboard.tsx';
import { CustomerBody } from './customer-body.tsx';

interface Mine {
  readonly agreed: readonly string[];
  readonly signature: SignatureInput | null;
}
const nothing: Mine = { agreed: [], signature: null };

/** Ticks and signature live here and at the desk, and go with the step. */
function useCustomerScreen(bridge: DeskBridge, connection: Connection) {
  const [screen, setScreen] = useState<CustomerScreen | null>(null);
  const [mine, setMine] = useState<Mine>(nothing);
  const [state, setState] = useState(connection.current());
  useEffect(() => {
    const show = (next: CustomerScreen) => {
      setScreen(next);
      if (next.step !== 'consent') setMine(nothing);
    };
    const ask = () =>
      void bridge
        .call('customer.view', {})
        .then((answer) => {
          if (answer.ok) show(answer.value);
        })
        .catch(() => undefined);
    const stops = [
      bridge.on('customer.changed', show),
      connection.subscribe((next) => {
        setState(next);
        if (next === 'open') ask();
        // A screen without its desk shows nobody's data.
        else setMine(nothing);
      }),
    ];
    ask();
    return () => {
      for (const stop of stops) stop();
    };
  }, [bridge, connection]);
  const act = useCallback(
    (next: Mine) => {
      setMine(next);
      void bridge
        .call('customer.agree', { purposes: [...next.agreed], signature: next.signature })
        .catch(() => undefined);
    },
    [bridge],
  );
  return { screen, mine, act, state };
}

function Body({
  screen,
  mine,
  act,
}: {
  readonly screen: CustomerScreen;
  readonly mine: Mine;
  readonly act: (next: Mine) => void;
}) {
  return (
    <CustomerBody
      screen={screen}
      acts={{
        ...mine,
        onTick: (purpose, on) =>
          act({
            ...mine,
            agreed: on ? [...mine.agreed, purpose] : mine.agreed.filter((each) => each !== purpose),
          }),
        onSign: (signature) => act({ ...mine, signature }),
      }}
    />
  );
}

function Lost({ unpaired }: { readonly unpaired: boolean }) {
  const text = useText();
  return <Notice tone="review">{text(unpaired ? 'customer.unpaired' : 'customer.lost')}</Notice>;
}

/** The whole page of the second screen. */
export function CustomerPage({ bridge, connection }: { readonly bridge: DeskBridge; readonly connection: Connection }) {
  const { screen, mine, act, state } = useCustomerScreen(bridge, connection);
  const [keyboard, setKeyboard] = useState(true);
  const language: Language = screen?.language ?? 'id';
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return (
    <IntlProvider locale={language} defaultLocale="id" messages={catalogues[language]}>
      <main className="customer" data-testid="customer-screen" data-step={screen?.step ?? 'idle'}>
        {state === 'open' && screen !== null ? (
          <Body screen={screen} mine={mine} act={act} />
        ) : (
          <Lost unpaired={state === 'unpaired'} />
        )}
      </main>
      {keyboard ? <TouchKeyboard onClose={() => setKeyboard(false)} /> : null}
    </IntlProvider>
  );
}
