/**
 * Stands in for the module `electron` when the built main process is booted on Node (no Electron binary needed). Types
 * and promises are those of electron.d.ts, as far as src/main uses them. It proves that what was built can be loaded,
 * finds its files and answers calls; it proves nothing about Chromium.
 */
import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';

const say = (kind, value) => process.stdout.write(`${JSON.stringify({ kind, value })}\n`);

export const app = Object.assign(new EventEmitter(), {
  isPackaged: process.env.FAKE_PACKAGED === '1',
  enableSandbox: () => say('sandbox', true),
  requestSingleInstanceLock: () => true,
  whenReady: async () => undefined,
  getPath: () => process.env.HOME ?? '/',
  quit: () => {
    const event = { prevented: false, preventDefault: () => (event.prevented = true) };
    app.emit('before-quit', event);
    if (!event.prevented) process.exit(0);
  },
  exit: (code) => process.exit(code),
});

const handlers = new Map();
export const ipcMain = {
  handle: (channel, listener) => handlers.set(channel, listener),
  removeHandler: (channel) => handlers.delete(channel),
};

class Session extends EventEmitter {
  setPermissionRequestHandler() {}
  setPermissionCheckHandler() {}
  setDevicePermissionHandler() {}
}
export const session = { defaultSession: new Session() };

const schemes = new Map();
export const protocol = {
  registerSchemesAsPrivileged: (list) =>
    say(
      'schemes',
      list.map((one) => one.scheme),
    ),
  handle: (scheme, handler) => schemes.set(scheme, handler),
};

class WebContents extends EventEmitter {
  id = 1;
  session = session.defaultSession;
  setWindowOpenHandler() {}
  send() {}
  reload() {}
  forcefullyCrashRenderer() {}
  setZoomFactor() {}
  async setVisualZoomLevelLimits() {}
  isDestroyed() {
    return false;
  }
}

export class BrowserWindow extends EventEmitter {
  webContents = new WebContents();
  constructor(options) {
    super();
    say('window', options.webPreferences);
  }
  isDestroyed() {
    return false;
  }
  /** The vision process needs a moment; asked until it is there or the caller's patience ends. */
  async #visionSettled(call) {
    for (;;) {
      const state = await call('station.state', {});
      if (state.value.vision !== 'starting') return state;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  isMinimized() {
    return false;
  }
  restore() {}
  focus() {}
  show() {}
  /** Loads the page as Chromium would ask for it, then asks the desk what the page asks first. */
  async loadURL(url) {
    const page = await schemes.get(new URL(url).protocol.slice(0, -1))({ method: 'GET', url });
    say('page', {
      status: page.status,
      policy: page.headers.get('content-security-policy'),
      bytes: (await page.text()).length,
    });
    const frame = { url, parent: null };
    const call = (name, params) =>
      handlers.get('loket:call')({ sender: this.webContents, senderFrame: frame }, name, params);
    for (const [name, params] of JSON.parse(process.env.FAKE_CALLS ?? '[]')) say(name, await call(name, params));
    say('settled', await this.#visionSettled(call));
    setImmediate(() => app.quit());
  }
}

export const dialog = {
  showErrorBox: (title, text) => say('error', text),
};
export const Menu = { setApplicationMenu: () => undefined };
/** One screen: there is no second window to open. */
export const screen = {
  getPrimaryDisplay: () => ({ id: 1, bounds: { x: 0, y: 0 } }),
  getAllDisplays: () => [{ id: 1, bounds: { x: 0, y: 0 } }],
};

export const safeStorage = {
  isEncryptionAvailable: () => false,
  encryptString: () => {
    throw new Error('no keystore');
  },
  decryptString: () => {
    throw new Error('no keystore');
  },
  getSelectedStorageBackend: () => 'basic_text',
};
export const utilityProcess = {
  fork: (entry, words) => {
    say('utility', entry.split(/[\\/]/).slice(-4).join('/'));
    const child = fork(entry, words, { stdio: 'inherit', serialization: 'advanced' });
    return Object.assign(child, { postMessage: (message) => child.send(message) });
  },
};
