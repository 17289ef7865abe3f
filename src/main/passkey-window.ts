/**
 * Passkeys in Electron. WebAuthn refuses `app://`, so the ceremony alone runs in a small window of its own, on the
 * page that the embedded server keeps at `http://localhost:N` (the very origin passkeys are registered for). The page
 * gets the options and gives back the credential, nothing else: it has no way to the desk. Each message is accepted
 * from one window's top frame only (checklist 17).
 */
import type { BrowserWindow, BrowserWindowConstructorOptions, IpcMain, IpcMainInvokeEvent } from 'electron';
import { Check } from 'typebox/value';
import { PasskeyRequestSchema, type PasskeyRequest } from '../contract/desk/passkeys.ts';
import { lockNavigation, lockZoom, windowOptions } from './station-window.ts';
import { isTrustedSender } from './trusted-sender.ts';

const ceremonyChannel = 'loket:passkey';
const ceremonyBeginChannel = 'loket:passkey-begin';
const ceremonyDoneChannel = 'loket:passkey-done';
/** A ceremony's challenge lives five minutes; a window that outlives it would only confuse. */
const ceremonyMs = 5 * 60_000;

export interface PasskeyWindowOptions {
  readonly ipcMain: Pick<IpcMain, 'handle' | 'removeHandler'>;
  readonly parent: BrowserWindow;
  readonly stationOrigin: string;
  /** `http://localhost:N`: where the page is served and passkeys count. */
  readonly address: () => string;
  readonly preload: string;
  readonly production: boolean;
  readonly open: (options: BrowserWindowConstructorOptions) => BrowserWindow;
}

/** Answers the station's page with the credential, or null where the person cancelled or let the time run out. */
export function connectPasskeys(options: PasskeyWindowOptions): () => void {
  const { ipcMain, parent } = options;
  let running: BrowserWindow | null = null;
  ipcMain.handle(ceremonyChannel, async (event: IpcMainInvokeEvent, request: unknown) => {
    if (!isTrustedSender(event, { webContentsId: parent.webContents.id, origin: options.stationOrigin })) return null;
    if (!Check(PasskeyRequestSchema, request) || running !== null) return null;
    const window = options.open(passkeyWindowOptions(options));
    running = window;
    try {
      return await runCeremony(options, window, request);
    } finally {
      running = null;
      if (!window.isDestroyed()) window.destroy();
    }
  });
  return () => {
    ipcMain.removeHandler(ceremonyChannel);
    if (running !== null && !running.isDestroyed()) running.destroy();
  };
}

function passkeyWindowOptions({ parent, preload, production }: PasskeyWindowOptions): BrowserWindowConstructorOptions {
  const { webPreferences, backgroundColor } = windowOptions({ production, kiosk: false, preload });
  return {
    title: 'Loket',
    parent,
    modal: true,
    width: 560,
    height: 420,
    resizable: false,
    minimizable: false,
    maximizable: false,
    fullscreenable: false,
    autoHideMenuBar: true,
    ...(backgroundColor === undefined ? {} : { backgroundColor }),
    ...(webPreferences === undefined ? {} : { webPreferences }),
  };
}

function runCeremony(
  { ipcMain, address, production }: PasskeyWindowOptions,
  window: BrowserWindow,
  request: PasskeyRequest,
): Promise<unknown> {
  const origin = address();
  lockNavigation(window.webContents, origin, production);
  lockZoom(window.webContents);
  const trusted = { webContentsId: window.webContents.id, origin };
  return new Promise((resolve) => {
    const timer = setTimeout(() => settle(null), ceremonyMs);
    const settle = (answer: unknown): void => {
      clearTimeout(timer);
      ipcMain.removeHandler(ceremonyBeginChannel);
      ipcMain.removeHandler(ceremonyDoneChannel);
      resolve(answer);
    };
    ipcMain.handle(ceremonyBeginChannel, (event: IpcMainInvokeEvent) =>
      isTrustedSender(event, trusted) ? request : null,
    );
    ipcMain.handle(ceremonyDoneChannel, (event: IpcMainInvokeEvent, credential: unknown) => {
      if (!isTrustedSender(event, trusted)) return;
      settle(typeof credential === 'object' ? credential : null);
    });
    window.once('closed', () => settle(null));
    window.webContents.once('render-process-gone', () => settle(null));
    window.loadURL(`${origin}/passkey.html`).catch(() => settle(null));
  });
}
