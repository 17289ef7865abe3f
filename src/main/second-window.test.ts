/** The customer's window and the printer, under a fake of the parts of Electron they use. */
import { EventEmitter } from 'node:events';
import type { BrowserWindow, BrowserWindowConstructorOptions, WebContentsPrintOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { ok } from '../contract/result.ts';
import type { DeskDoor } from '../desk/desk-door.ts';
import { createCustomerWindow } from './customer-window.ts';
import { callChannel } from './desk-ipc.ts';
import { createPrinter } from './silent-print.ts';
import { stationOrigin } from './station-protocol.ts';
import { FakeIpcMain, FakeWebContents } from './testing/fake-electron.ts';

class FakeBrowserWindow extends EventEmitter {
  readonly webContents = Object.assign(new FakeWebContents(9), {
    ipc: new FakeIpcMain(),
    printed: [] as WebContentsPrintOptions[],
    print(options: WebContentsPrintOptions, done: (success: boolean) => void) {
      this.printed.push(options);
      done(FakeBrowserWindow.printerWorks);
    },
  });
  static printerWorks = true;
  readonly options: BrowserWindowConstructorOptions;
  url = '';
  focused = 0;
  constructor(options: BrowserWindowConstructorOptions) {
    super();
    this.options = options;
  }
  async loadURL(url: string) {
    this.url = url;
  }
  focus() {
    this.focused += 1;
  }
  show() {}
  close() {
    this.destroy();
  }
  destroy() {
    this.webContents.destroyed = true;
    this.emit('closed');
  }
  isDestroyed() {
    return this.webContents.destroyed;
  }
}

function bench(screens = 2) {
  const windows: FakeBrowserWindow[] = [];
  const doors: string[] = [];
  const open = (options: BrowserWindowConstructorOptions) => {
    const window = new FakeBrowserWindow(options);
    windows.push(window);
    return window as unknown as BrowserWindow;
  };
  const door = (id: string): DeskDoor => {
    doors.push(id);
    return { call: () => Promise.resolve(ok('done')), on: () => () => undefined };
  };
  const customer = createCustomerWindow({
    mode: { production: true, kiosk: true, preload: '/preload.cjs' },
    origin: stationOrigin,
    door,
    open,
    secondScreen: () => (screens > 1 ? { x: 1920, y: 0 } : null),
  });
  return { windows, doors, open, customer };
}

describe('the window of the customer', () => {
  it('stands on the second screen, as locked as the station, with a door that is not the staff’s', async () => {
    const { windows, doors, customer } = bench();
    expect(await customer.show('window-1')).toEqual({ address: null });
    const [window] = windows;
    expect(window?.options).toMatchObject({
      x: 1920,
      y: 0,
      kiosk: true,
      webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false, devTools: false },
    });
    expect(window?.url).toBe(`${stationOrigin}/#customer`);
    expect(doors).toEqual(['customer:window-1']);
    expect(window?.webContents.windowOpen?.({} as never)).toEqual({ action: 'deny' });
    const event = { sender: { id: 9 } as never, senderFrame: { url: 'app://loket/index.html', parent: null } as never };
    expect(await window?.webContents.ipc.invoke(callChannel, event, 'customer.view', {})).toEqual(ok('done'));
  });

  it('opens once; where there is one screen it does not cover the station', async () => {
    const two = bench();
    await two.customer.show('window-1');
    await two.customer.show('window-1');
    expect(two.windows.map(({ focused }) => focused)).toEqual([1]);
    const one = bench(1);
    expect(await one.customer.show('window-1')).toBeNull();
    expect(one.windows).toEqual([]);
  });

  it('closes with the station and hears no more', async () => {
    const { windows, customer } = bench();
    await customer.show('window-1');
    customer.close();
    expect(windows[0]?.webContents.ipc.handlers.size).toBe(0);
  });
});

describe('printing', () => {
  it('asks nothing, takes its options from nobody, and leaves no window behind', async () => {
    const { windows, open } = bench();
    FakeBrowserWindow.printerWorks = true;
    expect(await createPrinter(open)(new Uint8Array([37, 80, 68, 70]))).toEqual(ok({}));
    expect(windows[0]?.webContents.printed).toMatchObject([{ silent: true, copies: 1 }]);
    expect(windows[0]?.options).toMatchObject({
      show: false,
      webPreferences: { sandbox: true, nodeIntegration: false },
    });
    expect(windows[0]?.url).toBe('data:application/pdf;base64,JVBERg==');
    expect(windows[0]?.isDestroyed()).toBe(true);
  });

  it('says when the printer did not take it', async () => {
    const { windows, open } = bench();
    FakeBrowserWindow.printerWorks = false;
    expect(await createPrinter(open)(new Uint8Array([1]))).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    expect(windows[0]?.isDestroyed()).toBe(true);
  });
});
