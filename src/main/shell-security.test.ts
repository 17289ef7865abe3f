import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DeskEventName } from '../contract/desk/calls.ts';
import { ok } from '../contract/result.ts';
import type { DeskDoor } from '../desk/desk-door.ts';
import { callChannel, connectDesk, eventChannel } from './desk-ipc.ts';
import { FakeIpcMain, FakeSession, FakeWebContents, FakeWindow } from './testing/fake-electron.ts';
import { isForbiddenShortcut } from '../core/kiosk/forbidden-shortcut.ts';
import { lockPermissions } from './permissions.ts';
import { contentSecurityPolicy, serveStation, stationFile, stationOrigin } from './station-protocol.ts';
import { keepAlive, lockNavigation, lockZoom, windowOptions } from './station-window.ts';

const production = { production: true, kiosk: true, preload: '/app/preload.cjs' };

describe('window options', () => {
  it('isolates, sandboxes and keeps Node out of the page', () => {
    const preferences = windowOptions(production).webPreferences;
    expect(preferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
    });
  });

  it('has developer tools only outside production', () => {
    expect(windowOptions(production).webPreferences?.devTools).toBe(false);
    expect(windowOptions({ ...production, production: false }).webPreferences?.devTools).toBe(true);
  });
});

describe('permissions', () => {
  const locked = (): FakeSession => {
    const session = new FakeSession();
    lockPermissions(session as never, stationOrigin);
    return session;
  };
  const ask = (permission: string, details: object): boolean => {
    let answer = true;
    locked().permissionRequest?.(null as never, permission as never, (granted) => (answer = granted), details as never);
    return answer;
  };

  it('grants the camera to the station alone', () => {
    expect(ask('media', { mediaTypes: ['video'], requestingUrl: 'app://loket/index.html' })).toBe(true);
    expect(ask('media', { mediaTypes: ['video'], requestingUrl: 'https://example.test/' })).toBe(false);
    expect(ask('media', { mediaTypes: ['video', 'audio'], requestingUrl: 'app://loket/' })).toBe(false);
    expect(ask('media', { mediaTypes: [], requestingUrl: 'app://loket/' })).toBe(false);
  });

  it.each(['geolocation', 'notifications', 'midi', 'clipboard-read', 'display-capture', 'fullscreen', 'openExternal'])(
    'refuses %s',
    (permission) => {
      expect(ask(permission, { requestingUrl: 'app://loket/' })).toBe(false);
    },
  );

  it('answers checks the same way and refuses every device', () => {
    const session = locked();
    expect(session.permissionCheck?.(null, 'media', 'app://loket/', { mediaType: 'video' } as never)).toBe(true);
    expect(session.permissionCheck?.(null, 'media', 'app://loket/', { mediaType: 'audio' } as never)).toBe(false);
    expect(session.permissionCheck?.(null, 'media', 'https://example.test', { mediaType: 'video' } as never)).toBe(
      false,
    );
    expect(session.devicePermission?.({} as never)).toBe(false);
  });
});

describe('navigation', () => {
  function locked(): FakeWebContents {
    const contents = new FakeWebContents();
    lockNavigation(contents.asElectron(), stationOrigin, true);
    return contents;
  }
  function stopped(contents: FakeWebContents, event: string, details: object): boolean {
    let prevented = false;
    contents.emit(event, { ...details, preventDefault: () => (prevented = true) });
    return prevented;
  }

  it.each(['will-navigate', 'will-redirect'])('%s: stays at the station', (event) => {
    expect(stopped(locked(), event, { url: 'https://example.test/', isMainFrame: true })).toBe(true);
    expect(stopped(locked(), event, { url: 'app://loket/index.html', isMainFrame: true })).toBe(false);
  });

  it('lets only our own PDF preview into a frame', () => {
    expect(stopped(locked(), 'will-frame-navigate', { url: 'blob:app://loket/1', isMainFrame: false })).toBe(false);
    expect(stopped(locked(), 'will-frame-navigate', { url: 'blob:https://example.test/1', isMainFrame: false })).toBe(
      true,
    );
    expect(stopped(locked(), 'will-frame-navigate', { url: 'file:///etc/passwd', isMainFrame: false })).toBe(true);
  });

  it('opens no window, embeds no webview, downloads nothing', () => {
    const contents = locked();
    expect(contents.windowOpen?.({} as never)).toEqual({ action: 'deny' });
    expect(stopped(contents, 'will-attach-webview', {})).toBe(true);
    let prevented = false;
    contents.session.emit('will-download', { preventDefault: () => (prevented = true) });
    expect(prevented).toBe(true);
  });

  it('blocks shortcuts that leave the counter and keeps typing', () => {
    const plain = { control: false, meta: false, shift: false, alt: false };
    expect(isForbiddenShortcut({ ...plain, key: 'F12' })).toBe(true);
    expect(isForbiddenShortcut({ ...plain, key: 'p', control: true })).toBe(true);
    expect(isForbiddenShortcut({ ...plain, key: 'F4', alt: true })).toBe(true);
    expect(isForbiddenShortcut({ ...plain, key: 'p' })).toBe(false);
    expect(isForbiddenShortcut({ ...plain, key: 'c', control: true })).toBe(false);
  });

  it('loads a crashed or hung page anew, and not a closed one', () => {
    const window = new FakeWindow();
    keepAlive(window.asElectron());
    window.webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 });
    expect(window.webContents.reloads).toBe(1);
    window.webContents.emit('unresponsive');
    expect(window.webContents.crashes).toBe(1);
    expect(window.webContents.reloads).toBe(2);
    window.webContents.emit('render-process-gone', {}, { reason: 'clean-exit', exitCode: 0 });
    window.webContents.destroyed = true;
    window.webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 });
    expect(window.webContents.reloads).toBe(2);
  });

  it('gives up on a page that dies again and again, and is patient anew after a quiet minute', () => {
    const window = new FakeWindow();
    let now = 0;
    let gaveUp = 0;
    keepAlive(
      window.asElectron(),
      () => (gaveUp += 1),
      () => now,
    );
    const die = (): void => void window.webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 });
    for (let death = 0; death < 5; death += 1) die();
    expect([window.webContents.reloads, gaveUp]).toEqual([5, 0]);
    die();
    expect([window.webContents.reloads, gaveUp]).toEqual([5, 1]);
    now = 61_000;
    die();
    expect([window.webContents.reloads, gaveUp]).toEqual([6, 1]);
  });

  it('keeps the size of the page', () => {
    const contents = new FakeWebContents();
    lockZoom(contents.asElectron());
    contents.emit('did-finish-load');
    expect(contents.zoomLimits).toEqual([1, 1]);
    contents.zoomFactor = 3;
    contents.emit('zoom-changed', {}, 'in');
    expect(contents.zoomFactor).toBe(1);
  });
});

describe('app:// protocol', () => {
  it.each([
    'app://loket/../package.json',
    'app://loket/%2e%2e/%2e%2e/etc/passwd.json',
    'app://loket/..%5c..%5csecret.json',
    'app://other/index.html',
    'https://loket/index.html',
    'app://loket/index.html%00.png',
    'app://loket/secret.key',
    'not a url',
  ])('refuses %s', (url) => {
    const file = stationFile(url, '/srv/renderer');
    expect(file === null || file.startsWith('/srv/renderer/')).toBe(true);
    if (!url.startsWith('app://loket/')) expect(file).toBeNull();
  });

  it('serves the page with a strict policy and nothing outside', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'loket-station-'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html>');
    let handler: ((request: Request) => Promise<Response> | Response) | null = null;
    serveStation({ handle: (_scheme: string, given: never) => (handler = given) } as never, folder);
    const get = async (url: string): Promise<Response> =>
      (handler as unknown as (request: unknown) => Promise<Response>)({ method: 'GET', url });
    const page = await get('app://loket/');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toBe(contentSecurityPolicy);
    expect(contentSecurityPolicy).not.toContain('unsafe-eval');
    expect(contentSecurityPolicy).toContain("script-src 'self'");
    expect((await get('app://loket/missing.js')).status).toBe(404);
  });
});

describe('desk over IPC', () => {
  function connected() {
    const ipc = new FakeIpcMain();
    const contents = new FakeWebContents(7);
    const calls: unknown[][] = [];
    const listeners = new Map<string, (payload: never) => void>();
    const desk: DeskDoor = {
      call: async (name, params) => {
        calls.push([name, params]);
        return ok('done');
      },
      on: (event: DeskEventName, listener) => {
        listeners.set(event, listener as never);
        return () => listeners.delete(event);
      },
    };
    const stop = connectDesk(ipc.asElectron(), contents.asElectron(), stationOrigin, desk);
    return { ipc, contents, calls, listeners, stop };
  }
  const sender = (url: string, id = 7, parent: unknown = null) => ({
    sender: { id } as never,
    senderFrame: { url, parent } as never,
  });

  it('answers the station', async () => {
    const { ipc, calls } = connected();
    expect(await ipc.invoke(callChannel, sender('app://loket/index.html'), 'station.state', {})).toEqual(ok('done'));
    expect(calls).toEqual([['station.state', {}]]);
  });

  it.each([
    ['another origin', sender('https://example.test/')],
    ['another window', sender('app://loket/index.html', 8)],
    ['a sub-frame', sender('app://loket/index.html', 7, {})],
    ['a frame that is gone', { sender: { id: 7 } as never, senderFrame: null }],
  ])('refuses %s and the desk never hears of it', async (_who, event) => {
    const { ipc, calls } = connected();
    expect(await ipc.invoke(callChannel, event, 'station.state', {})).toMatchObject({
      ok: false,
      error: { code: 'forbidden' },
    });
    expect(calls).toEqual([]);
  });

  it('refuses a call without a name', async () => {
    const { ipc } = connected();
    expect(await ipc.invoke(callChannel, sender('app://loket/'), 42)).toMatchObject({
      ok: false,
      error: { code: 'bad_request' },
    });
  });

  it('passes events on until stopped', () => {
    const { contents, listeners, stop } = connected();
    listeners.get('onboarding.changed')?.(null as never);
    expect(contents.sent).toEqual([[eventChannel, 'onboarding.changed', null]]);
    stop();
    expect(listeners.size).toBe(0);
  });
});
