import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoginItemSettings, LoginItemSettingsOptions, Settings } from 'electron';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyAutoStart, type AutoStart } from './auto-start.ts';

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'loket-autostart-'))));
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Login items as Electron keeps them: on Windows one per program and words. */
function loginItems() {
  const set: Settings[] = [];
  const items = new Set<string>();
  const key = ({ path, args }: LoginItemSettingsOptions) => `${path ?? ''} ${(args ?? []).join(' ')}`;
  const app: AutoStart['app'] = {
    getLoginItemSettings: (options = {}) => ({ openAtLogin: items.has(key(options)) }) as LoginItemSettings,
    setLoginItemSettings: (settings) => {
      set.push(settings);
      if (settings.openAtLogin === true) items.add(key(settings));
      else items.delete(key(settings));
    },
  };
  return { app, set };
}

const on = (platform: NodeJS.Platform, app = loginItems().app, executable = '/opt/Loket/loket'): AutoStart => ({
  app,
  platform,
  environment: { HOME: home },
  executable,
});
const entry = () => readFileSync(join(home, '.config', 'autostart', 'loket.desktop'), 'utf8');

describe('starting at sign-in', () => {
  it.each(['win32', 'darwin'] as const)('is a login item on %s, set once and taken away', async (platform) => {
    const { app, set } = loginItems();
    const path = 'C:\\Program Files\\Loket\\Loket.exe';
    expect(await applyAutoStart(true, on(platform, app, path))).toEqual({ ok: true, value: 'on' });
    expect(await applyAutoStart(true, on(platform, app, path))).toEqual({ ok: true, value: 'unchanged' });
    expect(await applyAutoStart(false, on(platform, app, path))).toEqual({ ok: true, value: 'off' });
    expect(await applyAutoStart(false, on(platform, app, path))).toEqual({ ok: true, value: 'unchanged' });
    const named = platform === 'win32' ? { path, args: [] } : {};
    expect(set).toEqual([
      { ...named, openAtLogin: true },
      { ...named, openAtLogin: false },
    ]);
  });

  it('is an XDG entry on Linux, whole or not there', async () => {
    const { app, set } = loginItems();
    expect(await applyAutoStart(true, on('linux', app))).toEqual({ ok: true, value: 'on' });
    expect(entry()).toContain('\nExec="/opt/Loket/loket"\n');
    expect(readdirSync(join(home, '.config', 'autostart'))).toEqual(['loket.desktop']);
    expect(await applyAutoStart(true, on('linux', app))).toEqual({ ok: true, value: 'unchanged' });
    expect(await applyAutoStart(false, on('linux', app))).toEqual({ ok: true, value: 'off' });
    expect(readdirSync(join(home, '.config', 'autostart'))).toEqual([]);
    expect(set).toEqual([]);
  });

  it('starts an AppImage by its own file, and quotes as the specification says', async () => {
    const image = { ...on('linux'), environment: { HOME: home, APPIMAGE: '/home/loket/Lo"ket $1 100%.AppImage' } };
    await applyAutoStart(true, image);
    expect(entry()).toContain('\nExec="/home/loket/Lo\\\\"ket \\\\$1 100%%.AppImage"\n');
  });

  it('follows XDG_CONFIG_HOME, unless it is no absolute address', async () => {
    const elsewhere = join(home, 'settings');
    await applyAutoStart(true, { ...on('linux'), environment: { HOME: home, XDG_CONFIG_HOME: elsewhere } });
    expect(readdirSync(join(elsewhere, 'autostart'))).toEqual(['loket.desktop']);
    await applyAutoStart(true, { ...on('linux'), environment: { HOME: home, XDG_CONFIG_HOME: 'settings' } });
    expect(entry()).toContain('X-Loket-Managed=true');
  });

  it('leaves an entry alone that is somebody’s own', async () => {
    const folder = join(home, '.config', 'autostart');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'loket.desktop'), '[Desktop Entry]\nExec=/usr/local/bin/kiosk\n');
    expect(await applyAutoStart(false, on('linux'))).toEqual({ ok: true, value: 'unchanged' });
    expect(entry()).toContain('/usr/local/bin/kiosk');
  });

  it('says so where the system does not let it', async () => {
    writeFileSync(join(home, '.config'), 'a file where the folder would be');
    expect(await applyAutoStart(true, on('linux'))).toMatchObject({ ok: false, error: { code: 'unavailable' } });
  });
});
