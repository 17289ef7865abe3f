/** Webhooks: who wants to know, their secrets, what happened, each delivery and each attempt at it. */
import { sql } from 'kysely';
import type { Migration } from './migration.ts';
import { createTable, oneOfCheck, type TableSpec } from './table-builder.ts';

const tables: Record<string, TableSpec> = {
  webhooks: {
    columns: {
      id: 'text',
      org_id: 'text',
      url: 'text',
      'description?': 'text',
      events: 'json',
      status: 'text',
      'created_by?': 'text',
      created_at: 'instant',
      updated_at: 'instant',
      'deleted_at?': 'instant',
    },
    primaryKey: ['id'],
    indexes: [['org_id', 'created_at', 'id']],
    references: { org_id: 'organisations.id' },
    checks: { webhook_status: oneOfCheck('status', ['active', 'disabled']) },
  },
  webhook_secrets: {
    columns: {
      id: 'text',
      org_id: 'text',
      webhook_id: 'text',
      secret_sealed: 'bytes',
      created_at: 'instant',
      'expires_at?': 'instant',
    },
    primaryKey: ['id'],
    indexes: [['webhook_id', 'created_at']],
    references: { webhook_id: 'webhooks.id' },
  },
  webhook_events: {
    columns: { id: 'text', org_id: 'text', event: 'text', body: 'text', occurred_at: 'instant' },
    primaryKey: ['id'],
    indexes: [['occurred_at']],
    references: { org_id: 'organisations.id' },
  },
  webhook_deliveries: {
    columns: {
      id: 'text',
      org_id: 'text',
      webhook_id: 'text',
      event_id: 'text',
      event: 'text',
      state: 'text',
      attempts: 'integer',
      next_attempt_at: 'instant',
      'lease_owner?': 'text',
      'last_status?': 'integer',
      'last_error?': 'text',
      'replay_of?': 'text',
      created_at: 'instant',
      'finished_at?': 'instant',
    },
    primaryKey: ['id'],
    indexes: [['webhook_id', 'created_at', 'id'], ['event_id'], ['finished_at']],
    references: { webhook_id: 'webhooks.id', event_id: 'webhook_events.id' },
    checks: {
      delivery_state: oneOfCheck('state', ['pending', 'sending', 'delivered', 'failed', 'cancelled']),
      delivery_lease: "(state = 'sending') = (lease_owner is not null)",
      delivery_end: "(state in ('delivered', 'failed', 'cancelled')) = (finished_at is not null)",
    },
  },
  webhook_attempts: {
    columns: {
      delivery_id: 'text',
      attempt: 'integer',
      started_at: 'instant',
      'finished_at?': 'instant',
      'status?': 'integer',
      'error?': 'text',
    },
    // An attempt is begun once, whoever begins it.
    primaryKey: ['delivery_id', 'attempt'],
    references: { delivery_id: 'webhook_deliveries.id' },
  },
};

export const webhooks: Migration = {
  id: 30,
  name: 'webhooks',
  async up(db, dialect) {
    for (const [name, spec] of Object.entries(tables)) await createTable(db, dialect, name, spec);
    // The worker looks only at what waits, however long the log is.
    await db.schema
      .createIndex('webhook_deliveries_waiting')
      .on('webhook_deliveries')
      .columns(['next_attempt_at', 'id'])
      .where(sql<boolean>`state in ('pending', 'sending')`)
      .execute();
  },
};
