import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Result } from '../contract/result.ts';
import { databasePath, installationPath } from './data-directory.ts';
import { verifyEd25519Bytes } from './ed25519.ts';
import { defaultKeyDirectory, fileKeyProvider } from './key-providers/file-key-provider.ts';
import { passphraseKeyProvider } from './key-providers/passphrase-key-provider.ts';
import { safeStorageKeyProvider, type SafeStorageFunctions } from './key-providers/safe-storage-key-provider.ts';
import { changeKeyProvider, openVault } from './open-vault.ts';
import { SealBroken } from './sealing.ts';
import type { Vault } from './vault.ts';

let root: string;
let data: string;
let keys: string;
const cheap = { memoryKib: 8_192, passes: 1 };

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'loket-vault-'));
  data = join(root, 'data');
  keys = join(root, 'keys');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const byFile = () => fileKeyProvider({ directory: keys });
const open = (keyProvider = byFile()) => openVault({ dataDirectory: data, keyProvider });

async function opened(result: Promise<Result<Vault>>): Promise<Vault> {
  const vault = await result;
  if (!vault.ok) throw new Error(vault.error.code);
  return vault.value;
}
async function failure(result: Promise<Result<unknown>>): Promise<{ code: string; message: string }> {
  const answer = await result;
  if (answer.ok) throw new Error('opened');
  return answer.error;
}
const keyFile = (): string => join(keys, readdirSync(keys)[0] ?? '');

describe('an installation', () => {
  it('is the same after a restart: identity, desk and keys', async () => {
    const first = await opened(open());
    const again = await opened(open());
    expect(again.installationId).toBe(first.installationId);
    expect(again.desk.id).toBe(first.desk.id);
    expect(again.databaseKeyHex()).toBe(first.databaseKeyHex());
    const bytes = new TextEncoder().encode('signed');
    expect(verifyEd25519Bytes(bytes, again.desk.sign(bytes), first.desk.publicKey)).toBe(true);
  });

  it('keeps no key beside the data, and private files private', async () => {
    const vault = await opened(open());
    const secret = /loket-key-v1 (\S+)/.exec(readFileSync(keyFile(), 'utf8'))?.[1] ?? '';
    expect(secret).toHaveLength(43);
    for (const name of readdirSync(data)) {
      const text = readFileSync(join(data, name), 'utf8');
      expect(text).not.toContain(secret);
      expect(text).not.toContain(vault.databaseKeyHex());
    }
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
    expect(statSync(keys).mode & 0o777).toBe(0o700);
    expect(statSync(installationPath(data)).mode & 0o777).toBe(0o600);
  });

  it('is made once when two processes start together', async () => {
    const [one, two] = await Promise.all([opened(open()), opened(open())]);
    expect(one.installationId).toBe(two.installationId);
    expect(one.databaseKeyHex()).toBe(two.databaseKeyHex());
    expect(readdirSync(data)).toEqual(['installation.json']);
  });

  it('is never made anew over data that needs the old one', async () => {
    await opened(open());
    writeFileSync(databasePath(data), 'x');
    rmSync(installationPath(data));
    expect((await failure(open())).code).toBe('installation_missing');
    expect(existsSync(installationPath(data))).toBe(false);
  });

  it('names what is wrong, with a remedy', async () => {
    expect((await failure(openVault({ dataDirectory: data, keyProvider: byFile(), create: false }))).code).toBe(
      'not_initialised',
    );
    await opened(open());
    const good = readFileSync(installationPath(data), 'utf8');
    const parsed = JSON.parse(good) as { version: number; desk: { sealedSeed: string } };
    const broken: [string, string][] = [
      ['{', 'installation_damaged'],
      [JSON.stringify({ ...parsed, extra: 1 }), 'installation_damaged'],
      [
        JSON.stringify({ ...parsed, desk: { ...parsed.desk, sealedSeed: flip(parsed.desk.sealedSeed) } }),
        'installation_damaged',
      ],
      [JSON.stringify({ ...parsed, version: 1_000, unknown: true }), 'newer_version'],
    ];
    for (const [text, code] of broken) {
      writeFileSync(installationPath(data), text);
      const error = await failure(open());
      expect(error.code).toBe(code);
      expect(error.message).toMatch(/Restore|Update/);
    }
  });
});

function flip(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes[20] = (bytes[20] ?? 0) ^ 1;
  return bytes.toString('base64');
}

describe('key file', () => {
  it('missing, foreign, damaged and readable by others are named', async () => {
    await opened(open());
    const good = readFileSync(keyFile(), 'utf8');
    const path = keyFile();
    rmSync(path);
    expect((await failure(open())).code).toBe('key_missing');
    writeFileSync(path, `loket-key-v1 ${Buffer.alloc(32, 7).toString('base64url')}\n`, { mode: 0o600 });
    expect((await failure(open())).code).toBe('wrong_key');
    writeFileSync(path, good.slice(0, 30), { mode: 0o600 });
    expect((await failure(open())).code).toBe('key_unreadable');
    writeFileSync(path, good);
    chmodSync(path, 0o644);
    expect((await failure(open())).message).toContain('0600');
  });

  it('lies where the system keeps settings, outside the data', () => {
    expect(defaultKeyDirectory({ LOKET_KEY_DIR: '/k', XDG_CONFIG_HOME: '/x' }, 'linux')).toBe('/k');
    expect(defaultKeyDirectory({ XDG_CONFIG_HOME: '/x' }, 'linux')).toBe('/x/loket/keys');
    expect(defaultKeyDirectory({}, 'linux')).toMatch(/\.config\/loket\/keys$/);
    expect(defaultKeyDirectory({ APPDATA: 'C:/R' }, 'win32')).toMatch(/Loket.keys$/);
  });
});

describe('passphrase', () => {
  it('opens with the right one in any Unicode form, not with another, and wants twelve characters', async () => {
    const passphrase = 'rahasia-loket-\u00e9';
    const first = await opened(open(passphraseKeyProvider(passphrase, cheap)));
    const again = await opened(open(passphraseKeyProvider('rahasia-loket-e\u0301', cheap)));
    expect(again.databaseKeyHex()).toBe(first.databaseKeyHex());
    expect((await failure(open(passphraseKeyProvider('rahasia-loket-e', cheap)))).code).toBe('wrong_key');
    expect(await failure(open())).toMatchObject({
      code: 'key_provider_differs',
      message: expect.stringContaining('LOKET_PASSPHRASE') as string,
    });
    rmSync(data, { recursive: true });
    expect((await failure(open(passphraseKeyProvider('short', cheap)))).code).toBe('key_store_refused');
  });

  it('takes the place of a key file without touching data or desk', async () => {
    const before = await opened(open());
    const next = passphraseKeyProvider('a long new passphrase', cheap);
    expect(await changeKeyProvider(data, byFile(), next)).toEqual({ ok: true, value: true });
    rmSync(keys, { recursive: true });
    const after = await opened(open(next));
    expect(after.databaseKeyHex()).toBe(before.databaseKeyHex());
    expect(after.desk.publicKey).toBe(before.desk.publicKey);
    expect((await failure(open())).code).toBe('key_provider_differs');
  });
});

describe('safeStorage', () => {
  const keystore = (backend: string, mask: number): SafeStorageFunctions => ({
    isEncryptionAvailable: () => true,
    backend: () => backend,
    encryptString: (plain) => Buffer.from(plain).map((byte) => byte ^ mask),
    decryptString: (sealed) => Buffer.from(sealed.map((byte) => byte ^ mask)).toString('utf8'),
  });
  const production = { production: true };

  it('opens with the same keyring and says when it is another', async () => {
    const first = await opened(open(safeStorageKeyProvider(keystore('gnome_libsecret', 3), production)));
    const again = await opened(open(safeStorageKeyProvider(keystore('gnome_libsecret', 3), production)));
    expect(again.databaseKeyHex()).toBe(first.databaseKeyHex());
    const reset = await failure(open(safeStorageKeyProvider(keystore('gnome_libsecret', 4), production)));
    expect(reset.code).toBe('keyring_changed');
    const other = await failure(open(safeStorageKeyProvider(keystore('kwallet6', 3), production)));
    expect(other).toMatchObject({ code: 'keyring_changed', details: { was: 'gnome_libsecret', is: 'kwallet6' } });
  });

  it('refuses a plain-text keystore in production only, and a locked one always', async () => {
    const plain = keystore('basic_text', 0);
    expect((await failure(open(safeStorageKeyProvider(plain, production)))).code).toBe('key_store_refused');
    const locked = { ...keystore('kwallet6', 3), isEncryptionAvailable: () => false };
    expect((await failure(open(safeStorageKeyProvider(locked, { production: false })))).code).toBe('key_store_refused');
    expect(existsSync(data)).toBe(false);
    await opened(open(safeStorageKeyProvider(plain, { production: false })));
  });
});

describe('sealing', () => {
  const plain = new TextEncoder().encode('frames of a customer');

  it('opens for the same customer, key and context only', async () => {
    const vault = await opened(open());
    const key = vault.newCustomerKey('cus_a');
    const sealed = vault.sealForCustomer(key, 'cus_a', plain, 'capture/1');
    expect(vault.openForCustomer(key, 'cus_a', sealed, 'capture/1')).toEqual(plain);
    expect(() => vault.openForCustomer(key, 'cus_a', sealed, 'capture/2')).toThrow(SealBroken);
    expect(() => vault.openForCustomer(key, 'cus_b', sealed, 'capture/1')).toThrow(SealBroken);
    expect(() => vault.openForCustomer(vault.newCustomerKey('cus_a'), 'cus_a', sealed, 'capture/1')).toThrow(
      SealBroken,
    );
    expect(Buffer.from(sealed).includes('frames')).toBe(false);
    expect(vault.sealForCustomer(key, 'cus_a', plain, 'capture/1')).not.toEqual(sealed);
  });

  it('breaks on every single changed byte and on every cut', async () => {
    const vault = await opened(open());
    const key = vault.newCustomerKey('cus_a');
    const sealed = vault.sealForCustomer(key, 'cus_a', plain, 'c');
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Uint8Array.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 0x40;
      expect(() => vault.openForCustomer(key, 'cus_a', changed, 'c')).toThrow(SealBroken);
      expect(() => vault.openForCustomer(key, 'cus_a', sealed.subarray(0, at), 'c')).toThrow(SealBroken);
    }
    for (let at = 0; at < key.length; at += 1) {
      const changed = Uint8Array.from(key);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => vault.openForCustomer(changed, 'cus_a', sealed, 'c')).toThrow(SealBroken);
    }
  });

  it('does not open in another installation', async () => {
    const vault = await opened(open());
    const key = vault.newCustomerKey('cus_a');
    const sealed = vault.sealForCustomer(key, 'cus_a', plain, 'c');
    const secret = vault.sealSecret(plain, 'webhook');
    const other = await opened(openVault({ dataDirectory: join(root, 'other'), keyProvider: byFile() }));
    expect(() => other.openForCustomer(key, 'cus_a', sealed, 'c')).toThrow(SealBroken);
    expect(() => other.openSecret(secret, 'webhook')).toThrow(SealBroken);
    expect(other.blindIndex('org', '3171')).not.toBe(vault.blindIndex('org', '3171'));
  });

  it('keeps secrets apart by context and pseudonyms apart by organisation', async () => {
    const vault = await opened(open());
    const secret = vault.sealSecret(plain, 'webhook/1');
    expect(vault.openSecret(secret, 'webhook/1')).toEqual(plain);
    expect(() => vault.openSecret(secret, 'webhook/2')).toThrow(SealBroken);
    expect(vault.blindIndex('org_a', '1')).toMatch(/^[0-9a-f]{64}$/);
    expect(vault.blindIndex('org_a', '1')).toBe(vault.blindIndex('org_a', '1'));
    expect(vault.blindIndex('org_a', '1')).not.toBe(vault.blindIndex('org_b', '1'));
    expect(vault.subjectId('org_a', 'cus')).not.toBe(vault.blindIndex('org_a', 'cus'));
  });
});
