/**
 * The opened keys of an installation. They follow `installation.json`: a rotation by another process is noticed before
 * the next thing is sealed, signed or found to be of an unknown generation, so that nobody has to restart for it.
 */
import type { KeyObject } from 'node:crypto';
import { statSync } from 'node:fs';
import { fail, ok, type Result } from '../contract/result.ts';
import { installationPath } from './data-directory.ts';
import { privateKeyOf, publicKeyOf } from './ed25519.ts';
import { readInstallationFile, type InstallationFile } from './installation-file.ts';
import { currentKey, firstKeyring, keyBytes, keyringKey, openKeyring, type Keyring, type RingKey } from './keyring.ts';
import type { KeyPurpose } from './keys.ts';
import { openUnder, SealBroken } from './sealing.ts';

export interface OpenKeys {
  readonly file: InstallationFile;
  readonly ring: Keyring;
  readonly signingKey: KeyObject;
  /** The key in use. */
  current(purpose: KeyPurpose): { readonly generation: number; readonly key: Uint8Array };
  /** Of a generation; undefined when there is none (any more). */
  of(purpose: KeyPurpose, generation: number): Uint8Array | undefined;
}

/** Of a ring that is opened already. Errors: `installation_damaged`. */
export function openKeys(file: InstallationFile, ring: Keyring): Result<OpenKeys> {
  const bytes = new Map(ring.keys.map((one) => [nameOf(one), keyBytes(one)]));
  const key = (one: RingKey): Uint8Array => bytes.get(nameOf(one)) ?? keyBytes(one);
  try {
    const deskKeys = ring.keys.filter((one) => one.purpose === 'desk-key');
    const seed = openSeed(file, deskKeys.map(key));
    const signingKey = privateKeyOf(seed);
    seed.fill(0);
    return ok({
      file,
      ring,
      signingKey,
      current(purpose) {
        const one = currentKey(ring, purpose);
        return { generation: one.generation, key: key(one) };
      },
      of: (purpose, generation) => bytes.get(`${purpose}/${generation}`),
    });
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    return damaged;
  }
}

const damaged = fail(
  'installation_damaged',
  'The desk key in installation.json is damaged. Restore the file from a backup of this installation.',
);

function nameOf(key: RingKey): string {
  return `${key.purpose}/${key.generation}`;
}

function openSeed(file: InstallationFile, keys: readonly Uint8Array[]): Uint8Array {
  const sealed = Buffer.from(file.desk.sealedSeed, 'base64');
  for (const key of keys) {
    try {
      const seed = openUnder('desk_key', key, sealed, [file.installationId, file.desk.id]);
      if (publicKeyOf(seed) === file.desk.publicKey) return seed;
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error;
    }
  }
  throw new SealBroken('desk_key');
}

/** The keyring of the file under this master key: the sealed one, or the first. Errors: `installation_damaged`. */
export function ringOf(file: InstallationFile, masterKey: Uint8Array): Result<Keyring> {
  if (file.keyring === undefined) return ok(firstKeyring(masterKey, file.installationId, file.createdAt));
  return openedRing(file, file.keyring, keyringKey(masterKey, file.installationId));
}

function openedRing(file: InstallationFile, sealed: string, key: Uint8Array): Result<Keyring> {
  try {
    return ok(openKeyring(sealed, key, file.installationId));
  } catch {
    return fail(
      'installation_damaged',
      'The keyring in installation.json is damaged. Restore the file from a backup of this installation.',
    );
  }
}

export interface LiveKeys {
  /** As they were when last looked at: for reading. */
  now(): OpenKeys;
  /** Looks whether the file changed first: before anything new is sealed or signed. */
  fresh(): OpenKeys;
}

/** `sealingKey` (`keyringKey`) lets a later keyring be read without asking the key provider again. */
export function liveKeys(dataDirectory: string, first: OpenKeys, sealingKey: Uint8Array): LiveKeys {
  let keys = first;
  let seen = stampOf(dataDirectory);
  return {
    now: () => keys,
    fresh() {
      const stamp = stampOf(dataDirectory);
      if (stamp === seen) return keys;
      seen = stamp;
      keys = reread(dataDirectory, keys, sealingKey) ?? keys;
      return keys;
    },
  };
}

/** Null: gone, damaged, another installation's, or under a new master key. Then the keys at hand go on. */
function reread(dataDirectory: string, before: OpenKeys, sealingKey: Uint8Array): OpenKeys | null {
  const file = readInstallationFile(dataDirectory);
  if (!file.ok || file.value === null || file.value.installationId !== before.file.installationId) return null;
  const ring =
    file.value.keyring === undefined ? ok(before.ring) : openedRing(file.value, file.value.keyring, sealingKey);
  const opened = ring.ok ? openKeys(file.value, ring.value) : ring;
  return opened.ok ? opened.value : null;
}

function stampOf(dataDirectory: string): string {
  const stats = statSync(installationPath(dataDirectory), { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? 'none' : `${stats.ino}/${stats.mtimeNs}/${stats.size}`;
}
