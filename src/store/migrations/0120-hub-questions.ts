/** Step 120: customers of a hub whom this desk still asks a registry about. Personal data lies there sealed, until it is settled. */
import type { Migration } from './migration.ts';
import { createTable, oneOfCheck } from './table-builder.ts';

export const hubQuestions: Migration = {
  id: 120,
  name: 'hub-questions',
  async up(db, dialect) {
    await createTable(db, dialect, 'desk_registry_questions', {
      columns: {
        org_id: 'text',
        customer_id: 'text',
        state: 'text',
        'subject_sealed?': 'bytes',
        'selfie_sealed?': 'bytes',
        'verdict_sealed?': 'bytes',
        kyc_level: 'text',
        attempts: 'integer',
        next_attempt_at: 'instant',
        'last_reason?': 'text',
        'verification_id?': 'text',
        created_at: 'instant',
        updated_at: 'instant',
      },
      primaryKey: ['org_id', 'customer_id'],
      indexes: [['state', 'next_attempt_at']],
      references: { org_id: 'organisations.id' },
      checks: { desk_registry_question_state: oneOfCheck('state', ['waiting', 'confirmed', 'declined']) },
    });
  },
};
