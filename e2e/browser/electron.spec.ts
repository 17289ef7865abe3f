/** The same station in Electron, where its binary is on this machine. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, expect, test } from '@playwright/test';
import { findElectron, hasDisplay } from '../../src/shell/find-browser.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const electron = findElectron(process.env);

test('Electron opens the station through its bridge', async () => {
  test.skip(electron === null, 'Electron’s binary is not on this machine');
  test.skip(!hasDisplay(process.env), 'this machine has no display for Electron');
  const folder = mkdtempSync(join(tmpdir(), 'loket-electron-'));
  const app = await _electron.launch({
    executablePath: electron ?? '',
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      root,
      ...['--window', '--port', '0', '--data', join(folder, 'data')],
    ],
    cwd: root,
    env: { ...process.env, LOKET_KEY_DIR: join(folder, 'keys'), LOKET_DATA: '' } as Record<string, string>,
  });
  try {
    const page = await app.firstWindow();
    await expect(page.getByTestId('setup-page')).toBeVisible();
    expect(await page.evaluate(() => window.loket?.shell)).toBe('electron');
    expect(await page.evaluate(() => typeof (globalThis as { require?: unknown }).require)).toBe('undefined');
  } finally {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
