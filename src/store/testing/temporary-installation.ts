/** A real vault and a real database in a temporary folder (`LOKET_TEST_STORE`: elsewhere), for tests of any room above the store. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { sql } from 'kysely';
import { databasePath } from '../../vault/data-directory.ts';
import { fileKeyProvider } from '../../vault/key-providers/file-key-provider.ts';
import { openVault } from '../../vault/open-vault.ts';
import type { Vault } from '../../vault/vault.ts';
import { openPostgresStore } from '../open-postgres-store.ts';
import { openStore, type Store } from '../open-store.ts';
import { openSqlite } from '../sqlite-dialect.ts';
import { chosenEngine, freshSchema, type FreshSchema, type TestEngine } from './test-databases.ts';

export interface TemporaryInstallation {
  readonly root: string;
  readonly dataDirectory: string;
  readonly keyDirectory: string;
  readonly vault: Vault;
  readonly store: Store;
  /** As someone with the key, or the database's owner, and no respect for triggers: the log's are gone, then this runs. */
  tamper(statements: string): Promise<void>;
  /** Closes and opens again, as after a restart. */
  reopen(): Promise<TemporaryInstallation>;
  /** Closes and removes everything. */
  remove(): Promise<void>;
}

/** `engine`: for tests of what exists on one engine only, such as a command that reads the file. */
export async function temporaryInstallation(
  clock: () => Date = () => new Date(),
  engine: TestEngine = chosenEngine(),
): Promise<TemporaryInstallation> {
  return openAt(mkdtempSync(join(tmpdir(), 'loket-test-')), clock, engine);
}

/** Opens (or creates) an installation below `root`. Throws when it cannot: a test that needs it has nothing to test. */
export async function openAt(
  root: string,
  clock: () => Date,
  engine: TestEngine = chosenEngine(),
): Promise<TemporaryInstallation> {
  const dataDirectory = join(root, 'data');
  const keyDirectory = join(root, 'keys');
  const vault = await openVault({ dataDirectory, keyProvider: fileKeyProvider({ directory: keyDirectory }), clock });
  if (!vault.ok) throw new Error(vault.error.code);
  const schema = await schemaFor(root, engine);
  const store =
    schema === null
      ? await openStore({ path: databasePath(dataDirectory), keyHex: vault.value.databaseKeyHex(), clock })
      : await openPostgresStore({ ...schema.place, schema: schema.schema, clock });
  if (!store.ok) throw new Error(store.error.code);
  return {
    root,
    dataDirectory,
    keyDirectory,
    vault: vault.value,
    store: store.value,
    tamper: (statements) => tamper(store.value, vault.value, statements),
    async reopen() {
      await store.value.close();
      return openAt(root, clock, engine);
    },
    async remove() {
      await store.value.close();
      await schema?.remove();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

async function tamper(store: Store, vault: Vault, statements: string): Promise<void> {
  if (store.engine === 'postgres') {
    for (const name of ['no_change', 'no_delete'])
      await sql`drop trigger if exists ${sql.id(`audit_log_${name}`)} on audit_log`.execute(store.db);
    await sql.raw(statements).execute(store.db);
    return;
  }
  const raw = openSqlite({ path: store.path, keyHex: vault.databaseKeyHex() });
  raw.exec('drop trigger if exists audit_log_no_update; drop trigger if exists audit_log_no_delete');
  raw.exec(statements);
  raw.close();
}

/** The PostgreSQL schema that belongs to an installation's folder, made where it is missing; null on SQLite. */
export async function schemaFor(root: string, engine: TestEngine = chosenEngine()): Promise<FreshSchema | null> {
  return engine === 'sqlite' ? null : freshSchema(engine, basename(root));
}
