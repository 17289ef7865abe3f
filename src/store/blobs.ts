/**
 * Sealed bytes (frames, envelopes, official photos) by id, in the database or, for a hub that asks for it, in objects
 * outside of it. What is put here was sealed before; this file never opens it.
 *
 * An object is written before the record that names it: `stageBlob`, then `keepBlob` in the record's transaction. What no
 * record ever named, and what lost its record, is removed by `sweepBlobObjects`.
 */
import type { Kysely } from 'kysely';
import { fail, ok, type Result } from '../contract/result.ts';
import { sha256 } from '../vault/random.ts';
import type { Database } from './schema.ts';

export interface NewBlob {
  /** `blob_<ulid>`. */
  readonly id: string;
  readonly orgId: string;
  readonly customerId: string;
  /** What the bytes are: `envelope`, `frames`, `photo`. */
  readonly purpose: string;
  readonly bytes: Uint8Array;
  readonly createdAt: string;
  readonly expiresAt?: string | null;
}

/**
 * Where objects lie. Failures carry `unavailable` and in `details.reason` what to look at: `blobs_unreachable`, `blobs_slow`,
 * `blobs_broken` (5xx, cut off), `blobs_refused` (401, 403), `blobs_full`.
 */
export interface BlobPlace {
  /** Noted with each object: `s3://host/bucket/prefix`, `file:…`. */
  readonly name: string;
  /** False: bytes of an organisation with this `dataResidency` may not lie here. */
  mayHold(dataResidency: string): boolean;
  /** Once it answers, the object survives a power cut. */
  put(key: string, bytes: Uint8Array): Promise<Result<true>>;
  /** Null: there is none. */
  get(key: string): Promise<Result<Uint8Array | null>>;
  /** An object that is not there is removed already. */
  remove(key: string): Promise<Result<true>>;
}

type Db = Kysely<Database>;

/** Ready to be kept by the transaction of its record. */
export interface StagedBlob extends NewBlob {
  readonly objectKey: string | null;
}

/** A record has an hour: then its object counts as abandoned. */
export const stagedForMs = 60 * 60_000;

/**
 * Writes the object where there is a place for objects; never inside a transaction. Failures: those of the place, and
 * `unavailable` with `blobs_outside_residency`.
 */
export async function stageBlob(
  db: Db,
  place: BlobPlace | undefined,
  blob: NewBlob,
  dataResidency: string,
): Promise<Result<StagedBlob>> {
  if (place === undefined) return ok({ ...blob, objectKey: null });
  if (!place.mayHold(dataResidency)) return outsideResidency(dataResidency);
  const key = `${blob.orgId}/${blob.id}`;
  await db
    .insertInto('blob_objects')
    .values({
      key,
      org_id: blob.orgId,
      place: place.name,
      state: 'staged',
      sha256: sha256(blob.bytes),
      size: blob.bytes.length,
      created_at: blob.createdAt,
      due_at: new Date(Date.parse(blob.createdAt) + stagedForMs).toISOString(),
      attempts: 0,
      last_error: null,
    })
    .execute();
  const done = await place.put(key, blob.bytes);
  return done.ok ? ok({ ...blob, objectKey: key }) : done;
}

/** Both at start, for every organisation, and at each object. */
export function outsideResidency(dataResidency: string): Result<never> {
  return fail('unavailable', 'the storage of sealed frames lies outside the data residency of the organisation', {
    reason: 'blobs_outside_residency',
    dataResidency,
  });
}

/** Thrown inside a transaction, which is undone: the object was taken for abandoned meanwhile. */
export class StagedBlobGone extends Error {
  override readonly name = 'StagedBlobGone';
}

/** In the transaction of the record that names it. Throws `StagedBlobGone`. */
export async function keepBlob(trx: Db, staged: StagedBlob): Promise<void> {
  const { objectKey } = staged;
  if (objectKey !== null) {
    const kept = await trx
      .updateTable('blob_objects')
      .set({ state: 'kept' })
      .where('key', '=', objectKey)
      .where('state', '=', 'staged')
      .executeTakeFirst();
    if (Number(kept.numUpdatedRows) !== 1) throw new StagedBlobGone('the object of this record is gone');
  }
  await insertBlob(trx, staged, objectKey);
}

/** Into the database itself, in the transaction of its record: a desk's envelope is there with its outbox row, or neither. */
export async function putBlob(trx: Db, blob: NewBlob): Promise<void> {
  await insertBlob(trx, blob, null);
}

async function insertBlob(trx: Db, blob: NewBlob, objectKey: string | null): Promise<void> {
  await trx
    .insertInto('sealed_blobs')
    .values({
      id: blob.id,
      org_id: blob.orgId,
      customer_id: blob.customerId,
      purpose: blob.purpose,
      bytes: objectKey === null ? blob.bytes : new Uint8Array(),
      size: blob.bytes.length,
      created_at: blob.createdAt,
      expires_at: blob.expiresAt ?? null,
      object_key: objectKey,
    })
    .execute();
}

/** Bytes in the database only. `null` when there are none, or they belong to another organisation. */
export async function getBlob(trx: Db, orgId: string, id: string): Promise<Uint8Array | null> {
  const row = await rowOf(trx, orgId, id);
  return row === null || row.object_key !== null ? null : row.bytes;
}

async function rowOf(trx: Db, orgId: string, id: string) {
  const row = await trx
    .selectFrom('sealed_blobs')
    .select(['bytes', 'object_key'])
    .where('id', '=', id)
    .where('org_id', '=', orgId)
    .executeTakeFirst();
  return row ?? null;
}

/**
 * `null` when there is none, or it belongs to another organisation: retired, erased. An object that should be there and is
 * not, or is not what was written, is a failure: `unavailable` with `blob_missing`, `blob_damaged`, `blobs_elsewhere` (the
 * program was started with another place than it was written to), or as the place says.
 */
export async function readBlob(
  db: Db,
  place: BlobPlace | undefined,
  orgId: string,
  id: string,
): Promise<Result<Uint8Array | null>> {
  const row = await rowOf(db, orgId, id);
  if (row === null) return ok(null);
  if (row.object_key === null) return ok(row.bytes);
  const object = await db
    .selectFrom('blob_objects')
    .select(['place', 'sha256'])
    .where('key', '=', row.object_key)
    .executeTakeFirst();
  if (place === undefined || object === undefined || object.place !== place.name)
    return unreadable('blobs_elsewhere', 'the sealed frames lie in a storage this program was not started with');
  const got = await place.get(row.object_key);
  if (!got.ok) return got;
  if (got.value === null) {
    // Erased between our two looks: then its row is gone too.
    if ((await rowOf(db, orgId, id)) === null) return ok(null);
    return unreadable('blob_missing', 'the sealed frames are missing from their storage');
  }
  if (sha256(got.value) !== object.sha256)
    return unreadable('blob_damaged', 'the sealed frames are not what was stored');
  return ok(got.value);
}

function unreadable(reason: string, message: string): Result<never> {
  return fail('unavailable', message, { reason });
}

/** False when there was none. Throws `StoreError` (`undelivered_capture`) while an outbox row still needs it. */
export async function deleteBlob(trx: Db, orgId: string, id: string): Promise<boolean> {
  const done = await trx.deleteFrom('sealed_blobs').where('id', '=', id).where('org_id', '=', orgId).executeTakeFirst();
  return done.numDeletedRows > 0n;
}
