import { sql, type Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { searchCustomers } from '../repositories/customers.ts';
import type { Database } from '../schema.ts';
import { customerRow } from '../testing/customer-row.ts';
import { enginesUnderTest, type TestDatabase } from '../testing/test-databases.ts';
import { appendOnlyTables, firstTables } from './0001-first-tables.ts';
import { migrate, migrations } from './migrate.ts';
import type { Migration } from './migration.ts';

const at = '2026-11-20T03:00:00.000Z';
const clock = (): Date => new Date(at);

const addColumn: Migration = {
  id: 2,
  name: 'note-on-desks',
  up: async (trx) => {
    await sql`alter table desks add column note text`.execute(trx);
  },
};

describe.each(enginesUnderTest)('on $name', ({ engine, ready, database }) => {
  let place: TestDatabase;
  let db: Kysely<Database>;

  beforeEach(async ({ skip }) => {
    skip(!ready);
    place = await database(clock);
    db = place.connect();
  });
  afterEach(async () => {
    if (!ready) return;
    await db.destroy();
    await place.remove();
  });

  const run = (steps?: readonly Migration[], readOnly = false) =>
    migrate({ db, dialect: place.dialect, clock, readOnly, ...(steps === undefined ? {} : { steps }) });
  const ledger = async () =>
    (await sql<{ id: number; name: string }>`select id, name from schema_migrations order by id`.execute(db)).rows;

  const customer = (id: string, part: { nik?: string; nik_index?: string; external_ref?: string; org_id?: string }) =>
    db.insertInto('customers').values(customerRow(id, part)).execute();

  describe('migrations', () => {
    it('are numbered once each, in order, from 1', () => {
      const ids = migrations.map(({ id }) => id);
      expect(ids[0]).toBe(1);
      expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
    });

    it('go forward once, keep the rows, and are written down', async () => {
      expect(await run([firstTables])).toBeNull();
      await db
        .insertInto('organisations')
        .values({ id: 'org', name: 'Bank', branch: 'A', settings: '{}', created_at: at, updated_at: at })
        .execute();
      await db
        .insertInto('desks')
        .values({
          id: 'd',
          org_id: 'org',
          name: 'Desk',
          public_key: 'k',
          status: 'active',
          last_counter: 7,
          created_at: at,
          revoked_at: null,
        })
        .execute();
      expect(await run([firstTables, addColumn])).toBeNull();
      expect(await run([firstTables, addColumn])).toBeNull();
      expect(await ledger()).toEqual([
        { id: 1, name: 'first-tables' },
        { id: 2, name: 'note-on-desks' },
      ]);
      expect(await db.selectFrom('desks').selectAll().execute()).toMatchObject([
        { id: 'd', last_counter: 7, note: null },
      ]);
    });

    it.each(migrations.slice(1).map((_, index) => [index + 1]))(
      'bring a database of %i steps to where an empty one goes',
      async (count) => {
        const organisation = { id: 'org', name: 'Bank', branch: 'A', settings: '{}', created_at: at, updated_at: at };
        await run(migrations.slice(0, count));
        await db.insertInto('organisations').values(organisation).execute();
        await customer('cus', {});
        expect(await run()).toBeNull();
        const fresh = await database(clock);
        const other = fresh.connect();
        await migrate({ db: other, dialect: fresh.dialect, clock, readOnly: false });
        const tables = async (of: Kysely<Database>) => {
          const everywhere = await of.introspection.getTables();
          if (engine === 'sqlite') return everywhere;
          const { rows } = await sql<{ name: string }>`select current_schema()::text as name`.execute(of);
          return everywhere.filter(({ schema }) => schema === rows[0]?.name);
        };
        const shapes = async (of: Kysely<Database>) =>
          (await tables(of)).map(({ name, columns }) => [
            name,
            columns.map((column) => `${column.name} ${column.dataType} ${column.isNullable}`).sort(),
          ]);
        expect(await shapes(db)).toEqual(await shapes(other));
        expect((await shapes(db)).length).toBeGreaterThan(20);
        await other.destroy();
        await fresh.remove();
        if (migrations.findIndex(({ name }) => name === 'customer-search') < count) return;
        const found = await searchCustomers(
          db,
          'org',
          { text: 'nam', nikIndex: null },
          { by: 'page', page: 1, limit: 9 },
        );
        expect(found.rows).toMatchObject([{ id: 'cus' }]);
      },
    );

    // Two writers of one SQLite file in one process would wait for each other's thread, which is their own.
    it.skipIf(engine === 'sqlite')('are taken once by two processes that start together', async () => {
      const other = place.connect();
      await Promise.all([run(), migrate({ db: other, dialect: place.dialect, clock, readOnly: false })]);
      await other.destroy();
      expect((await ledger()).map(({ id }) => id)).toEqual(migrations.map(({ id }) => id));
    });

    it('refuse a database that is ahead of this program, and read-only one that is behind', async () => {
      await run([firstTables]);
      expect(await run([firstTables, addColumn], true)).toBe('older_version');
      await run([firstTables, addColumn]);
      expect(await run([firstTables])).toBe('newer_version');
      expect(await run([firstTables], true)).toBe('newer_version');
    });

    it('leave nothing behind of a step that failed', async () => {
      await run([firstTables]);
      const failing: Migration = {
        id: 2,
        name: 'fails',
        up: async (trx) => {
          await sql`alter table desks add column half text`.execute(trx);
          await sql`this is not sql`.execute(trx);
        },
      };
      await expect(run([firstTables, failing])).rejects.toThrow();
      expect(await ledger()).toHaveLength(1);
      await sql`select last_counter from desks`.execute(db);
      await expect(sql`select half from desks`.execute(db)).rejects.toMatchObject({ kind: 'unknown' });
    });
  });

  describe('the first tables', () => {
    /** One of everything an append-only row points to. */
    async function people(): Promise<void> {
      await run();
      await db
        .insertInto('organisations')
        .values({ id: 'org', name: 'Bank', branch: 'A', settings: '{}', created_at: at, updated_at: at })
        .execute();
      for (const id of ['usr_staff', 'usr_supervisor']) {
        await db
          .insertInto('users')
          .values({
            id,
            org_id: 'org',
            email: `${id}@bank.test`,
            full_name: 'P',
            role: 'staff',
            password_hash: 'x',
            failed_attempts: 0,
            locked_until: null,
            disabled: 0,
            created_at: at,
            updated_at: at,
          })
          .execute();
      }
      await customer('cus', {});
      await db
        .insertInto('verifications')
        .values({
          id: 'ver',
          org_id: 'org',
          customer_id: 'cus',
          method: 'ktp_capture',
          status: 'pending',
          score: 50,
          reasons: '[]',
          detail: '{}',
          capture_id: null,
          operator_id: 'usr_staff',
          data_residency: 'id-jkt-1',
          created_at: at,
        })
        .execute();
      await db
        .insertInto('review_cases')
        .values({
          id: 'case',
          org_id: 'org',
          customer_id: 'cus',
          verification_id: 'ver',
          reasons: '[]',
          status: 'open',
          assignee_id: null,
          operator_id: 'usr_staff',
          due_at: at,
          created_at: at,
          updated_at: at,
        })
        .execute();
    }
    const decide = (id: string, reviewer: string, operator: string | null) =>
      db
        .insertInto('review_decisions')
        .values({
          id,
          org_id: 'org',
          case_id: 'case',
          verification_id: 'ver',
          decision: 'approve',
          from_status: 'pending',
          to_status: 'verified',
          reason: 'ok',
          reason_code: 'ok',
          reviewer_id: reviewer,
          operator_id: operator,
          reauthentication: 'password',
          created_at: at,
        })
        .execute();
    const capture = (id: string, nonce: string) =>
      db
        .insertInto('captures')
        .values({
          id,
          org_id: 'org',
          customer_id: 'cus',
          kind: 'ktp',
          nonce,
          bundle_hash: 'h',
          signature_alg: 'ed25519',
          desk_id: null,
          device_id: null,
          simulated: 0,
          captured_at: at,
          received_at: at,
          retention_class: 'onboarding',
          frames_blob_id: 'b',
          frames_stored: 1,
          data_residency: 'id-jkt-1',
        })
        .execute();

    it('refuse to change or remove a row of an append-only table, also past the row', async () => {
      await people();
      await decide('dec', 'usr_supervisor', 'usr_staff');
      await db
        .insertInto('tier_events')
        .values({
          id: 'kte',
          org_id: 'org',
          customer_id: 'cus',
          from_tier: 'none',
          to_tier: 'basic',
          actor_user_id: null,
          reason: 'r',
          created_at: at,
        })
        .execute();
      await db
        .insertInto('audit_log')
        .values({
          seq: 1,
          id: 'aud',
          org_id: 'org',
          event: 'auth.login',
          actor_kind: 'system',
          actor_id: null,
          subject: null,
          object_id: null,
          detail: '{}',
          occurred_at: at,
          prev_hash: 'a',
          hash: 'b',
        })
        .execute();
      for (const table of appendOnlyTables) {
        const refused = { kind: 'constraint', constraint: 'append_only' };
        await expect(sql`update ${sql.table(table)} set org_id = 'x'`.execute(db)).rejects.toMatchObject(refused);
        await expect(sql`delete from ${sql.table(table)}`.execute(db)).rejects.toMatchObject(refused);
        const past =
          engine === 'sqlite'
            ? sql`insert or replace into ${sql.table(table)} select * from ${sql.table(table)}`
            : sql`truncate ${sql.table(table)} cascade`;
        await expect(past.execute(db)).rejects.toMatchObject(refused);
        expect((await sql`select * from ${sql.table(table)}`.execute(db)).rows).toHaveLength(1);
      }
    });

    it('let go of records and audit rows behind a checkpoint, and of no other', async () => {
      await people();
      await capture('cap_1', 'nonce-1');
      const before = '2026-11-20T03:00:00.000Z';
      const tier = (id: string, created_at: string) => ({
        ...{ id, org_id: 'org', customer_id: 'cus', from_tier: 'none', to_tier: 'basic', actor_user_id: null },
        ...{ reason: 'automatic', created_at },
      });
      const events = [tier('old', '2019-01-01T00:00:00.000Z'), tier('new', before)];
      await db.insertInto('tier_events').values(events).execute();
      const refused = { kind: 'constraint', constraint: 'append_only' };
      await expect(db.deleteFrom('tier_events').where('id', '=', 'old').execute()).rejects.toMatchObject(refused);
      const checkpoint = { kind: 'records' as const, audit_seq: 0, before, statement: '{}', signature: 's' };
      await db
        .insertInto('retention_checkpoints')
        .values({ id: 'rtc_1', ...checkpoint, public_key: 'p', created_at: at })
        .execute();
      await db.deleteFrom('tier_events').where('id', '=', 'old').execute();
      await expect(db.deleteFrom('tier_events').execute()).rejects.toMatchObject(refused);
      await expect(sql`update tier_events set reason = 'x'`.execute(db)).rejects.toMatchObject(refused);
      await expect(db.deleteFrom('retention_checkpoints').execute()).rejects.toMatchObject(refused);
      expect(await db.selectFrom('tier_events').select('id').execute()).toEqual([{ id: 'new' }]);
    });

    it('refuse a reviewer who captured the case himself', async () => {
      await people();
      await expect(decide('own', 'usr_staff', 'usr_staff')).rejects.toMatchObject({ constraint: 'four_eyes' });
      await decide('other', 'usr_supervisor', 'usr_staff');
    });

    it('know a nonce, a NIK, an external reference and an e-mail once', async () => {
      await people();
      await capture('cap_1', 'nonce-1');
      await expect(capture('cap_2', 'nonce-1')).rejects.toMatchObject({
        constraint: 'captures.org_id, captures.nonce',
      });
      await customer('c1', { nik: '1', nik_index: 'i', external_ref: 'r' });
      await expect(customer('c2', { nik: '1', nik_index: 'i' })).rejects.toMatchObject({
        constraint: 'customers.org_id, customers.nik_index',
      });
      await expect(customer('c3', { external_ref: 'r' })).rejects.toMatchObject({
        constraint: 'customers.org_id, customers.external_ref',
      });
      await expect(customer('c4', { nik: '2' })).rejects.toMatchObject({ constraint: 'nik_with_its_index' });
      await customer('c5', {});
      const user = db.insertInto('users').values({
        id: 'u',
        org_id: 'org',
        email: 'usr_staff@bank.test',
        full_name: 'P',
        role: 'staff',
        password_hash: 'x',
        failed_attempts: 0,
        locked_until: null,
        disabled: 0,
        created_at: at,
        updated_at: at,
      });
      await expect(user.execute()).rejects.toMatchObject({ constraint: 'users.email' });
    });

    it('find the next capture to send without walking past the delivered ones', async () => {
      await run();
      const query = sql`select * from outbox as o where o.state in ('pending', 'sending') order by o.sequence limit 1`;
      const plan = await db.transaction().execute(async (trx) => {
        // An empty table is read as a whole on PostgreSQL, whatever indexes it has.
        if (engine !== 'sqlite') await sql`set local enable_seqscan = off`.execute(trx);
        const explain = engine === 'sqlite' ? sql`explain query plan ${query}` : sql`explain ${query}`;
        return JSON.stringify((await explain.execute(trx)).rows);
      });
      expect(plan).toContain('outbox_waiting_by_sequence');
    });
  });
});
