/** Electron's security checklist (electronjs.org/docs/latest/tutorial/security), one test per item, named after it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isTrustedSender } from './trusted-sender.ts';
import { lockPermissions } from './permissions.ts';
import { contentSecurityPolicy, stationOrigin, stationSchemes } from './station-protocol.ts';
import { lockNavigation, windowOptions } from './station-window.ts';
import { FakeSession, FakeWebContents } from './testing/fake-electron.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const preferences = windowOptions({ production: true, kiosk: true, preload: '/app/preload.cjs' }).webPreferences ?? {};

/** Sources that run in Electron's own processes or in its page, without tests. */
function sources(...folders: string[]): { path: string; text: string }[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|tsx|html)$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
      .filter((entry) => !entry.parentPath.includes('testing'))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => ({ path, text: readFileSync(path, 'utf8') })),
  );
}
const shell = sources('src/main', 'src/preload');
const page = sources('src/renderer');
const naming = (list: { path: string; text: string }[], pattern: RegExp): string[] =>
  list.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

function prevented(event: string, details: object): boolean {
  const contents = new FakeWebContents();
  lockNavigation(contents.asElectron(), stationOrigin, true);
  let stopped = false;
  contents.emit(event, { ...details, preventDefault: () => (stopped = true) });
  return stopped;
}

describe('Electron security checklist', () => {
  it('1. Only load secure content', () => {
    expect(stationSchemes).toEqual([
      expect.objectContaining({ scheme: 'app', privileges: expect.objectContaining({ secure: true }) as unknown }),
    ]);
    // The station's own scheme (of a wiped desk, the page that says so), and the embedded server's page for passkeys on loopback.
    const loaded = shell.flatMap(({ text }) => [...text.matchAll(/\.loadURL\(([^)]*)\)/g)].map((match) => match[1]));
    // The customer's window loads the same page; a print loads bytes of the desk's own templates, nothing from outside.
    expect(loaded.sort()).toEqual([
      '`${options.origin}/#customer`',
      '`${origin}/passkey.html`',
      '`${stationOrigin}/`',
      '`${stationOrigin}/wiped.html`',
      '`data:application/pdf;base64,${Buffer.from(pdf',
    ]);
    expect(naming(page, /(src|href)="https?:\/\//)).toEqual([]);
  });
  it('2. Do not enable Node.js integration for remote content', () => {
    expect(preferences.nodeIntegration).toBe(false);
    expect(preferences.nodeIntegrationInWorker).toBe(false);
    expect(preferences.nodeIntegrationInSubFrames).toBe(false);
  });
  it('3. Enable context isolation', () => expect(preferences.contextIsolation).toBe(true));
  it('4. Enable process sandboxing', () => {
    expect(preferences.sandbox).toBe(true);
    expect(naming(shell, /\.enableSandbox\(\)/)).toHaveLength(1);
    expect(naming(shell, /no-sandbox/)).toEqual([]);
  });
  it('5. Handle session permission requests from remote content', () => {
    const session = new FakeSession();
    lockPermissions(session as never, stationOrigin);
    expect(session.permissionRequest).not.toBeNull();
    expect(session.permissionCheck?.(null, 'geolocation' as never, stationOrigin, {} as never)).toBe(false);
    expect(session.devicePermission?.({} as never)).toBe(false);
  });
  it('6. Do not disable webSecurity', () => expect(preferences.webSecurity).toBe(true));
  it('7. Define a Content Security Policy', () => {
    expect(contentSecurityPolicy).toContain("default-src 'none'");
    expect(contentSecurityPolicy).not.toMatch(/unsafe|\*|https?:/);
  });
  it('8. Do not enable allowRunningInsecureContent', () => expect(preferences.allowRunningInsecureContent).toBe(false));
  it('9. Do not enable experimental features', () => expect(preferences.experimentalFeatures).toBe(false));
  it('10. Do not use enableBlinkFeatures', () => {
    expect(preferences.enableBlinkFeatures).toBeUndefined();
    expect(naming(shell, /enable-blink-features|enableBlinkFeatures/)).toEqual([]);
  });
  it('11. Do not use allowpopups for WebViews', () => expect(naming(page, /<webview|allowpopups/)).toEqual([]));
  it('12. Verify WebView options before creation', () => {
    expect(preferences.webviewTag).toBe(false);
    expect(prevented('will-attach-webview', {})).toBe(true);
  });
  it('13. Disable or limit navigation', () => {
    expect(prevented('will-navigate', { url: 'https://example.test/' })).toBe(true);
    expect(prevented('will-redirect', { url: 'file:///etc/hosts' })).toBe(true);
    expect(preferences.navigateOnDragDrop).toBe(false);
  });
  it('14. Disable or limit creation of new windows', () => {
    const contents = new FakeWebContents();
    lockNavigation(contents.asElectron(), stationOrigin, true);
    expect(contents.windowOpen?.({} as never)).toEqual({ action: 'deny' });
  });
  it('15. Do not use shell.openExternal with untrusted content', () => {
    expect(naming(shell, /openExternal|openPath|import \{[^}]*\bshell\b[^}]*\} from 'electron'/)).toEqual([]);
  });
  it('16. Use a current version of Electron', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    // The three newest majors are maintained; on 2026-11-20 the newest was 45. Raised with each review of dependencies.
    expect(Number(devDependencies['electron']?.split('.')[0])).toBeGreaterThanOrEqual(45);
  });
  it('17. Validate the sender of all IPC messages', () => {
    expect(naming(shell, /ipcMain\.(on|once|handleOnce)\(/)).toEqual([]);
    const handlers = shell.filter(({ text }) => /ipcMain\.handle\(/.test(text));
    expect(handlers.map(({ path }) => path.split('/').at(-1)).sort()).toEqual(['desk-ipc.ts', 'passkey-window.ts']);
    for (const { text } of handlers)
      for (const [body] of text.matchAll(/ipcMain\.handle\([\s\S]{0,200}/g)) expect(body).toContain('isTrustedSender(');
    const foreign = { sender: { id: 1 }, senderFrame: { url: 'https://example.test/', parent: null } };
    expect(isTrustedSender(foreign as never, { webContentsId: 1, origin: stationOrigin })).toBe(false);
  });
  it('18. Avoid usage of the file:// protocol and prefer usage of custom protocols', () => {
    expect(naming(shell, /loadFile\(|['"`]file:\/\//)).toEqual([]);
  });
  it('19. Check which fuses you can change', async () => {
    const { default: configuration } = (await import(join(root, 'resources/packaging/electron-builder.mjs'))) as {
      default: { electronFuses: Record<string, boolean>; asar: boolean };
    };
    expect(configuration.asar).toBe(true);
    expect(configuration.electronFuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    });
  });
  it('20. Do not expose Electron APIs to untrusted web content', () => {
    const preload = shell.filter(({ path }) => path.includes('preload'));
    const exposed = preload.flatMap(({ text }) => [...text.matchAll(/exposeInMainWorld\('(\w+)', (\w+)\)/g)]);
    expect(exposed.map((match) => match.slice(1)).sort()).toEqual([
      ['loket', 'bridge'],
      ['loketPasskey', 'ceremony'],
    ]);
    expect(naming(page, /from 'electron'|require\(/)).toEqual([]);
  });
});
