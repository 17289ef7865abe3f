/** When the last backup was made, and whether the journal beside the data says what the database says. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '../../store/open-store.ts';
import { dayMs } from '../context.ts';
import { compactionDue } from '../erasure/forget-in-files.ts';
import { journalName, readJournal } from '../journal/erasure-journal.ts';
import { amber, fine, red, type Finding } from './finding.ts';

const backupAge = 7 * dayMs;

export async function examineLastBackup(store: Store, clock: () => Date): Promise<Finding> {
  const last = await store.db
    .selectFrom('audit_log')
    .select('occurred_at')
    .where('event', '=', 'backup.created')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const remedy = 'Run `loket backup`, keep the file elsewhere, and try `loket restore` with it once.';
  if (last === undefined) return amber('backup', 'backup_missing', 'No backup was made yet.', remedy);
  const days = Math.floor((clock().getTime() - Date.parse(last.occurred_at)) / dayMs);
  const message = `The last backup is ${days} days old.`;
  return days * dayMs > backupAge ? amber('backup', 'backup_old', message, remedy) : fine('backup', message);
}

export async function examineJournal(store: Store, dataDirectory: string): Promise<Finding> {
  const rows = await store.db.selectFrom('erasure_journal').select('line').orderBy('seq').execute();
  const path = join(dataDirectory, journalName);
  if (rows.length === 0 && !existsSync(path)) return fine('erasures', 'nobody was erased yet');
  const journal = readJournal(path);
  const remedy = 'Keep the file as it is, fetch the copy beside the last backup, and run `loket jobs run`.';
  if (!journal.ok) return red('erasures', journal.error.code, 'The erasure journal does not hold.', remedy);
  if (await compactionDue(store)) {
    const how = 'Run `loket jobs run` while the station is closed.';
    return amber('erasures', 'compaction_due', 'The database was not written anew since the last erasure.', how);
  }
  const known = new Set(journal.value.lines);
  const missing = rows.filter((row) => !known.has(row.line)).length;
  return missing === 0
    ? fine('erasures', `${rows.length} lines`)
    : amber('erasures', 'journal_behind', `${missing} erasures are not in the journal's file yet.`, remedy);
}
