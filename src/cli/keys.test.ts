import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { initInstallation } from '../services/open-installation.ts';
import { chooseKeyProvider } from '../vault/key-providers/choose-key-provider.ts';
import { openVault } from '../vault/open-vault.ts';
import { backupCommand } from './backup.ts';
import { doctorCommand } from './doctor.ts';
import { keysCommand } from './keys.ts';
import { restoreCommand } from './restore.ts';
import { noVision } from './with-installation.ts';
import type { Command } from 'commander';

let root: string;
let data: string;
let output: string;
let errors: string;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'loket-keys-cli-'));
  data = join(root, 'data');
  vi.stubEnv('LOKET_KEY_DIR', join(root, 'keys'));
  vi.stubEnv('LOKET_PASSPHRASE', '');
  vi.stubEnv('LOKET_DATABASE', '');
  const made = await initInstallation({ dataDirectory: data, vision: noVision, create: true });
  if (!made.ok) throw new Error(made.error.code);
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((output += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((errors += String(text)), true));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

/** The exit status; the test process's own is put back. */
async function run(command: Command, ...args: string[]): Promise<number> {
  output = '';
  errors = '';
  const before = process.exitCode;
  process.exitCode = 0;
  await command.parseAsync(args, { from: 'user' });
  const status = Number(process.exitCode);
  process.exitCode = before;
  return status;
}
const keys = (...args: string[]) => run(keysCommand(), ...args);
const json = () => JSON.parse(output) as Record<string, unknown>;

async function secrets(): Promise<string[]> {
  const vault = await openVault({ dataDirectory: data, keyProvider: chooseKeyProvider(), create: false });
  if (!vault.ok) throw new Error(vault.error.code);
  const master = readFileSync(join(root, 'keys', readdirSync(join(root, 'keys'))[0] ?? ''), 'utf8').split(' ')[1] ?? '';
  return [...vault.value.databaseKeysHex(), master.trim()];
}

describe('loket keys', () => {
  it('lists keys by name, age and state, and no material', async () => {
    expect(await keys('list', '--data', data, '--json')).toBe(0);
    const listed = (json()['keys'] as { id: string; purpose: string; state: string }[]).map((key) => key.id);
    expect(listed).toEqual(expect.arrayContaining(['customer-wrapping/1', 'database/1', 'desk-signing/1']));
    for (const secret of await secrets()) expect(output).not.toContain(secret);
    expect(await keys('list', '--data', data)).toBe(0);
    expect(output.trim().split('\n')).toHaveLength(listed.length);
    for (const secret of await secrets()) expect(output).not.toContain(secret);
  });

  it('rotates all of them, also the root and the desk, and everything still opens', async () => {
    const before = await secrets();
    expect(await keys('rotate', '--data', data, '--json')).toBe(0);
    expect(json()).toMatchObject({ rotation: { begun: true, database: 'rekeyed' } });
    expect((await secrets())[0]).not.toBe(before[0]);
    expect(await keys('rotate', '--data', data, '--root')).toBe(0);
    expect(output).toContain('the database has its new key');
    expect(await keys('rotate', '--data', data, '--desk', '--json')).toBe(0);
    expect(json()).toMatchObject({ desk: { previous: expect.any(String) as string } });
    expect(await keys('list', '--data', data)).toBe(0);
    expect(output).toContain('desk-signing/2');
    for (const secret of [...before, ...(await secrets())]) expect(output + errors).not.toContain(secret);
  });

  it('splits a recovery key, proves it, and brings a lost installation back', async () => {
    const shares = join(root, 'shares');
    expect(await keys('recovery', '--data', data, '--out', shares, '--json')).toBe(0);
    const files = readdirSync(shares).map((name) => join(shares, name));
    expect(files).toHaveLength(3);
    for (const file of files) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(output).not.toContain(/LKSHARE1\S+/.exec(readFileSync(file, 'utf8'))?.[0]);
    }
    const [a = '', b = '', c = ''] = files;
    expect(await keys('recover', '--data', data, '--share', a, '--share', b, '--prove')).toBe(0);
    expect(await keys('recover', '--data', data, '--share', a)).toBe(2);
    expect(await keys('recover', '--data', data, '--share', a, '--share', a)).toBe(1);
    expect(errors).toMatch(/^shares_differ: [^\n]+\n$/);
    rmSync(join(root, 'keys'), { recursive: true });
    expect(await keys('list', '--data', data)).toBe(1);
    expect(errors).toMatch(/^key_missing: /);
    expect(await keys('recover', '--data', data, '--share', c, '--share', a)).toBe(0);
    expect(await keys('list', '--data', data)).toBe(0);
  });

  it('makes and registers the key of head office once, and refuses what is none', async () => {
    const file = join(root, 'head-office.key');
    expect(await keys('head-office', 'new', '--out', file, '--json')).toBe(0);
    const { keyId } = json() as { keyId: string };
    const secret = readFileSync(file, 'utf8').split(' ')[1]?.trim() ?? 'none';
    expect(output).not.toContain(secret);
    expect(await keys('head-office', 'new', '--out', file)).toBe(1);
    expect(await keys('head-office', 'register', '--data', data, '--public', file)).toBe(1);
    expect(errors).toMatch(/^key_unreadable: /);
    expect(await keys('head-office', 'register', '--data', data, '--public', `${file}.pub`, '--json')).toBe(0);
    expect(json()).toMatchObject({ keyId, customers: 0 });
  });
});

describe('loket backup, restore and doctor', () => {
  it('are a drill that ends in an installation that is as well as the first', async () => {
    const file = join(root, 'monday.bak');
    expect(await run(backupCommand(), '--data', data, '--out', file, '--json')).toBe(0);
    expect(json()).toMatchObject({ backup: { file, journalLines: 0 } });
    expect(await run(backupCommand(), '--data', data, '--out', file)).toBe(1);
    expect(errors).toMatch(/^file_exists: /);
    const there = join(root, 'restored');
    expect(await run(restoreCommand(), file, '--data', there)).toBe(0);
    expect(output).toMatch(/^restored as of .+ audit rows, intact\n0 erasures since then, 0 customers erased again\n$/);
    expect(await run(restoreCommand(), file, '--data', there)).toBe(1);
    expect(errors).toMatch(/^not_empty: /);
    expect(await run(doctorCommand(), '--data', there, '--json')).toBeLessThanOrEqual(2);
    const { findings } = json() as unknown as { findings: { check: string; state: string; remedy: string | null }[] };
    const state = (check: string) => findings.find((one) => one.check === check)?.state;
    expect([state('database'), state('audit'), state('outbox')]).toEqual(['green', 'green', 'green']);
    expect(await run(doctorCommand(), '--data', join(root, 'nothing'))).toBe(2);
    expect(output).toContain('not_initialised');
  });
});
