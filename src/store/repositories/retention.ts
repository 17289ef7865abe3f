/** What has served its time. */
import { retired } from './erasures.ts';
import type { Db } from './types.ts';

export interface EndedFrames {
  readonly capture_id: string;
  readonly org_id: string;
  readonly customer_id: string;
  readonly blob_id: string;
  readonly retention_class: string;
}

/** Frames whose time is over, earliest first. */
export async function listEndedFrames(db: Db, now: string, limit: number): Promise<readonly EndedFrames[]> {
  return db
    .selectFrom('sealed_blobs')
    .innerJoin('captures', 'captures.frames_blob_id', 'sealed_blobs.id')
    .select([
      'captures.id as capture_id',
      'captures.org_id as org_id',
      'captures.customer_id as customer_id',
      'sealed_blobs.id as blob_id',
      'captures.retention_class as retention_class',
    ])
    .where('sealed_blobs.expires_at', '<=', now)
    .orderBy('sealed_blobs.expires_at')
    .orderBy('sealed_blobs.id')
    .limit(limit)
    .execute();
}

export async function retireFrames(db: Db, orgId: string, captureId: string, blobId: string): Promise<void> {
  await db
    .updateTable('captures')
    .set({ frames_blob_id: retired })
    .where('org_id', '=', orgId)
    .where('id', '=', captureId)
    .execute();
  await db.deleteFrom('sealed_blobs').where('org_id', '=', orgId).where('id', '=', blobId).execute();
}

export interface DeliveredEnvelope {
  readonly org_id: string;
  readonly nonce: string;
  readonly blob_id: string;
}

/** Sealed envelopes of the desk that the record acknowledged before `before`: the record holds the frames now. */
export async function listDeliveredEnvelopes(
  db: Db,
  before: string,
  limit: number,
): Promise<readonly DeliveredEnvelope[]> {
  return db
    .selectFrom('outbox')
    .select(['org_id', 'id as nonce', 'blob_id'])
    .where('state', '=', 'delivered')
    .where('delivered_at', '<=', before)
    .where('blob_id', '!=', retired)
    .orderBy('sequence')
    .limit(limit)
    .execute();
}

export async function retireEnvelope(db: Db, envelope: DeliveredEnvelope): Promise<void> {
  await db.updateTable('outbox').set({ blob_id: retired }).where('id', '=', envelope.nonce).execute();
  await db
    .deleteFrom('sealed_blobs')
    .where('org_id', '=', envelope.org_id)
    .where('id', '=', envelope.blob_id)
    .execute();
}

export async function deleteEndedSessions(db: Db, now: string): Promise<number> {
  const done = await db.deleteFrom('sessions').where('expires_at', '<=', now).executeTakeFirst();
  return Number(done.numDeletedRows);
}

/** Challenges that ended before `before`. The nonce of a used one lives on in its capture. */
export async function deleteEndedChallenges(db: Db, before: string): Promise<number> {
  const done = await db.deleteFrom('challenges').where('expires_at', '<=', before).executeTakeFirst();
  return Number(done.numDeletedRows);
}
