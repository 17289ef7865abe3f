/** Opens the encrypted database of an installation, brings its tables up to date, and hands out transactions. */
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, sql } from 'kysely';
import { ok, type Result } from '../contract/result.ts';
import { migrate } from './migrations/migrate.ts';
import type { Database } from './schema.ts';
import { openSqlite, sqliteDialect, sqliteSchema, transactionScope, type TransactionScope } from './sqlite-dialect.ts';
import { StoreError, storeFailure } from './store-error.ts';

export interface Store {
  readonly db: Kysely<Database>;
  /**
   * Runs `work` in one exclusive transaction: all of it is stored, or nothing. Inside another transaction it joins that
   * one behind a savepoint. Inside `work` use `trx` only: `db` refuses, because it would wait for itself.
   * Throws what `work` throws, and `StoreError`.
   */
  transaction<T>(work: (trx: Kysely<Database>) => Promise<T>): Promise<T>;
  close(): Promise<void>;
  readonly path: string;
}

export interface StoreOptions {
  readonly path: string;
  readonly keyHex: string;
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
    const handle = openSqlite(options);
    const db = new Kysely<Database>({ dialect: sqliteDialect(handle) });
    store = makeStore(db, options.path);
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

function fileSize(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function makeStore(db: Kysely<Database>, path: string): Store {
  let savepoints = 0;

  async function join<T>(scope: TransactionScope, work: (trx: Kysely<Database>) => Promise<T>): Promise<T> {
    const trx = scope.trx as unknown as Kysely<Database>;
    const name = sql.id(`inner_${(savepoints += 1)}`);
    await sql`savepoint ${name}`.execute(trx);
    try {
      const value = await work(trx);
      await sql`release ${name}`.execute(trx);
      return value;
    } catch (error) {
      // A full disk may have undone the whole transaction already: then there is no savepoint, and the first error counts.
      await sql`rollback to ${name}`
        .execute(trx)
        .then(() => sql`release ${name}`.execute(trx))
        .catch(() => undefined);
      throw error;
    }
  }

  async function transaction<T>(work: (trx: Kysely<Database>) => Promise<T>): Promise<T> {
    const outer = transactionScope.getStore();
    if (outer?.active === true) return join(outer, work);
    return db.transaction().execute(async (trx) => {
      const scope: TransactionScope = { active: true, trx: trx as unknown as Kysely<never> };
      try {
        return await transactionScope.run(scope, () => work(trx));
      } finally {
        scope.active = false;
      }
    });
  }

  return { db, path, transaction, close: () => db.destroy() };
}
