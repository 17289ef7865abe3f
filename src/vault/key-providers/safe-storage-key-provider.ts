/** The operating system's keystore, through functions of Electron's `safeStorage` handed in by the shell. */
import { fail, ok, type Result } from '../../contract/result.ts';
import { keyLength } from '../sealing.ts';
import type { KeyProvider, ProtectedKey } from './key-provider.ts';

/** What is used of Electron's `safeStorage`; `backend` is `getSelectedStorageBackend()` on Linux, else the system's name. */
export interface SafeStorageFunctions {
  isEncryptionAvailable(): boolean;
  encryptString(plain: string): Uint8Array;
  decryptString(sealed: Uint8Array): string;
  backend(): string;
}

export interface SafeStorageOptions {
  readonly production: boolean;
}

/** Chromium's name for "a fixed password in the program": that protects nothing. */
const plainTextBackends = new Set(['basic_text', 'basic', 'unknown']);

export function safeStorageKeyProvider(functions: SafeStorageFunctions, options: SafeStorageOptions): KeyProvider {
  return {
    kind: 'safe-storage',
    protect: (masterKey, installationId) =>
      Promise.resolve(protectByKeystore(functions, options, masterKey, installationId)),
    recover: (protectedKey, installationId) =>
      Promise.resolve(recoverByKeystore(functions, options, protectedKey, installationId)),
  };
}

function refuseBackend(functions: SafeStorageFunctions, production: boolean): Result<string> {
  if (!functions.isEncryptionAvailable()) {
    return fail(
      'key_store_refused',
      "The system's keystore is locked or missing. Unlock the keyring, or start with LOKET_PASSPHRASE.",
    );
  }
  const backend = functions.backend();
  if (production && plainTextBackends.has(backend)) {
    return fail(
      'key_store_refused',
      'The keystore keeps keys as plain text, which production refuses. Install a keyring (GNOME Keyring, KWallet), or start with LOKET_PASSPHRASE.',
      { backend },
    );
  }
  return ok(backend);
}

function protectByKeystore(
  functions: SafeStorageFunctions,
  options: SafeStorageOptions,
  masterKey: Uint8Array,
  installationId: string,
): Result<ProtectedKey> {
  const backend = refuseBackend(functions, options.production);
  if (!backend.ok) return backend;
  const sealed = functions.encryptString(`${installationId} ${Buffer.from(masterKey).toString('base64')}`);
  return ok({ provider: 'safe-storage', backend: backend.value, wrapped: Buffer.from(sealed).toString('base64') });
}

function recoverByKeystore(
  functions: SafeStorageFunctions,
  options: SafeStorageOptions,
  protectedKey: ProtectedKey,
  installationId: string,
): Result<Uint8Array> {
  const backend = refuseBackend(functions, options.production);
  if (!backend.ok) return backend;
  const changed = { was: protectedKey.backend ?? null, is: backend.value };
  const remedy =
    'Sign in as the system user who set Loket up, with the same keyring. If it is gone, bring two shares of the recovery key and start Loket once with --keys recover --share FILE --share FILE.';
  if (protectedKey.backend !== backend.value) {
    return fail('keyring_changed', `The system's keyring is another one than at set-up. ${remedy}`, changed);
  }
  try {
    const [owner, encoded] = functions.decryptString(Buffer.from(protectedKey.wrapped, 'base64')).split(' ');
    const key = new Uint8Array(Buffer.from(encoded ?? '', 'base64'));
    if (owner === installationId && key.length === keyLength) return ok(key);
  } catch {
    // Falls through: a keyring that was reset decrypts nothing, which is the same designed state.
  }
  return fail('keyring_changed', `The system's keyring no longer opens this installation. ${remedy}`, changed);
}
