/** Step 96: clients of the provider-compatible routes, what they were charged, their answers and callbacks. */
import { sql } from 'kysely';
import type { Migration } from './migration.ts';
import { createTable, oneOfCheck, type TableSpec } from './table-builder.ts';

const tables: Record<string, TableSpec> = {
  provider_clients: {
    columns: {
      id: 'text',
      org_id: 'text',
      provider: 'text',
      name: 'text',
      status: 'text',
      login: 'text',
      secret_hash: 'text',
      'second_hash?': 'text',
      'token_hash?': 'text',
      'keys_sealed?': 'bytes',
      'callback_token_sealed?': 'bytes',
      settings: 'json',
      created_at: 'instant',
      updated_at: 'instant',
    },
    primaryKey: ['id'],
    unique: [['provider', 'login'], ['secret_hash'], ['second_hash']],
    indexes: [['org_id', 'created_at', 'id']],
    references: { org_id: 'organisations.id' },
    checks: {
      provider_client_provider: oneOfCheck('provider', ['glair', 'accuauth', 'iluma']),
      provider_client_status: oneOfCheck('status', ['active', 'disabled']),
    },
  },
  provider_charges: {
    columns: { client_id: 'text', day: 'text', code: 'text', charged: 'flag', count: 'integer' },
    primaryKey: ['client_id', 'day', 'code'],
    references: { client_id: 'provider_clients.id' },
  },
  provider_answers: {
    columns: {
      client_id: 'text',
      id: 'text',
      org_id: 'text',
      kind: 'text',
      body_sealed: 'bytes',
      created_at: 'instant',
    },
    primaryKey: ['client_id', 'id'],
    indexes: [['created_at']],
    references: { client_id: 'provider_clients.id' },
  },
  provider_callback_urls: {
    columns: { client_id: 'text', service: 'text', url: 'text', updated_at: 'instant' },
    primaryKey: ['client_id', 'service'],
    references: { client_id: 'provider_clients.id' },
  },
  provider_callbacks: {
    columns: {
      id: 'text',
      org_id: 'text',
      client_id: 'text',
      service: 'text',
      url: 'text',
      body_sealed: 'bytes',
      state: 'text',
      attempts: 'integer',
      next_attempt_at: 'instant',
      'lease_owner?': 'text',
      'last_status?': 'integer',
      'last_error?': 'text',
      created_at: 'instant',
      'finished_at?': 'instant',
    },
    primaryKey: ['id'],
    indexes: [['client_id', 'created_at'], ['finished_at']],
    references: { client_id: 'provider_clients.id' },
    checks: {
      provider_callback_state: oneOfCheck('state', ['pending', 'sending', 'delivered', 'failed']),
      provider_callback_lease: "(state = 'sending') = (lease_owner is not null)",
      provider_callback_end: "(state in ('delivered', 'failed')) = (finished_at is not null)",
    },
  },
};

export const providers: Migration = {
  id: 96,
  name: 'providers',
  async up(db, dialect) {
    for (const [name, spec] of Object.entries(tables)) await createTable(db, dialect, name, spec);
    await db.schema
      .createIndex('provider_callbacks_waiting')
      .on('provider_callbacks')
      .columns(['next_attempt_at', 'id'])
      .where(sql<boolean>`state in ('pending', 'sending')`)
      .execute();
  },
};
