import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Result } from '../contract/result.ts';
import {
  beginRotation,
  forgetRetired,
  replaceMasterKey,
  rotateDeskKey,
  useNextDatabaseKey,
  type KeyChange,
} from './change-keys.ts';
import { installationPath } from './data-directory.ts';
import { verifyEd25519Bytes } from './ed25519.ts';
import { fileKeyProvider } from './key-providers/file-key-provider.ts';
import { passphraseKeyProvider } from './key-providers/passphrase-key-provider.ts';
import { openVault } from './open-vault.ts';
import { makeRecoveryShares, readShare, recoverWithShares } from './recovery.ts';
import type { Vault } from './vault.ts';

let root: string;
let change: KeyChange;
const cheap = { memoryKib: 8_192, passes: 1 };
const clock = (): Date => new Date('2026-11-20T03:00:00.000Z');
const plain = new TextEncoder().encode('frames of a customer');

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'loket-keys-'));
  change = {
    dataDirectory: join(root, 'data'),
    keyProvider: fileKeyProvider({ directory: join(root, 'keys') }),
    clock,
  };
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}
const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.error.code);
const open = async (keyProvider = change.keyProvider): Promise<Vault> =>
  valueOf(await openVault({ dataDirectory: change.dataDirectory, keyProvider, clock }));
const states = (vault: Vault): string[] => vault.inventory().map((key) => `${key.id} ${key.state}`);

describe('rotation', () => {
  it('gives new keys while what older ones sealed stays readable, also for a program that runs', async () => {
    const running = await open();
    const wrapped = running.newCustomerKey('cus_a');
    const sealed = running.sealForCustomer(wrapped, 'cus_a', plain, 'c');
    const secret = running.sealSecret(plain, 'webhook');
    const blind = running.blindIndex('org', '3171');
    expect(valueOf(await beginRotation(change))).toEqual({ begun: true });
    const other = await open();
    for (const vault of [running, other]) {
      expect(vault.openForCustomer(wrapped, 'cus_a', sealed, 'c')).toEqual(plain);
      expect(vault.openSecret(secret, 'webhook')).toEqual(plain);
      expect(vault.blindIndex('org', '3171')).toBe(blind);
    }
    const rewrapped = other.rewrapCustomerKey(wrapped, 'cus_a');
    if (rewrapped === null) throw new Error('not rewrapped');
    expect(running.openForCustomer(rewrapped, 'cus_a', sealed, 'c')).toEqual(plain);
    expect(other.rewrapCustomerKey(rewrapped, 'cus_a')).toBeNull();
    const fresh = running.newCustomerKey('cus_b');
    expect(other.rewrapCustomerKey(fresh, 'cus_b')).toBeNull();
    const resealed = other.resealSecret(secret, 'webhook');
    expect(running.openSecret(resealed ?? new Uint8Array(), 'webhook')).toEqual(plain);
    expect(() => other.rewrapCustomerKey(wrapped, 'cus_b')).toThrow('customer_key');
  });

  it('that broke off goes on with the keys it made, and ends when the database has its own', async () => {
    const before = (await open()).databaseKeyHex();
    await beginRotation(change);
    const between = await open();
    expect(between.databaseKeysHex()).toEqual([before, expect.not.stringMatching(before)]);
    expect(valueOf(await beginRotation(change))).toEqual({ begun: false });
    const next = between.databaseKeysHex()[1];
    await useNextDatabaseKey(change);
    expect((await open()).databaseKeysHex()).toEqual([next]);
    expect(between.databaseKeyHex()).toBe(next);
    expect(valueOf(await beginRotation(change))).toEqual({ begun: true });
  });

  it('forgets a retired key for good, never one in use', async () => {
    const vault = await open();
    const wrapped = vault.newCustomerKey('cus_a');
    await beginRotation(change);
    expect(states(vault)).toContain('customer-wrapping/1 retired');
    await forgetRetired(change, 'customer-wrapping', [1, 2]);
    expect(states(await open()).filter((line) => line.startsWith('customer-wrapping'))).toEqual([
      'customer-wrapping/2 current',
    ]);
    expect(() => vault.rewrapCustomerKey(wrapped, 'cus_a')).toThrow('customer_key');
  });

  it('lets nobody in with the master key of yesterday', async () => {
    const old = await open();
    const wrapped = old.newCustomerKey('cus_a');
    const before = readFileSync(installationPath(change.dataDirectory));
    valueOf(await replaceMasterKey(change));
    valueOf(await beginRotation(change));
    const now = await open();
    const anew = now.rewrapCustomerKey(wrapped, 'cus_a');
    expect(() => old.sealForCustomer(anew ?? wrapped, 'cus_a', plain, 'c')).toThrow('customer_key');
    expect(now.desk.publicKey).toBe(old.desk.publicKey);
    writeFileSync(installationPath(change.dataDirectory), before);
    const stolen = await open();
    expect(() => stolen.openForCustomer(anew ?? wrapped, 'cus_a', new Uint8Array(200), 'c')).toThrow('customer_key');
  });

  it('is refused while another process changes keys, and not by one that died', async () => {
    await open();
    writeFileSync(join(change.dataDirectory, 'keys.lock'), `${process.pid}\n`);
    expect(codeOf(await beginRotation(change))).toBe('keys_busy');
    writeFileSync(join(change.dataDirectory, 'keys.lock'), '99999999\n');
    expect(codeOf(await beginRotation(change))).toBe('ok');
    expect(existsSync(join(change.dataDirectory, 'keys.lock'))).toBe(false);
  });

  it('of the desk keeps the old public keys for what they signed', async () => {
    const running = await open();
    const first = running.desk.publicKey;
    const early = running.desk.sign(plain);
    const heard: string[] = [];
    const done = valueOf(
      await rotateDeskKey(change, (key) => {
        heard.push(key.publicKey);
        expect(running.desk.publicKey).toBe(first);
        return Promise.resolve({ ok: true, value: true });
      }),
    );
    expect(heard).toEqual([done.publicKey]);
    expect(running.desk.publicKeys).toEqual([done.publicKey, first]);
    expect(verifyEd25519Bytes(plain, running.desk.sign(plain), done.publicKey)).toBe(true);
    expect(verifyEd25519Bytes(plain, early, running.desk.publicKeys[1] ?? '')).toBe(true);
    expect((await open()).desk.id).toBe(running.desk.id);
    const refused = await rotateDeskKey(change, () =>
      Promise.resolve({ ok: false, error: { code: 'no', message: 'no' } }),
    );
    expect(codeOf(refused)).toBe('no');
    expect(running.desk.publicKey).toBe(done.publicKey);
  });

  it('shows keys by name and never by content', async () => {
    const vault = await open();
    await beginRotation(change);
    const text = JSON.stringify(vault.inventory());
    for (const key of vault.databaseKeysHex()) {
      expect(text).not.toContain(key);
      expect(text).not.toContain(Buffer.from(key, 'hex').toString('base64'));
    }
    expect(vault.inventory().map((key) => key.purpose)).toContain('desk-signing');
  });
});

describe('recovery', () => {
  const another = passphraseKeyProvider('a long new passphrase', cheap);

  it('opens with any two of three shares after the key was lost, and with no single one', async () => {
    const before = await open();
    const wrapped = before.newCustomerKey('cus_a');
    const sealed = before.sealForCustomer(wrapped, 'cus_a', plain, 'c');
    const shares = valueOf(await makeRecoveryShares(change)).map((share) => valueOf(readShare(share.text)));
    rmSync(join(root, 'keys'), { recursive: true });
    expect(codeOf(await openVault({ dataDirectory: change.dataDirectory, keyProvider: change.keyProvider }))).toBe(
      'key_missing',
    );
    const [a, b, c] = shares as [(typeof shares)[0], (typeof shares)[0], (typeof shares)[0]];
    const lost = { ...change, keyProvider: another };
    expect(codeOf(await recoverWithShares(lost, [a, a]))).toBe('shares_differ');
    for (const pair of [
      [a, b],
      [a, c],
      [c, b],
    ] as const) {
      expect(codeOf(await recoverWithShares(lost, pair, { onlyProve: true }))).toBe('ok');
    }
    expect(valueOf(await recoverWithShares(lost, [b, c])).installationId).toBe(before.installationId);
    expect((await open(another)).openForCustomer(wrapped, 'cus_a', sealed, 'c')).toEqual(plain);
  });

  it('survives a new master key, and ends with a newer set', async () => {
    await open();
    const [a, b] = valueOf(await makeRecoveryShares(change)).map((share) => valueOf(readShare(share.text)));
    if (a === undefined || b === undefined) throw new Error('no shares');
    await replaceMasterKey(change);
    expect(codeOf(await recoverWithShares(change, [a, b], { onlyProve: true }))).toBe('ok');
    await makeRecoveryShares(change);
    expect(codeOf(await recoverWithShares(change, [a, b]))).toBe('recovery_refused');
  });

  it('names shares that are damaged, of another installation, or of nothing', async () => {
    await open();
    const [a, b] = valueOf(await makeRecoveryShares(change)) as unknown as [{ text: string }, { text: string }];
    for (let at = 0; at < a.text.length; at += 1) {
      const digit = a.text[at] === '0' ? '1' : '0';
      if (a.text[at] === '.') continue;
      expect(codeOf(readShare(`${a.text.slice(0, at)}${digit}${a.text.slice(at + 1)}`))).toBe('share_unreadable');
    }
    expect(codeOf(readShare(`Loket\n\n  ${a.text.toUpperCase().replaceAll('.', ' . ')}\nkeep safe`))).toBe('ok');
    expect(codeOf(readShare(''))).toBe('share_unreadable');
    const pair = [valueOf(readShare(a.text)), valueOf(readShare(b.text))] as const;
    const elsewhere = { ...change, dataDirectory: join(root, 'other') };
    await openVault({ dataDirectory: elsewhere.dataDirectory, keyProvider: change.keyProvider });
    expect(codeOf(await recoverWithShares(elsewhere, pair))).toBe('recovery_missing');
    await makeRecoveryShares(elsewhere);
    expect(codeOf(await recoverWithShares(elsewhere, pair))).toBe('recovery_refused');
  });
});
