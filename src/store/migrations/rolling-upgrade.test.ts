/**
 * A rolling upgrade: processes of this program's schema beside those of the next. The next program is this one with one more
 * step, once with a step that only adds (`expand`), then with one that takes away what was not used any more (`contract`).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Database } from '../schema.ts';
import { sqliteSchema } from '../schema-dialect.ts';
import { openSqlite, sqliteEngine } from '../sqlite-dialect.ts';
import { customerRow } from '../testing/customer-row.ts';
import { enginesUnderTest } from '../testing/test-databases.ts';
import { createTransactionScope } from '../transaction-scope.ts';
import { migrate, migrations, schemaState } from './migrate.ts';
import type { Migration } from './migration.ts';

const at = '2026-11-20T03:00:00.000Z';
const clock = (): Date => new Date(at);

const expand: Migration = {
  id: 9_001,
  name: 'next-release-adds',
  beside: 'expand',
  async up(db) {
    await sql`alter table customers add column nickname text`.execute(db);
    await sql`create table next_things (id text primary key)`.execute(db);
  },
};
/** Of the release after the next: programs that know `expand` do not use the column any more. */
const contract: Migration = {
  id: 9_002,
  name: 'release-after-takes-away',
  beside: { contract: expand.id },
  async up(db) {
    await sql`drop index customers_by_phone`.execute(db);
    await sql`alter table customers drop column phone`.execute(db);
  },
};
const breaking: Migration = { id: 9_003, name: 'nobody-said-what-it-does', up: () => Promise.resolve() };

describe.each(enginesUnderTest.filter(({ ready }) => ready))('on $name', ({ database }) => {
  async function withDatabase(work: (db: Kysely<Database>, take: Take) => Promise<void>): Promise<void> {
    const place = await database(clock);
    const db = place.connect();
    try {
      await work(db, (steps, readOnly = false) => migrate({ db, dialect: place.dialect, clock, steps, readOnly }));
    } finally {
      await db.destroy();
      await place.remove();
    }
  }
  type Take = (steps: readonly Migration[], readOnly?: boolean) => ReturnType<typeof migrate>;

  const addCustomer = (db: Kysely<Database>, id: string) =>
    db
      .insertInto('customers')
      .values(customerRow(id, { phone: '0812' }))
      .execute();
  const count = async (db: Kysely<Database>) => (await db.selectFrom('customers').selectAll().execute()).length;

  it('a process of the old schema goes on, and starts anew, beside an expanded one', () =>
    withDatabase(async (db, take) => {
      await take(migrations);
      await db
        .insertInto('organisations')
        .values({ id: 'org', name: 'Bank', branch: 'A', settings: '{}', created_at: at, updated_at: at })
        .execute();
      await addCustomer(db, 'before');
      expect(await take([...migrations, expand])).toBeNull();
      // Still running: it writes and reads as before.
      await addCustomer(db, 'after');
      expect(await count(db)).toBe(2);
      expect(await schemaState(db, migrations)).toBe('ok');
      // Killed and started again by its service manager.
      expect(await take(migrations)).toBeNull();
      expect(await take(migrations, true)).toBeNull();
      await addCustomer(db, 'started again');
      expect(await schemaState(db, [...migrations, expand])).toBe('ok');
    }));

  it('a contraction stops whoever still needs what is gone, and nobody else', () =>
    withDatabase(async (db, take) => {
      await take([...migrations, expand]);
      expect(await schemaState(db, [...migrations, expand, contract])).toBe('behind');
      expect(await take([...migrations, expand, contract])).toBeNull();
      expect(await schemaState(db, [...migrations, expand])).toBe('ok');
      expect(await take([...migrations, expand])).toBeNull();
      expect(await schemaState(db, migrations)).toBe('ahead');
      expect(await take(migrations)).toBe('newer_version');
    }));

  it('a step that does not say what programs beside it may do stops them', () =>
    withDatabase(async (db, take) => {
      await take([...migrations, breaking]);
      expect(await schemaState(db, [...migrations, expand])).toBe('ahead');
      expect(await take(migrations)).toBe('newer_version');
    }));

  it('a ledger from before steps said so is completed and believed', () =>
    withDatabase(async (db, take) => {
      await take(migrations);
      await sql`alter table schema_migrations drop column beside`.execute(db);
      expect(await take(migrations, true)).toBeNull();
      expect(await take(migrations)).toBeNull();
      expect(await take([...migrations, expand])).toBeNull();
      expect(await schemaState(db, migrations)).toBe('ok');
    }));
});

describe('a step that says it expands', () => {
  const expanding = migrations.filter(({ beside }) => beside === 'expand');
  const takesAway =
    /\b(drop|rename|delete\s+from|truncate)\b|\balter\s+column\b|\badd\s+(column\s+)?\S+\s+\S+\s+not\s+null(?!.*\bdefault\b)/i;

  it.each(expanding.map((step) => [step.name, step] as const))('%s: only adds', async (_, step) => {
    const folder = mkdtempSync(join(tmpdir(), 'loket-steps-'));
    const statements: string[] = [];
    const db = new Kysely<Database>({
      dialect: sqliteEngine(
        openSqlite({ path: join(folder, 'loket.db'), keyHex: 'ab'.repeat(32) }),
        createTransactionScope(),
      ).dialect,
      log: ({ query }) => void statements.push(query.sql),
    });
    const steps = migrations.slice(0, migrations.indexOf(step));
    await migrate({ db, dialect: sqliteSchema, clock, readOnly: false, steps });
    statements.length = 0;
    await step.up(db as unknown as Kysely<unknown>, sqliteSchema);
    await db.destroy();
    rmSync(folder, { recursive: true });
    expect(statements.length).toBeGreaterThan(0);
    // What a trigger does later is its own matter.
    const own = statements.map((text) => text.replace(/^create trigger[\s\S]*$/i, 'create trigger'));
    expect(own.filter((text) => takesAway.test(text))).toEqual([]);
  });

  it('the rule itself knows what takes away', () => {
    for (const text of [
      'alter table customers drop column phone',
      'alter table a rename to b',
      'alter table a alter column b type bigint',
      'alter table a add column b text not null',
      'delete from a',
    ])
      expect(text).toMatch(takesAway);
    for (const text of ['alter table a add column b text', "alter table a add column b text not null default ''"])
      expect(text).not.toMatch(takesAway);
  });
});
