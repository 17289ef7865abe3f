import type { ReactNode } from 'react';
import { ALargeSmall, Contrast, Keyboard, LogOut, RefreshCw, Wifi, WifiOff } from 'lucide-react';
import type { StationState } from '../../contract/desk/answers.ts';
import { useText } from '../i18n/messages.ts';
import { useLoket, useStation } from '../state/loket-context.ts';
import { mayAdminister, mayReview, maySeeFigures, mayServe, textSizes, type Screen } from '../state/loket-store.ts';
import { Button } from './button.tsx';

function Marks({ station }: { readonly station: StationState }) {
  const text = useText();
  return (
    <>
      {station.simulation === 'none' ? null : (
        <span className="simulation-mark" data-testid="simulation-mark">
          {text('frame.simulation')}
        </span>
      )}
      {station.organisation?.environment === 'sandbox' ? (
        <span className="sandbox-mark" data-testid="sandbox-mark">
          {text('frame.sandbox')}
        </span>
      ) : null}
    </>
  );
}

function Queue({ station }: { readonly station: StationState }) {
  const text = useText();
  const { pending, refused } = station.outbox;
  return (
    <>
      <span
        className={pending > 0 ? 'top-item word-review' : 'top-item'}
        data-testid="queue-indicator"
        data-pending={pending}
        role="status"
      >
        <RefreshCw size={18} aria-hidden="true" />
        {text('frame.queue', { count: pending })}
      </span>
      {refused > 0 ? (
        <span className="top-item word-stop" data-testid="refused-indicator">
          {text('frame.refused', { count: refused })}
        </span>
      ) : null}
      <span className="top-item" data-testid="online-indicator" data-online={station.online}>
        {station.online ? (
          <Wifi size={18} aria-hidden="true" className="word-pass" />
        ) : (
          <WifiOff size={18} aria-hidden="true" className="word-review" />
        )}
        {text(station.online ? 'frame.online' : 'frame.offline')}
      </span>
    </>
  );
}

function Languages() {
  const { store } = useStation();
  const text = useText();
  const language = useLoket((state) => state.language);
  return (
    <div className="languages" role="group" aria-label={text('frame.language')}>
      {(['id', 'en'] as const).map((each) => (
        <button
          key={each}
          type="button"
          lang={each}
          className="language"
          aria-pressed={language === each}
          aria-label={each === 'id' ? 'ID, Bahasa Indonesia' : 'EN, English'}
          onClick={() => store.speak(each)}
          data-testid={`language-${each}`}
        >
          {each.toUpperCase()}
        </button>
      ))}
    </div>
  );
}

/** Larger, larger still, and back: also for the customer who reads along. */
function TextSizeButton() {
  const text = useText();
  const { store } = useStation();
  const size = useLoket((state) => state.textSize);
  const next = textSizes[textSizes.indexOf(size) + 1] ?? textSizes[0];
  const words = text('frame.textSize', { percent: size });
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={words}
      title={words}
      onClick={() => store.enlarge(next)}
      data-testid="text-size"
      data-size={size}
    >
      <ALargeSmall size={24} aria-hidden="true" />
    </button>
  );
}

/** Where we are, what waits, who is signed in. The same on every screen. `own`: what the person may do for himself. */
export function TopBar({ own }: { readonly own?: ReactNode } = {}) {
  const text = useText();
  const { store } = useStation();
  const station = useLoket((state) => state.station);
  const theme = useLoket((state) => state.theme);
  const keyboard = useLoket((state) => state.keyboard);
  const place = [station?.organisation?.branch, station?.desk]
    .filter((part) => typeof part === 'string' && part !== '')
    .join(' · ');
  return (
    <header className="top-bar" data-testid="top-bar">
      <span className="brand">Loket</span>
      <span className="place">{place}</span>
      {station === null ? null : <Marks station={station} />}
      <span className="grow" />
      {station === null || station.person === null ? null : <Queue station={station} />}
      <Languages />
      <TextSizeButton />
      <button
        type="button"
        className="icon-button"
        aria-pressed={theme === 'contrast'}
        aria-label={text('frame.contrast')}
        title={text('frame.contrast')}
        onClick={() => store.dress(theme === 'contrast' ? 'light' : 'contrast')}
        data-testid="contrast"
      >
        <Contrast size={22} aria-hidden="true" />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-pressed={keyboard}
        aria-label={text('keyboard.title')}
        title={text('keyboard.title')}
        onClick={() => store.showKeyboard(!keyboard)}
        data-testid="keyboard-toggle"
      >
        <Keyboard size={22} aria-hidden="true" />
      </button>
      {station === null || station.person === null ? null : (
        <>
          <span className="person" data-testid="person">
            {station.person.fullName} <span className="muted">({text(`role.${station.person.role}`)})</span>
          </span>
          {own}
          <Button
            kind="quiet"
            icon={<LogOut size={20} aria-hidden="true" />}
            onPress={() => void store.signOut()}
            label={text('frame.signOut')}
            testId="sign-out"
          >
            <span className="sign-out-word">{text('frame.signOut')}</span>
          </Button>
        </>
      )}
    </header>
  );
}

/** The rooms this person may enter; hidden while a customer is being served. */
export function Tabs() {
  const text = useText();
  const { store } = useStation();
  const station = useLoket((state) => state.station);
  const screen = useLoket((state) => state.screen);
  const screens: Screen[] = [
    ...(mayServe(station) ? (['counter'] as const) : []),
    ...(mayReview(station) ? (['review'] as const) : []),
    'customers',
    ...(maySeeFigures(station) ? (['dashboard'] as const) : []),
    'operations',
    ...(mayAdminister(station) ? (['admin'] as const) : []),
  ];
  return (
    <nav className="tabs" aria-label={text('tabs.label')}>
      {screens.map((each) => (
        <button
          key={each}
          type="button"
          className="tab"
          aria-current={screen === each ? 'page' : undefined}
          onClick={() => store.go(each)}
          data-testid={`nav-${each}`}
        >
          {text(`tabs.${each}`)}
        </button>
      ))}
    </nav>
  );
}
