/** The window on the second screen, turned to the customer: options and locks of the station's own window, a door of its own. */
import type { BrowserWindow, BrowserWindowConstructorOptions } from 'electron';
import { customerSessionId } from '../desk/desk-session.ts';
import type { DeskDoor } from '../desk/desk-door.ts';
import { connectDesk } from './desk-ipc.ts';
import { keepAlive, lockNavigation, lockZoom, windowOptions, type WindowMode } from './station-window.ts';

export interface CustomerWindowOptions {
  readonly mode: WindowMode;
  readonly origin: string;
  readonly door: (sessionId: string) => DeskDoor;
  readonly open: (options: BrowserWindowConstructorOptions) => BrowserWindow;
  /** Upper left corner of the second screen, px; null where there is only one, which then is turned instead. */
  readonly secondScreen: () => { readonly x: number; readonly y: number } | null;
}

export interface CustomerWindow {
  /** Null: no second screen. There is no address to hand on: the window opens by itself. */
  show(stationId: string): Promise<{ readonly address: null } | null>;
  close(): void;
}

export function createCustomerWindow(options: CustomerWindowOptions): CustomerWindow {
  let shown: BrowserWindow | null = null;
  const close = () => {
    if (shown !== null && !shown.isDestroyed()) shown.close();
    shown = null;
  };
  return {
    async show(stationId) {
      const corner = options.secondScreen();
      if (corner === null) return null;
      if (shown !== null && !shown.isDestroyed()) {
        shown.focus();
        return { address: null };
      }
      const window = options.open({ ...windowOptions(options.mode), ...corner });
      shown = window;
      const { webContents } = window;
      lockNavigation(webContents, options.origin, options.mode.production);
      lockZoom(webContents);
      keepAlive(window, close);
      // Its own door, heard before the station's: this window can never act as the staff.
      const disconnect = connectDesk(
        webContents.ipc,
        webContents,
        options.origin,
        options.door(customerSessionId(stationId)),
      );
      window.once('closed', disconnect);
      window.once('ready-to-show', () => window.show());
      await window.loadURL(`${options.origin}/#customer`);
      return { address: null };
    },
    close,
  };
}
