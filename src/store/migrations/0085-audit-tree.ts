/**
 * Step 85: the Merkle tree over the audit log as tiles, its signed checkpoints, and on a hub the last checkpoints it saw
 * of each desk. Never changes again.
 */
import type { Migration } from './migration.ts';
import { createTable, type TableSpec } from './table-builder.ts';

const tables: Record<string, TableSpec> = {
  audit_tiles: {
    columns: { level: 'integer', tile: 'integer', hashes: 'bytes' },
    primaryKey: ['level', 'tile'],
  },
  audit_checkpoints: {
    columns: { size: 'integer', root: 'text', note: 'text', signer: 'text', created_at: 'instant' },
    primaryKey: ['size'],
  },
  desk_checkpoints: {
    columns: {
      desk_id: 'text',
      size: 'integer',
      org_id: 'text',
      root: 'text',
      note: 'text',
      seen_at: 'instant',
    },
    primaryKey: ['desk_id', 'size'],
    references: { desk_id: 'desks.id' },
  },
};

export const auditTree: Migration = {
  id: 85,
  name: 'audit-tree',
  async up(db, dialect) {
    for (const [name, spec] of Object.entries(tables)) await createTable(db, dialect, name, spec);
  },
};
