/** A short way to write tables: a column is `name`, `name?` (nullable), with its kind. Portable to PostgreSQL. */
import { sql, type CreateTableBuilder, type Kysely } from 'kysely';
import type { ColumnKind, SchemaDialect } from '../schema-dialect.ts';

export interface TableSpec {
  readonly columns: Readonly<Record<string, ColumnKind>>;
  readonly primaryKey: readonly string[];
  /** Column lists. */
  readonly unique?: readonly (readonly string[])[];
  readonly indexes?: readonly (readonly string[])[];
  /** Column → `table.column` it points to. */
  readonly references?: Readonly<Record<string, string>>;
  /** Name → SQL condition. */
  readonly checks?: Readonly<Record<string, string>>;
  /** A column numbered by the database; it becomes the primary key. */
  readonly counter?: string;
  /** Stored in the order of its primary key where the engine can: for tables that are little more than their key. */
  readonly clustered?: boolean;
}

export async function createTable(
  db: Kysely<unknown>,
  dialect: SchemaDialect,
  name: string,
  spec: TableSpec,
): Promise<void> {
  let table = db.schema.createTable(name) as CreateTableBuilder<string, string>;
  if (spec.counter !== undefined) {
    table = table.addColumn(spec.counter, sql.raw(dialect.counter));
  }
  for (const [spelling, kind] of Object.entries(spec.columns)) table = addColumn(table, dialect, spelling, kind);
  if (spec.counter === undefined) {
    table = table.addPrimaryKeyConstraint(`${name}_key`, [...spec.primaryKey] as never);
  } else {
    table = table.addUniqueConstraint(`${name}_key`, [...spec.primaryKey] as never);
  }
  for (const [column, target] of Object.entries(spec.references ?? {})) {
    const [foreign, id] = target.split('.') as [string, string];
    table = table.addForeignKeyConstraint(`${name}_${column}_exists`, [column] as never, foreign, [id]);
  }
  for (const [check, condition] of Object.entries(spec.checks ?? {})) {
    table = table.addCheckConstraint(check, sql.raw(condition));
  }
  if (spec.clustered === true && dialect.clustered !== null) table = table.modifyEnd(sql.raw(dialect.clustered));
  await table.execute();
  for (const columns of spec.unique ?? []) await createIndex(db, name, columns, true);
  for (const columns of spec.indexes ?? []) await createIndex(db, name, columns, false);
}

function addColumn(
  table: CreateTableBuilder<string, string>,
  dialect: SchemaDialect,
  spelling: string,
  kind: ColumnKind,
): CreateTableBuilder<string, string> {
  const nullable = spelling.endsWith('?');
  const name = nullable ? spelling.slice(0, -1) : spelling;
  return table.addColumn(name, sql.raw(dialect.types[kind]), (column) => {
    const filled = nullable ? column : column.notNull();
    return kind === 'flag' ? filled.check(sql`${sql.ref(name)} in (0, 1)`) : filled;
  });
}

async function createIndex(
  db: Kysely<unknown>,
  table: string,
  columns: readonly string[],
  unique: boolean,
): Promise<void> {
  const builder = db.schema
    .createIndex(`${table}_by_${columns.join('_')}`)
    .on(table)
    .columns([...columns]);
  await (unique ? builder.unique() : builder).execute();
}

/** CHECK that a text column holds one of these words. */
export function oneOfCheck(column: string, values: readonly string[]): string {
  return `${column} in (${values.map((value) => `'${value}'`).join(', ')})`;
}
