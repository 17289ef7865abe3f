import { EventEmitter } from 'node:events';
import type { BrowserWindow, BrowserWindowConstructorOptions } from 'electron';
import { describe, expect, it, vi } from 'vitest';
import { connectPasskeys } from './passkey-window.ts';
import { FakeIpcMain, FakeWebContents } from './testing/fake-electron.ts';

const address = 'http://localhost:7310';

class ChildWindow extends EventEmitter {
  readonly webContents = new FakeWebContents(9);
  url = '';
  destroyed = false;
  isDestroyed = (): boolean => this.destroyed;
  destroy = (): void => void (this.destroyed = true);
  loadURL = async (url: string): Promise<void> => {
    this.url = url;
  };
}

function connected() {
  const ipcMain = new FakeIpcMain();
  const opened: { options: BrowserWindowConstructorOptions; window: ChildWindow }[] = [];
  const parent = { webContents: new FakeWebContents(3) } as unknown as BrowserWindow;
  const stop = connectPasskeys({
    ipcMain,
    parent,
    stationOrigin: 'app://loket',
    address: () => address,
    preload: '/app/out/preload/passkey.cjs',
    production: true,
    open: (options) => {
      const window = new ChildWindow();
      opened.push({ options, window });
      return window as unknown as BrowserWindow;
    },
  });
  return { ipcMain, opened, stop };
}

const from = (id: number, url: string) => ({ sender: { id } as never, senderFrame: { url, parent: null } as never });
const station = from(3, 'app://loket/');
const page = from(9, `${address}/passkey.html`);
const request = { kind: 'get', options: { challenge: 'AAAA' }, language: 'id' };

describe('passkeys in Electron', () => {
  it('runs the ceremony in a hardened window of the embedded server’s origin and hands the credential back', async () => {
    const { ipcMain, opened } = connected();
    const answer = ipcMain.invoke('loket:passkey', station, request) as Promise<unknown>;
    const [first] = opened;
    expect(first?.window.url).toBe(`${address}/passkey.html`);
    expect(first?.options).toMatchObject({
      modal: true,
      webPreferences: {
        preload: '/app/out/preload/passkey.cjs',
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        devTools: false,
      },
    });
    expect(ipcMain.invoke('loket:passkey-begin', page)).toEqual(request);
    ipcMain.invoke('loket:passkey-done', page, { id: 'credential' });
    expect(await answer).toEqual({ id: 'credential' });
    expect(first?.window.destroyed).toBe(true);
    expect([...ipcMain.handlers.keys()]).toEqual(['loket:passkey']);
  });

  it('locks the window to its page', async () => {
    const { ipcMain, opened } = connected();
    void ipcMain.invoke('loket:passkey', station, request);
    const contents = opened[0]?.window.webContents;
    const navigates = (url: string): boolean => {
      let stopped = false;
      contents?.emit('will-navigate', { url, preventDefault: () => (stopped = true) });
      return !stopped;
    };
    expect(navigates('https://example.test/')).toBe(false);
    expect(navigates('app://loket/')).toBe(false);
    expect(contents?.windowOpen?.({} as never)).toEqual({ action: 'deny' });
    opened[0]?.window.emit('closed');
  });

  it.each([
    ['another window', from(4, 'app://loket/')],
    ['another origin in the station’s window', from(3, 'https://example.test/')],
    ['a frame below', { sender: { id: 3 } as never, senderFrame: { url: 'app://loket/', parent: {} } as never }],
  ])('opens nothing for %s', async (_who, sender) => {
    const { ipcMain, opened } = connected();
    expect(await ipcMain.invoke('loket:passkey', sender, request)).toBeNull();
    expect(opened).toEqual([]);
  });

  it.each([null, {}, { ...request, kind: 'other' }, { ...request, more: 1 }, { ...request, options: 'x' }])(
    'opens nothing for %j',
    async (wrong) => {
      const { ipcMain, opened } = connected();
      expect(await ipcMain.invoke('loket:passkey', station, wrong)).toBeNull();
      expect(opened).toEqual([]);
    },
  );

  it('tells its options to no other page, and takes no credential from one', async () => {
    const { ipcMain, opened } = connected();
    const answer = ipcMain.invoke('loket:passkey', station, request) as Promise<unknown>;
    const strange = from(9, 'http://localhost:9999/passkey.html');
    expect(ipcMain.invoke('loket:passkey-begin', strange)).toBeNull();
    ipcMain.invoke('loket:passkey-done', strange, { id: 'forged' });
    ipcMain.invoke('loket:passkey-done', station, { id: 'forged' });
    opened[0]?.window.emit('closed');
    expect(await answer).toBeNull();
  });

  it('comes to nothing when the person closes the window, the page dies or the time runs out', async () => {
    vi.useFakeTimers();
    const { ipcMain, opened } = connected();
    const ask = () => ipcMain.invoke('loket:passkey', station, request) as Promise<unknown>;
    const closed = ask();
    opened[0]?.window.emit('closed');
    expect(await closed).toBeNull();
    const died = ask();
    opened[1]?.window.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    expect(await died).toBeNull();
    const late = ask();
    vi.advanceTimersByTime(5 * 60_000);
    expect(await late).toBeNull();
    vi.useRealTimers();
  });

  it('runs one ceremony at a time', async () => {
    const { ipcMain, opened } = connected();
    const first = ipcMain.invoke('loket:passkey', station, request) as Promise<unknown>;
    expect(await ipcMain.invoke('loket:passkey', station, request)).toBeNull();
    expect(opened).toHaveLength(1);
    opened[0]?.window.emit('closed');
    await first;
  });
});
