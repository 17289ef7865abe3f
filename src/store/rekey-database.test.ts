import { copyFileSync, existsSync, linkSync as linkTo, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { putBlob } from './blobs.ts';
import { openStore } from './open-store.ts';
import { rekeyDatabase } from './rekey-database.ts';
import { openSqlite } from './sqlite-dialect.ts';

const clock = (): Date => new Date('2026-11-20T03:00:00.000Z');
const fromHex = 'ab'.repeat(32);
const toHex = 'cd'.repeat(32);
let folder: string;
let path: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'loket-rekey-'));
  path = join(folder, 'loket.db');
  const store = await opened(fromHex);
  for (const id of ['a', 'b']) {
    const blob = { id, orgId: 'org', customerId: 'cus', purpose: 'test', createdAt: clock().toISOString() };
    await putBlob(store.db, { ...blob, bytes: Buffer.alloc(50_000, 7) });
  }
  await store.close();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function opened(keyHex: string, otherKeysHex: readonly string[] = []) {
  const store = await openStore({ path, keyHex, otherKeysHex, clock });
  if (!store.ok) throw new Error(store.error.code);
  return store.value;
}
async function ids(keyHex: string, otherKeysHex: readonly string[] = []): Promise<readonly string[]> {
  const store = await opened(keyHex, otherKeysHex);
  const rows = await store.db.selectFrom('sealed_blobs').select('id').orderBy('id').execute();
  await store.close();
  return rows.map((row) => row.id);
}

describe('a new key for the database', () => {
  it('opens it with the new key and not with the old one, everything there', async () => {
    expect(rekeyDatabase({ path, fromHex, toHex })).toEqual({ ok: true, value: true });
    expect(await ids(toHex)).toEqual(['a', 'b']);
    await expect(opened(fromHex)).rejects.toThrow('store_wrong_key');
    expect(await ids(fromHex, [toHex])).toEqual(['a', 'b']);
    expect(readdirSync(folder)).toEqual(['loket.db']);
    expect(rekeyDatabase({ path, fromHex, toHex })).toEqual({ ok: true, value: true });
  });

  it('waits for nobody: while a program has the file open nothing changes', async () => {
    const station = await opened(fromHex);
    expect(rekeyDatabase({ path, fromHex, toHex })).toMatchObject({ ok: false, error: { code: 'store_busy' } });
    expect(await station.db.selectFrom('sealed_blobs').select('id').execute()).toHaveLength(2);
    await station.close();
    expect(await ids(fromHex)).toEqual(['a', 'b']);
  });

  it('broken off leaves the old file and starts over', async () => {
    copyFileSync(path, `${path}.rekey`);
    expect(await ids(fromHex)).toEqual(['a', 'b']);
    expect(rekeyDatabase({ path, fromHex, toHex }).ok).toBe(true);
    expect(existsSync(`${path}.rekey`)).toBe(false);
    expect(await ids(toHex)).toEqual(['a', 'b']);
  });

  it('blanks the file that lost its name for whoever still has it open', () => {
    const other = join(folder, 'still-open');
    const bytes = readFileSync(path);
    // A hard link stands for the descriptor of a program that waits for the lock.
    linkTo(path, other);
    expect(rekeyDatabase({ path, fromHex, toHex }).ok).toBe(true);
    expect(readFileSync(other).subarray(0, 4096).equals(Buffer.alloc(4096))).toBe(true);
    expect(bytes.subarray(0, 4096).equals(Buffer.alloc(4096))).toBe(false);
    expect(() => openSqlite({ path: other, keyHex: fromHex, create: false })).toThrow();
  });

  it('is refused with the wrong old key and without a file', () => {
    expect(rekeyDatabase({ path, fromHex: 'ee'.repeat(32), toHex })).toMatchObject({
      error: { code: 'store_wrong_key' },
    });
    expect(rekeyDatabase({ path: join(folder, 'none.db'), fromHex, toHex })).toMatchObject({
      error: { code: 'store_missing' },
    });
  });
});
