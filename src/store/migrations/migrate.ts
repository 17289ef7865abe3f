/** Brings a database forward, one numbered step and one transaction at a time, and writes down which steps it took. */
import type { Kysely } from 'kysely';
import type { Database } from '../schema.ts';
import type { SchemaDialect } from '../schema-dialect.ts';
import { firstTables } from './0001-first-tables.ts';
import { erasureDevicesJobs } from './0020-erasure-devices-jobs.ts';
import { webhooks } from './0030-webhooks.ts';
import { signInAndAdministration } from './0040-sign-in-and-administration.ts';
import { customerSearch } from './0050-customer-search.ts';
import { listIndexes } from './0060-list-indexes.ts';
import { sharedCounters } from './0061-shared-counters.ts';
import { listCounts } from './0062-list-counts.ts';
import { watchedFaces } from './0070-watched-faces.ts';
import { keysAndRetention } from './0080-keys-and-retention.ts';
import { erasureJournal } from './0081-erasure-journal.ts';
import { auditTree } from './0085-audit-tree.ts';
import { deskDelivery } from './0086-desk-delivery.ts';
import { screening } from './0090-screening.ts';
import { registry } from './0095-registry.ts';
import { providers } from './0096-providers.ts';
import type { Migration } from './migration.ts';

export const migrations: readonly Migration[] = [
  firstTables,
  erasureDevicesJobs,
  webhooks,
  signInAndAdministration,
  customerSearch,
  listIndexes,
  sharedCounters,
  listCounts,
  watchedFaces,
  keysAndRetention,
  erasureJournal,
  auditTree,
  deskDelivery,
  screening,
  registry,
  providers,
];

interface Ledger {
  schema_migrations: { id: number; name: string; applied_at: string };
}

export interface MigrateOptions {
  readonly db: Kysely<Database>;
  readonly dialect: SchemaDialect;
  readonly clock: () => Date;
  readonly readOnly: boolean;
  /** Default: all steps this program knows. */
  readonly steps?: readonly Migration[];
}

/** `null` when the tables are as this program expects them. Throws `StoreError`. */
export async function migrate(options: MigrateOptions): Promise<'newer_version' | 'older_version' | null> {
  const steps = options.steps ?? migrations;
  const db = options.db as unknown as Kysely<Ledger>;
  if (!options.readOnly) await ensureLedger(db, options.dialect);
  const applied = await appliedIds(db);
  if ([...applied].some((id) => !steps.some((step) => step.id === id))) return 'newer_version';
  const missing = steps.filter((step) => !applied.has(step.id));
  if (options.readOnly) return missing.length === 0 ? null : 'older_version';
  for (const step of missing) await take(db, step, options);
  return null;
}

async function ensureLedger(db: Kysely<Ledger>, dialect: SchemaDialect): Promise<void> {
  await db.transaction().execute(async (trx) => {
    // Two servers that start on an empty database at once: "if not exists" alone is not enough on PostgreSQL.
    await dialect.exclusive(trx);
    await trx.schema
      .createTable('schema_migrations')
      .ifNotExists()
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('applied_at', 'text', (column) => column.notNull())
      .execute();
  });
}

async function appliedIds(db: Kysely<Ledger>): Promise<ReadonlySet<number>> {
  const rows = await db.selectFrom('schema_migrations').select('id').execute();
  return new Set(rows.map((row) => row.id));
}

async function take(db: Kysely<Ledger>, step: Migration, options: MigrateOptions): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await options.dialect.exclusive(trx);
    // Another process may have taken this step while we waited for the lock.
    const done = await trx.selectFrom('schema_migrations').select('id').where('id', '=', step.id).executeTakeFirst();
    if (done !== undefined) return;
    await step.up(trx as unknown as Kysely<unknown>, options.dialect);
    await trx
      .insertInto('schema_migrations')
      .values({ id: step.id, name: step.name, applied_at: options.clock().toISOString() })
      .execute();
  });
}
