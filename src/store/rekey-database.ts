/**
 * Gives an encrypted database another key: a copy is written under the new key, proved, and put in the file's place in one
 * step. Broken off at any moment, the file is the old one or the new one, whole.
 */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { ok, type Result } from '../contract/result.ts';
import { openSqlite, toStoreError, type SqliteHandle } from './sqlite-dialect.ts';
import { StoreError, storeFailure } from './store-error.ts';

/**
 * True when the file has the key `toHex` afterwards; needs room for a second copy, and nobody else in the file. Failures:
 * `store_busy` (a program has it open), `store_disk_full`, `store_corrupted`, `store_wrong_key`, `store_missing`.
 */
export function rekeyDatabase(options: {
  readonly path: string;
  readonly fromHex: string;
  readonly toHex: string;
}): Result<true> {
  const { path, fromHex, toHex } = options;
  const copy = `${path}.rekey`;
  if (!existsSync(path)) return storeFailure('missing');
  try {
    removeDatabase(copy);
    if (opensWith(path, toHex)) return ok(true);
    const old = openSqlite({ path, keyHex: fromHex, create: false });
    try {
      takeAlone(old);
      old.prepare('vacuum into ?').run(copy);
      changeKey(copy, fromHex, toHex);
      prove(copy, toHex);
      const before = openSync(path, 'r+');
      try {
        // Windows gives no name to another file while somebody has it open.
        if (process.platform === 'win32') old.close();
        renameSync(copy, path);
        syncFolder(path);
        // Whoever waited for our lock holds the old file, which no name leads to any more: it must not open for him.
        blankFirstPage(before);
      } finally {
        closeSync(before);
      }
    } finally {
      old.close();
    }
    return ok(true);
  } catch (error) {
    const known = toStoreError(error);
    if (!(known instanceof StoreError)) throw error;
    return storeFailure(known.kind, known.driverCode);
  } finally {
    removeDatabase(copy);
  }
}

function opensWith(path: string, keyHex: string): boolean {
  try {
    openSqlite({ path, keyHex, readOnly: true }).close();
    return true;
  } catch (error) {
    if (error instanceof StoreError && error.kind === 'wrong_key') return false;
    throw error;
  }
}

/** Leaving WAL needs the file alone, and empties the WAL into it; the lock then stays until the handle closes. */
export function takeAlone(handle: SqliteHandle): void {
  handle.pragma('busy_timeout=200');
  if (handle.pragma('journal_mode=DELETE', { simple: true }) !== 'delete') throw new StoreError('busy');
  handle.pragma('locking_mode=EXCLUSIVE');
  handle.exec('begin exclusive; commit');
}

function changeKey(path: string, fromHex: string, toHex: string): void {
  const handle = openSqlite({ path, keyHex: fromHex, create: false });
  try {
    handle.pragma('journal_mode=DELETE');
    handle.pragma(`rekey="x'${toHex}'"`);
  } finally {
    handle.close();
  }
}

function prove(path: string, keyHex: string): void {
  const handle = openSqlite({ path, keyHex, readOnly: true });
  try {
    if (handle.pragma('integrity_check(1)', { simple: true }) !== 'ok') throw new StoreError('corrupted');
  } finally {
    handle.close();
  }
}

export function blankFirstPage(descriptor: number): void {
  writeSync(descriptor, Buffer.alloc(4096), 0, 4096, 0);
  fsyncSync(descriptor);
}

export function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(dirname(path), 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

export function removeDatabase(path: string): void {
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
}
