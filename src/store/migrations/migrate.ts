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
import { hubQuestions } from './0120-hub-questions.ts';
import { counterDay } from './0130-counter-day.ts';
import { reviewAndDashboards } from './0140-review-and-dashboards.ts';
import { selfTests } from './0150-self-tests.ts';
import { blobObjects } from './0160-blob-objects.ts';
import { fleet } from './0185-fleet.ts';
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
  hubQuestions,
  counterDay,
  reviewAndDashboards,
  selfTests,
  blobObjects,
  fleet,
];

interface LedgerRow {
  id: number;
  name: string;
  applied_at: string;
  /** `expand`, or the step a program must know to go on; null: this one. */
  beside: string | null;
}
interface Ledger {
  schema_migrations: LedgerRow;
}

export interface MigrateOptions {
  readonly db: Kysely<Database>;
  readonly dialect: SchemaDialect;
  readonly clock: () => Date;
  readonly readOnly: boolean;
  /** Default: all steps this program knows. */
  readonly steps?: readonly Migration[];
}

/** `ok`; `behind`: steps of this program are missing; `ahead`: somebody took a step this program cannot live with. */
export type SchemaState = 'ok' | 'behind' | 'ahead';

/** What a program that knows `steps` finds. Throws `StoreError`. */
export async function schemaState(
  db: Kysely<Database>,
  steps: readonly Migration[] = migrations,
): Promise<SchemaState> {
  const applied = await appliedRows(db as unknown as Kysely<Ledger>);
  if (!applied.every((row) => canLiveWith(row, steps))) return 'ahead';
  const ids = new Set(applied.map((row) => row.id));
  return steps.every((step) => ids.has(step.id)) ? 'ok' : 'behind';
}

function canLiveWith({ id, beside }: LedgerRow, steps: readonly Migration[]): boolean {
  if (steps.some((step) => step.id === id) || beside === 'expand') return true;
  return beside !== null && steps.some((step) => String(step.id) === beside);
}

/** `null` when the tables are as this program expects them, or can live with. Throws `StoreError`. */
export async function migrate(options: MigrateOptions): Promise<'newer_version' | 'older_version' | null> {
  const steps = options.steps ?? migrations;
  const db = options.db as unknown as Kysely<Ledger>;
  if (!options.readOnly) await ensureLedger(db, options.dialect);
  const found = await schemaState(options.db, steps);
  if (found === 'ahead') return 'newer_version';
  if (options.readOnly) return found === 'ok' ? null : 'older_version';
  const applied = new Set((await appliedRows(db)).map((row) => row.id));
  const missing = steps.filter((step) => !applied.has(step.id));
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
      .addColumn('beside', 'text')
      .execute();
    // Ledgers of earlier programs have no such column. Theirs are steps that everybody must know.
    const first = await trx.selectFrom('schema_migrations').selectAll().limit(1).executeTakeFirst();
    if (first !== undefined && !('beside' in first))
      await trx.schema.alterTable('schema_migrations').addColumn('beside', 'text').execute();
  });
}

async function appliedRows(db: Kysely<Ledger>): Promise<readonly LedgerRow[]> {
  const rows: readonly Partial<LedgerRow>[] = await db.selectFrom('schema_migrations').selectAll().execute();
  return rows.map((row) => ({ beside: null, ...row }) as LedgerRow);
}

function besideOf({ beside }: Migration): string | null {
  if (beside === undefined || beside === 'expand') return beside ?? null;
  return String(beside.contract);
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
      .values({ id: step.id, name: step.name, applied_at: options.clock().toISOString(), beside: besideOf(step) })
      .execute();
  });
}
