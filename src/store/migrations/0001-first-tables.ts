/**
 * The tables of `schema.ts` as the first release knew them. This file never changes again: what comes later is a step of
 * its own. Keys of customers, sealed blobs and the outbox do not point at `customers`: a desk seals the capture of a
 * person whose record is only made when the capture is delivered.
 */
import { sql } from 'kysely';
import type { Migration } from './migration.ts';
import { customers, people } from './0001-people-and-customers.ts';
import { records, reviewAndLogs } from './0001-records.ts';
import { createTable } from './table-builder.ts';

export const appendOnlyTables = ['verifications', 'tier_events', 'audit_log', 'review_decisions'] as const;

export const firstTables: Migration = {
  id: 1,
  name: 'first-tables',
  async up(db, dialect) {
    for (const [name, spec] of Object.entries({ ...people, ...customers, ...records, ...reviewAndLogs })) {
      await createTable(db, dialect, name, spec);
    }
    // The queue looks only at what waits, however much was delivered before.
    const waiting = sql`state in ('pending', 'sending')`;
    for (const columns of [['sequence'], ['customer_id', 'sequence']]) {
      const index = db.schema
        .createIndex(`outbox_waiting_by_${columns.join('_')}`)
        .on('outbox')
        .columns(columns);
      await index.where(sql<boolean>`${waiting}`).execute();
    }
    for (const table of appendOnlyTables) await dialect.appendOnly(db, table);
    // Nothing of a capture is deleted before the record has acknowledged it.
    await dialect.refuseDelete(
      db,
      'sealed_blobs',
      'undelivered_capture',
      "exists (select 1 from outbox where outbox.blob_id = old.id and outbox.state <> 'delivered')",
    );
  },
};
