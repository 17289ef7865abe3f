import {
  chmodSync,
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Result } from '../contract/result.ts';
import { putBlob } from './blobs.ts';
import { openStore, type Store, type StoreOptions } from './open-store.ts';
import { openSqlite } from './sqlite-dialect.ts';
import { StoreError } from './store-error.ts';

const keyHex = 'ab'.repeat(32);
const clock = (): Date => new Date('2026-11-20T03:00:00.000Z');
let folder: string;
let path: string;
let open: Store[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'loket-store-'));
  path = join(folder, 'loket.db');
});
afterEach(async () => {
  for (const store of open) await store.close();
  open = [];
  rmSync(folder, { recursive: true, force: true });
});

async function tryOpen(options: Partial<StoreOptions> = {}): Promise<Result<Store>> {
  const store = await openStore({ path, keyHex, clock, ...options });
  if (store.ok) open.push(store.value);
  return store;
}
async function opened(options: Partial<StoreOptions> = {}): Promise<Store> {
  const store = await tryOpen(options);
  if (!store.ok) throw new Error(store.error.code);
  return store.value;
}
async function codeOf(options: Partial<StoreOptions> = {}): Promise<string> {
  const store = await tryOpen(options);
  return store.ok ? 'opened' : store.error.code;
}
async function thrownBy(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
/** Root may write to anything, so that file permissions would say nothing: become "nobody" meanwhile. */
async function asOrdinaryUser<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
const blob = (id: string, bytes: Uint8Array) => ({
  id,
  orgId: 'org',
  customerId: 'cus',
  purpose: 'test',
  bytes,
  createdAt: clock().toISOString(),
});
const marker = Buffer.from('PLAINTEXT-MARKER-'.repeat(64));

/** A closed database with a few hundred pages in it. */
async function filled(): Promise<void> {
  const store = await opened();
  for (let index = 0; index < 20; index += 1) await putBlob(store.db, blob(`b${index}`, Buffer.alloc(40_000, index)));
  await putBlob(store.db, blob('marker', marker));
  await store.close();
}

describe('opening', () => {
  it('encrypts the file, its WAL included, and sets what durability and privacy ask for', async () => {
    const store = await opened();
    await putBlob(store.db, blob('b', marker));
    const files = [path, `${path}-wal`].map((file) => readFileSync(file));
    for (const bytes of files) expect(bytes.includes('PLAINTEXT-MARKER')).toBe(false);
    for (const bytes of files) expect(bytes.includes('sealed_blobs')).toBe(false);
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(marker.length);
    const pragma = async (name: string) =>
      Object.values((await sql.raw(`pragma ${name}`).execute(store.db)).rows[0] as object)[0] as unknown;
    expect(await pragma('journal_mode')).toBe('wal');
    expect(await pragma('synchronous')).toBe(2);
    expect(await pragma('foreign_keys')).toBe(1);
    expect(await pragma('secure_delete')).toBe(1);
    expect(await pragma('temp_store')).toBe(2);
    expect(await pragma('busy_timeout')).toBe(5000);
  });

  it('refuses a wrong key, a plain file and a database that should be there but is not', async () => {
    await filled();
    expect(await codeOf({ keyHex: 'ac'.repeat(32) })).toBe('store_wrong_key');
    expect(await codeOf()).toBe('opened');
    const other = join(folder, 'other.db');
    writeFileSync(other, 'this is not a database at all, just some text that is long enough to look at'.repeat(100));
    expect(await codeOf({ path: other })).toBe('store_wrong_key');
    expect(await codeOf({ path: join(folder, 'absent.db'), create: false })).toBe('store_missing');
    writeFileSync(join(folder, 'empty.db'), '');
    expect(await codeOf({ path: join(folder, 'empty.db'), create: false })).toBe('store_missing');
    expect(await codeOf({ path: join(folder, 'no', 'folder', 'x.db') })).toBe('store_missing');
  });

  it('refuses a database of a newer program and leaves it alone', async () => {
    const store = await opened();
    await sql`insert into schema_migrations (id, name, applied_at) values (9999, 'from-the-future', '2030-01-01T00:00:00.000Z')`.execute(
      store.db,
    );
    await store.close();
    const before = readFileSync(path);
    expect(await codeOf()).toBe('store_newer_version');
    expect(await codeOf({ readOnly: true })).toBe('store_newer_version');
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('opens read-only for an auditor without changing a byte', async () => {
    await filled();
    const before = readFileSync(path);
    const store = await opened({ readOnly: true });
    expect((await store.db.selectFrom('sealed_blobs').select('id').execute()).length).toBe(21);
    const error = await thrownBy(() => putBlob(store.db, blob('x', marker)));
    expect(error).toMatchObject({ name: 'StoreError', kind: 'read_only' });
    await store.close();
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it.skipIf(process.platform === 'win32')(
    'says at the start, not in the middle of a customer, that the file cannot be written',
    async () => {
      await filled();
      chmodSync(path, 0o444);
      chmodSync(folder, 0o755);
      expect(await asOrdinaryUser(() => codeOf())).toBe('store_read_only');
      chmodSync(path, 0o644);
      chmodSync(folder, 0o777);
      expect(await codeOf()).toBe('opened');
    },
  );

  it('finds a flipped byte when it reads that page, and a cut-off file', async () => {
    await filled();
    const whole = join(folder, 'whole.db');
    copyFileSync(path, whole);
    const size = statSync(path).size;
    const descriptor = openSync(path, 'r+');
    // What was written last lies at the end: the pages before it hold the other tables.
    writeSync(descriptor, Buffer.from([0x5a]), 0, 1, size - 2048);
    closeSync(descriptor);
    const store = await opened();
    const error = await thrownBy(() => store.db.selectFrom('sealed_blobs').selectAll().execute());
    expect(error).toBeInstanceOf(StoreError);
    expect((error as StoreError).kind).toBe('corrupted');
    await store.close();

    copyFileSync(whole, path);
    truncateSync(path, Math.floor(size / 2));
    const cut = await tryOpen();
    const found = cut.ok
      ? ((await thrownBy(() => cut.value.db.selectFrom('sealed_blobs').selectAll().execute())) as StoreError).kind
      : cut.error.code.replace('store_', '');
    expect(found).toBe('corrupted');
  });

  it('reports a full disk, keeps what was stored and goes on when there is room', async () => {
    const store = await opened();
    await putBlob(store.db, blob('kept', marker));
    const { page_count: pages } = (await sql<{ page_count: number }>`pragma page_count`.execute(store.db)).rows[0] ?? {
      page_count: 0,
    };
    await sql.raw(`pragma max_page_count=${pages + 2}`).execute(store.db);
    const error = await thrownBy(() =>
      store.transaction(async (trx) => {
        await putBlob(trx, blob('small', Buffer.from('x')));
        await putBlob(trx, blob('large', Buffer.alloc(500_000, 1)));
      }),
    );
    expect(error).toMatchObject({ kind: 'disk_full' });
    expect(await store.db.selectFrom('sealed_blobs').select('id').execute()).toEqual([{ id: 'kept' }]);
    await sql.raw('pragma max_page_count=1073741823').execute(store.db);
    await putBlob(store.db, blob('after', marker));
    expect(await store.db.selectFrom('sealed_blobs').select('id').orderBy('id').execute()).toEqual([
      { id: 'after' },
      { id: 'kept' },
    ]);
  });

  it('says busy when another process keeps the write lock', async () => {
    const store = await opened({ busyTimeoutMs: 1 });
    const other = openSqlite({ path, keyHex });
    other.exec('begin immediate');
    expect(await thrownBy(() => store.transaction((trx) => putBlob(trx, blob('b', marker))))).toMatchObject({
      kind: 'busy',
    });
    other.exec('rollback');
    other.close();
    await store.transaction((trx) => putBlob(trx, blob('b', marker)));
  });
});

describe('transactions', () => {
  const ids = async (store: Store) =>
    (await store.db.selectFrom('sealed_blobs').select('id').orderBy('id').execute()).map(({ id }) => id);

  it('store everything or nothing, and one at a time', async () => {
    const store = await opened();
    const order: string[] = [];
    const work = (name: string, broken: boolean) =>
      store.transaction(async (trx) => {
        order.push(`${name} in`);
        await putBlob(trx, blob(name, marker));
        await new Promise((resolve) => setImmediate(resolve));
        order.push(`${name} out`);
        if (broken) throw new Error('no');
      });
    const done = await Promise.allSettled([work('a', false), work('b', true), work('c', false), ids(store)]);
    expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(order).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
    expect(await ids(store)).toEqual(['a', 'c']);
  });

  it('inside another join it, and undo only themselves when they fail', async () => {
    const store = await opened();
    await store.transaction(async (trx) => {
      await putBlob(trx, blob('outer', marker));
      await store.transaction((inner) => putBlob(inner, blob('inner', marker)));
      await store
        .transaction(async (inner) => {
          await putBlob(inner, blob('undone', marker));
          throw new Error('no');
        })
        .catch(() => undefined);
    });
    expect(await ids(store)).toEqual(['inner', 'outer']);
  });

  it('store nothing more once the database has undone them by itself', async () => {
    const store = await opened();
    const work = store.transaction(async (trx) => {
      await putBlob(trx, blob('before', marker));
      await sql`rollback`.execute(trx); // as SQLite does on some I/O errors
      await putBlob(trx, blob('after', marker)).catch(() => undefined);
    });
    await expect(work).rejects.toMatchObject({ driverCode: 'TRANSACTION_LOST' });
    expect(await ids(store)).toEqual([]);
    await store.transaction((trx) => putBlob(trx, blob('later', marker)));
    expect(await ids(store)).toEqual(['later']);
  });

  it('refuse a query past their handle instead of waiting for themselves', async () => {
    const store = await opened();
    await expect(store.transaction(() => ids(store))).rejects.toThrow('handle of the transaction');
    expect(await ids(store)).toEqual([]);
  });
});
