/** What every room above works with: one database, its queries and its transactions, whichever engine is below. */
import { setTimeout as delay } from 'node:timers/promises';
import { sql, type Kysely } from 'kysely';
import type { Result } from '../contract/result.ts';
import type { Database } from './schema.ts';
import { isTransient, isUnavailable } from './store-error.ts';
import type { Turnstile, TransactionScope } from './transaction-scope.ts';

export interface Store {
  readonly db: Kysely<Database>;
  /**
   * Runs `work` in one exclusive transaction: all of it is stored, or nothing. Inside another transaction it joins that
   * one behind a savepoint. Inside `work` use `trx` only: `db` refuses, because it would wait for itself.
   * On PostgreSQL `work` may run again after a deadlock: it changes nothing but the database.
   * Throws what `work` throws, and `StoreError`.
   */
  transaction<T>(work: (trx: Kysely<Database>) => Promise<T>): Promise<T>;
  close(): Promise<void>;
  /** The database file, or the server's address without the password. */
  readonly path: string;
  readonly engine: 'sqlite' | 'postgres';
  /** Of a server's pool. */
  readonly connections?: () => ConnectionCounts;
  /** Of an encrypted file: another key while everybody works on; see `rekeyWhileOpen`. */
  readonly changeKey?: (change: KeyOfFile) => Promise<Result<boolean>>;
}

export interface KeyOfFile {
  readonly fromHex: string;
  readonly toHex: string;
  /** Aborted: the file stays as it is. */
  readonly stop?: AbortSignal;
}

export interface ConnectionCounts {
  readonly idle: number;
  readonly busy: number;
  /** Callers that wait for one. */
  readonly waiting: number;
}

export interface StoreParts {
  readonly db: Kysely<Database>;
  readonly path: string;
  readonly engine: Store['engine'];
  readonly scope: TransactionScope;
  readonly connections?: () => ConnectionCounts;
  /** First thing inside each transaction. */
  readonly exclusive: (trx: Kysely<Database>) => Promise<void>;
  /** Transactions of this process line up here before they take a connection. */
  readonly queue?: Turnstile;
}

const attempts = 5;

export function makeStore(parts: StoreParts): Store {
  const { db, scope } = parts;
  let savepoints = 0;

  async function join<T>(trx: Kysely<Database>, work: (trx: Kysely<Database>) => Promise<T>): Promise<T> {
    const name = sql.id(`inner_${(savepoints += 1)}`);
    await sql`savepoint ${name}`.execute(trx);
    try {
      const value = await work(trx);
      await sql`release savepoint ${name}`.execute(trx);
      return value;
    } catch (error) {
      // A full disk may have undone the whole transaction already: then there is no savepoint, and the first error counts.
      await sql`rollback to savepoint ${name}`
        .execute(trx)
        .then(() => sql`release savepoint ${name}`.execute(trx))
        .catch(() => undefined);
      throw error;
    }
  }

  async function once<T>(work: (trx: Kysely<Database>) => Promise<T>, begun: () => void): Promise<T> {
    const leave = await parts.queue?.enter();
    try {
      return await db.transaction().execute(async (trx) => {
        await parts.exclusive(trx);
        begun();
        const open = { active: true, trx };
        try {
          return await scope.run(open, () => work(trx));
        } finally {
          open.active = false;
        }
      });
    } finally {
      leave?.();
    }
  }

  async function transaction<T>(work: (trx: Kysely<Database>) => Promise<T>): Promise<T> {
    const outer = scope.getStore();
    if (outer?.active === true) return join(outer.trx, work);
    for (let attempt = 1; ; attempt += 1) {
      let begun = false;
      try {
        return await once(work, () => (begun = true));
      } catch (error) {
        // A connection that broke while it lay idle is only noticed when it is used: nothing has happened yet.
        const again = isTransient(error) || (!begun && isUnavailable(error));
        if (attempt === attempts || !again) throw error;
        await delay(attempt * 10);
      }
    }
  }

  const { connections, engine, path } = parts;
  const pool = connections === undefined ? {} : { connections };
  return { db, path, engine, transaction, close: () => db.destroy(), ...pool };
}
