/** Step 70: faces a counter must notice: its own staff, and people the organisation does not serve. Never changes again. */
import type { Migration } from './migration.ts';
import { createTable, oneOfCheck } from './table-builder.ts';

export const watchedFaces: Migration = {
  id: 70,
  name: 'watched-faces',
  async up(db, dialect) {
    await createTable(db, dialect, 'watched_faces', {
      columns: {
        id: 'text',
        org_id: 'text',
        kind: 'text',
        'user_id?': 'text',
        reason: 'text',
        model_id: 'text',
        template: 'bytes',
        active: 'flag',
        'created_by?': 'text',
        created_at: 'instant',
        'retired_at?': 'instant',
      },
      primaryKey: ['id'],
      indexes: [['org_id', 'active', 'created_at', 'id']],
      references: { org_id: 'organisations.id', user_id: 'users.id' },
      checks: {
        watched_face_kind: oneOfCheck('kind', ['staff', 'blocked']),
        watched_face_person: "(kind = 'staff') = (user_id is not null)",
      },
    });
  },
};
