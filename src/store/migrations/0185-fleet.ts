/**
 * Step 185: head office and its desks: the branch a desk stands in, what it reported last, the issues of the settings, packs with
 * their sealed bytes in pieces, and orders to wipe a desk's keys. Never changes again.
 */
import type { Migration } from './migration.ts';
import { createTable, oneOfCheck, type TableSpec } from './table-builder.ts';

const tables: Record<string, TableSpec> = {
  fleet_reports: {
    columns: { desk_id: 'text', org_id: 'text', seen_at: 'instant', skew_ms: 'integer', report: 'json' },
    primaryKey: ['desk_id'],
    indexes: [['org_id', 'seen_at']],
    references: { desk_id: 'desks.id' },
  },
  fleet_settings: {
    columns: {
      org_id: 'text',
      version: 'integer',
      'branch?': 'text',
      'desk_id?': 'text',
      valid_from: 'instant',
      expires_at: 'instant',
      text: 'text',
      signature: 'text',
      published_at: 'instant',
      'published_by?': 'text',
    },
    primaryKey: ['org_id', 'version'],
    references: { org_id: 'organisations.id' },
  },
  fleet_packs: {
    columns: {
      id: 'text',
      org_id: 'text',
      kind: 'text',
      name: 'text',
      sequence: 'integer',
      version: 'text',
      sha256: 'text',
      size: 'integer',
      'signer?': 'text',
      state: 'text',
      created_at: 'instant',
      'created_by?': 'text',
    },
    primaryKey: ['id'],
    unique: [['org_id', 'kind', 'name', 'sequence']],
    references: { org_id: 'organisations.id' },
    checks: {
      fleet_pack_kind: oneOfCheck('kind', ['list', 'models']),
      fleet_pack_state: oneOfCheck('state', ['loading', 'offered', 'withdrawn']),
    },
  },
  fleet_pack_parts: {
    columns: { pack_id: 'text', number: 'integer', sealed: 'bytes' },
    primaryKey: ['pack_id', 'number'],
    references: { pack_id: 'fleet_packs.id' },
  },
  fleet_wipes: {
    columns: {
      id: 'text',
      org_id: 'text',
      desk_id: 'text',
      mode: 'text',
      grace_minutes: 'integer',
      reason: 'text',
      state: 'text',
      requested_at: 'instant',
      'requested_by?': 'text',
      'sent_at?': 'instant',
      'ended_at?': 'instant',
      'receipt?': 'json',
    },
    primaryKey: ['id'],
    indexes: [['org_id', 'desk_id', 'requested_at']],
    references: { desk_id: 'desks.id' },
    checks: {
      fleet_wipe_mode: oneOfCheck('mode', ['deliver_first', 'immediately']),
      fleet_wipe_state: oneOfCheck('state', ['ordered', 'cancelled', 'acknowledged']),
    },
  },
};

export const fleet: Migration = {
  id: 185,
  name: 'fleet',
  beside: 'expand',
  async up(db, dialect) {
    for (const column of ['branch', 'revoke_reason'])
      await db.schema.alterTable('desks').addColumn(column, 'text').execute();
    for (const [name, spec] of Object.entries(tables)) await createTable(db, dialect, name, spec);
  },
};
