/**
 * What follows the transaction of an erasure: the journal beside the backups learns of it, and the write-ahead log, which
 * still holds the pages of before, is emptied into the database. `secure_delete` has overwritten the rows themselves;
 * what page splits left behind goes when the file is written anew (`compactDatabase`, each night after an erasure).
 */
import { sql } from 'kysely';
import { readInstallationValue, writeInstallationValue } from '../../store/installation-values.ts';
import { StoreError } from '../../store/store-error.ts';
import type { ServiceContext } from '../context.ts';
import { mirrorJournal } from '../journal/erasure-journal.ts';

const compactDueKey = 'erasure.compact_due';

export async function forgetInFiles(ctx: ServiceContext): Promise<void> {
  await mirrorJournal(ctx);
  if (ctx.store.engine !== 'sqlite') return;
  await ctx.store.transaction((trx) => writeInstallationValue(trx, compactDueKey, true));
  await emptyLog(ctx);
}

/** A reader next door can keep pages in the log a while longer: the next erasure, backup or night tries again. */
async function emptyLog(ctx: Pick<ServiceContext, 'store'>): Promise<boolean> {
  const done = await sql<{ busy: number }>`pragma wal_checkpoint(truncate)`.execute(ctx.store.db);
  return done.rows[0]?.busy === 0;
}

/** Writes the database anew when somebody was erased since the last time. False: not needed, or the file is in use. */
export async function compactDatabase(ctx: Pick<ServiceContext, 'store'>): Promise<boolean> {
  if (ctx.store.engine !== 'sqlite') return false;
  if ((await readInstallationValue<boolean>(ctx.store.db, compactDueKey)) !== true) return false;
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
