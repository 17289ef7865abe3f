/**
 * A faithful fake of the Electron surface the shell uses, for unit tests where Electron's binary cannot run. Shapes are
 * Electron's own types; behaviour is what its documentation promises: handlers replace one another, listeners add up.
 */
import { EventEmitter } from 'node:events';
import type { BrowserWindow, IpcMain, IpcMainInvokeEvent, Session, WebContents } from 'electron';

type InvokeHandler = (event: IpcMainInvokeEvent, ...args: unknown[]) => unknown;

export class FakeIpcMain {
  readonly handlers = new Map<string, InvokeHandler>();

  handle(channel: string, listener: InvokeHandler): void {
    if (this.handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    this.handlers.set(channel, listener);
  }

  removeHandler(channel: string): void {
    this.handlers.delete(channel);
  }

  invoke(channel: string, event: Partial<IpcMainInvokeEvent>, ...args: unknown[]): unknown {
    const handler = this.handlers.get(channel);
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
    return handler(event as IpcMainInvokeEvent, ...args);
  }

  asElectron(): IpcMain {
    return this as unknown as IpcMain;
  }
}

export class FakeSession extends EventEmitter {
  permissionRequest: Parameters<Session['setPermissionRequestHandler']>[0] = null;
  permissionCheck: Parameters<Session['setPermissionCheckHandler']>[0] = null;
  devicePermission: Parameters<Session['setDevicePermissionHandler']>[0] = null;

  setPermissionRequestHandler(handler: Parameters<Session['setPermissionRequestHandler']>[0]): void {
    this.permissionRequest = handler;
  }

  setPermissionCheckHandler(handler: Parameters<Session['setPermissionCheckHandler']>[0]): void {
    this.permissionCheck = handler;
  }

  setDevicePermissionHandler(handler: Parameters<Session['setDevicePermissionHandler']>[0]): void {
    this.devicePermission = handler;
  }
}

export class FakeWebContents extends EventEmitter {
  readonly session = new FakeSession();
  readonly sent: unknown[][] = [];
  windowOpen: Parameters<WebContents['setWindowOpenHandler']>[0] | null = null;
  reloads = 0;
  destroyed = false;
  readonly id: number;

  constructor(id = 1) {
    super();
    this.id = id;
  }

  setWindowOpenHandler(handler: Parameters<WebContents['setWindowOpenHandler']>[0]): void {
    this.windowOpen = handler;
  }

  send(...args: unknown[]): void {
    this.sent.push(args);
  }

  zoomFactor = 1;
  zoomLimits: readonly [number, number] | null = null;
  crashes = 0;

  setZoomFactor(factor: number): void {
    this.zoomFactor = factor;
  }

  async setVisualZoomLevelLimits(least: number, most: number): Promise<void> {
    this.zoomLimits = [least, most];
  }

  /** Electron ends the renderer and reports it gone. */
  forcefullyCrashRenderer(): void {
    this.crashes += 1;
    this.emit('render-process-gone', {}, { reason: 'killed', exitCode: 9 });
  }

  reload(): void {
    this.reloads += 1;
  }

  isDestroyed(): boolean {
    return this.destroyed;
  }

  asElectron(): WebContents {
    return this as unknown as WebContents;
  }
}

export class FakeWindow {
  readonly webContents = new FakeWebContents();

  isDestroyed(): boolean {
    return this.webContents.destroyed;
  }

  asElectron(): BrowserWindow {
    return this as unknown as BrowserWindow;
  }
}
