/**
 * Gives the encrypted database another key while this process works with it. Its pages are copied under the new key a few at
 * a time beside the work; then the connection is held for a moment, what changed meanwhile is copied again, and the copy
 * takes the file's place in one step. Broken off at any moment, the file is the old one or the new one, whole.
 */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, read, renameSync, writeSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ok, type Result } from '../contract/result.ts';
import { databasePageSize, emptyMark, pageConverter, pageMark, type PageConverter } from '../vault/database-pages.ts';
import { freeDiskBytes } from './free-disk.ts';
import { blankFirstPage, removeDatabase, syncFolder, takeAlone } from './rekey-database.ts';
import { openSqlite, toStoreError, type SqliteSeat } from './sqlite-dialect.ts';
import type { KeyOfFile } from './store.ts';
import { StoreError, storeFailure } from './store-error.ts';

const readAt = promisify(read);

interface RekeyWhileOpen extends KeyOfFile {
  readonly path: string;
}

/** Read at a time. */
const chunkPages = 128;
/** Converted at a time: a millisecond or two of work between other people's turns. */
const convertedAtOnce = 16;
/** Fewer than this many changed pages are copied while the connection is held. */
const fewPages = 512;
const spareBytes = 64 * 1024 * 1024;

/**
 * True when the file has the key `toHex` afterwards, false when stopped. Needs room for a second copy. Failures: `store_busy`
 * (another program has the file open too), `store_disk_full`, `store_corrupted`, `store_wrong_key`.
 */
export async function rekeyWhileOpen(seat: SqliteSeat, options: RekeyWhileOpen): Promise<Result<boolean>> {
  try {
    return await attempt(seat, options);
  } catch (error) {
    const known = toStoreError(error);
    if (known instanceof StoreError) return storeFailure(known.kind, known.driverCode);
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return storeFailure('disk_full', 'ENOSPC');
    throw error;
  } finally {
    removeDatabase(`${options.path}.rekey`);
  }
}

async function attempt(seat: SqliteSeat, options: RekeyWhileOpen): Promise<Result<boolean>> {
  const { fromHex, path, stop, toHex } = options;
  removeDatabase(`${path}.rekey`);
  // Asked before the long work, so that it is not done in vain every minute beside another program.
  await seat.exclusively(() => alone(seat, () => Promise.resolve()));
  const file = seat.file();
  const first = Buffer.alloc(databasePageSize);
  await readAt(file, first, 0, databasePageSize, 0);
  if (pageConverter(first, toHex, toHex).convert(first, 1) !== null) return ok(true);
  if (pageConverter(first, fromHex, toHex).convert(first, 1) === null) return storeFailure('wrong_key');
  const free = await freeDiskBytes(path);
  if (free !== null && free < fstatSync(file).size + spareBytes) return storeFailure('disk_full');

  const copy = openCopy(file, `${path}.rekey`, pageConverter(first, fromHex, toHex));
  try {
    for (let changed = Infinity, passes = 0; changed > fewPages && passes < 4; passes += 1) {
      await seat.exclusively(() => Promise.resolve(seat.handle().pragma('wal_checkpoint(passive)')));
      changed = await copy.follow('torn pages may wait', stop);
    }
    if (stop?.aborted === true) return ok(false);
    await seat.exclusively(() =>
      alone(seat, async () => {
        await copy.follow('all', undefined);
        copy.finish();
        prove(`${path}.rekey`, toHex, fstatSync(file).size);
        swap(seat, options);
      }),
    );
    return ok(true);
  } finally {
    copy.close();
  }
}

/** `work` while no other program has the file; ends in WAL mode again, on whichever file is the database then. */
async function alone(seat: SqliteSeat, work: () => Promise<void>): Promise<void> {
  const patience = Number(seat.handle().pragma('busy_timeout', { simple: true }));
  try {
    takeAlone(seat.handle());
    await work();
  } finally {
    const handle = seat.handle();
    if (handle.open) {
      handle.pragma('locking_mode=NORMAL');
      handle.pragma('journal_mode=WAL');
      handle.pragma(`busy_timeout=${patience}`);
    }
  }
}

interface Copy {
  /** Copies the pages that are not in the copy as they are in the file now; returns how many. Throws `corrupted`. */
  follow(which: 'all' | 'torn pages may wait', stop: AbortSignal | undefined): Promise<number>;
  finish(): void;
  close(): void;
}

function openCopy(file: number, path: string, converter: PageConverter): Copy {
  let copy: number | null = openSync(path, 'wx', fstatSync(file).mode & 0o777);
  let marks = Buffer.alloc(0);
  const chunk = Buffer.alloc(chunkPages * databasePageSize);

  const copyPage = (page: Buffer, number: number, strict: boolean): boolean => {
    const mark = marks.subarray((number - 1) * emptyMark.length, number * emptyMark.length);
    if (mark.equals(pageMark(page))) return false;
    const empty = emptyMark.every((byte, index) => pageMark(page)[index] === byte) && page.every((byte) => byte === 0);
    const fresh = empty ? page : converter.convert(page, number);
    // A page that was read while it was being written does not open; its turn comes again.
    if (fresh === null && strict) throw new StoreError('corrupted', 'PAGE_DOES_NOT_OPEN');
    if (fresh === null || copy === null) return true;
    writeSync(copy, fresh, 0, databasePageSize, (number - 1) * databasePageSize);
    mark.set(pageMark(page));
    return true;
  };

  return {
    async follow(which, stop) {
      const pages = Math.floor(fstatSync(file).size / databasePageSize);
      marks = resized(marks, pages * emptyMark.length);
      let copied = 0;
      for (let at = 0; at < pages && stop?.aborted !== true; at += chunkPages) {
        const wanted = Math.min(chunkPages, pages - at) * databasePageSize;
        const { bytesRead } = await readAt(file, chunk, 0, wanted, at * databasePageSize);
        for (let index = 0; (index + 1) * databasePageSize <= bytesRead; index += 1) {
          const page = chunk.subarray(index * databasePageSize, (index + 1) * databasePageSize);
          if (!copyPage(page, at + index + 1, which === 'all')) continue;
          copied += 1;
          if (copied % convertedAtOnce === 0) await nextTurn();
        }
      }
      return copied;
    },
    finish() {
      if (copy === null) return;
      ftruncateSync(copy, fstatSync(file).size);
      fsyncSync(copy);
      // Before SQLite opens this file: closing a descriptor drops the locks a process has on it (POSIX).
      this.close();
    },
    close() {
      if (copy !== null) closeSync(copy);
      copy = null;
    },
  };
}

/** New places hold a mark no page has yet: that of a page is a HMAC, or zeros. */
function resized(marks: Buffer, length: number): Buffer<ArrayBuffer> {
  const next = Buffer.alloc(length, 0xff);
  marks.copy(next);
  return next;
}

/** Every page was authenticated when it was read; here that SQLite finds the same number of them, and its tables. */
function prove(path: string, keyHex: string, size: number): void {
  const handle = openSqlite({ path, keyHex, readOnly: true });
  try {
    if (handle.pragma('page_count', { simple: true }) !== size / databasePageSize)
      throw new StoreError('corrupted', 'COPY_INCOMPLETE');
  } finally {
    handle.close();
  }
}

function swap(seat: SqliteSeat, { fromHex, path, toHex }: RekeyWhileOpen): void {
  let keyHex = fromHex;
  // Windows gives no name to another file while somebody has it open: that keeps others out there, as the lock does here.
  if (process.platform === 'win32') seat.leave();
  try {
    renameSync(`${path}.rekey`, path);
    syncFolder(path);
    keyHex = toHex;
    // Whoever waited for our lock holds the old file, which no name leads to any more: it must not open for him.
    if (process.platform !== 'win32') blankFirstPage(seat.file());
  } finally {
    if (keyHex === toHex || process.platform === 'win32') {
      seat.leave();
      seat.take(openSqlite({ path, keyHex, create: false }));
    }
  }
}
