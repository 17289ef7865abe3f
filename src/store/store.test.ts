import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createChainVerifier } from '../core/audit/chain.ts';
import { appendAudit, auditHead, type AuditEntry } from './audit-log.ts';
import { deleteBlob, getBlob, putBlob } from './blobs.ts';
import { readInstallationValue, writeInstallationValue } from './installation-values.ts';
import type { Store } from './store.ts';
import { isUniqueViolation } from './store-error.ts';
import { enginesUnderTest, type TestDatabase } from './testing/test-databases.ts';

const clock = (): Date => new Date('2026-11-20T03:00:00.000Z');
const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);
const blob = (id: string) => ({
  id,
  orgId: 'org',
  customerId: 'cus',
  purpose: 'test',
  bytes,
  createdAt: clock().toISOString(),
});
const entry: AuditEntry = {
  orgId: 'org',
  event: 'auth.login',
  actor: { kind: 'user', id: 'usr' },
  occurredAt: clock(),
};

describe.each(enginesUnderTest)('a store on $name', ({ engine, ready, database }) => {
  let place: TestDatabase;
  let store: Store;
  let stores: Store[] = [];

  async function opened(options?: { readonly readOnly?: boolean }): Promise<Store> {
    const result = await place.open(options);
    if (!result.ok) throw new Error(result.error.code);
    stores.push(result.value);
    return result.value;
  }
  beforeEach(async ({ skip }) => {
    skip(!ready);
    place = await database(clock);
    store = await opened();
  });
  afterEach(async () => {
    if (!ready) return;
    for (const each of stores) await each.close();
    stores = [];
    await place.remove();
  });
  const ids = async () =>
    (await store.db.selectFrom('sealed_blobs').select('id').orderBy('id').execute()).map(({ id }) => id);

  describe('transactions', () => {
    it('store everything or nothing, and one at a time', async () => {
      const order: string[] = [];
      const work = (name: string, broken: boolean) =>
        store.transaction(async (trx) => {
          order.push(`${name} in`);
          await putBlob(trx, blob(name));
          order.push(`${name} out`);
          if (broken) throw new Error('no');
        });
      const done = await Promise.allSettled([work('a', false), work('b', true), work('c', false)]);
      expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(order).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
      expect(await ids()).toEqual(['a', 'c']);
    });

    it('go on after a part that broke a rule, without that part', async () => {
      await store.transaction(async (trx) => {
        await putBlob(trx, blob('outer'));
        await store.transaction((inner) => putBlob(inner, blob('inner')));
        const twice = store.transaction(async (inner) => {
          await putBlob(inner, blob('undone'));
          await putBlob(inner, blob('outer'));
        });
        await expect(twice).rejects.toMatchObject({ kind: 'constraint' });
        await putBlob(trx, blob('after'));
      });
      expect(await ids()).toEqual(['after', 'inner', 'outer']);
    });

    it('refuse a query past their handle instead of waiting for themselves, and know whose they are', async () => {
      await expect(store.transaction(() => ids())).rejects.toThrow('handle of the transaction');
      const elsewhere = await database(clock);
      const other = await elsewhere.open();
      if (!other.ok) throw new Error(other.error.code);
      // One PGlite is one session: two stores on it cannot be inside transactions at once.
      if (engine !== 'pglite') {
        await store.transaction(async () => {
          await other.value.transaction((trx) => putBlob(trx, blob('there')));
        });
        expect(await getBlob(other.value.db, 'org', 'there')).not.toBeNull();
      }
      expect(await ids()).toEqual([]);
      await other.value.close();
      await elsewhere.remove();
    });

    it('that swallowed an error of the database are not said to be stored', async () => {
      const work = store.transaction(async (trx) => {
        await putBlob(trx, blob('before'));
        const broken = sql`${sql.raw(engine === 'sqlite' ? 'rollback' : 'select no_such_column')}`.execute(trx);
        await broken.catch(() => undefined);
        await putBlob(trx, blob('after')).catch(() => undefined);
      });
      await expect(work).rejects.toMatchObject({ driverCode: 'TRANSACTION_LOST' });
      expect(await ids()).toEqual([]);
      await store.transaction((trx) => putBlob(trx, blob('later')));
      expect(await ids()).toEqual(['later']);
    });
  });

  describe('the audit chain', () => {
    it('stays one line under writers of several processes', async () => {
      // SQLite holds a second process up in the middle of its thread: that is for separate processes to show.
      const writers = engine === 'sqlite' ? [store] : [store, await opened(), await opened()];
      const rounds = Array.from({ length: 30 }, (_, index) => index);
      await Promise.all(
        rounds.map((index) =>
          (writers[index % writers.length] as Store).transaction(async (trx) => {
            await appendAudit(trx, { ...entry, detail: { index } });
            await appendAudit(trx, { ...entry, detail: { index, second: true } });
          }),
        ),
      );
      const noted = await auditHead(store.db);
      const verifier = createChainVerifier({ mustContain: noted });
      for (const row of await store.db.selectFrom('audit_log').selectAll().orderBy('seq').execute()) verifier.push(row);
      expect(verifier.report()).toMatchObject({ intact: true, rows: 60, head: { seq: 60 } });
    });

    it('keeps a count that all of them change', async () => {
      const writers = engine === 'sqlite' ? [store] : [store, await opened()];
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          (writers[index % writers.length] as Store).transaction(async (trx) => {
            const before = (await readInstallationValue<number>(trx, 'count')) ?? 0;
            await writeInstallationValue(trx, 'count', before + 1);
          }),
        ),
      );
      expect(await readInstallationValue(store.db, 'count')).toBe(20);
    });
  });

  it('gives back the bytes of a blob, and deletes it for its organisation only', async () => {
    await putBlob(store.db, blob('b'));
    const read = await getBlob(store.db, 'org', 'b');
    expect(read).toBeInstanceOf(Uint8Array);
    expect(Array.from(read ?? [])).toEqual(Array.from(bytes));
    expect(await getBlob(store.db, 'other', 'b')).toBeNull();
    expect(await deleteBlob(store.db, 'other', 'b')).toBe(false);
    expect(await deleteBlob(store.db, 'org', 'b')).toBe(true);
    expect(await ids()).toEqual([]);
  });

  it('keeps a blob whose capture was not delivered, and numbers the queue upwards', async () => {
    const at = clock().toISOString();
    const queued = (id: string) => ({
      id,
      org_id: 'org',
      customer_id: 'cus',
      kind: 'ktp',
      blob_id: `blob-${id}`,
      size: 1,
      state: 'pending' as const,
      attempts: 0,
      next_attempt_at: at,
      lease_owner: null,
      lease_until: null,
      last_error: null,
      result: null,
      captured_at: at,
      created_at: at,
      delivered_at: null,
    });
    for (const id of ['x', 'y']) {
      await putBlob(store.db, blob(`blob-${id}`));
      await store.db.insertInto('outbox').values(queued(id)).execute();
    }
    const rows = await store.db.selectFrom('outbox').select(['id', 'sequence']).orderBy('sequence').execute();
    expect(rows).toEqual([
      { id: 'x', sequence: 1 },
      { id: 'y', sequence: 2 },
    ]);
    await expect(deleteBlob(store.db, 'org', 'blob-x')).rejects.toMatchObject({ constraint: 'undelivered_capture' });
    await store.db.updateTable('outbox').set({ state: 'delivered', delivered_at: at }).where('id', '=', 'x').execute();
    expect(await deleteBlob(store.db, 'org', 'blob-x')).toBe(true);
  });

  it('names what a second row of the same key broke, alike on both engines', async () => {
    await putBlob(store.db, blob('b'));
    const error: unknown = await putBlob(store.db, blob('b')).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'StoreError', kind: 'constraint', constraint: 'sealed_blobs.id' });
    expect(isUniqueViolation(error, 'sealed_blobs.id')).toBe(true);
    expect(isUniqueViolation(error, 'sealed_blobs.size')).toBe(false);
  });

  it('reads counts as numbers and sizes beyond 32 bits as they are', async () => {
    await putBlob(store.db, blob('b'));
    await store.db.updateTable('sealed_blobs').set({ size: 5_000_000_000 }).execute();
    const row = await store.db
      .selectFrom('sealed_blobs')
      .select((e) => [e.fn.countAll<number>().as('n'), e.fn.max('size').as('size')])
      .executeTakeFirstOrThrow();
    expect(row).toEqual({ n: 1, size: 5_000_000_000 });
  });

  it('sorts instants and ids byte by byte', async () => {
    for (const id of ['b', 'B', '_', 'a', 'é', '0']) await putBlob(store.db, blob(id));
    expect(await ids()).toEqual(['0', 'B', '_', 'a', 'b', 'é']);
  });

  it('opens for reading only', async () => {
    await putBlob(store.db, blob('b'));
    const reader = await opened({ readOnly: true });
    expect(await getBlob(reader.db, 'org', 'b')).not.toBeNull();
    await expect(putBlob(reader.db, blob('c'))).rejects.toMatchObject({ kind: 'read_only' });
  });

  it('does not make tables where some must be', async () => {
    const empty = await database(clock);
    expect(await empty.open({ create: false })).toMatchObject({ ok: false, error: { code: 'store_missing' } });
    expect(await empty.open({ readOnly: true })).toMatchObject({ ok: false, error: { code: 'store_missing' } });
    await empty.remove();
  });
});
