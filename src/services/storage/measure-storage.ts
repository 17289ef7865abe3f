/** What an installation's space is used for, by kind; how much is left; and when the last backup was made. Reads only. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { StorageKind, StorageView } from '../../contract/desk/operations-calls.ts';
import { freeDiskBytes } from '../../store/free-disk.ts';
import { readInstallationValue } from '../../store/installation-values.ts';
import type { Db } from '../../store/repositories/types.ts';
import type { ServiceContext } from '../context.ts';
import { backupFoldersKey } from '../journal/erasure-journal.ts';

type Measured = StorageView['kinds'][number];

/** `modelFolders`: where weights lie; the first that holds any counts. */
export async function measureStorage(ctx: ServiceContext, modelFolders: readonly string[]): Promise<StorageView> {
  const { store } = ctx;
  const bytes = await databaseBytes(ctx);
  const held = [
    ...(await blobs(store.db)),
    await summed(store.db, 'lists', 'screening_chunks', 'sealed'),
    await summed(store.db, 'registry', 'registry_people', 'row_sealed'),
  ];
  const inside = held.reduce((sum, one) => sum + one.bytes, 0);
  const rest: Measured = { kind: 'other', bytes: Math.max(0, bytes - inside), count: null };
  const kinds = [...held, rest, weights(modelFolders)].filter((one) => one.bytes > 0);
  return {
    kinds: kinds.sort((a, b) => b.bytes - a.bytes),
    freeBytes: store.engine === 'sqlite' ? await freeDiskBytes(store.path) : null,
    database: { engine: store.engine, bytes },
    backup: {
      possible: store.engine === 'sqlite' && ctx.dataDirectory !== undefined,
      folders: (await readInstallationValue<string[]>(store.db, backupFoldersKey)) ?? [],
      last: await lastBackup(store.db),
    },
  };
}

/** With its write-ahead log. */
async function databaseBytes({ store }: ServiceContext): Promise<number> {
  if (store.engine === 'postgres') {
    const size = await sql<{ size: string }>`select pg_database_size(current_database()) as size`.execute(store.db);
    return Number(size.rows[0]?.size ?? 0);
  }
  return [store.path, `${store.path}-wal`].reduce(
    (sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

const kindOfPurpose: Readonly<Record<string, StorageKind>> = {
  frames: 'frames',
  envelope: 'envelopes',
  photo: 'photos',
};

async function blobs(db: Db): Promise<Measured[]> {
  const rows = await db
    .selectFrom('sealed_blobs')
    .select((e) => ['purpose', e.fn.sum<number | null>('size').as('bytes'), e.fn.countAll<number>().as('n')])
    .groupBy('purpose')
    .execute();
  return rows.map(({ purpose, bytes, n }) => ({
    kind: kindOfPurpose[purpose] ?? 'other',
    bytes: Number(bytes ?? 0),
    count: Number(n),
  }));
}

async function summed(
  db: Db,
  kind: StorageKind,
  table: 'screening_chunks' | 'registry_people',
  column: 'sealed' | 'row_sealed',
): Promise<Measured> {
  const row = await sql<{ bytes: number | string | null; n: number | string }>`
    select sum(length(${sql.ref(column)})) as bytes, count(*) as n from ${sql.table(table)}`.execute(db);
  return { kind, bytes: Number(row.rows[0]?.bytes ?? 0), count: Number(row.rows[0]?.n ?? 0) };
}

function weights(folders: readonly string[]): Measured {
  for (const folder of folders) {
    const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.onnx')) : [];
    if (files.length === 0) continue;
    const bytes = files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    return { kind: 'models', bytes, count: files.length };
  }
  return { kind: 'models', bytes: 0, count: 0 };
}

async function lastBackup(db: Db): Promise<StorageView['backup']['last']> {
  const row = await db
    .selectFrom('audit_log')
    .select(['occurred_at', 'detail'])
    .where('event', '=', 'backup.created')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { size } = JSON.parse(row.detail) as { size?: number };
  return { at: row.occurred_at, bytes: size ?? null };
}
