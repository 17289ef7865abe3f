/** Step 150: what the self tests of each desk found. Never changes again. */
import type { Migration } from './migration.ts';
import { createTable, oneOfCheck } from './table-builder.ts';

export const selfTests: Migration = {
  id: 150,
  name: 'self-tests',
  beside: 'expand',
  async up(db, dialect) {
    await createTable(db, dialect, 'self_tests', {
      columns: {
        id: 'text',
        org_id: 'text',
        desk_id: 'text',
        day: 'text',
        state: 'text',
        parts: 'text',
        'started_by?': 'text',
        started_at: 'instant',
        finished_at: 'instant',
      },
      primaryKey: ['id'],
      indexes: [['org_id', 'desk_id', 'finished_at', 'id']],
      references: { org_id: 'organisations.id' },
      checks: { self_test_state: oneOfCheck('state', ['passed', 'failed', 'incomplete']) },
    });
  },
};
