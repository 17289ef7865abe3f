/** Step 20: erasures with their certificates, verdicts of Dukcapil, keys of customers' devices, leases of daily work. Never changes again. */
import type { Migration } from './migration.ts';
import { createTable, oneOfCheck, type TableSpec } from './table-builder.ts';

const tables: Record<string, TableSpec> = {
  erasures: {
    columns: {
      id: 'text',
      org_id: 'text',
      customer_id: 'text',
      state: 'text',
      reason: 'text',
      requested_by: 'text',
      requested_at: 'instant',
      'hold_until?': 'instant',
      'erased_at?': 'instant',
      'certificate?': 'json',
      'signature?': 'text',
    },
    primaryKey: ['id'],
    unique: [['customer_id']],
    indexes: [
      ['org_id', 'requested_at', 'id'],
      ['state', 'hold_until'],
    ],
    references: { customer_id: 'customers.id' },
    checks: {
      erasure_state: oneOfCheck('state', ['restricted', 'erased']),
      restricted_until: "(state = 'restricted') = (erased_at is null) and (state = 'erased' or hold_until is not null)",
      erased_is_certified:
        '(erased_at is null) = (certificate is null) and (certificate is null) = (signature is null)',
    },
  },
  dukcapil_verdicts: {
    columns: {
      verification_id: 'text',
      org_id: 'text',
      customer_id: 'text',
      valid: 'flag',
      'reason_sealed?': 'bytes',
      'raw_sealed?': 'bytes',
      created_at: 'instant',
    },
    primaryKey: ['verification_id'],
    indexes: [['customer_id', 'created_at']],
    references: { verification_id: 'verifications.id', customer_id: 'customers.id' },
  },
  device_keys: {
    columns: {
      id: 'text',
      org_id: 'text',
      customer_id: 'text',
      platform: 'text',
      'name?': 'text',
      'public_key?': 'text',
      'secret_sealed?': 'bytes',
      active: 'flag',
      created_at: 'instant',
      'ended_at?': 'instant',
      'end_reason?': 'text',
    },
    primaryKey: ['id'],
    indexes: [['customer_id', 'active']],
    references: { customer_id: 'customers.id' },
    checks: {
      device_end: '(active = 1) = (ended_at is null)',
      device_has_a_key: 'active = 0 or public_key is not null or secret_sealed is not null',
    },
  },
  job_leases: {
    columns: {
      name: 'text',
      'holder?': 'text',
      'lease_until?': 'instant',
      'last_run_day?': 'text',
      'last_finished_at?': 'instant',
      'last_report?': 'json',
    },
    primaryKey: ['name'],
  },
};

export const erasureDevicesJobs: Migration = {
  id: 20,
  name: 'erasure-devices-jobs',
  async up(db, dialect) {
    for (const [name, spec] of Object.entries(tables)) await createTable(db, dialect, name, spec);
    // The daily job looks for tiers that ended, the export for the next batch of an organisation's verifications.
    await db.schema
      .createIndex('customers_by_kyc_expires_at')
      .on('customers')
      .columns(['kyc_expires_at', 'id'])
      .execute();
  },
};
