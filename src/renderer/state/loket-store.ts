/**
 * The station's state: what the desk last said, and where the person is looking. Only one call runs at a time, so that
 * a double tap cannot send anything twice. Pictures live in the components, never here, and go when those do.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { OnboardingView, OutboxView, StationState } from '../../contract/desk/answers.ts';
import type { DeskAnswer, DeskBridge, DeskCallName, DeskParams } from '../../contract/desk/calls.ts';
import type { DevicesView } from '../../contract/desk/devices.ts';
import { fail, type Failure, type Result } from '../../contract/result.ts';
import type { Connection, ConnectionState } from '../bridge/connection.ts';
import type { Language } from '../i18n/messages.ts';

export type Screen = 'counter' | 'review' | 'customers' | 'dashboard' | 'operations' | 'admin';
export type Theme = 'light' | 'contrast';
/** Of the text, in hundredths of the look's own. */
export const textSizes = [100, 125, 150] as const;
export type TextSize = (typeof textSizes)[number];

export interface LoketState {
  readonly connection: ConnectionState;
  readonly station: StationState | null;
  readonly screen: Screen;
  readonly language: Language;
  readonly theme: Theme;
  readonly textSize: TextSize;
  /** The keyboard on the screen, for desks without another. */
  readonly keyboard: boolean;
  readonly onboarding: OnboardingView | null;
  /** The counter asks for the purpose: a customer has sat down, no session is open yet. */
  readonly greeting: boolean;
  readonly outbox: OutboxView | null;
  /** Cameras by role, scanner folder and readers; null until first asked for. */
  readonly devices: DevicesView | null;
  /** The call that is running, if any. */
  readonly busy: DeskCallName | null;
  readonly failure: Failure | null;
  /** What the next screen opens by itself: a customer, or a case; `fromCase` leads back. */
  readonly wanted: Wanted | null;
}

export interface Wanted {
  readonly customer?: string;
  readonly fromCase?: string;
  readonly caseId?: string;
}

export interface LoketStore extends StoreApi<LoketState> {
  /** Asks the desk, tracks busy and failure; the answer is also returned. */
  run<N extends DeskCallName>(name: N, params: DeskParams<N>): Promise<Result<DeskAnswer<N>>>;
  /** As `run` for calls that answer the onboarding session, which then is shown. */
  onboard<N extends OnboardingCall>(name: N, params: DeskParams<N>): Promise<boolean>;
  signIn(email: string, password: string): Promise<void>;
  /** The second step of an account with a passkey; false when it was refused. */
  finishPasskey(answer: DeskParams<'auth.passkeyFinish'>): Promise<boolean>;
  signOut(): Promise<void>;
  setUp(params: DeskParams<'setup.create'>): Promise<void>;
  go(screen: Screen): void;
  /** Goes to a customer's page, or to a case of the review desk. */
  visit(wanted: Wanted): void;
  greet(open: boolean): void;
  /** Ends the customer's session and forgets everything of it. A finished one is kept by the desk, another is dropped. */
  wipe(): Promise<void>;
  speak(language: Language): void;
  dress(theme: Theme): void;
  enlarge(textSize: TextSize): void;
  showKeyboard(on: boolean): void;
  dismissFailure(): void;
  /** Fetches state and session again: at start and after a lost connection. */
  refresh(): Promise<void>;
  close(): void;
}

export type OnboardingCall =
  | 'onboarding.start'
  | 'onboarding.consent'
  | 'onboarding.submitCard'
  | 'onboarding.useScan'
  | 'onboarding.useFile'
  | 'onboarding.typeCard'
  | 'onboarding.confirmFields'
  | 'onboarding.submitSelfie'
  | 'onboarding.exception'
  | 'onboarding.retake'
  | 'counter.startKnown'
  | 'counter.takeOver';

interface StoreOptions {
  readonly bridge: DeskBridge;
  readonly connection: Connection;
  readonly language?: Language;
  readonly theme?: Theme;
  readonly textSize?: TextSize;
  readonly keyboard?: boolean;
  readonly remember?: (key: 'language' | 'theme' | 'keyboard' | 'textSize', value: string) => void;
}

const sessionOver = new Set(['unauthenticated', 'session_expired']);
const clean = { onboarding: null, greeting: false, failure: null, wanted: null } as const;

/** Whoever may open a customer session at the counter. */
export function mayServe(state: StationState | null): boolean {
  const role = state?.person?.role;
  return role === 'staff' || role === 'supervisor';
}

export function mayReview(state: StationState | null): boolean {
  const role = state?.person?.role;
  return role === 'supervisor' || role === 'compliance';
}

/** Whoever answers for a branch or looks over it. */
export function maySeeFigures(state: StationState | null): boolean {
  const role = state?.person?.role;
  return role !== undefined && role !== 'staff';
}

/** Whoever decides about people, policy and records of the bank. */
export function mayAdminister(state: StationState | null): boolean {
  const role = state?.person?.role;
  return role === 'admin' || role === 'compliance';
}

function firstScreen(state: StationState | null): Screen {
  if (mayServe(state)) return 'counter';
  return mayReview(state) ? 'review' : 'customers';
}

export function createLoketStore(options: StoreOptions): LoketStore {
  const { bridge, connection } = options;
  const store = createStore<LoketState>(() => ({
    connection: connection.current(),
    station: null,
    screen: 'counter',
    language: options.language ?? 'id',
    theme: options.theme ?? 'light',
    textSize: options.textSize ?? 100,
    keyboard: options.keyboard ?? false,
    onboarding: null,
    greeting: false,
    outbox: null,
    devices: null,
    busy: null,
    failure: null,
    wanted: null,
  }));
  const { getState, setState } = store;

  function accept(station: StationState): void {
    const before = getState().station?.person?.id;
    setState({ station });
    if (station.person === null) setState({ ...clean, outbox: null, devices: null, screen: 'counter' });
    else if (station.person.id !== before) setState({ screen: firstScreen(station) });
  }

  async function ask<N extends DeskCallName>(name: N, params: DeskParams<N>): Promise<Result<DeskAnswer<N>>> {
    try {
      return await bridge.call(name, params);
    } catch {
      return fail('internal', 'The desk did not answer.');
    }
  }

  async function run<N extends DeskCallName>(name: N, params: DeskParams<N>): Promise<Result<DeskAnswer<N>>> {
    if (getState().busy !== null) return fail('busy', 'Another request is still running.');
    setState({ busy: name, failure: null });
    const result = await ask(name, params);
    setState({ busy: null });
    if (!result.ok) {
      setState({ failure: result.error });
      const station = getState().station;
      if (sessionOver.has(result.error.code) && station !== null) accept({ ...station, person: null });
      if (sessionOver.has(result.error.code)) setState({ failure: result.error });
    }
    return result;
  }

  async function resume(): Promise<void> {
    if (!mayServe(getState().station)) return;
    const current = await ask('onboarding.current', {});
    if (current.ok) setState({ onboarding: current.value });
  }

  async function refresh(): Promise<void> {
    const answer = await ask('station.state', {});
    if (!answer.ok) return;
    accept(answer.value);
    await resume();
  }

  const stops = [
    connection.subscribe((state) => {
      setState({ connection: state });
      if (state === 'open') void refresh();
    }),
    bridge.on('station.changed', accept),
    bridge.on('onboarding.changed', (onboarding) => {
      if (mayServe(getState().station)) setState({ onboarding });
    }),
    bridge.on('outbox.changed', (outbox) => setState({ outbox })),
    bridge.on('devices.changed', (devices) => setState({ devices })),
  ];

  return Object.assign(store, {
    run,
    refresh,
    async onboard<N extends OnboardingCall>(name: N, params: DeskParams<N>): Promise<boolean> {
      const result = await run(name, params);
      if (result.ok) setState({ onboarding: result.value as OnboardingView, greeting: false });
      return result.ok;
    },
    async signIn(email: string, password: string) {
      const result = await run('auth.signIn', { email, password });
      if (!result.ok) return;
      accept(result.value.state);
      await resume();
    },
    async finishPasskey(answer: DeskParams<'auth.passkeyFinish'>) {
      const result = await run('auth.passkeyFinish', answer);
      if (!result.ok) return false;
      accept(result.value.state);
      await resume();
      return true;
    },
    async signOut() {
      await ask('auth.signOut', {});
      const station = getState().station;
      if (station !== null) accept({ ...station, person: null });
    },
    async setUp(params: DeskParams<'setup.create'>) {
      const result = await run('setup.create', params);
      if (result.ok) accept(result.value.state);
    },
    go: (screen: Screen) => setState({ screen, failure: null, greeting: false, wanted: null }),
    visit: (wanted: Wanted) =>
      setState({
        screen: wanted.caseId === undefined ? 'customers' : 'review',
        failure: null,
        greeting: false,
        wanted,
      }),
    greet: (open: boolean) => setState({ greeting: open, failure: null }),
    async wipe() {
      const open = getState().onboarding;
      setState({ ...clean, screen: firstScreen(getState().station) });
      if (open !== null) await ask(open.step === 'result' ? 'onboarding.finish' : 'onboarding.cancel', {});
    },
    speak(language: Language) {
      setState({ language });
      options.remember?.('language', language);
    },
    dress(theme: Theme) {
      setState({ theme });
      options.remember?.('theme', theme);
    },
    enlarge(textSize: TextSize) {
      setState({ textSize });
      options.remember?.('textSize', String(textSize));
    },
    showKeyboard(on: boolean) {
      setState({ keyboard: on });
      options.remember?.('keyboard', on ? 'on' : 'off');
    },
    dismissFailure: () => setState({ failure: null }),
    close() {
      for (const stop of stops) stop();
    },
  });
}
