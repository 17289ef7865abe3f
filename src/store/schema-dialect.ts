/** All that tables and triggers need to know of the two engines. Queries are the same for both. */
import { sql, type Kysely, type QueryExecutorProvider } from 'kysely';

/** `flag` is 0/1, `instant` and `json` are text, `bytes` is blob/bytea. */
export type ColumnKind = 'text' | 'integer' | 'real' | 'flag' | 'instant' | 'json' | 'bytes';

export interface SchemaDialect {
  /** The column type, as SQL. */
  readonly types: Readonly<Record<ColumnKind, string>>;
  /** Type and constraints of a column numbered by the database, always upwards, as SQL. */
  readonly counter: string;
  /** Stands after the columns of a table that is stored in the order of its key. */
  readonly clustered: string | null;
  /** Waits until no other process is inside a transaction of its own. */
  exclusive(trx: QueryExecutorProvider): Promise<void>;
  /** `table` refuses UPDATE and DELETE, saying `append_only`. */
  appendOnly(db: Kysely<unknown>, table: string): Promise<void>;
  /** Loosens `appendOnly`: rows for which `condition` (SQL over OLD) holds may be deleted. UPDATE stays refused. */
  deletableBehind(db: Kysely<unknown>, table: string, condition: string): Promise<void>;
  /** A row of `table` cannot be deleted while `condition` (SQL over OLD) holds. */
  refuseDelete(db: Kysely<unknown>, table: string, name: string, condition: string): Promise<void>;
  /** Runs `statement` (SQL over OLD) after each row deleted from `table`. */
  afterDelete(db: Kysely<unknown>, table: string, name: string, statement: string): Promise<void>;
  /** Keeps `list_counts` of `table` by column `a` (and `b`), in the transaction that changes a row. */
  counted(db: Kysely<unknown>, table: string, a: string, b: string | null): Promise<void>;
}

const countKey = (row: 'old' | 'new', table: string, a: string, b: string | null): readonly string[] => [
  `${row}.org_id`,
  `'${table}'`,
  `${row}."${a}"`,
  b === null ? "''" : `cast(${row}."${b}" as text)`,
];

function countUp(table: string, a: string, b: string | null): string {
  const key = countKey('new', table, a, b).join(', ');
  return `insert into list_counts (org_id, list, a, b, n) values (${key}, 1) on conflict (org_id, list, a, b) do update set n = list_counts.n + 1;`;
}

function countDown(table: string, a: string, b: string | null): string {
  const [org, list, one, other] = countKey('old', table, a, b);
  return `update list_counts set n = n - 1 where org_id = ${org} and list = ${list} and a = ${one} and b = ${other};`;
}

const columnsCounted = (a: string, b: string | null): string => (b === null ? `"${a}"` : `"${a}", "${b}"`);

const run = (db: Kysely<unknown>, text: string) => sql.raw(text).execute(db);

export const sqliteSchema: SchemaDialect = {
  types: {
    text: 'text',
    integer: 'integer',
    real: 'real',
    flag: 'integer',
    instant: 'text',
    json: 'text',
    bytes: 'blob',
  },
  counter: 'integer primary key autoincrement',
  clustered: 'without rowid',
  /** The driver begins each transaction with the write lock. */
  exclusive: () => Promise.resolve(),
  async appendOnly(db, table) {
    for (const verb of ['update', 'delete']) {
      await run(
        db,
        `create trigger "${table}_no_${verb}" before ${verb} on "${table}" begin select raise(abort, 'append_only'); end`,
      );
    }
  },
  async deletableBehind(db, table, condition) {
    await run(db, `drop trigger "${table}_no_delete"`);
    await run(
      db,
      `create trigger "${table}_no_delete" before delete on "${table}" when not (${condition}) begin select raise(abort, 'append_only'); end`,
    );
  },
  async refuseDelete(db, table, name, condition) {
    await run(
      db,
      `create trigger "${name}" before delete on "${table}" when ${condition} begin select raise(abort, '${name}'); end`,
    );
  },
  async afterDelete(db, table, name, statement) {
    await run(db, `create trigger "${name}" after delete on "${table}" begin ${statement}; end`);
  },
  async counted(db, table, a, b) {
    const [up, down] = [countUp(table, a, b), countDown(table, a, b)];
    await run(db, `create trigger "${table}_counted_in" after insert on "${table}" begin ${up} end`);
    await run(db, `create trigger "${table}_counted_out" after delete on "${table}" begin ${down} end`);
    await run(
      db,
      `create trigger "${table}_counted_anew" after update of ${columnsCounted(a, b)} on "${table}" begin ${down} ${up} end`,
    );
  },
};

// Compared byte by byte, as SQLite does, whatever the language of the database: instants and ids then sort alike everywhere.
const text = 'text collate "C"';
/** "Loke" in ASCII: tells our advisory locks from other programs' in the same database. */
const lockClass = 0x4c_6f_6b_65;
const refuse = (name: string): string =>
  `raise exception using message = '${name}', errcode = '23000', constraint = '${name}'`;

export const postgresSchema: SchemaDialect = {
  types: {
    text,
    integer: 'bigint',
    real: 'double precision',
    flag: 'smallint',
    instant: text,
    json: text,
    bytes: 'bytea',
  },
  counter: 'bigint generated by default as identity primary key',
  clustered: null,
  /**
   * One writer at a time, as on SQLite, in every process of this schema: the head of the audit chain, a queue's oldest row
   * or a count of failures is read and changed without anyone in between. Readers do not wait. Ends with the transaction.
   */
  async exclusive(trx) {
    await sql`select pg_advisory_xact_lock(${sql.lit(lockClass)}, hashtext(current_schema()))`.execute(trx);
  },
  async appendOnly(db, table) {
    await run(
      db,
      `create or replace function refuse_change() returns trigger language plpgsql as $$ begin ${refuse('append_only')}; end $$`,
    );
    await run(
      db,
      `create trigger "${table}_no_change" before update or delete on "${table}" for each row execute function refuse_change()`,
    );
    await run(
      db,
      `create trigger "${table}_no_truncate" before truncate on "${table}" for each statement execute function refuse_change()`,
    );
  },
  async deletableBehind(db, table, condition) {
    await run(db, `drop trigger "${table}_no_change" on "${table}"`);
    await run(
      db,
      `create trigger "${table}_no_change" before update on "${table}" for each row execute function refuse_change()`,
    );
    await run(
      db,
      `create function "${table}_keeps"() returns trigger language plpgsql as $$ begin if not (${condition}) then ${refuse('append_only')}; end if; return old; end $$`,
    );
    await run(
      db,
      `create trigger "${table}_no_delete" before delete on "${table}" for each row execute function "${table}_keeps"()`,
    );
  },
  async refuseDelete(db, table, name, condition) {
    await run(
      db,
      `create function "${name}"() returns trigger language plpgsql as $$ begin if ${condition} then ${refuse(name)}; end if; return old; end $$`,
    );
    await run(db, `create trigger "${name}" before delete on "${table}" for each row execute function "${name}"()`);
  },
  async afterDelete(db, table, name, statement) {
    await run(
      db,
      `create function "${name}"() returns trigger language plpgsql as $$ begin ${statement}; return null; end $$`,
    );
    await run(db, `create trigger "${name}" after delete on "${table}" for each row execute function "${name}"()`);
  },
  async counted(db, table, a, b) {
    const name = `"${table}_counted"`;
    await run(
      db,
      `create function ${name}() returns trigger language plpgsql as $$ begin if tg_op <> 'INSERT' then ${countDown(table, a, b)} end if; if tg_op <> 'DELETE' then ${countUp(table, a, b)} end if; return null; end $$`,
    );
    await run(
      db,
      `create trigger ${name} after insert or delete or update of ${columnsCounted(a, b)} on "${table}" for each row execute function ${name}()`,
    );
  },
};
