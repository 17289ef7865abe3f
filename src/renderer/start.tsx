import '@fontsource-variable/plus-jakarta-sans/wght.css';
import '@fontsource/ibm-plex-mono/latin-400.css';
import '@fontsource/ibm-plex-mono/latin-600.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/kit.css';
import './styles/signature.css';
import './styles/keyboard.css';
import './styles/customer.css';
import './styles/frame.css';
import './styles/step-frame.css';
import './styles/stage.css';
import './styles/fields.css';
import './styles/result.css';
import './styles/rooms.css';
import './styles/small.css';
import './styles/operations.css';
import './styles/review.css';
import './styles/dashboard.css';
import './styles/text-size.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import type { OpenedBridge } from './bridge/open-bridge.ts';
import { CustomerPage } from './features/customer-screen/customer-page.tsx';
import type { PageClipboard } from './page-clipboard.ts';
import { createScreenLight } from './flash/screen-light.ts';
import { createLoketStore, textSizes, type LoketStore, type TextSize, type Theme } from './state/loket-store.ts';

/** Preferences of this machine, not of a person. */
function recall(key: string): string | null {
  try {
    return localStorage.getItem(`loket.${key}`);
  } catch {
    return null;
  }
}

function recallTextSize(): TextSize {
  return textSizes.find((size) => String(size) === recall('textSize')) ?? 100;
}

/** The page of the second screen, turned to the customer: nothing of the station is in it. */
export function startCustomerScreen({ bridge, connection }: OpenedBridge, place: HTMLElement): void {
  document.documentElement.dataset.theme = recall('theme') === 'contrast' ? 'contrast' : 'light';
  document.documentElement.dataset.textSize = String(recallTextSize());
  createRoot(place).render(<CustomerPage bridge={bridge} connection={connection} />);
}

/** Puts the station into the page and asks the desk how things stand. */
export function startStation(
  { bridge, connection }: OpenedBridge,
  place: HTMLElement,
  clipboard?: PageClipboard,
): LoketStore {
  const theme: Theme = recall('theme') === 'contrast' ? 'contrast' : 'light';
  const store = createLoketStore({
    bridge,
    connection,
    language: recall('language') === 'en' ? 'en' : 'id',
    theme,
    textSize: recallTextSize(),
    keyboard: recall('keyboard') === 'on',
    remember: (key, value) => {
      try {
        localStorage.setItem(`loket.${key}`, value);
      } catch {
        // Without storage the choice lasts as long as the page.
      }
    },
  });
  // What was copied belongs to the customer, or to whoever was signed in.
  store.subscribe((now, before) => {
    const left = before.onboarding !== null && now.onboarding === null;
    if (left || now.screen !== before.screen || now.station?.person?.id !== before.station?.person?.id)
      clipboard?.clear();
  });
  createRoot(place).render(<App station={{ store, bridge, light: createScreenLight() }} />);
  void store.refresh();
  return store;
}
