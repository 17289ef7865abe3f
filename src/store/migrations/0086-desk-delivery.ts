/**
 * Step 86: what a person decided about a waiting capture, uploads taken in piece by piece, the chain of bundles each desk
 * delivered (two desks with one key show as a fork of it), and the certificate a desk connects with. Never changes again.
 */
import type { Migration } from './migration.ts';
import { createTable, type TableSpec } from './table-builder.ts';

const tables: Record<string, TableSpec> = {
  desk_uploads: {
    columns: {
      id: 'text',
      org_id: 'text',
      desk_id: 'text',
      nonce: 'text',
      size: 'integer',
      sha256: 'text',
      received: 'integer',
      created_at: 'instant',
      updated_at: 'instant',
    },
    primaryKey: ['id'],
    unique: [['desk_id', 'nonce', 'sha256']],
    indexes: [['updated_at']],
    references: { desk_id: 'desks.id' },
    checks: { upload_fits: 'received >= 0 and received <= size' },
  },
  desk_upload_parts: {
    columns: { upload_id: 'text', start: 'integer', bytes: 'bytes' },
    primaryKey: ['upload_id', 'start'],
    references: { upload_id: 'desk_uploads.id' },
  },
  desk_bundles: {
    columns: {
      desk_id: 'text',
      counter: 'integer',
      org_id: 'text',
      nonce: 'text',
      bundle_hash: 'text',
      'previous_hash?': 'text',
      received_at: 'instant',
    },
    primaryKey: ['desk_id', 'counter'],
    references: { desk_id: 'desks.id' },
  },
  desk_certificates: {
    columns: {
      fingerprint: 'text',
      org_id: 'text',
      desk_id: 'text',
      issued_at: 'instant',
      expires_at: 'instant',
      'revoked_at?': 'instant',
    },
    primaryKey: ['fingerprint'],
    indexes: [['desk_id']],
    references: { desk_id: 'desks.id' },
  },
  /** Verdicts of the record that differ from what the counter had told the customer. */
  desk_reversals: {
    columns: {
      id: 'text',
      org_id: 'text',
      customer_id: 'text',
      operator_id: 'text',
      nonce: 'text',
      from_outcome: 'text',
      to_outcome: 'text',
      reasons: 'json',
      created_at: 'instant',
      'closed_at?': 'instant',
      'closed_by?': 'text',
    },
    primaryKey: ['id'],
    unique: [['nonce']],
    indexes: [['org_id', 'closed_at', 'created_at']],
  },
  /** What the desk told the customer, to be compared with the official answer. */
  desk_outcomes: {
    columns: { nonce: 'text', org_id: 'text', operator_id: 'text', outcome: 'text', created_at: 'instant' },
    primaryKey: ['nonce'],
  },
};

const outboxColumns = ['set_aside_at', 'set_aside_by', 'set_aside_reason', 'exported_at'] as const;

export const deskDelivery: Migration = {
  id: 86,
  name: 'desk-delivery',
  async up(db, dialect) {
    for (const column of outboxColumns) await db.schema.alterTable('outbox').addColumn(column, 'text').execute();
    for (const [name, spec] of Object.entries(tables)) await createTable(db, dialect, name, spec);
  },
};
