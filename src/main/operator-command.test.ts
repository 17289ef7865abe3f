import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Electron from 'electron';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { noVisionAtAll } from '../services/backup/no-vision.ts';
import { openInstallation } from '../services/open-installation.ts';
import { electronKeys } from './electron-keys.ts';
import { asksForCommand, runCommand } from './operator-command.ts';

const linux = process.platform === 'linux';
let root: string;
let backend: string;
let pad: number;
/** A keystore that turns text into something else and back; another keyring has another pad. */
const electron = (isPackaged = true) =>
  ({
    app: { isPackaged, whenReady: () => Promise.resolve() },
    safeStorage: {
      isEncryptionAvailable: () => true,
      encryptString: (plain: string) => Buffer.from(plain).map((byte) => byte ^ pad),
      decryptString: (sealed: Buffer) => Buffer.from(sealed.map((byte) => byte ^ pad)).toString(),
      getSelectedStorageBackend: () => backend,
    },
  }) as unknown as Pick<typeof Electron, 'app' | 'safeStorage'>;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'loket-keys-'));
  backend = 'gnome_libsecret';
  pad = 0x5a;
  const keyProvider = electronKeys(electron(), {}, true);
  const made = await openInstallation({
    dataDirectory: join(root, 'data'),
    keyProvider,
    vision: noVisionAtAll,
    create: true,
  });
  if (!made.ok) return expect.fail(made.error.code);
  await made.value.close();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const keys = (...words: string[]) => run('--keys', ...words);

async function run(...words: string[]): Promise<{ status: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const status = await runCommand(electron(), {
    words: [...words, '--data', join(root, 'data')],
    environment: {},
    say: (line) => (out += line),
    complain: (line) => (err += line),
    clock: () => new Date('2026-11-20T03:00:00.000Z'),
    managedSettings: join(root, 'none.json'),
  });
  return { status, out, err };
}
const listed = async (): Promise<string[]> =>
  (JSON.parse((await keys('list')).out) as { keys: { id: string; state: string }[] }).keys.map(
    ({ id, state }) => `${id} ${state}`,
  );

it('lists, rotates with a new master key, and lists again, all under the keystore', async () => {
  expect(await listed()).toContain('customer-wrapping/1 current');
  const done = await keys('rotate', '--root');
  expect(done).toMatchObject({ status: 0, err: '' });
  expect(JSON.parse(done.out)).toMatchObject({ rotation: { begun: true, database: 'rekeyed' } });
  expect(await listed()).toEqual(
    expect.arrayContaining(['customer-wrapping/1 retired', 'customer-wrapping/2 current', 'database/2 current']),
  );
});

it('writes three shares of a recovery key and never prints one', async () => {
  const done = await keys('recovery', '--out', join(root, 'usb'));
  expect(done.status).toBe(0);
  expect(readdirSync(join(root, 'usb'))).toHaveLength(3);
  expect(Object.keys(JSON.parse(done.out) as object)).toEqual(['setId', 'files']);
});

it.skipIf(!linux)(
  'refuses a keystore that keeps keys as plain text in a packaged program (Linux names them)',
  async () => {
    backend = 'basic_text';
    const done = await keys('list');
    expect(done).toMatchObject({ status: 1, out: '' });
    expect(done.err).toMatch(/^key_store_refused: .*Install a keyring/);
  },
);

it('says that the keyring is another one, and two shares put the key under that one', async () => {
  const made = JSON.parse((await keys('recovery', '--out', join(root, 'usb'))).out) as {
    files: [string, string, string];
  };
  pad = 0x33;
  const refused = await keys('rotate');
  expect(refused.status).toBe(1);
  expect(refused.err).toMatch(/^keyring_changed: .*--keys recover --share FILE --share FILE/);
  const [first, , third] = made.files;
  expect(await keys('recover', '--share', first, '--share', first)).toMatchObject({ status: 1, out: '' });
  expect(await keys('recover', '--share', first, '--share', third)).toMatchObject({ status: 0, err: '' });
  expect(await listed()).toContain('customer-wrapping/1 current');
  pad = 0x5a;
  expect((await keys('list')).err).toMatch(/^keyring_changed/);
});

it('is asked for by its first word only, and says what it knows', async () => {
  expect(asksForCommand(['--keys', 'list'])).toBe(true);
  expect(asksForCommand(['--demo', '--keys'])).toBe(false);
  for (const words of [['forget'], ['recovery'], ['recover', '--share', 'one'], ['list', '--material']])
    expect((await keys(...words)).err).toMatch(/^validation_failed/);
});

it('speaks for the desk’s hub too: refuses what cannot be, with a code', async () => {
  const file = join(root, 'out.loketdisk');
  expect((await run('--outbox', 'export', '--out', file)).err).toMatch(/^not_found: there is no organisation/);
  expect((await run('--outbox', 'acknowledge', file)).err).toMatch(/^validation_failed: the file cannot be read/);
  expect((await run('--hub', 'enrol', '--url', 'ftp://hub.test', '--code', 'x')).err).toMatch(
    /^validation_failed: the hub/,
  );
  expect((await run('--hub', 'enrol', '--code', 'x')).err).toMatch(/^validation_failed: say --keys/);
  expect((await run('--hub', 'enrol', '--url', 'https://h.test', '--code', 'x', '--ca', file)).err).toMatch(
    /--ca cannot/,
  );
});
