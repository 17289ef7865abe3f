/** With SoftHSM2, a token in software (Debian: softhsm2), where it is installed. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readInstallationFile } from '../installation-file.ts';
import { changeKeyProvider, openVault } from '../open-vault.ts';
import { fileKeyProvider } from './file-key-provider.ts';
import { pkcs11FromEnvironment } from './pkcs11-key-provider.ts';
import type { KeyProvider } from './key-provider.ts';

const module = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so'].find(existsSync);
const why = module === undefined ? ' (skipped: softhsm2 is not installed)' : '';
const pin = '493817';
const id = 'ins_01J8ZC2M3V9K6Q4T7W1XB5N0RD';
const masterKey = new Uint8Array(Array.from({ length: 32 }, (_, n) => n));
let root: string;

/** What a hub would have in its environment. */
function environment(change: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return {
    LOKET_PKCS11_MODULE: module,
    LOKET_PKCS11_TOKEN: 'loket test',
    LOKET_PKCS11_PIN_FILE: join(root, 'pin'),
    ...change,
  };
}

function provider(change: NodeJS.ProcessEnv = {}): KeyProvider {
  const made = pkcs11FromEnvironment(environment(change));
  if (made === null) throw new Error('no module');
  return made;
}

describe.skipIf(module === undefined)(`a key in a PKCS#11 token${why}`, () => {
  const before = process.env['SOFTHSM2_CONF'];
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'loket-token-'));
    mkdirSync(join(root, 'tokens'));
    writeFileSync(
      join(root, 'softhsm2.conf'),
      `directories.tokendir = ${join(root, 'tokens')}\nobjectstore.backend = file\n`,
    );
    process.env['SOFTHSM2_CONF'] = join(root, 'softhsm2.conf');
    for (const label of ['loket test', 'another'])
      execFileSync(
        'softhsm2-util',
        ['--init-token', '--free', '--label', label, '--so-pin', '12345678', '--pin', pin],
        {
          stdio: 'ignore',
        },
      );
    writeFileSync(join(root, 'pin'), `${pin}\n`, { mode: 0o600 });
  });
  afterAll(() => {
    if (before === undefined) delete process.env['SOFTHSM2_CONF'];
    else process.env['SOFTHSM2_CONF'] = before;
    rmSync(root, { recursive: true, force: true });
  });

  async function protectedKey() {
    const done = await provider().protect(masterKey, id);
    if (!done.ok) throw new Error(done.error.message);
    return done.value;
  }

  it('wraps and unwraps the master key inside, each time anew, and shows none of it', async () => {
    const [one, two] = [await protectedKey(), await protectedKey()];
    expect(one).toMatchObject({ provider: 'pkcs11', backend: 'loket test/loket-master' });
    expect(one.wrapped).not.toBe(two.wrapped);
    expect(Buffer.from(one.wrapped, 'base64').includes(Buffer.from(masterKey.subarray(0, 8)))).toBe(false);
    for (const held of [one, two]) expect(await provider().recover(held, id)).toEqual({ ok: true, value: masterKey });
  });

  it('is of one installation, and of one key: anything else is refused', async () => {
    const held = await protectedKey();
    const wrong = { ok: false, error: { code: 'wrong_key' } };
    expect(await provider().recover(held, 'ins_01J8ZC2M3V9K6Q4T7W1XB5N0RE')).toMatchObject(wrong);
    const bytes = Buffer.from(held.wrapped, 'base64');
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    expect(await provider().recover({ ...held, wrapped: bytes.toString('base64') }, id)).toMatchObject(wrong);
    const renamed = { LOKET_PKCS11_KEY: 'second' };
    expect(await provider(renamed).recover(held, id)).toMatchObject({ ok: false, error: { code: 'keyring_changed' } });
    await provider(renamed).protect(masterKey, id);
    const other = { ...held, backend: 'loket test/second' };
    expect(await provider(renamed).recover(other, id)).toMatchObject(wrong);
  });

  it.each([
    ['another token', { LOKET_PKCS11_TOKEN: 'nobody has it' }, 'key_store_refused', /LOKET_PKCS11_TOKEN/],
    [
      'a module that is not there',
      { LOKET_PKCS11_MODULE: '/nowhere/lib.so' },
      'key_store_refused',
      /LOKET_PKCS11_MODULE/,
    ],
    ['no PIN', { LOKET_PKCS11_PIN_FILE: '' }, 'key_store_refused', /LOKET_PKCS11_PIN_FILE/],
    [
      'a wrong PIN',
      { LOKET_PKCS11_PIN_FILE: '', LOKET_PKCS11_PIN: '000000' },
      'key_store_refused',
      /PIN of the token is wrong/,
    ],
    ['a file that is not there', { LOKET_PKCS11_PIN_FILE: '/nowhere/pin' }, 'key_unreadable', /ENOENT/],
  ])('%s has its own words', async (_, change, code, words) => {
    const done = await provider(change).protect(masterKey, id);
    expect(done).toMatchObject({ ok: false, error: { code } });
    expect(done.ok ? '' : done.error.message).toMatch(words);
    expect(JSON.stringify(done)).not.toContain('000000');
  });

  it('a key that is gone from the token is missing, not made anew', async () => {
    const held = { ...(await protectedKey()), backend: 'another/loket-master' };
    const done = await provider({ LOKET_PKCS11_TOKEN: 'another' }).recover(held, id);
    expect(done).toMatchObject({ ok: false, error: { code: 'key_missing' } });
  });

  it('a file with the PIN that others can read is refused', async () => {
    const open = join(root, 'open-pin');
    writeFileSync(open, pin);
    chmodSync(open, 0o644);
    const done = await provider({ LOKET_PKCS11_PIN_FILE: open }).protect(masterKey, id);
    expect(done).toMatchObject({ ok: false, error: { code: 'key_unreadable' } });
  });

  it('opens an installation, which moves from a key file into the token and back', async () => {
    const dataDirectory = join(root, 'data');
    const file = fileKeyProvider({ directory: join(root, 'keys') });
    const made = await openVault({ dataDirectory, keyProvider: file });
    const desk = made.ok && made.value.desk.publicKey;
    expect(await changeKeyProvider(dataDirectory, file, provider())).toEqual({ ok: true, value: true });
    const inToken = await openVault({ dataDirectory, keyProvider: provider(), create: false });
    expect(inToken.ok && inToken.value.desk.publicKey).toBe(desk);
    expect(await openVault({ dataDirectory, keyProvider: file, create: false })).toMatchObject({
      ok: false,
      error: { code: 'key_provider_differs' },
    });
    // A program from before tokens says that it is too old, not that the file is damaged.
    expect(readInstallationFile(dataDirectory)).toMatchObject({ ok: true, value: { version: 3 } });
    expect(readFileSync(join(dataDirectory, 'installation.json'), 'utf8')).not.toContain(pin);
    expect(await changeKeyProvider(dataDirectory, provider(), file)).toEqual({ ok: true, value: true });
    expect((await openVault({ dataDirectory, keyProvider: file, create: false })).ok).toBe(true);
  });
});
