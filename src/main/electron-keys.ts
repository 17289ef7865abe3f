/** Where the desktop program takes the installation's master key from. */
import type * as Electron from 'electron';
import { chooseKeyProvider } from '../vault/key-providers/choose-key-provider.ts';
import type { KeyProvider } from '../vault/key-providers/key-provider.ts';
import { safeStorageKeyProvider } from '../vault/key-providers/safe-storage-key-provider.ts';

/** A passphrase or key file given by the operator wins; otherwise the system's keystore through `safeStorage`. */
export function electronKeys(
  { safeStorage }: Pick<typeof Electron, 'safeStorage'>,
  environment: NodeJS.ProcessEnv,
  production: boolean,
): KeyProvider {
  if (environment['LOKET_PASSPHRASE'] || environment['LOKET_KEY_DIR']) return chooseKeyProvider(environment);
  return safeStorageKeyProvider(
    {
      isEncryptionAvailable: () => safeStorage.isEncryptionAvailable(),
      encryptString: (plain) => safeStorage.encryptString(plain),
      decryptString: (sealed) => safeStorage.decryptString(Buffer.from(sealed)),
      backend: () => (process.platform === 'linux' ? safeStorage.getSelectedStorageBackend() : process.platform),
    },
    { production },
  );
}
