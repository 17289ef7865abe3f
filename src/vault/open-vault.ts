/** Opens the vault of a data directory, or makes a new one where there is no data yet. */
import { ulid } from 'ulid';
import { fail, ok, type Result } from '../contract/result.ts';
import {
  createFileOnce,
  ensurePrivateDirectory,
  holdsDatabase,
  installationPath,
  replaceFile,
} from './data-directory.ts';
import { newEd25519Pair, privateKeyOf, publicKeyOf, signEd25519 } from './ed25519.ts';
import { installationFileVersion, readInstallationFile, type InstallationFile } from './installation-file.ts';
import type { KeyProvider } from './key-providers/key-provider.ts';
import { deriveSubKeys, keyedHash, type SubKeys } from './keys.ts';
import { randomBytes } from './random.ts';
import { keyLength, openEnvelope, openUnder, sealEnvelope, SealBroken, sealUnder } from './sealing.ts';
import type { Vault } from './vault.ts';

export interface VaultOptions {
  readonly dataDirectory: string;
  readonly keyProvider: KeyProvider;
  /** `false`: an absent installation is a failure (`not_initialised`), never a new one. Default true. */
  readonly create?: boolean;
  readonly clock?: () => Date;
}

/**
 * Failures, each with its remedy: `not_initialised`, `installation_missing` (a database without its installation.json),
 * `installation_damaged`, `installation_unreadable`, `newer_version`, `key_provider_differs`, and those of the key
 * provider (`key_missing`, `wrong_key`, `keyring_changed`, `key_store_refused`, `key_unreadable`).
 */
export async function openVault(options: VaultOptions): Promise<Result<Vault>> {
  const file = readInstallationFile(options.dataDirectory);
  if (!file.ok) return file;
  if (file.value !== null) return openExisting(file.value, options.keyProvider);
  if (holdsDatabase(options.dataDirectory)) {
    return fail(
      'installation_missing',
      'The database is here but installation.json is not. Restore it from a backup: without it the data cannot be opened.',
    );
  }
  if (options.create === false)
    return fail('not_initialised', 'There is no installation in this directory. Run `loket init` first.');
  return createInstallation(options);
}

async function createInstallation(options: VaultOptions): Promise<Result<Vault>> {
  const now = (options.clock ?? (() => new Date()))();
  const installationId = `ins_${ulid(now.getTime())}`;
  const masterKey = randomBytes(keyLength);
  const masterProtected = await options.keyProvider.protect(masterKey, installationId);
  if (!masterProtected.ok) return masterProtected;
  const desk = newDesk(masterKey, installationId, now);
  const file: InstallationFile = {
    version: installationFileVersion,
    installationId,
    createdAt: now.toISOString(),
    masterKey: masterProtected.value,
    desk,
  };
  try {
    ensurePrivateDirectory(options.dataDirectory);
    const first = createFileOnce(installationPath(options.dataDirectory), `${JSON.stringify(file, null, 2)}\n`);
    return first ? unlock(file, masterKey) : await openVault({ ...options, create: false });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return fail(
      'installation_unreadable',
      `The data directory could not be written (${code}). Check its owner, permissions and space.`,
    );
  }
}

function newDesk(masterKey: Uint8Array, installationId: string, now: Date): InstallationFile['desk'] {
  const id = `desk_${ulid(now.getTime())}`;
  const pair = newEd25519Pair();
  const sealed = sealUnder('desk_key', deriveSubKeys(masterKey, installationId)['desk-key'], pair.seed, [
    installationId,
    id,
  ]);
  pair.seed.fill(0);
  return { id, publicKey: pair.publicKey, sealedSeed: Buffer.from(sealed).toString('base64') };
}

async function openExisting(file: InstallationFile, keyProvider: KeyProvider): Promise<Result<Vault>> {
  if (file.masterKey.provider !== keyProvider.kind) {
    return fail(
      'key_provider_differs',
      `The key of this installation is kept by "${file.masterKey.provider}", not by "${keyProvider.kind}". ${remedyFor(file.masterKey.provider)}`,
    );
  }
  const masterKey = await keyProvider.recover(file.masterKey, file.installationId);
  return masterKey.ok ? unlock(file, masterKey.value) : masterKey;
}

function remedyFor(provider: InstallationFile['masterKey']['provider']): string {
  if (provider === 'passphrase') return 'Set LOKET_PASSPHRASE.';
  if (provider === 'file') return 'Unset LOKET_PASSPHRASE and provide the key file.';
  return 'Start the desktop program of this installation.';
}

function unlock(file: InstallationFile, masterKey: Uint8Array): Result<Vault> {
  const keys = deriveSubKeys(masterKey, file.installationId);
  masterKey.fill(0);
  try {
    const seed = openUnder('desk_key', keys['desk-key'], Buffer.from(file.desk.sealedSeed, 'base64'), [
      file.installationId,
      file.desk.id,
    ]);
    if (publicKeyOf(seed) !== file.desk.publicKey) throw new SealBroken('desk_key');
    const signingKey = privateKeyOf(seed);
    seed.fill(0);
    const desk = {
      id: file.desk.id,
      publicKey: file.desk.publicKey,
      sign: (bytes: Uint8Array) => signEd25519(signingKey, bytes),
    };
    return ok({ installationId: file.installationId, desk, ...vaultFunctions(keys) });
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    return fail(
      'installation_damaged',
      'The desk key in installation.json is damaged. Restore the file from a backup of this installation.',
    );
  }
}

function vaultFunctions(keys: SubKeys): Omit<Vault, 'installationId' | 'desk'> {
  const dataKey = (wrapped: Uint8Array, customerId: string): Uint8Array =>
    openUnder('customer_key', keys['customer-wrapping'], wrapped, [customerId]);
  return {
    databaseKeyHex: () => Buffer.from(keys.database).toString('hex'),
    newCustomerKey: (customerId) =>
      sealUnder('customer_key', keys['customer-wrapping'], randomBytes(keyLength), [customerId]),
    sealForCustomer: (wrapped, customerId, plain, context) =>
      sealEnvelope(dataKey(wrapped, customerId), plain, [customerId, context]),
    openForCustomer: (wrapped, customerId, sealed, context) =>
      openEnvelope(dataKey(wrapped, customerId), sealed, [customerId, context]),
    sealSecret: (plain, context) => sealUnder('secret', keys.secrets, plain, [context]),
    openSecret: (sealed, context) => openUnder('secret', keys.secrets, sealed, [context]),
    blindIndex: (orgId, value) => keyedHash(keys['blind-index'], ['nik', orgId, value]),
    subjectId: (orgId, customerId) => keyedHash(keys['audit-subject'], [orgId, customerId]),
  };
}

/**
 * Puts the same master key under another key provider (new passphrase, key file, keystore). Data and desk identity stay
 * as they are, and other processes that have the vault open go on.
 */
export async function changeKeyProvider(
  dataDirectory: string,
  from: KeyProvider,
  to: KeyProvider,
): Promise<Result<true>> {
  const file = readInstallationFile(dataDirectory);
  if (!file.ok) return file;
  if (file.value === null)
    return fail('not_initialised', 'There is no installation in this directory. Run `loket init` first.');
  const opened = await openExisting(file.value, from);
  if (!opened.ok) return opened;
  const masterKey = await from.recover(file.value.masterKey, file.value.installationId);
  if (!masterKey.ok) return masterKey;
  const masterProtected = await to.protect(masterKey.value, file.value.installationId);
  masterKey.value.fill(0);
  if (!masterProtected.ok) return masterProtected;
  replaceFile(
    installationPath(dataDirectory),
    `${JSON.stringify({ ...file.value, masterKey: masterProtected.value }, null, 2)}\n`,
  );
  return ok(true);
}
