/**
 * Step 81: the erasure journal, line by line, written with each erasure and copied to a file beside the backups: a backup
 * of before is made to forget the same people when it is restored. Never changes again.
 */
import type { Migration } from './migration.ts';
import { createTable, oneOfCheck } from './table-builder.ts';

export const erasureJournal: Migration = {
  id: 81,
  name: 'erasure-journal',
  async up(db, dialect) {
    await createTable(db, dialect, 'erasure_journal', {
      columns: { seq: 'integer', kind: 'text', 'erasure_id?': 'text', line: 'text', created_at: 'instant' },
      primaryKey: ['seq'],
      unique: [['erasure_id']],
      checks: { journal_kind: oneOfCheck('kind', ['erased', 'key']) },
    });
    await dialect.appendOnly(db, 'erasure_journal');
  },
};
