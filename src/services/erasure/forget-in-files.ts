/**
 * What follows the transaction of an erasure: the journal beside the backups learns of it, exports that lie on this desk are
 * destroyed, and the write-ahead log, which still holds the pages of before, is emptied into the database. `secure_delete` has overwritten the rows themselves;
 * what page splits left behind goes when the file is written anew (`compactDatabase`, each night after an erasure).
 */
import { sql } from 'kysely';
import { readInstallationValue, writeInstallationValue } from '../../store/installation-values.ts';
import { StoreError } from '../../store/store-error.ts';
import type { ServiceContext } from '../context.ts';
import { sweepFrames } from '../blobs/sweep-frames.ts';
import { mirrorJournal } from '../journal/erasure-journal.ts';
import { destroyExports } from './exported-files.ts';

const compactDueKey = 'erasure.compact_due';

export async function forgetInFiles(ctx: ServiceContext): Promise<void> {
  await mirrorJournal(ctx);
  await destroyExports(ctx, 'all');
  await sweepFrames(ctx);
  if (ctx.store.engine !== 'sqlite') return;
  await ctx.store.transaction((trx) => writeInstallationValue(trx, compactDueKey, true));
  await emptyLog(ctx);
}

/** A reader next door can keep pages in the log a while longer: the next erasure, backup or night tries again. */
async function emptyLog(ctx: Pick<ServiceContext, 'store'>): Promise<boolean> {
  const done = await sql<{ busy: number }>`pragma wal_checkpoint(truncate)`.execute(ctx.store.db);
  return done.rows[0]?.busy === 0;
}

/** About five seconds of writing: longer must not hold up a counter that has just opened. */
const largestAtWork = 512 * 1024 * 1024;

/** Somebody was erased since the database was last written anew. */
export async function compactionDue(store: ServiceContext['store']): Promise<boolean> {
  return (await readInstallationValue<boolean>(store.db, compactDueKey)) === true;
}

/**
 * Writes the database anew when somebody was erased since the last time; a large one only with `evenLarge`, which an
 * operator asks for. False: not needed, too large, or the file is in use.
 */
export async function compactDatabase(
  ctx: Pick<ServiceContext, 'store'>,
  options: { readonly evenLarge?: boolean } = {},
): Promise<boolean> {
  if (ctx.store.engine !== 'sqlite' || !(await compactionDue(ctx.store))) return false;
  if (options.evenLarge !== true && (await sizeOf(ctx.store)) > largestAtWork) return false;
  try {
    await sql`vacuum`.execute(ctx.store.db);
  } catch (error) {
    if (error instanceof StoreError && (error.kind === 'busy' || error.kind === 'disk_full')) return false;
    throw error;
  }
  const emptied = await emptyLog(ctx);
  if (emptied) await ctx.store.transaction((trx) => writeInstallationValue(trx, compactDueKey, false));
  await emptyLog(ctx);
  return emptied;
}

async function sizeOf(store: ServiceContext['store']): Promise<number> {
  const rows = await sql<{ bytes: number }>`select page_count * page_size as bytes
    from pragma_page_count(), pragma_page_size()`.execute(store.db);
  return rows.rows[0]?.bytes ?? 0;
}
