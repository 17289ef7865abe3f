/**
 * Step 160: sealed bytes may lie outside the database. `blob_objects` names every object that was ever written there until
 * it is gone again; a trigger marks it for removal when its row in `sealed_blobs` goes, whoever deletes that.
 */
import type { Migration } from './migration.ts';
import { createTable, oneOfCheck } from './table-builder.ts';

export const blobObjects: Migration = {
  id: 160,
  name: 'blob-objects',
  beside: 'expand',
  async up(db, dialect) {
    await createTable(db, dialect, 'blob_objects', {
      columns: {
        key: 'text',
        org_id: 'text',
        place: 'text',
        state: 'text',
        sha256: 'text',
        size: 'integer',
        created_at: 'instant',
        due_at: 'instant',
        attempts: 'integer',
        'last_error?': 'text',
      },
      primaryKey: ['key'],
      indexes: [['state', 'due_at']],
      checks: { blob_object_state: oneOfCheck('state', ['staged', 'kept', 'doomed']) },
    });
    await db.schema.alterTable('sealed_blobs').addColumn('object_key', 'text').execute();
    await dialect.afterDelete(
      db,
      'sealed_blobs',
      'sealed_blobs_doom_object',
      "update blob_objects set state = 'doomed', due_at = '' where key = old.object_key",
    );
  },
};
