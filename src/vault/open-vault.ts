/** Opens the vault of a data directory, or makes a new one where there is no data yet. */
import { ulid } from 'ulid';
import { fail, ok, type Result } from '../contract/result.ts';
import { createFileOnce, ensurePrivateDirectory, holdsDatabase, installationPath } from './data-directory.ts';
import { newEd25519Pair, signEd25519 } from './ed25519.ts';
import { hpkeSeal } from './hpke.ts';
import { readInstallationFile, writeInstallationFile, type InstallationFile } from './installation-file.ts';
import type { KeyProvider } from './key-providers/key-provider.ts';
import { keyBytes, keyringKey, ringInventory, type KeyInfo } from './keyring.ts';
import { deriveSubKeys, keyedHash, type KeyPurpose } from './keys.ts';
import { liveKeys, openKeys, ringOf, type LiveKeys, type OpenKeys } from './live-keys.ts';
import { randomBytes } from './random.ts';
import {
  contentKeyOf,
  generationOf,
  keyLength,
  openEnvelope,
  openUnderGeneration,
  sealEnvelope,
  sealUnder,
  sealUnderGeneration,
} from './sealing.ts';
import { drawRotation, turn } from './template-rotation.ts';
import type { DeskIdentity, Vault } from './vault.ts';
import { finishWipe } from './wipe-keys.ts';

export interface VaultOptions {
  readonly dataDirectory: string;
  readonly keyProvider: KeyProvider;
  /** `false`: an absent installation is a failure (`not_initialised`), never a new one. Default true. */
  readonly create?: boolean;
  readonly clock?: () => Date;
}

/**
 * Failures, each with its remedy: `not_initialised`, `installation_missing` (a database without its installation.json),
 * `desk_wiped` (head office had the keys destroyed; one that broke off is ended now), `installation_damaged`, `installation_unreadable`, `newer_version`, `key_provider_differs`, and those of the key
 * provider (`key_missing`, `wrong_key`, `keyring_changed`, `key_store_refused`, `key_unreadable`).
 */
export async function openVault(options: VaultOptions): Promise<Result<Vault>> {
  const wiped = finishWipe(options.dataDirectory, options.keyProvider);
  if (wiped !== null) return wiped;
  const file = readInstallationFile(options.dataDirectory);
  if (!file.ok) return file;
  if (file.value !== null) return openExisting(options.dataDirectory, file.value, options.keyProvider);
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
    version: masterProtected.value.provider === 'pkcs11' ? 3 : 1,
    installationId,
    createdAt: now.toISOString(),
    masterKey: masterProtected.value,
    desk,
  };
  try {
    ensurePrivateDirectory(options.dataDirectory);
    const first = createFileOnce(installationPath(options.dataDirectory), `${JSON.stringify(file, null, 2)}\n`);
    return first ? unlock(options.dataDirectory, file, masterKey) : await openVault({ ...options, create: false });
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

async function openExisting(
  dataDirectory: string,
  file: InstallationFile,
  keyProvider: KeyProvider,
): Promise<Result<Vault>> {
  const masterKey = await recoverMasterKey(file, keyProvider);
  return masterKey.ok ? unlock(dataDirectory, file, masterKey.value) : masterKey;
}

/** Errors: `key_provider_differs`, and those of the key provider. */
export async function recoverMasterKey(file: InstallationFile, keyProvider: KeyProvider): Promise<Result<Uint8Array>> {
  if (file.masterKey.provider !== keyProvider.kind) {
    return fail(
      'key_provider_differs',
      `The key of this installation is kept by "${file.masterKey.provider}", not by "${keyProvider.kind}". ${remedyFor(file.masterKey.provider)}`,
    );
  }
  return keyProvider.recover(file.masterKey, file.installationId);
}

function remedyFor(provider: InstallationFile['masterKey']['provider']): string {
  if (provider === 'passphrase') return 'Set LOKET_PASSPHRASE.';
  if (provider === 'file') return 'Unset LOKET_PASSPHRASE and LOKET_PKCS11_MODULE, and provide the key file.';
  if (provider === 'pkcs11') return 'Set LOKET_PKCS11_MODULE, LOKET_PKCS11_TOKEN and LOKET_PKCS11_PIN_FILE.';
  return 'Start the desktop program of this installation.';
}

function unlock(dataDirectory: string, file: InstallationFile, masterKey: Uint8Array): Result<Vault> {
  const sealingKey = keyringKey(masterKey, file.installationId);
  const ring = ringOf(file, masterKey);
  masterKey.fill(0);
  if (!ring.ok) return ring;
  const keys = openKeys(file, ring.value);
  if (!keys.ok) return keys;
  const live = liveKeys(dataDirectory, keys.value, sealingKey);
  return ok({
    installationId: file.installationId,
    desk: deskIdentity(live),
    ...databaseKeys(live),
    ...customerFunctions(live),
    ...secretFunctions(live),
    blindIndex: (orgId, value) => keyedHash(live.now().current('blind-index').key, ['nik', orgId, value]),
    subjectId: (orgId, customerId) => keyedHash(live.now().current('audit-subject').key, [orgId, customerId]),
    turnTemplate: templateTurner(live),
    inventory: () => inventoryOf(live.fresh()),
  });
}

/** Under the key of the blind index, which is never replaced: an index lasts as long as it. Drawn once an organisation. */
function templateTurner(live: LiveKeys): Vault['turnTemplate'] {
  const drawn = new Map<string, Float64Array>();
  return (orgId, template) => {
    const name = `${orgId} ${template.length}`;
    let rotation = drawn.get(name);
    if (rotation === undefined) {
      const seed = keyedHash(live.now().current('blind-index').key, ['template-rotation', orgId]);
      rotation = drawRotation(seed, template.length);
      drawn.set(name, rotation);
    }
    return turn(rotation, template);
  };
}

function deskIdentity(live: LiveKeys): DeskIdentity {
  return {
    get id() {
      return live.now().file.desk.id;
    },
    get publicKey() {
      return live.fresh().file.desk.publicKey;
    },
    get publicKeys() {
      const { publicKey, previous } = live.fresh().file.desk;
      return [publicKey, ...(previous ?? []).map((one) => one.publicKey).reverse()];
    },
    sign: (bytes) => signEd25519(live.fresh().signingKey, bytes),
  };
}

function databaseKeys(live: LiveKeys): Pick<Vault, 'databaseKeyHex' | 'databaseKeysHex'> {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  const inUse = (keys: OpenKeys): string => hex(keys.current('database').key);
  return {
    databaseKeyHex: () => inUse(live.fresh()),
    databaseKeysHex() {
      const keys = live.fresh();
      const next = keys.ring.keys.filter((one) => one.purpose === 'database' && one.state === 'next');
      return [inUse(keys), ...next.map((one) => hex(keyBytes(one)))];
    },
  };
}

type CustomerFunctions =
  'newCustomerKey' | 'rewrapCustomerKey' | 'sealForCustomer' | 'openForCustomer' | 'customerKeyFor' | 'contentKeyFor';

function customerFunctions(live: LiveKeys): Pick<Vault, CustomerFunctions> {
  const wrap = (dataKey: Uint8Array, customerId: string): Uint8Array => {
    const { generation, key } = live.fresh().current('customer-wrapping');
    return sealUnderGeneration('customer_key', generation, key, dataKey, [customerId]);
  };
  const dataKey = (wrapped: Uint8Array, customerId: string): Uint8Array =>
    openUnderGeneration('customer_key', keyOf(live, 'customer-wrapping'), wrapped, [customerId]);
  return {
    newCustomerKey: (customerId) => wrap(randomBytes(keyLength), customerId),
    rewrapCustomerKey(wrapped, customerId) {
      const { generation } = live.fresh().current('customer-wrapping');
      return generationOf('customer_key', wrapped) === generation
        ? null
        : wrap(dataKey(wrapped, customerId), customerId);
    },
    sealForCustomer: (wrapped, customerId, plain, context, take) =>
      sealEnvelope(dataKey(wrapped, customerId), plain, [customerId, context], take),
    openForCustomer: (wrapped, customerId, sealed, context) =>
      openEnvelope(dataKey(wrapped, customerId), sealed, [customerId, context]),
    customerKeyFor: (publicKey, wrapped, customerId) =>
      hpkeSeal(publicKey, 'customer-key', dataKey(wrapped, customerId), [customerId]),
    contentKeyFor(publicKey, wrapped, customerId, sealed, context) {
      const contentKey = contentKeyOf(dataKey(wrapped, customerId), sealed, [customerId, context]);
      return hpkeSeal(publicKey, 'content-key', contentKey, [customerId, context]);
    },
  };
}

function secretFunctions(live: LiveKeys): Pick<Vault, 'sealSecret' | 'openSecret' | 'resealSecret'> {
  const seal = (plain: Uint8Array, context: string): Uint8Array => {
    const { generation, key } = live.fresh().current('secrets');
    return sealUnderGeneration('secret', generation, key, plain, [context]);
  };
  const open = (sealed: Uint8Array, context: string): Uint8Array =>
    openUnderGeneration('secret', keyOf(live, 'secrets'), sealed, [context]);
  return {
    sealSecret: seal,
    openSecret: open,
    resealSecret(sealed, context) {
      const { generation } = live.fresh().current('secrets');
      return generationOf('secret', sealed) === generation ? null : seal(open(sealed, context), context);
    },
  };
}

/** A generation nobody knows yet was made by a rotation next door: then the file is looked at. */
function keyOf(live: LiveKeys, purpose: KeyPurpose): (generation: number) => Uint8Array | undefined {
  return (generation) => live.now().of(purpose, generation) ?? live.fresh().of(purpose, generation);
}

function inventoryOf({ file, ring }: OpenKeys): readonly KeyInfo[] {
  const algorithm = 'Ed25519';
  const earlier = (file.desk.previous ?? []).map((one, index) => ({
    id: `desk-signing/${index + 1}`,
    purpose: 'desk-signing',
    algorithm,
    createdAt: one.since,
    state: 'retired' as const,
    retiredAt: one.until,
  }));
  const desk: KeyInfo = {
    id: `desk-signing/${earlier.length + 1}`,
    purpose: 'desk-signing',
    algorithm,
    createdAt: file.desk.since ?? file.createdAt,
    state: 'current',
    retiredAt: null,
  };
  const recovery: KeyInfo[] =
    file.recovery === undefined
      ? []
      : [
          {
            id: `recovery/${file.recovery.setId}`,
            purpose: 'recovery',
            algorithm: 'Shamir 2 of 3 over HPKE X25519',
            createdAt: file.recovery.createdAt,
            state: 'current',
            retiredAt: null,
          },
        ];
  return [...ringInventory(ring), ...earlier, desk, ...recovery];
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
  const opened = await openExisting(dataDirectory, file.value, from);
  if (!opened.ok) return opened;
  const masterKey = await from.recover(file.value.masterKey, file.value.installationId);
  if (!masterKey.ok) return masterKey;
  const masterProtected = await to.protect(masterKey.value, file.value.installationId);
  masterKey.value.fill(0);
  if (!masterProtected.ok) return masterProtected;
  writeInstallationFile(dataDirectory, { ...file.value, masterKey: masterProtected.value });
  return ok(true);
}
