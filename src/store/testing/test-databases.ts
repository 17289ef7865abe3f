/** The engines that store tests run against, and a fresh database of each. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { Kysely, sql } from 'kysely';
import type { Result } from '../../contract/result.ts';
import { openPostgresStore, type PostgresPlace } from '../open-postgres-store.ts';
import { openStore } from '../open-store.ts';
import { embeddedConnection, postgresDialect, serverConnections } from '../postgres-dialect.ts';
import type { Database } from '../schema.ts';
import { postgresSchema, sqliteSchema, type SchemaDialect } from '../schema-dialect.ts';
import { openSqlite, sqliteEngine } from '../sqlite-dialect.ts';
import type { Store } from '../store.ts';
import { createTransactionScope } from '../transaction-scope.ts';

export type TestEngine = 'sqlite' | 'pglite' | 'postgres';

/** A database of its own for one test. */
export interface TestDatabase {
  readonly dialect: SchemaDialect;
  /** Its tables brought up to date. May be called again: as another process would. */
  open(options?: { readonly readOnly?: boolean; readonly create?: boolean }): Promise<Result<Store>>;
  /** As it is, without our tables at first. The caller destroys it. */
  connect(): Kysely<Database>;
  remove(): Promise<void>;
}

export interface EngineUnderTest {
  readonly engine: TestEngine;
  /** What the test report calls it; says why when it cannot run. */
  readonly name: string;
  readonly ready: boolean;
  database(clock: () => Date): Promise<TestDatabase>;
}

const server = process.env['LOKET_TEST_POSTGRES'];

export const enginesUnderTest: readonly EngineUnderTest[] = [
  { engine: 'sqlite', name: 'SQLite', ready: true, database: (clock) => Promise.resolve(sqliteDatabase(clock)) },
  {
    engine: 'pglite',
    name: 'PostgreSQL inside the process',
    ready: true,
    database: (clock) => inSchema('pglite', clock),
  },
  {
    engine: 'postgres',
    name:
      server === undefined
        ? 'a PostgreSQL server (skipped: LOKET_TEST_POSTGRES, a connection string, is not set)'
        : 'a PostgreSQL server',
    ready: server !== undefined,
    database: (clock) => inSchema('postgres', clock),
  },
];

const keyHex = 'ab'.repeat(32);

function sqliteDatabase(clock: () => Date): TestDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'loket-database-'));
  const path = join(folder, 'loket.db');
  return {
    dialect: sqliteSchema,
    open: (options) => openStore({ path, keyHex, clock, ...options }),
    connect: () =>
      new Kysely<Database>({ dialect: sqliteEngine(openSqlite({ path, keyHex }), createTransactionScope()).dialect }),
    remove: () => Promise.resolve(rmSync(folder, { recursive: true, force: true })),
  };
}

let embedded: Promise<PGlite> | undefined;
let schemas = 0;

/** One PGlite for all tests of a file: it takes seconds to start. */
async function placeOf(engine: TestEngine): Promise<PostgresPlace> {
  if (engine === 'postgres') {
    if (server === undefined) throw new Error('LOKET_TEST_POSTGRES is not set');
    return { connectionString: server };
  }
  embedded ??= PGlite.create({ extensions: { vector } });
  return { pglite: await embedded };
}

async function inSchema(engine: TestEngine, clock: () => Date): Promise<TestDatabase> {
  const { place, schema, remove } = await freshSchema(engine, `t${process.pid}_${(schemas += 1)}`);
  const source =
    'pglite' in place
      ? () => embeddedConnection(place.pglite, { schema })
      : () => serverConnections(place.connectionString, { schema }, 4);
  return {
    dialect: postgresSchema,
    open: (options) => openPostgresStore({ ...place, schema, clock, ...options }),
    connect: () => new Kysely<Database>({ dialect: postgresDialect(source(), createTransactionScope()) }),
    remove,
  };
}

export interface FreshSchema {
  readonly place: PostgresPlace;
  readonly schema: string;
  remove(): Promise<void>;
}

/** An empty schema of this name; one that is there already is kept, as a data directory would be. */
export async function freshSchema(engine: TestEngine, schema: string): Promise<FreshSchema> {
  const place = await placeOf(engine);
  await command(place, (db) => sql`create schema if not exists ${sql.id(schema)}`.execute(db));
  return {
    place,
    schema,
    remove: () => command(place, (db) => sql`drop schema if exists ${sql.id(schema)} cascade`.execute(db)),
  };
}

async function command(place: PostgresPlace, work: (db: Kysely<Database>) => Promise<unknown>): Promise<void> {
  const source =
    'pglite' in place ? embeddedConnection(place.pglite, {}) : serverConnections(place.connectionString, {}, 1);
  const db = new Kysely<Database>({ dialect: postgresDialect(source, createTransactionScope()) });
  try {
    await work(db);
  } finally {
    await db.destroy();
  }
}

/** `LOKET_TEST_STORE`: what tests of the rooms above the store run on. `sqlite` unless set. */
export function chosenEngine(): TestEngine {
  const chosen = process.env['LOKET_TEST_STORE'] ?? 'sqlite';
  if (chosen === 'sqlite' || chosen === 'pglite' || chosen === 'postgres') return chosen;
  throw new Error('LOKET_TEST_STORE is sqlite, pglite or postgres');
}
