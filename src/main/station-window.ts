import type { BrowserWindow, BrowserWindowConstructorOptions, WebContents } from 'electron';
import { isForbiddenShortcut } from '../core/kiosk/forbidden-shortcut.ts';
import { originOf } from './trusted-sender.ts';

export interface WindowMode {
  readonly production: boolean;
  readonly kiosk: boolean;
  readonly preload: string;
}

/** The one window. Each option is an item of Electron's security checklist (2, 3, 4, 6, 8, 9, 10) or of kiosk duty. */
export function windowOptions(mode: WindowMode): BrowserWindowConstructorOptions {
  return {
    title: 'Loket',
    width: 1366,
    height: 768,
    minWidth: 1024,
    minHeight: 720,
    show: false,
    kiosk: mode.kiosk,
    autoHideMenuBar: true,
    backgroundColor: '#FBFAF7',
    webPreferences: {
      preload: mode.preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      // A page script cannot hold the counter with alert() boxes.
      disableDialogs: true,
      devTools: !mode.production,
      backgroundThrottling: false,
    },
  };
}

/** The station never leaves its origin, opens no window, embeds no webview and downloads nothing (11–15). */
export function lockNavigation(contents: WebContents, origin: string, production: boolean): void {
  const stay = (event: { preventDefault(): void }, url: string): void => {
    if (originOf(url) !== origin) event.preventDefault();
  };
  contents.on('will-navigate', (event) => stay(event, event.url));
  contents.on('will-frame-navigate', (event) => {
    // The receipt preview is a blob of our own origin.
    if (!event.isMainFrame && event.url.startsWith(`blob:${origin}/`)) return;
    stay(event, event.url);
  });
  contents.on('will-redirect', (event) => stay(event, event.url));
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.session.on('will-download', (event) => event.preventDefault());
  if (production)
    contents.on('before-input-event', (event, input) => {
      if (isForbiddenShortcut(input)) event.preventDefault();
    });
}

/** Pages in a row that may die within a minute before the station gives up: a page that dies at once would flicker. */
const patience = 5;

/**
 * A crashed or hung page is loaded anew; the session lives in the desk, so nothing is lost. A hung page cannot hear a
 * reload, so it is ended first. After `patience` deaths within a minute `givenUp` is called instead.
 */
export function keepAlive(
  window: Pick<BrowserWindow, 'webContents' | 'isDestroyed'>,
  givenUp: () => void = () => undefined,
  now: () => number = () => performance.now(),
): void {
  let deaths: number[] = [];
  window.webContents.on('unresponsive', () => {
    if (!window.isDestroyed()) window.webContents.forcefullyCrashRenderer();
  });
  window.webContents.on('render-process-gone', (_event, details) => {
    if (window.isDestroyed() || details.reason === 'clean-exit') return;
    deaths = [...deaths.filter((at) => now() - at < 60_000), now()];
    if (deaths.length > patience) givenUp();
    else window.webContents.reload();
  });
}

/** Pinch and Ctrl+wheel would hide half of the consent text; the size is the station's own setting. */
export function lockZoom(contents: Pick<WebContents, 'on' | 'setZoomFactor' | 'setVisualZoomLevelLimits'>): void {
  contents.on('did-finish-load', () => void contents.setVisualZoomLevelLimits(1, 1).catch(() => undefined));
  contents.on('zoom-changed', () => contents.setZoomFactor(1));
}
