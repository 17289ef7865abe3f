import { delimiter } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chromiumArguments, findChromium, findElectron, hasDisplay } from './find-browser.ts';

describe('finding a window', () => {
  it('takes the browser named by hand, or says there is none', () => {
    expect(findChromium({ LOKET_BROWSER: '/opt/b' }, () => true)).toBe('/opt/b');
    expect(findChromium({ LOKET_BROWSER: '/opt/b', PATH: '/usr/bin' }, (path) => path !== '/opt/b')).toBeNull();
  });

  it.runIf(process.platform === 'linux')('searches PATH in order of preference', () => {
    const there = new Set(['/b/google-chrome', '/a/microsoft-edge']);
    expect(findChromium({ PATH: ['/a', '/b'].join(delimiter) }, (path) => there.has(path))).toBe('/b/google-chrome');
    expect(findChromium({ PATH: '/a' }, () => false)).toBeNull();
  });

  it('finds Electron only where the executable really is', () => {
    expect(findElectron({ ELECTRON_EXEC_PATH: '/nowhere/electron' })).toSatisfy(
      (found: string | null) => found !== '/nowhere/electron',
    );
    expect(findElectron({ ELECTRON_EXEC_PATH: process.execPath })).toBe(process.execPath);
  });

  it.runIf(process.platform === 'linux')('needs a display on Linux', () => {
    expect(hasDisplay({})).toBe(false);
    expect(hasDisplay({ DISPLAY: ':0' })).toBe(true);
  });

  it('drops the browser sandbox for root only', () => {
    const base = { url: 'http://localhost:1/', profile: '/p', kiosk: true };
    expect(chromiumArguments({ ...base, root: false })).not.toContain('--no-sandbox');
    expect(chromiumArguments({ ...base, root: true })).toContain('--no-sandbox');
    expect(chromiumArguments({ ...base, root: false })).toContain('--kiosk');
    expect(chromiumArguments({ ...base, kiosk: false, root: false })).not.toContain('--kiosk');
  });
});
