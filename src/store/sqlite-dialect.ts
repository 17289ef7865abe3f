/**
 * SQLite as an engine: opening the encrypted file, pragmas, the Kysely driver and error codes. `postgres-dialect.ts` stands
 * beside it; what tables and triggers need of either is in `schema-dialect.ts`.
 */
import { closeSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import {
  CompiledQuery,
  SqliteAdapter,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type SqliteDatabase,
} from 'kysely';
import { directReads } from './direct-reads.ts';
import { StoreError, type StoreProblem } from './store-error.ts';
import { refuseInside, Turnstile, type TransactionScope } from './transaction-scope.ts';

export type SqliteHandle = Database.Database;

export interface SqliteOpenOptions {
  readonly path: string;
  readonly keyHex: string;
  readonly readOnly?: boolean;
  readonly create?: boolean;
  readonly busyTimeoutMs?: number;
}

const keyPattern = /^[0-9a-f]{64}$/;

/**
 * SQLCipher 4 layout with a raw key. `synchronous=FULL` in WAL mode: a commit that returned survives a power cut.
 * `secure_delete` overwrites freed pages; `temp_store=MEMORY` keeps sorts from writing plain text to a temporary file;
 * `recursive_triggers` lets the append-only triggers see INSERT OR REPLACE. Throws `StoreError`.
 */
export function openSqlite(options: SqliteOpenOptions): SqliteHandle {
  if (!keyPattern.test(options.keyHex)) throw new TypeError('the database key is 32 bytes in lower-case hex');
  let handle: SqliteHandle | undefined;
  try {
    handle = new Database(options.path, {
      readonly: options.readOnly ?? false,
      fileMustExist: options.readOnly === true || options.create === false,
      timeout: options.busyTimeoutMs ?? 5000,
    });
    handle.pragma("cipher='sqlcipher'");
    handle.pragma('legacy=4');
    handle.pragma(`key="x'${options.keyHex}'"`);
    handle.prepare('select count(*) from sqlite_master').get();
    handle.pragma('temp_store=MEMORY');
    handle.pragma('foreign_keys=ON');
    handle.pragma('recursive_triggers=ON');
    handle.pragma('trusted_schema=OFF');
    handle.pragma('cell_size_check=ON');
    if (options.readOnly === true) return handle;
    handle.pragma('journal_mode=WAL');
    handle.pragma('synchronous=FULL');
    handle.pragma('secure_delete=ON');
    proveWritable(handle);
    return handle;
  } catch (error) {
    handle?.close();
    throw toStoreError(error);
  }
}

/** SQLite opens a write-protected file quietly for reading; the first write would fail in the middle of a customer. */
function proveWritable(handle: SqliteHandle): void {
  handle.exec('begin immediate');
  handle.exec('rollback');
}

const primaryProblems: Readonly<Record<string, StoreProblem>> = {
  SQLITE_NOTADB: 'wrong_key',
  SQLITE_CORRUPT: 'corrupted',
  SQLITE_READONLY: 'read_only',
  SQLITE_PERM: 'read_only',
  SQLITE_BUSY: 'busy',
  SQLITE_LOCKED: 'busy',
  SQLITE_FULL: 'disk_full',
  SQLITE_CONSTRAINT: 'constraint',
  SQLITE_CANTOPEN: 'missing',
};

/** Driver errors become `StoreError`; anything else is a bug and passes unchanged. */
export function toStoreError(error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  // A page whose HMAC is wrong is reported by the cipher as a read error.
  if (error.code === 'SQLITE_IOERR_DATA' || error.code === 'SQLITE_IOERR_READ')
    return new StoreError('corrupted', error.code);
  if (error.code === 'SQLITE_IOERR_WRITE' || error.code === 'SQLITE_IOERR_SHMSIZE')
    return new StoreError('disk_full', error.code);
  const primary = /^SQLITE_[A-Z]+/.exec(error.code)?.[0] ?? '';
  const kind = primaryProblems[primary] ?? 'unknown';
  const constraint = kind === 'constraint' ? (/: (.+)$/.exec(error.message)?.[1] ?? error.message) : null;
  return new StoreError(kind, error.code, constraint);
}

function mapErrors<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toStoreError(error);
  }
}

/**
 * A full disk can make SQLite undo a whole transaction by itself. Whoever caught that error and went on would write, row by
 * row, outside of any transaction: then every further query of it fails instead.
 */
interface TransactionGuard {
  inside: boolean;
}

/** One connection, one user at a time; transactions take the write lock at once (`BEGIN IMMEDIATE`). */
class ExclusiveSqliteDriver extends SqliteDriver implements Driver {
  readonly #turnstile: Turnstile;
  readonly #guard: TransactionGuard;
  readonly #scope: TransactionScope;
  #leave: () => void = () => undefined;

  constructor(database: SqliteDatabase, guard: TransactionGuard, scope: TransactionScope, turnstile: Turnstile) {
    super({ database });
    this.#turnstile = turnstile;
    this.#guard = guard;
    this.#scope = scope;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    refuseInside(this.#scope);
    const leave = await this.#turnstile.enter();
    this.#leave = leave;
    return super.acquireConnection();
  }

  override releaseConnection(): Promise<void> {
    this.#leave();
    return Promise.resolve();
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
    this.#guard.inside = true;
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
    this.#guard.inside = false;
  }

  /** Some failures (disk full, I/O) make SQLite roll back by itself; a second rollback would hide the first error. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    this.#guard.inside = false;
    try {
      await connection.executeQuery(CompiledQuery.raw('rollback'));
    } catch (error) {
      if (!(error instanceof StoreError) || error.kind !== 'unknown') throw error;
    }
  }
}

class MutexInDriverAdapter extends SqliteAdapter {
  /** The driver queues callers itself, so that it can refuse a query that would wait for its own transaction. */
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

const statementsKept = 200;
const rowStatement = /^(select|insert|update|delete|with|begin|commit|rollback) ?/;

/** Queries come in few shapes: each is compiled once. Anything that may change the tables empties the cache. */
function statementCache(handle: SqliteHandle): (text: string) => Database.Statement<unknown[]> {
  const kept = new Map<string, Database.Statement<unknown[]>>();
  return (text) => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    const statement = handle.prepare<unknown[]>(text);
    if (!rowStatement.test(text)) kept.clear();
    else {
      if (kept.size >= statementsKept) kept.delete(kept.keys().next().value ?? '');
      kept.set(text, statement);
    }
    return statement;
  };
}

/** The one connection of a store, for work that needs it alone or puts another file in its place. */
export interface SqliteSeat {
  handle(): SqliteHandle;
  /** The database file, open for reading and writing as long as the connection is: closing it earlier would drop the locks. */
  file(): number;
  /** Nobody else queries meanwhile; whoever asks waits his turn. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  /** Closes connection and file. `take` must follow. */
  leave(): void;
  take(next: SqliteHandle): void;
}

export interface SqliteEngine {
  readonly dialect: Dialect;
  readonly seat: SqliteSeat;
}

export function sqliteEngine(first: SqliteHandle, scope: TransactionScope): SqliteEngine {
  const guard: TransactionGuard = { inside: false };
  const turnstile = new Turnstile();
  let handle = first;
  let prepare = statementCache(first);
  let file: number | null = null;
  const leave = (): void => {
    handle.close();
    if (file !== null) closeSync(file);
    file = null;
  };
  const seat: SqliteSeat = {
    handle: () => handle,
    file: () => (file ??= openSync(handle.name, 'r+')),
    leave,
    take(next) {
      handle = next;
      prepare = statementCache(next);
    },
    async exclusively(work) {
      refuseInside(scope);
      const done = await turnstile.enter();
      try {
        return await work();
      } finally {
        done();
      }
    },
  };
  const database: SqliteDatabase = {
    close: leave,
    prepare: (text: string) => {
      if (guard.inside && !handle.inTransaction) throw new StoreError('unknown', 'TRANSACTION_LOST');
      const statement = mapErrors(() => prepare(text));
      return {
        reader: statement.reader,
        all: (parameters: readonly unknown[]) => mapErrors(() => statement.all(...parameters)),
        run: (parameters: readonly unknown[]) => mapErrors(() => statement.run(...parameters)),
        // A statement being walked through is busy, so a walk gets one of its own.
        iterate: (parameters: readonly unknown[]) =>
          mapErrors(() => handle.prepare<unknown[]>(text).iterate(...parameters)),
      };
    },
  };
  const adapter = new MutexInDriverAdapter();
  directReads.set(adapter, (text, parameters) => {
    refuseInside(scope);
    if (!turnstile.idle) return null;
    return mapErrors(() => {
      const statement = prepare(text);
      return statement.reader ? statement.all(...parameters) : null;
    });
  });
  const dialect: Dialect = {
    createAdapter: () => adapter,
    createDriver: () => new ExclusiveSqliteDriver(database, guard, scope, turnstile),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
  return { dialect, seat };
}
