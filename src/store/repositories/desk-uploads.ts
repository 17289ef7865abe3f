/** Uploads taken in piece by piece, the chain of bundles of each desk, and desks' certificates. */
import type { Db, Row } from './types.ts';

export type DeskUploadRow = Row<'desk_uploads'>;

export async function findUpload(db: Db, orgId: string, id: string): Promise<DeskUploadRow | null> {
  const row = await db
    .selectFrom('desk_uploads')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

/** The upload of these very bytes, begun before. */
export async function findSameUpload(
  db: Db,
  deskId: string,
  nonce: string,
  sha256: string,
): Promise<DeskUploadRow | null> {
  const row = await db
    .selectFrom('desk_uploads')
    .selectAll()
    .where('desk_id', '=', deskId)
    .where('nonce', '=', nonce)
    .where('sha256', '=', sha256)
    .executeTakeFirst();
  return row ?? null;
}

export async function insertUpload(db: Db, row: DeskUploadRow): Promise<void> {
  await db.insertInto('desk_uploads').values(row).execute();
}

export async function addUploadPart(
  db: Db,
  upload: DeskUploadRow,
  bytes: Uint8Array,
  at: string,
): Promise<DeskUploadRow> {
  const start = Number(upload.received);
  await db.insertInto('desk_upload_parts').values({ upload_id: upload.id, start, bytes }).execute();
  const received = start + bytes.length;
  await db.updateTable('desk_uploads').set({ received, updated_at: at }).where('id', '=', upload.id).execute();
  return { ...upload, received, updated_at: at };
}

export async function uploadedBytes(db: Db, id: string): Promise<Uint8Array> {
  const parts = await db
    .selectFrom('desk_upload_parts')
    .select('bytes')
    .where('upload_id', '=', id)
    .orderBy('start')
    .execute();
  return new Uint8Array(Buffer.concat(parts.map(({ bytes }) => bytes)));
}

export async function deleteUpload(db: Db, id: string): Promise<void> {
  await db.deleteFrom('desk_upload_parts').where('upload_id', '=', id).execute();
  await db.deleteFrom('desk_uploads').where('id', '=', id).execute();
}

/** Uploads nobody went on with since `before`: whoever comes back begins again. */
export async function deleteStaleUploads(db: Db, before: string): Promise<number> {
  const stale = await db.selectFrom('desk_uploads').select('id').where('updated_at', '<', before).execute();
  for (const { id } of stale) await deleteUpload(db, id);
  return stale.length;
}

export type DeskBundleRow = Row<'desk_bundles'>;

/** Links of a desk's chain at and beside a counter. */
export async function bundlesAround(db: Db, deskId: string, counter: number): Promise<readonly DeskBundleRow[]> {
  return db
    .selectFrom('desk_bundles')
    .selectAll()
    .where('desk_id', '=', deskId)
    .where('counter', '>=', counter - 1)
    .where('counter', '<=', counter + 1)
    .execute();
}

export async function insertDeskBundle(db: Db, row: DeskBundleRow): Promise<void> {
  await db.insertInto('desk_bundles').values(row).execute();
}

export type DeskCertificateRow = Row<'desk_certificates'>;

export async function insertDeskCertificate(db: Db, row: DeskCertificateRow): Promise<void> {
  await db.insertInto('desk_certificates').values(row).execute();
}

/** Null for a certificate that was not issued here, was revoked, or has run out. */
export async function findDeskCertificate(
  db: Db,
  fingerprint: string,
  now: string,
): Promise<DeskCertificateRow | null> {
  const row = await db
    .selectFrom('desk_certificates')
    .selectAll()
    .where('fingerprint', '=', fingerprint)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row ?? null;
}
