/** Step 95: the imported population table, who asked about whom, where to ask, and who is still to be asked about. */
import type { Migration } from './migration.ts';
import { createTable, oneOfCheck, type TableSpec } from './table-builder.ts';

const tables: Record<string, TableSpec> = {
  registry_people: {
    // Rows lie in the order they came, so that millions are appended; only the small index is written all over.
    counter: 'seq',
    columns: {
      org_id: 'text',
      nik_index: 'text',
      row_sealed: 'bytes',
      row_hash: 'text',
      import_id: 'text',
      line: 'integer',
      updated_at: 'instant',
    },
    primaryKey: ['org_id', 'nik_index'],
    references: { org_id: 'organisations.id' },
  },
  registry_photos: {
    columns: {
      org_id: 'text',
      nik_index: 'text',
      photo_sealed: 'bytes',
      photo_hash: 'text',
      'template_sealed?': 'bytes',
      'template_model?': 'text',
      updated_at: 'instant',
    },
    primaryKey: ['org_id', 'nik_index'],
    references: { org_id: 'organisations.id' },
  },
  registry_imports: {
    columns: {
      id: 'text',
      org_id: 'text',
      digest: 'text',
      state: 'text',
      lines: 'integer',
      added: 'integer',
      changed: 'integer',
      unchanged: 'integer',
      refused: 'integer',
      photos: 'integer',
      started_at: 'instant',
      updated_at: 'instant',
      'finished_at?': 'instant',
    },
    primaryKey: ['id'],
    indexes: [['org_id', 'digest', 'started_at']],
    references: { org_id: 'organisations.id' },
    checks: { registry_import_state: oneOfCheck('state', ['running', 'finished']) },
  },
  registry_access: {
    columns: {
      id: 'text',
      org_id: 'text',
      occurred_at: 'instant',
      asker: 'text',
      actor_kind: 'text',
      'actor_id?': 'text',
      purpose: 'text',
      source: 'text',
      subject: 'text',
      outcome: 'text',
      charged: 'flag',
      ms: 'integer',
    },
    primaryKey: ['id'],
    indexes: [
      ['org_id', 'occurred_at', 'id'],
      ['org_id', 'asker', 'occurred_at'],
      ['org_id', 'source', 'occurred_at'],
    ],
    references: { org_id: 'organisations.id' },
  },
  registry_sources: {
    columns: {
      id: 'text',
      org_id: 'text',
      kind: 'text',
      position: 'integer',
      'base_url?': 'text',
      'credentials_sealed?': 'bytes',
      options: 'json',
      created_at: 'instant',
      updated_at: 'instant',
    },
    primaryKey: ['id'],
    unique: [['org_id', 'kind']],
    references: { org_id: 'organisations.id' },
    checks: { registry_source_kind: oneOfCheck('kind', ['imported', 'glair', 'accuauth', 'iluma']) },
  },
  registry_checks: {
    columns: {
      org_id: 'text',
      customer_id: 'text',
      state: 'text',
      'desk_id?': 'text',
      attempts: 'integer',
      next_attempt_at: 'instant',
      'last_reason?': 'text',
      'verification_id?': 'text',
      created_at: 'instant',
      updated_at: 'instant',
    },
    primaryKey: ['org_id', 'customer_id'],
    indexes: [['state', 'next_attempt_at']],
    references: { customer_id: 'customers.id' },
    checks: { registry_check_state: oneOfCheck('state', ['waiting', 'confirmed', 'declined']) },
  },
};

export const registry: Migration = {
  id: 95,
  name: 'registry',
  async up(db, dialect) {
    for (const [name, spec] of Object.entries(tables)) await createTable(db, dialect, name, spec);
    await dialect.appendOnly(db, 'registry_access');
  },
};
