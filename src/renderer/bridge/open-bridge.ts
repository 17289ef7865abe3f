import type { DeskBridge } from '../../contract/desk/calls.ts';
import { alwaysOpen, type Connection } from './connection.ts';
import { openBrowserBridge } from './websocket-bridge.ts';

declare global {
  interface Window {
    /** Put there by Electron's preload; absent in the browser shell. */
    readonly loket?: DeskBridge;
  }
}

export interface OpenedBridge {
  readonly bridge: DeskBridge;
  readonly connection: Connection;
}

/** The same for the screen that faces the customer: a window of its own in Electron, a page paired by its own link else. */
export function openCustomerBridge(page: Window): OpenedBridge {
  if (page.loket !== undefined) return { bridge: page.loket, connection: alwaysOpen };
  const bridge = openBrowserBridge(page, 'customer');
  return { bridge, connection: bridge.connection };
}

/** Electron's bridge where the preload put one, else the browser shell's. */
export function openBridge(page: Window): OpenedBridge {
  if (page.loket !== undefined) return { bridge: page.loket, connection: alwaysOpen };
  const bridge = openBrowserBridge(page);
  return { bridge, connection: bridge.connection };
}
