/** Step 40: passkeys, staff sign-in with a provider, enrolment codes of desks, requests of data subjects. Never changes again. */
import { sql } from 'kysely';
import type { Migration } from './migration.ts';
import { createTable, oneOfCheck, type TableSpec } from './table-builder.ts';

const signIn: Record<string, TableSpec> = {
  passkeys: {
    columns: {
      id: 'text',
      org_id: 'text',
      user_id: 'text',
      credential_id: 'text',
      public_key: 'bytes',
      counter: 'integer',
      transports: 'json',
      device_type: 'text',
      backed_up: 'flag',
      aaguid: 'text',
      name: 'text',
      created_at: 'instant',
      'last_used_at?': 'instant',
    },
    primaryKey: ['id'],
    unique: [['credential_id']],
    indexes: [['user_id']],
    references: { user_id: 'users.id' },
    checks: { passkey_counter: 'counter >= 0' },
  },
  passkey_challenges: {
    columns: {
      id: 'text',
      purpose: 'text',
      'user_id?': 'text',
      challenge: 'text',
      rp_id: 'text',
      origin: 'text',
      created_at: 'instant',
      expires_at: 'instant',
      'consumed_at?': 'instant',
    },
    primaryKey: ['id'],
    indexes: [['expires_at']],
    checks: { passkey_purpose: oneOfCheck('purpose', ['register', 'sign_in', 'reauthenticate']) },
  },
  oidc_providers: {
    columns: {
      org_id: 'text',
      issuer: 'text',
      client_id: 'text',
      client_secret_sealed: 'bytes',
      trust_email: 'flag',
      created_at: 'instant',
      updated_at: 'instant',
    },
    primaryKey: ['org_id'],
    references: { org_id: 'organisations.id' },
  },
  oidc_sign_ins: {
    columns: {
      state_hash: 'text',
      org_id: 'text',
      browser_hash: 'text',
      verifier_sealed: 'bytes',
      nonce: 'text',
      redirect_uri: 'text',
      created_at: 'instant',
      expires_at: 'instant',
      'consumed_at?': 'instant',
    },
    primaryKey: ['state_hash'],
    indexes: [['expires_at']],
    references: { org_id: 'organisations.id' },
  },
  oidc_identities: {
    columns: {
      org_id: 'text',
      issuer: 'text',
      subject: 'text',
      user_id: 'text',
      created_at: 'instant',
    },
    primaryKey: ['org_id', 'issuer', 'subject'],
    unique: [['user_id', 'issuer']],
    references: { user_id: 'users.id' },
  },
};

const administration: Record<string, TableSpec> = {
  desk_enrolments: {
    columns: {
      code_hash: 'text',
      org_id: 'text',
      name: 'text',
      created_by: 'text',
      created_at: 'instant',
      expires_at: 'instant',
      'used_at?': 'instant',
      'desk_id?': 'text',
    },
    primaryKey: ['code_hash'],
    indexes: [['org_id']],
    references: { org_id: 'organisations.id' },
  },
  data_subject_requests: {
    columns: {
      id: 'text',
      org_id: 'text',
      customer_id: 'text',
      kind: 'text',
      status: 'text',
      'note_sealed?': 'bytes',
      'answer_sealed?': 'bytes',
      received_at: 'instant',
      due_at: 'instant',
      'created_by?': 'text',
      'answered_by?': 'text',
      'answered_at?': 'instant',
      created_at: 'instant',
      updated_at: 'instant',
    },
    primaryKey: ['id'],
    indexes: [
      ['org_id', 'status', 'due_at'],
      ['org_id', 'created_at', 'id'],
      ['org_id', 'updated_at', 'id'],
      ['customer_id'],
    ],
    references: { customer_id: 'customers.id' },
    checks: {
      request_kind: oneOfCheck('kind', ['access', 'correction', 'withdrawal', 'restriction']),
      request_status: oneOfCheck('status', ['open', 'fulfilled', 'refused']),
      request_answered: "(status = 'open') = (answered_at is null)",
    },
  },
};

export const signInAndAdministration: Migration = {
  id: 40,
  name: 'sign-in-and-administration',
  async up(db, dialect) {
    for (const [name, spec] of Object.entries({ ...signIn, ...administration })) {
      await createTable(db, dialect, name, spec);
    }
    // How the person of a session proved himself last: a decision by passkey needs a passkey, not any sign-in.
    await db.schema
      .alterTable('sessions')
      .addColumn('reauthenticated_by', 'text', (column) =>
        column.check(sql`reauthenticated_by in ('password', 'passkey')`),
      )
      .execute();
    // One open request of a kind at a time: its clock must not be restarted by asking again.
    await db.schema
      .createIndex('data_subject_requests_open_once')
      .unique()
      .on('data_subject_requests')
      .columns(['org_id', 'customer_id', 'kind'])
      .where(sql<boolean>`status = 'open'`)
      .execute();
  },
};
