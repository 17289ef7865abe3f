/** Step 130: the day of a counter, and everybody who served in a case. Never changes again. */
import type { Migration } from './migration.ts';
import { createTable, oneOfCheck } from './table-builder.ts';

export const counterDay: Migration = {
  id: 130,
  name: 'counter-day',
  beside: 'expand',
  async up(db, dialect) {
    await createTable(db, dialect, 'desk_visits', {
      columns: {
        session_id: 'text',
        org_id: 'text',
        desk_id: 'text',
        operators: 'text',
        customer_id: 'text',
        nonces: 'text',
        outcome: 'text',
        reasons: 'text',
        started_at: 'instant',
        updated_at: 'instant',
      },
      primaryKey: ['session_id'],
      indexes: [['org_id', 'desk_id', 'started_at']],
      references: { org_id: 'organisations.id' },
      checks: { desk_visit_outcome: oneOfCheck('outcome', ['verified', 'review', 'stopped']) },
    });
    await createTable(db, dialect, 'review_case_operators', {
      columns: { org_id: 'text', case_id: 'text', user_id: 'text' },
      primaryKey: ['case_id', 'user_id'],
      references: { org_id: 'organisations.id', case_id: 'review_cases.id', user_id: 'users.id' },
    });
  },
};
