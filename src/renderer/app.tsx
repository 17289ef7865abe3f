import { useEffect } from 'react';
import { IntlProvider } from 'react-intl';
import { Admin } from './features/admin/admin.tsx';
import { Customers } from './features/customers/customers.tsx';
import { Dashboard } from './features/dashboard/dashboard.tsx';
import { FlashOverlay } from './features/onboarding/flash-overlay.tsx';
import { IdleScreen } from './features/onboarding/idle-screen.tsx';
import { Onboarding } from './features/onboarding/onboarding.tsx';
import { PurposeStep } from './features/onboarding/purpose-step.tsx';
import { Operations } from './features/operations/operations.tsx';
import { Review } from './features/review/review.tsx';
import { Setup } from './features/setup/setup.tsx';
import { PasskeysButton } from './features/sign-in/passkeys.tsx';
import { SignIn } from './features/sign-in/sign-in.tsx';
import { catalogues } from './i18n/messages.ts';
import { StationContext, useLoket, useStation, type Station } from './state/loket-context.ts';
import { ConnectionBar, Unpaired } from './ui/connection-veil.tsx';
import { IdleGuard } from './ui/idle-guard.tsx';
import { Tabs, TopBar } from './ui/top-bar.tsx';
import { TouchKeyboard } from './ui/touch-keyboard.tsx';
import { useTouchKeyboard } from './ui/use-touch-keyboard.ts';

function Counter() {
  const onboarding = useLoket((state) => state.onboarding);
  const greeting = useLoket((state) => state.greeting);
  if (onboarding !== null) return <Onboarding view={onboarding} />;
  return greeting ? <PurposeStep /> : <IdleScreen />;
}

function SignedIn() {
  const screen = useLoket((state) => state.screen);
  const serving = useLoket((state) => state.screen === 'counter' && (state.onboarding !== null || state.greeting));
  return (
    <>
      {serving ? null : <Tabs />}
      {screen === 'counter' ? <Counter /> : null}
      {screen === 'review' ? <Review /> : null}
      {screen === 'customers' ? <Customers /> : null}
      {screen === 'dashboard' ? <Dashboard /> : null}
      {screen === 'operations' ? <Operations /> : null}
      {screen === 'admin' ? <Admin /> : null}
      <IdleGuard />
    </>
  );
}

function Page() {
  const station = useLoket((state) => state.station);
  const connection = useLoket((state) => state.connection);
  if (connection === 'unpaired') return <Unpaired />;
  if (station === null) return <main className="idle-middle" aria-busy="true" />;
  if (!station.setUp) return <Setup />;
  return station.person === null ? <SignIn /> : <SignedIn key={station.person.id} />;
}

function Shell() {
  const language = useLoket((state) => state.language);
  const theme = useLoket((state) => state.theme);
  const textSize = useLoket((state) => state.textSize);
  const keyboard = useLoket((state) => state.keyboard);
  const { store } = useStation();
  useTouchKeyboard();
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dataset.theme = theme;
    document.documentElement.dataset.textSize = String(textSize);
  }, [language, theme, textSize]);
  return (
    <IntlProvider locale={language} defaultLocale="id" messages={catalogues[language]}>
      <div className="shell">
        <TopBar own={<PasskeysButton />} />
        <ConnectionBar />
        <Page />
      </div>
      {keyboard ? <TouchKeyboard onClose={() => store.showKeyboard(false)} /> : null}
      <FlashOverlay />
    </IntlProvider>
  );
}

/** The station. Everything it needs from outside comes in here. */
export function App({ station }: { readonly station: Station }) {
  return (
    <StationContext value={station}>
      <Shell />
    </StationContext>
  );
}
