import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, linkSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { putBlob } from './blobs.ts';
import { openStore, type Store } from './open-store.ts';
import { openSqlite } from './sqlite-dialect.ts';

const clock = (): Date => new Date('2026-11-20T03:00:00.000Z');
const fromHex = 'ab'.repeat(32);
const toHex = 'cd'.repeat(32);
let folder: string;
let path: string;
let store: Store;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'loket-rekey-open-'));
  path = join(folder, 'loket.db');
  store = await opened(fromHex);
  for (let index = 0; index < 60; index += 1) await put(`first-${index}`);
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function opened(keyHex: string, otherKeysHex: readonly string[] = []): Promise<Store> {
  const done = await openStore({ path, keyHex, otherKeysHex, clock });
  if (!done.ok) throw new Error(done.error.code);
  return done.value;
}
const put = (id: string) =>
  putBlob(store.db, {
    ...{ id, orgId: 'org', customerId: 'cus', purpose: 'test', createdAt: clock().toISOString() },
    bytes: Buffer.alloc(50_000, id),
  });
const change = (stop?: AbortSignal) => store.changeKey?.({ fromHex, toHex, ...(stop === undefined ? {} : { stop }) });
const ids = async () => (await store.db.selectFrom('sealed_blobs').select('id').execute()).map((row) => row.id);

/** Rows another process called stored while it changed the key, until it is killed or done. */
async function changeAndDie(
  keys: readonly [string, string],
  afterMs: number,
): Promise<{ rows: string[]; whole: boolean }> {
  const script = fileURLToPath(new URL('testing/rekey-process.ts', import.meta.url));
  const words = [script, path, ...keys];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (out === '') setTimeout(() => child.kill('SIGKILL'), afterMs).unref();
    out += text;
  });
  await once(child, 'close');
  const lines = out.split('\n').slice(0, -1);
  return { rows: lines.filter((line) => /^\d+-\d+$/.test(line)), whole: lines.at(-1) === 'changed' };
}

/** The file as another program finds it. */
function outside(keyHex: string): { intact: unknown; rows: number } {
  const handle = openSqlite({ path, keyHex, readOnly: true });
  const rows = handle.prepare('select count(*) as n from sealed_blobs').get() as { n: number };
  const intact = handle.pragma('integrity_check', { simple: true });
  handle.close();
  return { intact, rows: rows.n };
}

describe('a new key for a database at work', () => {
  it('keeps every row that was written before, during and after, and works on without opening anew', async () => {
    let during = 0;
    let done = false;
    const changing = change()?.finally(() => (done = true));
    while (!done) {
      await put(`during-${(during += 1)}`);
      await store.db.deleteFrom('sealed_blobs').where('id', '=', `first-${during}`).execute();
      await nextTurn();
    }
    expect(await changing).toEqual({ ok: true, value: true });
    // Other people's turns came while the pages were copied.
    expect(during).toBeGreaterThan(3);
    await put('after');
    const kept = await ids();
    expect(kept).toEqual(expect.arrayContaining(['first-0', 'during-1', `during-${during}`, 'after']));
    expect(kept).not.toContain('first-1');
    expect(() => openSqlite({ path, keyHex: fromHex, readOnly: true })).toThrow(/does not open/);
    expect(outside(toHex)).toEqual({ intact: 'ok', rows: kept.length });
    expect(readdirSync(folder).filter((name) => name.includes('rekey'))).toEqual([]);
    await store.close();
    store = await opened(toHex);
    expect((await ids()).length).toBe(kept.length);
  });

  it('finds it done when it was broken off before the keys were noted', async () => {
    expect(await change()).toEqual({ ok: true, value: true });
    expect(await change()).toEqual({ ok: true, value: true });
    expect(outside(toHex)).toMatchObject({ intact: 'ok', rows: 60 });
  });

  it('leaves everything as it is while another program has the file, and when stopped', async () => {
    const other = openSqlite({ path, keyHex: fromHex, create: false });
    expect(await change()).toMatchObject({ ok: false, error: { code: 'store_busy' } });
    await put('still at work');
    other.close();
    const stop = new AbortController();
    stop.abort();
    expect(await change(stop.signal)).toEqual({ ok: true, value: false });
    expect(outside(fromHex)).toEqual({ intact: 'ok', rows: 61 });
    expect(readdirSync(folder).sort()).toEqual(['loket.db', 'loket.db-shm', 'loket.db-wal']);
    expect(await change()).toEqual({ ok: true, value: true });
  });

  it('blanks the first page of the file that lost its name', async () => {
    const lost = join(folder, 'lost');
    // A hard link stands for the descriptor of a program that waits for the lock.
    linkSync(path, lost);
    expect((await change())?.ok).toBe(true);
    expect(readFileSync(lost).subarray(0, 4096).equals(Buffer.alloc(4096))).toBe(true);
    expect(() => openSqlite({ path: lost, keyHex: fromHex, create: false })).toThrow(/does not open/);
  });

  it('starts over where a copy was left behind, and copies no page that does not open', async () => {
    copyFileSync(path, `${path}.rekey`);
    await store.close();
    const whole = readFileSync(path);
    writeFileSync(path, flipped(whole, whole.length - 2000));
    store = await opened(fromHex);
    expect(await change()).toMatchObject({ ok: false, error: { code: 'store_corrupted' } });
    await store.close();
    writeFileSync(path, whole);
    store = await opened(fromHex);
    expect(await change()).toEqual({ ok: true, value: true });
    expect(outside(toHex)).toEqual({ intact: 'ok', rows: 60 });
  });

  it('killed at any moment leaves a whole file, under one key or the other, with every row that was called stored', async () => {
    await store.close();
    const stored: string[] = [];
    let keys = [fromHex, toHex] as const;
    for (const afterMs of [0, 10, 30, 60, 120]) {
      const { rows, whole } = await changeAndDie(keys, afterMs);
      stored.push(...rows);
      store = await opened(keys[0], [keys[1]]);
      expect(await ids()).toEqual(expect.arrayContaining(stored));
      const [intact] = (await sql<{ integrity_check: string }>`pragma integrity_check`.execute(store.db)).rows;
      expect(intact).toEqual({ integrity_check: 'ok' });
      await store.close();
      if (whole) keys = [keys[1], keys[0]];
    }
    expect(stored.length).toBeGreaterThan(0);
    expect((await changeAndDie(keys, 60_000)).whole).toBe(true);
    store = await opened(keys[1]);
  });
});

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
}
