/** Opens a database on a PostgreSQL server (or inside a PGlite instance): the same tables, rules and `Store` as `openStore`. */
import { Kysely, sql } from 'kysely';
import { ok, type Result } from '../contract/result.ts';
import { migrate } from './migrations/migrate.ts';
import {
  embeddedConnection,
  postgresDialect,
  serverConnections,
  type EmbeddedPostgres,
  type SessionOptions,
} from './postgres-dialect.ts';
import type { Database } from './schema.ts';
import { postgresSchema } from './schema-dialect.ts';
import { makeStore, type Store } from './store.ts';
import { StoreError, storeFailure } from './store-error.ts';
import { createTransactionScope, Turnstile } from './transaction-scope.ts';

/** A server's address (`postgres://…`), or a PGlite instance, which stays the caller's to close. */
export type PostgresPlace = { readonly connectionString: string } | { readonly pglite: EmbeddedPostgres };

export type PostgresStoreOptions = PostgresPlace &
  SessionOptions & {
    readonly clock: () => Date;
    /** Default true. `false`: a database without our tables is a failure. */
    readonly create?: boolean;
    /** Most connections at a time. Default 10. */
    readonly connections?: number;
  };

/** Failures: `store_<kind>` for every kind of `StoreProblem` but `constraint`. PostgreSQL 13 or later. */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Result<Store>> {
  const scope = createTransactionScope();
  const source =
    'pglite' in options
      ? embeddedConnection(options.pglite, options)
      : serverConnections(options.connectionString, options, options.connections ?? 10);
  const db = new Kysely<Database>({ dialect: postgresDialect(source, scope) });
  const store = makeStore({
    db,
    path: 'pglite' in options ? 'pglite' : withoutPassword(options.connectionString),
    engine: 'postgres',
    scope,
    ...(source.counts === undefined ? {} : { connections: source.counts }),
    exclusive: postgresSchema.exclusive,
    queue: new Turnstile(),
  });
  try {
    if (options.create === false && !(await hasTables(db))) {
      await store.close();
      return storeFailure('missing');
    }
    const problem = await migrate({
      db,
      dialect: postgresSchema,
      clock: options.clock,
      readOnly: options.readOnly ?? false,
    });
    if (problem === null) return ok(store);
    await store.close();
    return storeFailure(problem);
  } catch (error) {
    await store.close();
    if (error instanceof StoreError) return storeFailure(error.kind, error.driverCode);
    throw error;
  }
}

async function hasTables(db: Kysely<Database>): Promise<boolean> {
  const found = await sql<{ name: string | null }>`select to_regclass('schema_migrations')::text as name`.execute(db);
  return typeof found.rows[0]?.name === 'string';
}

/** Host and database only: user names and passwords have no place in logs. */
function withoutPassword(connectionString: string): string {
  try {
    const { host, pathname } = new URL(connectionString);
    return `postgres://${host}${pathname}`;
  } catch {
    return 'postgres';
  }
}
