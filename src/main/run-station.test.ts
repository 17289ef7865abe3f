import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Settings } from 'electron';
import { describe, expect, it } from 'vitest';
import { fail, ok } from '../contract/result.ts';
import type { Station, StationOptions } from '../shell/compose-station.ts';
import { prepareElectron, runStation, type ElectronSurface } from './run-station.ts';
import { FakeIpcMain, FakeSession, FakeWebContents } from './testing/fake-electron.ts';

function fakeElectron(locked = true) {
  const log: string[] = [];
  const app = Object.assign(new EventEmitter(), {
    isPackaged: false,
    enableSandbox: () => log.push('sandbox'),
    requestSingleInstanceLock: () => locked,
    whenReady: async () => void log.push('ready'),
    quit: () => log.push('quit'),
    exit: (code: number) => log.push(`exit ${code}`),
    getLoginItemSettings: () => ({ openAtLogin: false }),
    setLoginItemSettings: ({ path, openAtLogin }: Settings) => log.push(`login ${path} ${openAtLogin}`),
  });
  const ipcMain = new FakeIpcMain();
  const session = new FakeSession();
  const windows: { options: Record<string, unknown>; webContents: FakeWebContents; url: string }[] = [];
  class Window extends EventEmitter {
    readonly webContents = new FakeWebContents(3);
    readonly record: (typeof windows)[number];
    constructor(options: Record<string, unknown>) {
      super();
      this.record = { options, webContents: this.webContents, url: '' };
      windows.push(this.record);
    }
    isDestroyed = (): boolean => false;
    isMinimized = (): boolean => false;
    restore = (): void => {};
    focus = (): void => void log.push('focus');
    show = (): void => void log.push('show');
    loadURL = async (url: string): Promise<void> => {
      this.record.url = url;
    };
  }
  const electron = {
    app,
    BrowserWindow: Window,
    dialog: { showErrorBox: (_title: string, text: string) => log.push(`box ${text}`) },
    ipcMain,
    Menu: { setApplicationMenu: (menu: unknown) => log.push(`menu ${String(menu)}`) },
    protocol: {
      registerSchemesAsPrivileged: () => log.push('schemes'),
      handle: (scheme: string) => log.push(`handle ${scheme}`),
    },
    safeStorage: {
      isEncryptionAvailable: () => true,
      encryptString: () => Buffer.alloc(1),
      decryptString: () => '',
      getSelectedStorageBackend: () => 'gnome_libsecret',
    },
    session: { defaultSession: session },
    utilityProcess: { fork: fakeUtility },
  };
  return { electron: electron as unknown as ElectronSurface, app, log, ipcMain, session, windows };
}

/** A utility process that never gets ready and leaves when told. */
function fakeUtility() {
  const child = new EventEmitter();
  return Object.assign(child, {
    pid: undefined,
    postMessage: (message: { kind: string }) => void (message.kind === 'close' && child.emit('exit', 0)),
    kill: () => child.emit('exit', 0),
  });
}

function fakeStation(log: string[], listen = ok('http://localhost:1')): Station {
  return {
    door: () => ({ call: async () => ok('answer'), on: () => () => {} }),
    listen: async () => listen,
    close: async () => void log.push('closed'),
    installation: { isSetUp: async () => true },
  } as unknown as Station;
}

const environment = {
  words: ['--port', '0'],
  environment: { LOKET_DATA: '/nowhere' },
  outMain: '/app/out/main',
  managedSettings: '/nowhere/managed.json',
};

/** A packaged program of one file, with its list. */
function writeIntactPackage(resources: string): void {
  mkdirSync(resources);
  writeFileSync(join(resources, 'app.asar'), 'archive');
  const files = { 'app.asar': createHash('sha256').update('archive').digest('hex') };
  const statement = JSON.stringify({ schema: 'loket.integrity/1', version: '1.2.3', files });
  writeFileSync(join(resources, 'integrity.json'), JSON.stringify({ statement, signature: null, publicKey: null }));
}

describe('Electron shell', () => {
  it('sandboxes every renderer and registers the scheme before it is ready', () => {
    const { electron, log } = fakeElectron();
    expect(prepareElectron(electron)).toBe(true);
    expect(log).toEqual(['sandbox', 'schemes']);
  });

  it('leaves a second start to the first', () => {
    expect(prepareElectron(fakeElectron(false).electron)).toBe(false);
  });

  it('locks, composes, opens one window at our own origin and answers its calls', async () => {
    const { electron, log, windows, session, ipcMain } = fakeElectron();
    const asked: StationOptions[] = [];
    const compose = async (options: StationOptions) => {
      asked.push(options);
      return ok(fakeStation(log));
    };
    const opened = await runStation(electron, { ...environment, compose });
    await asked[0]?.vision?.close();
    expect(opened.ok).toBe(true);
    expect(session.permissionRequest).not.toBeNull();
    expect(log).toContain('handle app');
    expect(log).toContain('menu null');
    expect(asked[0]).toMatchObject({ dataDirectory: '/nowhere', production: false, simulation: { mode: 'none' } });
    expect(asked[0]?.keyProvider?.kind).toBe('safe-storage');
    expect(windows).toHaveLength(1);
    expect(windows[0]?.url).toBe('app://loket/');
    expect(windows[0]?.options).toMatchObject({
      kiosk: true,
      webPreferences: { preload: '/app/out/preload/preload.cjs', sandbox: true },
    });
    const sender = { sender: { id: 3 } as never, senderFrame: { url: 'app://loket/', parent: null } as never };
    expect(await ipcMain.invoke('loket:call', sender, 'station.state', {})).toEqual(ok('answer'));
  });

  it('starts at sign-in as the managed settings say, once it is packaged and whole', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'loket-managed-'));
    const resources = join(folder, 'resources');
    const managedSettings = join(folder, 'managed.json');
    writeFileSync(managedSettings, JSON.stringify({ autoStart: true }));
    const loginItems = async (packaged: boolean) => {
      const { electron, app, log } = fakeElectron();
      app.isPackaged = packaged;
      const run = {
        ...environment,
        managedSettings,
        resources,
        platform: 'win32' as const,
        executable: 'C:\\Loket.exe',
      };
      await runStation(electron, {
        ...run,
        compose: async (options) => {
          await options.vision?.close();
          return ok(fakeStation(log));
        },
      });
      return log.filter((line) => line.startsWith('login'));
    };
    expect(await loginItems(false)).toEqual([]);
    expect(await loginItems(true)).toEqual([]);
    writeIntactPackage(resources);
    expect(await loginItems(true)).toEqual(['login C:\\Loket.exe true']);
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows one page and nothing else once head office wiped the desk', async () => {
    const { electron, log, windows, ipcMain } = fakeElectron();
    const opened = await runStation(electron, {
      ...environment,
      compose: () => Promise.resolve(fail('desk_wiped', 'wiped')),
    });
    expect(opened).toMatchObject({ ok: false, error: { code: 'desk_wiped' } });
    expect(windows.map(({ url }) => url)).toEqual(['app://loket/wiped.html']);
    expect(ipcMain.handlers.size).toBe(0);
    expect(log.filter((line) => line.startsWith('box'))).toEqual([]);
  });

  it('closes the station before the process ends', async () => {
    const { electron, log, app } = fakeElectron();
    let vision: StationOptions['vision'];
    await runStation(electron, {
      ...environment,
      compose: async (options) => {
        vision = options.vision;
        return ok(fakeStation(log));
      },
    });
    await vision?.close();
    let prevented = false;
    app.emit('before-quit', { preventDefault: () => (prevented = true) });
    expect(prevented).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
    expect(log.slice(-2)).toEqual(['closed', 'quit']);
  });

  it.each([
    [
      'the installation cannot be opened',
      async () => fail('wrong_key', 'The key does not fit.'),
      'box The key does not fit.',
    ],
    ['the port is taken', async () => ok(fakeStation([], fail('unavailable', 'port taken'))), 'box port taken'],
  ])('says so in words when %s', async (_what, composed, words) => {
    const { electron, log, windows } = fakeElectron();
    let vision: StationOptions['vision'];
    const answer = await runStation(electron, {
      ...environment,
      compose: async (options) => {
        vision = options.vision;
        return composed();
      },
    });
    await vision?.close();
    expect(answer.ok).toBe(false);
    expect(log).toContain(words);
    expect(log).toContain('exit 1');
    expect(windows).toHaveLength(0);
  });
});
