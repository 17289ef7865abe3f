/**
 * Boots what electron-vite built (out/main, out/vision) on Node under a stand-in for the module `electron`: the built
 * program finds its resources, starts its vision process and answers the page. Chromium itself is not part of this.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ensureElectronBuild } from '../../src/shell/ensure-built.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'loket-built-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(async () => {
  await ensureElectronBuild(root, () => undefined);
  if (!existsSync(join(root, 'out', 'renderer', 'index.html'))) throw new Error('the page was not built');
}, 120_000);

const person = (fullName: string, email: string) => ({ fullName, email, password: 'a long enough secret 1' });
const setUp = {
  organisation: 'Bank Contoh',
  branch: 'Cabang Satu',
  desk: 'Meja 1',
  admin: person('Admin Satu', 'admin@bank.test'),
  staff: person('Staf Satu', 'staf@bank.test'),
  supervisor: person('Penyelia Satu', 'penyelia@bank.test'),
};

interface Line {
  readonly kind: string;
  readonly value: unknown;
}

/** What the built program printed, and how it ended. */
async function run(words: readonly string[], calls: readonly (readonly [string, unknown])[]) {
  const child = spawn(
    process.execPath,
    [
      ...['--import', join(root, 'e2e', 'electron', 'register.mjs'), join(root, 'out', 'main', 'main.js')],
      ...[...words, '--data', join(folder, 'data')],
    ],
    {
      env: { ...process.env, LOKET_KEY_DIR: join(folder, 'keys'), LOKET_DATA: '', FAKE_CALLS: JSON.stringify(calls) },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const code = await new Promise<number | null>((resolve) => child.on('exit', resolve));
  const lines = text.split('\n').filter((line) => line.startsWith('{'));
  return { lines, code };
}

async function boot(calls: readonly (readonly [string, unknown])[]): Promise<{ lines: Line[]; code: number | null }> {
  const { lines, code } = await run(['--window', '--port', '0'], calls);
  return { lines: lines.map((line) => JSON.parse(line) as Line), code };
}

describe('the built Electron program', () => {
  it('boots, serves its page, starts vision and answers the first customer’s calls', async () => {
    const { lines, code } = await boot([
      ['station.state', {}],
      ['setup.create', setUp],
      ['auth.signIn', { email: setUp.staff.email, password: setUp.staff.password }],
      ['onboarding.start', { purpose: 'open_account', language: 'id' }],
    ]);
    const of = (kind: string): unknown => lines.find((line) => line.kind === kind)?.value;
    expect(of('error')).toBeUndefined();
    expect(of('utility')).toBe('out/vision/host/child-main.js');
    expect(of('page')).toMatchObject({ status: 200 });
    expect(of('station.state')).toMatchObject({ ok: true, value: { setUp: false } });
    expect(of('settled')).toMatchObject({ ok: true, value: { setUp: true, vision: 'ready' } });
    expect(of('setup.create')).toMatchObject({ ok: true });
    expect(of('auth.signIn')).toMatchObject({ ok: true });
    expect(of('onboarding.start')).toMatchObject({ ok: true });
    expect(code).toBe(0);
    const keys = await run(['--keys', 'list'], []);
    expect(keys.code).toBe(0);
    expect(JSON.parse(keys.lines[0] ?? '')).toMatchObject({
      keys: expect.arrayContaining([expect.objectContaining({ id: 'database/1' })]) as unknown,
    });
  });
});
