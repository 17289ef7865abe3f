/**
 * Step 80: signing keys a desk had before, public keys of head offices and what is sealed to them, bundles that were
 * handed out as files, applicants who were refused, and the records' end: rows that are append-only may go once they lie
 * behind a signed checkpoint that is itself append-only. Never changes again.
 */
import type { Migration } from './migration.ts';
import { createTable, oneOfCheck, type TableSpec } from './table-builder.ts';

const tables: Record<string, TableSpec> = {
  desk_signing_keys: {
    columns: { desk_id: 'text', public_key: 'text', org_id: 'text', valid_from: 'instant', 'valid_until?': 'instant' },
    primaryKey: ['desk_id', 'public_key'],
  },
  head_office_keys: {
    columns: {
      org_id: 'text',
      key_id: 'text',
      public_key: 'text',
      registered_at: 'instant',
      'retired_at?': 'instant',
    },
    primaryKey: ['org_id', 'key_id'],
    references: { org_id: 'organisations.id' },
  },
  /** The customer's data key for head office; it dies with the installation's own wrap of it. */
  head_office_wraps: {
    columns: { customer_id: 'text', key_id: 'text', org_id: 'text', wrapped: 'bytes', created_at: 'instant' },
    primaryKey: ['customer_id', 'key_id'],
  },
  bundle_exports: {
    columns: {
      id: 'text',
      org_id: 'text',
      customer_id: 'text',
      nonce: 'text',
      'key_id?': 'text',
      exported_at: 'instant',
    },
    primaryKey: ['id'],
    indexes: [['customer_id']],
  },
  refused_applicants: {
    columns: { customer_id: 'text', org_id: 'text', refused_at: 'instant', expires_at: 'instant' },
    primaryKey: ['customer_id'],
    indexes: [['expires_at']],
    references: { customer_id: 'customers.id' },
  },
  retention_checkpoints: {
    columns: {
      id: 'text',
      kind: 'text',
      /** Of `audit`: the last row's number that may go. */
      audit_seq: 'integer',
      /** Of `records`: rows from before may go. */
      before: 'instant',
      /** Canonical JSON, exactly as signed. */
      statement: 'json',
      signature: 'text',
      public_key: 'text',
      created_at: 'instant',
    },
    primaryKey: ['id'],
    indexes: [['kind', 'audit_seq']],
    checks: { retention_kind: oneOfCheck('kind', ['audit', 'records']) },
  },
};

const recordsEnd = "(select coalesce(max(r.before), '') from retention_checkpoints r where r.kind = 'records')";
const auditEnd = "(select coalesce(max(r.audit_seq), 0) from retention_checkpoints r where r.kind = 'audit')";

export const keysAndRetention: Migration = {
  id: 80,
  name: 'keys-and-retention',
  async up(db, dialect) {
    for (const [name, spec] of Object.entries(tables)) await createTable(db, dialect, name, spec);
    await dialect.appendOnly(db, 'retention_checkpoints');
    for (const table of ['verifications', 'tier_events', 'review_decisions'])
      await dialect.deletableBehind(db, table, `old.created_at < ${recordsEnd}`);
    await dialect.deletableBehind(db, 'audit_log', `old.seq <= ${auditEnd}`);
  },
};
