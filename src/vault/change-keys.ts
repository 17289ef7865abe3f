/**
 * Changes of an installation's keys: each is one atomic replacement of `installation.json`, so that a power cut leaves
 * the keys as they were or as they shall be. What lies under older keys is sealed anew by the rooms that hold it.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fail, ok, type Result } from '../contract/result.ts';
import { createFileOnce } from './data-directory.ts';
import { newEd25519Pair } from './ed25519.ts';
import { hpkeSeal } from './hpke.ts';
import { readInstallationFile, writeInstallationFile, type InstallationFile } from './installation-file.ts';
import type { KeyProvider } from './key-providers/key-provider.ts';
import {
  currentKey,
  keyBytes,
  keyringKey,
  sealKeyring,
  withNewKey,
  withNextInUse,
  withNextKey,
  withoutRetired,
  type Keyring,
} from './keyring.ts';
import type { KeyPurpose } from './keys.ts';
import { ringOf } from './live-keys.ts';
import { recoverMasterKey } from './open-vault.ts';
import { randomBytes } from './random.ts';
import { keyLength, sealUnder } from './sealing.ts';

export interface KeyChange {
  readonly dataDirectory: string;
  readonly keyProvider: KeyProvider;
  readonly clock: () => Date;
}

interface Unlocked {
  readonly file: InstallationFile;
  readonly masterKey: Uint8Array;
  readonly ring: Keyring;
}

async function unlocked(change: KeyChange): Promise<Result<Unlocked>> {
  const file = readInstallationFile(change.dataDirectory);
  if (!file.ok) return file;
  if (file.value === null)
    return fail('not_initialised', 'There is no installation in this directory. Run `loket init` first.');
  const masterKey = await recoverMasterKey(file.value, change.keyProvider);
  if (!masterKey.ok) return masterKey;
  const ring = ringOf(file.value, masterKey.value);
  return ring.ok ? ok({ file: file.value, masterKey: masterKey.value, ring: ring.value }) : ring;
}

/** One change at a time, also of two processes. Errors: `keys_busy`, and those of `openVault`. */
async function changing<T>(
  change: KeyChange,
  work: (keys: Unlocked) => Promise<Result<{ file: InstallationFile; value: T }>>,
): Promise<Result<T>> {
  const lock = takeLock(change.dataDirectory);
  if (lock === null)
    return fail('keys_busy', 'Another program is changing the keys of this installation. Wait until it is done.');
  try {
    const keys = await unlocked(change);
    if (!keys.ok) return keys;
    const done = await work(keys.value);
    keys.value.masterKey.fill(0);
    if (!done.ok) return done;
    if (done.value.file !== keys.value.file) writeInstallationFile(change.dataDirectory, done.value.file);
    return ok(done.value.value);
  } finally {
    lock();
  }
}

/** The lock names its process: one that died holding it holds nobody up. */
function takeLock(dataDirectory: string): (() => void) | null {
  const path = join(dataDirectory, 'keys.lock');
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      if (createFileOnce(path, `${process.pid}\n`)) return () => rmSync(path, { force: true });
      if (isAlive(Number(readFileSync(path, 'utf8')))) return null;
      rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return null;
    }
  }
  return null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function withRing(keys: Unlocked, ring: Keyring): InstallationFile {
  const { file, masterKey } = keys;
  return {
    ...file,
    keyring: sealKeyring(ring, keyringKey(masterKey, file.installationId), file.installationId),
  };
}

export interface NewKeys {
  /** False: a rotation that broke off goes on with the keys it made. */
  readonly begun: boolean;
}

/**
 * New keys for what wraps customers' keys and for secrets, and one in waiting for the database. A key in waiting says
 * that the last rotation did not end: then nothing new is made. Errors: as `changing`.
 */
export function beginRotation(change: KeyChange): Promise<Result<NewKeys>> {
  return changing(change, (keys) => {
    const begun = !keys.ring.keys.some((one) => one.state === 'next');
    const file = begun ? withRing(keys, renewed(keys.ring, change.clock().toISOString())) : keys.file;
    return Promise.resolve(ok({ file, value: { begun } }));
  });
}

function renewed(ring: Keyring, now: string): Keyring {
  const wrapping = withNewKey(ring, 'customer-wrapping', randomBytes(keyLength), now);
  const secrets = withNewKey(wrapping, 'secrets', randomBytes(keyLength), now);
  return withNextKey(secrets, 'database', randomBytes(keyLength), now);
}

/** The database opens with its waiting key from now on; the old one is forgotten. */
export function useNextDatabaseKey(change: KeyChange): Promise<Result<true>> {
  return changing(change, (keys) =>
    Promise.resolve(ok({ file: withRing(keys, withNextInUse(keys.ring, 'database')), value: true as const })),
  );
}

/** Forgets retired keys that nothing lies under any more. The caller has looked. */
export function forgetRetired(
  change: KeyChange,
  purpose: KeyPurpose,
  generations: readonly number[],
): Promise<Result<true>> {
  return changing(change, (keys) => {
    const ring = withoutRetired(keys.ring, purpose, generations);
    const file = ring.keys.length === keys.ring.keys.length ? keys.file : withRing(keys, ring);
    return Promise.resolve(ok({ file, value: true as const }));
  });
}

export interface NewDeskKey {
  readonly previous: string;
  readonly publicKey: string;
  readonly at: string;
}

/**
 * A new signing key of the desk under the same id. `announce` is called with it before it is in use: who must accept its
 * signatures learns of it first.
 */
export function rotateDeskKey(
  change: KeyChange,
  announce: (key: NewDeskKey) => Promise<Result<true>>,
): Promise<Result<NewDeskKey>> {
  return changing(change, async (keys) => {
    const { file, ring } = keys;
    const at = change.clock().toISOString();
    const pair = newEd25519Pair();
    const sealed = sealUnder('desk_key', keyBytes(currentKey(ring, 'desk-key')), pair.seed, [
      file.installationId,
      file.desk.id,
    ]);
    pair.seed.fill(0);
    const key = { previous: file.desk.publicKey, publicKey: pair.publicKey, at };
    const announced = await announce(key);
    if (!announced.ok) return announced;
    const before = { publicKey: file.desk.publicKey, since: file.desk.since ?? file.createdAt, until: at };
    const desk: InstallationFile['desk'] = {
      id: file.desk.id,
      publicKey: pair.publicKey,
      sealedSeed: Buffer.from(sealed).toString('base64'),
      since: at,
      previous: [...(file.desk.previous ?? []), before],
    };
    return ok({ file: { ...file, desk }, value: key });
  });
}

/**
 * A new master key under the same or another key provider: whoever copied the old one opens nothing that is sealed from
 * now on. Programs that run keep the keys they have and must be started anew to see later changes.
 */
export function replaceMasterKey(change: KeyChange, to: KeyProvider = change.keyProvider): Promise<Result<true>> {
  return changing(change, async (keys) => {
    const { file, ring } = keys;
    const masterKey = randomBytes(keyLength);
    const protectedKey = await to.protect(masterKey, file.installationId);
    if (!protectedKey.ok) return protectedKey;
    const next = withRing({ file, ring, masterKey }, ring);
    const recovery = file.recovery === undefined ? {} : { recovery: await resealed(file.recovery, masterKey, file) };
    masterKey.fill(0);
    return ok({ file: { ...next, masterKey: protectedKey.value, ...recovery }, value: true as const });
  });
}

type Recovery = NonNullable<InstallationFile['recovery']>;

async function resealed(recovery: Recovery, masterKey: Uint8Array, file: InstallationFile): Promise<Recovery> {
  const wrapped = await hpkeSeal(recovery.publicKey, 'master-key', masterKey, [file.installationId, recovery.setId]);
  return { ...recovery, wrapped: Buffer.from(wrapped).toString('base64') };
}

/** Seals the master key to a recovery key; one made before is replaced, and its shares open nothing any more. */
export function sealToRecoveryKey(
  change: KeyChange,
  recovery: { readonly setId: string; readonly publicKey: string },
): Promise<Result<true>> {
  return changing(change, async (keys) => {
    const empty = { ...recovery, createdAt: change.clock().toISOString(), wrapped: '' };
    const sealed = await resealed(empty, keys.masterKey, keys.file);
    return ok({ file: { ...keys.file, recovery: sealed }, value: true as const });
  });
}
