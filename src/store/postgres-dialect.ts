/**
 * PostgreSQL as an engine: the connection pool (or a PGlite instance in its place), session settings, the Kysely driver and
 * error codes. `sqlite-dialect.ts` stands beside it.
 */
import {
  AbortedTransactionError,
  PostgresAdapter,
  PostgresDriver,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type PostgresPool,
  type PostgresPoolClient,
  type PostgresQueryResult,
} from 'kysely';
import pg from 'pg';
import type { ConnectionCounts } from './store.ts';
import { StoreError, type StoreProblem } from './store-error.ts';
import { refuseInside, Turnstile, type TransactionScope } from './transaction-scope.ts';

/** What we need of `@electric-sql/pglite`: PostgreSQL inside this process, one session. */
export interface EmbeddedPostgres {
  query(
    text: string,
    parameters?: unknown[],
  ): Promise<{ readonly rows: readonly unknown[]; readonly affectedRows?: number }>;
}

export interface SessionOptions {
  /** Schema that holds the tables; default: the first of the role's search path. */
  readonly schema?: string;
  readonly readOnly?: boolean;
  /** Milliseconds to wait for another process's transaction. Default 15,000. */
  readonly lockTimeoutMs?: number;
}

const stateProblems: Readonly<Record<string, StoreProblem>> = {
  '25006': 'read_only',
  '42501': 'read_only',
  '40001': 'busy',
  '40P01': 'busy',
  '55P03': 'busy',
  '53300': 'busy',
  '53100': 'disk_full',
  '3D000': 'missing',
  '3F000': 'missing',
  '42P01': 'missing',
  '28000': 'unavailable',
  '28P01': 'unavailable',
  '57P01': 'unavailable',
  '57P02': 'unavailable',
  '57P03': 'unavailable',
  // A session that sat inside a transaction for too long is ended by the server.
  '25P03': 'unavailable',
  XX001: 'corrupted',
  XX002: 'corrupted',
};

interface PostgresFailure {
  readonly code: string;
  readonly constraint?: string;
  readonly table?: string;
  readonly column?: string;
  readonly detail?: string;
}

function hasCode(error: unknown): error is Error & PostgresFailure {
  return error instanceof Error && typeof (error as Partial<PostgresFailure>).code === 'string';
}

/** What `pg` says, without a code, when a connection breaks or cannot be had in time. */
const brokenConnection = /connection (terminated|timeout)|timeout exceeded when trying to connect|not queryable/i;

/** Driver errors become `StoreError`; anything else is a bug and passes unchanged. Texts of the server may hold values: dropped. */
export function toStoreError(error: unknown): unknown {
  if (error instanceof StoreError) return error;
  if (error instanceof AbortedTransactionError) return new StoreError('unknown', 'TRANSACTION_LOST');
  if (!hasCode(error)) {
    return error instanceof Error && brokenConnection.test(error.message)
      ? new StoreError('unavailable', 'CONNECTION_LOST')
      : error;
  }
  const { code } = error;
  if (/^E[A-Z]{3,}/.test(code)) return new StoreError('unavailable', code);
  if (!/^[0-9A-Z]{5}$/.test(code)) return error;
  if (code.startsWith('23')) return new StoreError('constraint', code, constraintOf(error));
  return new StoreError(stateProblems[code] ?? (code.startsWith('08') ? 'unavailable' : 'unknown'), code);
}

/** As SQLite names it: the columns of a unique key (`table.column, …`), else the constraint's own name. */
function constraintOf(error: PostgresFailure): string | null {
  const { table, column } = error;
  if (error.code === '23502' && table !== undefined && column !== undefined) return `${table}.${column}`;
  const columns = error.code === '23505' ? /\(([^)]*)\)=/.exec(error.detail ?? '')?.[1] : undefined;
  if (columns === undefined || table === undefined) return error.constraint ?? null;
  return columns
    .split(', ')
    .map((name) => `${table}.${name}`)
    .join(', ');
}

async function mapErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toStoreError(error);
  }
}

function sessionSettings(options: SessionOptions): string {
  const settings = [
    `set lock_timeout = ${Math.max(1, Math.trunc(options.lockTimeoutMs ?? 15_000))}`,
    // A process that hangs inside a transaction must not stop all the others for ever.
    'set idle_in_transaction_session_timeout = 60000',
  ];
  // Each is said either way: users of one PGlite share its session.
  settings.push(`set search_path to ${options.schema === undefined ? 'default' : pg.escapeIdentifier(options.schema)}`);
  settings.push(`set default_transaction_read_only = ${options.readOnly === true ? 'on' : 'default'}`);
  return settings.join('; ');
}

type Client = Pick<PostgresPoolClient, 'release'> & {
  query(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<never>>;
};
interface ClientSource {
  counts?(): ConnectionCounts;
  connect(): Promise<Client>;
  end(): Promise<void>;
}

const int8 = 20;
/** Counts and sizes arrive as numbers: none of ours comes near 2^53. */
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary'): unknown =>
    oid === int8 && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format),
};

/** Connections to a server. */
export function serverConnections(connectionString: string, session: SessionOptions, size: number): ClientSource {
  const pool = new pg.Pool({
    connectionString,
    max: size,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    application_name: 'loket',
    types: types as never,
  });
  // Without a listener a server that stops would end this process. The next query finds the connection gone and says so.
  const ignore = (): void => undefined;
  pool.on('error', ignore);
  pool.on('connect', (client) => void client.on('error', ignore));
  const ready = new WeakSet<object>();
  return {
    async connect() {
      const client = await pool.connect();
      if (!ready.has(client)) {
        try {
          await client.query(sessionSettings(session));
        } catch (error) {
          client.release(true);
          throw error;
        }
        ready.add(client);
      }
      return client as unknown as Client;
    },
    end: () => pool.end(),
    counts: () => ({ idle: pool.idleCount, busy: pool.totalCount - pool.idleCount, waiting: pool.waitingCount }),
  };
}

const turnstiles = new WeakMap<EmbeddedPostgres, Turnstile>();

/** The one session of a PGlite instance, one user at a time. The caller owns the instance: closing the store leaves it open. */
export function embeddedConnection(instance: EmbeddedPostgres, session: SessionOptions): ClientSource {
  const turnstile = turnstiles.get(instance) ?? new Turnstile();
  turnstiles.set(instance, turnstile);
  const settings = sessionSettings(session).split('; ');
  return {
    async connect() {
      const leave = await turnstile.enter();
      try {
        for (const text of settings) await instance.query(text);
      } catch (error) {
        leave();
        throw error;
      }
      return { query: (text, parameters) => queryEmbedded(instance, text, parameters), release: leave };
    },
    end: () => Promise.resolve(),
  };
}

async function queryEmbedded(
  instance: EmbeddedPostgres,
  text: string,
  parameters: readonly unknown[],
): Promise<PostgresQueryResult<never>> {
  const command = (/^[a-z]+/i.exec(text)?.[0] ?? '').toUpperCase();
  // PGlite does not tell a COMMIT from the ROLLBACK that it becomes after an error.
  if (command === 'COMMIT' && (await isAborted(instance))) {
    await instance.query('rollback');
    return { command: 'ROLLBACK', rowCount: 0, rows: [] };
  }
  const { rows, affectedRows } = await instance.query(text, [...parameters]);
  return { command: command as 'SELECT', rowCount: affectedRows ?? rows.length, rows: rows as never[] };
}

async function isAborted(instance: EmbeddedPostgres): Promise<boolean> {
  try {
    await instance.query('select 1');
    return false;
  } catch {
    return true;
  }
}

/** Kysely's pool with the house's guard before it and the house's errors behind it. */
function guardedPool(source: ClientSource, scope: TransactionScope): PostgresPool {
  const wrapped = new WeakMap<object, PostgresPoolClient>();
  const wrap = (client: Client): PostgresPoolClient => {
    const known = wrapped.get(client);
    if (known !== undefined) return known;
    const made = {
      query: (text: string, parameters: readonly unknown[]) => mapErrors(() => client.query(text, parameters)),
      release: (discard?: boolean) => client.release(discard),
    } as unknown as PostgresPoolClient;
    wrapped.set(client, made);
    return made;
  };
  return {
    options: {},
    async connect() {
      refuseInside(scope);
      return wrap(await mapErrors(() => source.connect()));
    },
    end: () => source.end(),
  };
}

class HousePostgresDriver extends PostgresDriver {
  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await mapErrors(() => super.commitTransaction(connection));
  }
}

export function postgresDialect(source: ClientSource, scope: TransactionScope): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new HousePostgresDriver({ pool: guardedPool(source, scope) }),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}
