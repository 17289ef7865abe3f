/**
 * Step 61: what several processes on one database count together: requests per limit and window, and failures on addresses
 * without an account. A single process (SQLite) counts in its memory. Never changes again.
 */
import type { Migration } from './migration.ts';
import { createTable } from './table-builder.ts';

export const sharedCounters: Migration = {
  id: 61,
  name: 'shared-counters',
  async up(db, dialect) {
    await createTable(db, dialect, 'shared_counters', {
      columns: { bucket: 'text', key: 'text', used: 'integer', ends_at: 'instant' },
      primaryKey: ['bucket', 'key'],
      indexes: [['ends_at']],
      clustered: true,
    });
  },
};
