/** A real vault and a real encrypted database in a temporary folder, for tests of any room above the store. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databasePath } from '../../vault/data-directory.ts';
import { fileKeyProvider } from '../../vault/key-providers/file-key-provider.ts';
import { openVault } from '../../vault/open-vault.ts';
import type { Vault } from '../../vault/vault.ts';
import { openStore, type Store } from '../open-store.ts';

export interface TemporaryInstallation {
  readonly root: string;
  readonly dataDirectory: string;
  readonly keyDirectory: string;
  readonly vault: Vault;
  readonly store: Store;
  /** Closes and opens again, as after a restart. */
  reopen(): Promise<TemporaryInstallation>;
  /** Closes and removes everything. */
  remove(): Promise<void>;
}

export async function temporaryInstallation(clock: () => Date = () => new Date()): Promise<TemporaryInstallation> {
  return openAt(mkdtempSync(join(tmpdir(), 'loket-test-')), clock);
}

/** Opens (or creates) an installation below `root`. Throws when it cannot: a test that needs it has nothing to test. */
export async function openAt(root: string, clock: () => Date): Promise<TemporaryInstallation> {
  const dataDirectory = join(root, 'data');
  const keyDirectory = join(root, 'keys');
  const vault = await openVault({ dataDirectory, keyProvider: fileKeyProvider({ directory: keyDirectory }), clock });
  if (!vault.ok) throw new Error(vault.error.code);
  const store = await openStore({ path: databasePath(dataDirectory), keyHex: vault.value.databaseKeyHex(), clock });
  if (!store.ok) throw new Error(store.error.code);
  return {
    root,
    dataDirectory,
    keyDirectory,
    vault: vault.value,
    store: store.value,
    async reopen() {
      await store.value.close();
      return openAt(root, clock);
    },
    async remove() {
      await store.value.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
