/**
 * The page of the passkey window (Electron): runs one ceremony under `http://localhost:N` and hands the answer back. It
 * has no way to the desk, and opened anywhere else it says so and does nothing.
 */
import '@fontsource-variable/plus-jakarta-sans/wght.css';
import '../styles/tokens.css';
import '../styles/base.css';
import '../styles/controls.css';
import '../styles/passkey.css';
import type { PasskeyRequest } from '../../contract/desk/passkeys.ts';
import { en } from '../i18n/en.ts';
import { id } from '../i18n/id.ts';
import { runCeremony } from './run-ceremony.ts';

declare global {
  interface Window {
    /** Put there by the window's preload. */
    readonly loketPasskey?: { begin(): Promise<PasskeyRequest | null>; done(credential: object | null): Promise<void> };
  }
}

function part<T extends HTMLElement>(name: string, kind: new () => T): T {
  const found = document.getElementById(name);
  if (!(found instanceof kind)) throw new Error(`the page has no ${name}`);
  return found;
}

const title = part('title', HTMLHeadingElement);
const state = part('state', HTMLParagraphElement);
const cancel = part('cancel', HTMLButtonElement);
const again = part('again', HTMLButtonElement);

async function attempt(request: PasskeyRequest, words: typeof id | typeof en): Promise<void> {
  again.hidden = true;
  state.textContent = words['passkey.window'];
  const credential = await runCeremony(request.kind, request.options);
  if (credential !== null) return window.loketPasskey?.done(credential);
  state.textContent = words['passkey.stopped'];
  again.hidden = false;
  again.focus();
}

async function main(): Promise<void> {
  const request = await window.loketPasskey?.begin();
  if (request === undefined || request === null) {
    state.textContent = id['passkey.elsewhere'];
    cancel.hidden = true;
    return;
  }
  const words = request.language === 'en' ? en : id;
  document.documentElement.lang = request.language;
  title.textContent = words['passkey.windowTitle'];
  cancel.textContent = words['action.cancel'];
  again.textContent = words['passkey.again'];
  cancel.addEventListener('click', () => void window.loketPasskey?.done(null));
  again.addEventListener('click', () => void attempt(request, words));
  await attempt(request, words);
}

void main();
