/** Opens the encrypted database of an installation, brings its tables up to date, and hands out transactions. */
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely } from 'kysely';
import { ok, type Result } from '../contract/result.ts';
import { migrate } from './migrations/migrate.ts';
import { rekeyWhileOpen } from './rekey-while-open.ts';
import type { Database } from './schema.ts';
import { sqliteSchema } from './schema-dialect.ts';
import { openSqlite, sqliteEngine, type SqliteHandle } from './sqlite-dialect.ts';
import { makeStore, type Store } from './store.ts';
import { StoreError, storeFailure } from './store-error.ts';
import { createTransactionScope } from './transaction-scope.ts';

export type { Store } from './store.ts';

export interface StoreOptions {
  readonly path: string;
  readonly keyHex: string;
  /** Tried in turn where `keyHex` does not open the file: while the database is being given a new key. */
  readonly otherKeysHex?: readonly string[];
  readonly clock: () => Date;
  /** Default true. `false`: a missing or empty file is a failure, never a new database. */
  readonly create?: boolean;
  /** Opens without writing or migrating: for auditors. */
  readonly readOnly?: boolean;
  readonly busyTimeoutMs?: number;
}

/** Failures: `store_<kind>` for every kind of `StoreProblem` but `constraint`. */
export async function openStore(options: StoreOptions): Promise<Result<Store>> {
  if ((options.create === false || options.readOnly === true) && fileSize(options.path) === 0)
    return storeFailure('missing');
  if (!existsSync(dirname(options.path))) return storeFailure('missing');
  let store: Store | undefined;
  try {
    const handle = openWithKeys(options);
    const scope = createTransactionScope();
    const { dialect, seat } = sqliteEngine(handle, scope);
    const db = new Kysely<Database>({ dialect });
    const { path } = options;
    store = {
      ...makeStore({ db, path, engine: 'sqlite', scope, exclusive: sqliteSchema.exclusive }),
      ...(options.readOnly === true ? {} : { changeKey: (change) => rekeyWhileOpen(seat, { ...change, path }) }),
    };
    const problem = await migrate({
      db,
      dialect: sqliteSchema,
      clock: options.clock,
      readOnly: options.readOnly ?? false,
    });
    if (problem === null) return ok(store);
    await store.close();
    return storeFailure(problem);
  } catch (error) {
    await store?.close();
    if (error instanceof StoreError) return storeFailure(error.kind, error.driverCode);
    throw error;
  }
}

function openWithKeys(options: StoreOptions): SqliteHandle {
  const keys = [options.keyHex, ...(options.otherKeysHex ?? [])];
  for (const [index, keyHex] of keys.entries()) {
    try {
      return openSqlite({ ...options, keyHex });
    } catch (error) {
      const tryNext = index < keys.length - 1 && error instanceof StoreError && error.kind === 'wrong_key';
      if (!tryNext) throw error;
    }
  }
  throw new StoreError('wrong_key');
}

function fileSize(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
