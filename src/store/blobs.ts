/** Sealed bytes (frames, envelopes, official photos) by id. What is put here was sealed before; this file never opens it. */
import type { Kysely } from 'kysely';
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

export async function putBlob(trx: Kysely<Database>, blob: NewBlob): Promise<void> {
  await trx
    .insertInto('sealed_blobs')
    .values({
      id: blob.id,
      org_id: blob.orgId,
      customer_id: blob.customerId,
      purpose: blob.purpose,
      bytes: blob.bytes,
      size: blob.bytes.length,
      created_at: blob.createdAt,
      expires_at: blob.expiresAt ?? null,
    })
    .execute();
}

/** `null` when there is none, or it belongs to another organisation. */
export async function getBlob(trx: Kysely<Database>, orgId: string, id: string): Promise<Uint8Array | null> {
  const row = await trx
    .selectFrom('sealed_blobs')
    .select('bytes')
    .where('id', '=', id)
    .where('org_id', '=', orgId)
    .executeTakeFirst();
  return row?.bytes ?? null;
}

/** False when there was none. Throws `StoreError` (`undelivered_capture`) while an outbox row still needs it. */
export async function deleteBlob(trx: Kysely<Database>, orgId: string, id: string): Promise<boolean> {
  const done = await trx.deleteFrom('sealed_blobs').where('id', '=', id).where('org_id', '=', orgId).executeTakeFirst();
  return done.numDeletedRows > 0n;
}
