/** Step 90: watchlists in sealed pieces, runs over the stored base, what they found, and who is frozen meanwhile. */
import type { Migration } from './migration.ts';
import { createTable, oneOfCheck, type TableSpec } from './table-builder.ts';

const tables: Record<string, TableSpec> = {
  screening_packs: {
    columns: {
      id: 'text',
      org_id: 'text',
      list_id: 'text',
      title: 'text',
      format: 'text',
      version: 'text',
      source: 'text',
      licence: 'text',
      hash: 'text',
      entries: 'integer',
      state: 'text',
      published_at: 'text',
      imported_at: 'instant',
      'signed_by?': 'text',
      'signature?': 'text',
    },
    primaryKey: ['id'],
    indexes: [['org_id', 'state', 'list_id']],
    references: { org_id: 'organisations.id' },
    checks: { screening_pack_state: oneOfCheck('state', ['loading', 'active', 'replaced', 'removed']) },
  },
  screening_chunks: {
    columns: { id: 'text', pack_id: 'text', number: 'integer', entries: 'integer', sealed: 'bytes' },
    primaryKey: ['id'],
    unique: [['pack_id', 'number']],
    references: { pack_id: 'screening_packs.id' },
  },
  screening_runs: {
    columns: {
      id: 'text',
      org_id: 'text',
      cause: 'text',
      state: 'text',
      'after_at?': 'instant',
      'after_id?': 'text',
      total: 'integer',
      screened: 'integer',
      unavailable: 'integer',
      hits: 'integer',
      'lease_owner?': 'text',
      'lease_until?': 'instant',
      created_at: 'instant',
      updated_at: 'instant',
      'finished_at?': 'instant',
    },
    primaryKey: ['id'],
    indexes: [
      ['state', 'created_at'],
      ['org_id', 'created_at'],
    ],
    references: { org_id: 'organisations.id' },
    checks: { screening_run_state: oneOfCheck('state', ['pending', 'running', 'done', 'superseded']) },
  },
  screening_hits: {
    columns: {
      id: 'text',
      org_id: 'text',
      customer_id: 'text',
      case_id: 'text',
      'run_id?': 'text',
      pack_id: 'text',
      list_id: 'text',
      entry_id: 'text',
      entry_hash: 'text',
      asked_hash: 'text',
      score: 'integer',
      detail_sealed: 'bytes',
      state: 'text',
      created_at: 'instant',
      'decided_at?': 'instant',
    },
    primaryKey: ['id'],
    unique: [['org_id', 'customer_id', 'entry_id', 'entry_hash', 'asked_hash']],
    indexes: [['case_id'], ['org_id', 'created_at', 'id']],
    references: { org_id: 'organisations.id' },
    checks: { screening_hit_state: oneOfCheck('state', ['open', 'confirmed', 'cleared']) },
  },
  customer_freezes: {
    columns: { org_id: 'text', customer_id: 'text', case_id: 'text', since: 'instant', 'lifted_at?': 'instant' },
    primaryKey: ['org_id', 'customer_id', 'case_id'],
    references: { org_id: 'organisations.id' },
  },
};

export const screening: Migration = {
  id: 90,
  name: 'screening',
  async up(db, dialect) {
    for (const [name, spec] of Object.entries(tables)) await createTable(db, dialect, name, spec);
  },
};
