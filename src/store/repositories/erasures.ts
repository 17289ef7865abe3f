/** What an erasure touches, table by table. Each function says what it left. */
import { sql } from 'kysely';
import type { Db, Row } from './types.ts';

export type ErasureRow = Row<'erasures'>;

/** Stands where a sealed file was (api-facts, Q-del). */
export const retired = '__retired__';

export async function findErasure(db: Db, orgId: string, customerId: string): Promise<ErasureRow | null> {
  const row = await db
    .selectFrom('erasures')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .executeTakeFirst();
  return row ?? null;
}

export async function insertErasure(db: Db, row: ErasureRow): Promise<void> {
  await db.insertInto('erasures').values(row).execute();
}

export async function finishErasure(
  db: Db,
  id: string,
  done: { readonly erasedAt: string; readonly certificate: string; readonly signature: string },
): Promise<void> {
  await db
    .updateTable('erasures')
    .set({ state: 'erased', erased_at: done.erasedAt, certificate: done.certificate, signature: done.signature })
    .where('id', '=', id)
    .execute();
}

/** Held back until a time that has come, earliest first. */
export async function listEndedHolds(db: Db, now: string, limit: number): Promise<readonly ErasureRow[]> {
  return db
    .selectFrom('erasures')
    .selectAll()
    .where('state', '=', 'restricted')
    .where('hold_until', '<=', now)
    .orderBy('hold_until')
    .orderBy('id')
    .limit(limit)
    .execute();
}

export async function everReachedStandard(db: Db, customerId: string): Promise<boolean> {
  const row = await db
    .selectFrom('tier_events')
    .select('id')
    .where('customer_id', '=', customerId)
    .where('to_tier', 'in', ['standard', 'premium'])
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * The ids under which a desk knew this customer before the record did: captures delivered under a draft's id that turned
 * out to be his.
 */
export async function draftIdsOf(db: Db, orgId: string, customerId: string): Promise<readonly string[]> {
  const escaped = customerId.replace(/[\\%_]/g, (c) => `\\${c}`);
  const rows = await db
    .selectFrom('outbox')
    .select('customer_id')
    .distinct()
    .where('org_id', '=', orgId)
    .where('customer_id', '!=', customerId)
    // SQLite knows no escape character unless it is told.
    .where(sql<boolean>`result like ${`%"customerId":"${escaped}"%`} escape '\\'`)
    .execute();
  return rows.map((row) => row.customer_id);
}

/** Destroys every wrap of the customer's data keys, head office's too. Returns how many keys there were. */
export async function destroyKeys(db: Db, orgId: string, customerIds: readonly string[], at: string): Promise<number> {
  await db
    .deleteFrom('head_office_wraps')
    .where('org_id', '=', orgId)
    .where('customer_id', 'in', [...customerIds])
    .execute();
  const done = await db
    .updateTable('customer_keys')
    .set({ wrapped_key: null, destroyed_at: at })
    .where('org_id', '=', orgId)
    .where('customer_id', 'in', [...customerIds])
    .where('wrapped_key', 'is not', null)
    .executeTakeFirst();
  return Number(done.numUpdatedRows);
}

/** Templates become 512 zeros; the rows stay. Returns how many had been active. */
export async function zeroTemplates(db: Db, orgId: string, customerId: string, at: string): Promise<number> {
  const mine = db.updateTable('enrolments').where('org_id', '=', orgId).where('customer_id', '=', customerId);
  const ended = await mine
    .set({ active: 0, retire_reason: 'customer_erased', retired_at: at })
    .where('active', '=', 1)
    .executeTakeFirst();
  await mine
    .set({ template: new Uint8Array(512 * 4) })
    .where('template', 'is not', null)
    .execute();
  await mine.set({ photo_blob_id: retired }).where('photo_blob_id', 'is not', null).execute();
  return Number(ended.numUpdatedRows);
}

export async function retireAllFrames(db: Db, orgId: string, customerId: string): Promise<number> {
  const done = await db
    .updateTable('captures')
    .set({ frames_blob_id: retired })
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .where('frames_blob_id', '!=', retired)
    .executeTakeFirst();
  await db
    .updateTable('ktp_bundles')
    .set({ reading_sealed: null })
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .execute();
  await db
    .updateTable('dukcapil_verdicts')
    .set({ reason_sealed: null, raw_sealed: null })
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .execute();
  return Number(done.numUpdatedRows);
}

/** Pieces of the customer's captures that came in over a bad line. Before `deleteOutbox`, whose rows name them. */
export async function deleteUploads(db: Db, orgId: string, customerIds: readonly string[]): Promise<void> {
  const nonces = db
    .selectFrom('captures')
    .select('nonce')
    .where('org_id', '=', orgId)
    .where('customer_id', 'in', [...customerIds])
    .union(
      db
        .selectFrom('outbox')
        .select('id as nonce')
        .where('org_id', '=', orgId)
        .where('customer_id', 'in', [...customerIds]),
    );
  const uploads = await db
    .selectFrom('desk_uploads')
    .select('id')
    .where('org_id', '=', orgId)
    .where('nonce', 'in', nonces)
    .execute();
  const ids = uploads.map((row) => row.id);
  if (ids.length === 0) return;
  await db.deleteFrom('desk_upload_parts').where('upload_id', 'in', ids).execute();
  await db.deleteFrom('desk_uploads').where('id', 'in', ids).execute();
}

/** Waiting and delivered captures of the desk: a capture of an erased person must not be delivered. */
export async function deleteOutbox(db: Db, orgId: string, customerIds: readonly string[]): Promise<number> {
  const done = await db
    .deleteFrom('outbox')
    .where('org_id', '=', orgId)
    .where('customer_id', 'in', [...customerIds])
    .executeTakeFirst();
  return Number(done.numDeletedRows);
}

export async function deleteBlobs(db: Db, orgId: string, customerIds: readonly string[]): Promise<number> {
  const done = await db
    .deleteFrom('sealed_blobs')
    .where('org_id', '=', orgId)
    .where('customer_id', 'in', [...customerIds])
    .executeTakeFirst();
  return Number(done.numDeletedRows);
}

export async function deleteChallenges(db: Db, orgId: string, customerId: string): Promise<number> {
  const done = await db
    .deleteFrom('challenges')
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .executeTakeFirst();
  return Number(done.numDeletedRows);
}

/** Undecided cases end: there is nobody left to decide about. */
export async function closeReviewCases(
  db: Db,
  orgId: string,
  customerId: string,
  reasons: string,
  at: string,
): Promise<number> {
  const done = await db
    .updateTable('review_cases')
    .set({ status: 'rejected', reasons, updated_at: at })
    .where('org_id', '=', orgId)
    .where('customer_id', '=', customerId)
    .where('status', 'in', ['open', 'escalated'])
    .executeTakeFirst();
  return Number(done.numUpdatedRows);
}

export async function listDeskSessions(db: Db, orgId: string): Promise<readonly Row<'desk_sessions'>[]> {
  return db.selectFrom('desk_sessions').selectAll().where('org_id', '=', orgId).execute();
}

export async function deleteDeskSession(db: Db, id: string): Promise<void> {
  await db.deleteFrom('desk_sessions').where('id', '=', id).execute();
}
