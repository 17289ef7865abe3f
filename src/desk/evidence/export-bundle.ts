/** A sealed capture as a file: its envelope as it lies in the store, and a header the desk signs. */
import type { Kysely } from 'kysely';
import { fail, ok, type Result } from '../../contract/result.ts';
import { headOfficeKey } from '../../services/head-office/register-key.ts';
import { appendAudit } from '../../store/audit-log.ts';
import { getBlob } from '../../store/blobs.ts';
import type { Database } from '../../store/schema.ts';
import { encodeBundleFile, type BundleFile } from '../../vault/bundle-file.ts';
import { bundleHash, framesMatch, verifyEd25519 } from '../../vault/bundle-signing.ts';
import { sha256 } from '../../vault/random.ts';
import type { DeskCapture } from '../../contract/bundle.ts';
import { decodeCapture } from './capture-payload.ts';
import { existingCustomerKey } from './customer-key.ts';
import { envelopeContext, type EvidenceContext } from './evidence-context.ts';
import { openSealedCapture } from './open-sealed-capture.ts';

/** Errors: those of `openSealedCapture`. The file can be opened by head office where its key is registered. */
export async function exportBundle(
  ctx: EvidenceContext,
  orgId: string,
  nonce: string,
): Promise<Result<{ readonly bytes: Uint8Array; readonly keyId: string | null }>> {
  const capture = await openSealedCapture(ctx, orgId, nonce);
  if (!capture.ok) return capture;
  const { db } = ctx.store;
  const row = await db.selectFrom('outbox').select('blob_id').where('id', '=', nonce).executeTakeFirst();
  const envelope = row === undefined ? null : await getBlob(db, orgId, row.blob_id);
  const key = await existingCustomerKey(db, orgId, capture.value.customerId);
  if (!key.ok) return key;
  if (envelope === null || key.value === null)
    return fail('not_found', 'The envelope of this capture is not here any more: the record holds it.');
  const head = await headOfficeKey(db, orgId);
  const recipients = [];
  if (head !== null) {
    const context = envelopeContext(orgId, nonce);
    const { customerId } = capture.value;
    const sealed = await ctx.vault.contentKeyFor(head.publicKey, key.value, customerId, envelope, context);
    recipients.push({ keyId: head.keyId, sealedKey: Buffer.from(sealed).toString('base64') });
  }
  const bytes = encodeBundleFile({ ...headerOf(ctx, orgId, capture.value, envelope), recipients }, envelope, (signed) =>
    ctx.vault.desk.sign(signed),
  );
  await ctx.store.transaction((trx) => note(trx, ctx, orgId, capture.value, head?.keyId ?? null));
  return ok({ bytes, keyId: head?.keyId ?? null });
}

function headerOf(ctx: EvidenceContext, orgId: string, capture: DeskCapture, envelope: Uint8Array) {
  const { manifest } = capture.bundle;
  const { desk } = ctx.vault;
  const signer = desk.publicKeys.find((key) => verifyEd25519(manifest, key)) ?? desk.publicKey;
  return {
    format: 'loket-bundle' as const,
    version: 1 as const,
    orgId,
    customerId: capture.customerId,
    nonce: capture.nonce,
    kind: capture.kind,
    capturedAt: manifest.capturedAt,
    exportedAt: ctx.clock().toISOString(),
    desk: { id: desk.id, publicKey: signer, headerKey: desk.publicKey },
    bundleHash: bundleHash(manifest),
    bundleSignature: manifest.signature ?? '',
    counter: manifest.evidence?.counter ?? 1,
    previousBundleHash: manifest.evidence?.previousBundleHash ?? null,
    envelope: { size: envelope.length, sha256: sha256(envelope) },
  };
}

async function note(
  trx: Kysely<Database>,
  ctx: EvidenceContext,
  orgId: string,
  capture: DeskCapture,
  keyId: string | null,
): Promise<void> {
  const exportedAt = ctx.clock().toISOString();
  const { customerId, nonce } = capture;
  await trx
    .insertInto('bundle_exports')
    .values({
      id: ctx.ids.next('bex'),
      org_id: orgId,
      customer_id: customerId,
      nonce,
      key_id: keyId,
      exported_at: exportedAt,
    })
    .execute();
  await appendAudit(trx, {
    orgId,
    event: 'bundle.exported',
    actor: { kind: 'system', id: null },
    subject: ctx.vault.subjectId(orgId, customerId),
    objectId: nonce,
    detail: { as: 'file', keyId },
    occurredAt: exportedAt,
  });
}

/**
 * The capture inside a checked file, proved against its header: the signed bytes, their signature, counter and chain, and
 * every frame. Errors: `payload_unreadable`, `signature_invalid`, `frames_changed`, `header_differs`.
 */
export function captureOfFile(file: BundleFile, payload: Uint8Array): Result<DeskCapture> {
  const { header } = file;
  const capture = decodeCapture(payload);
  if (capture === null) return fail('payload_unreadable', 'What is inside is not of a form this version knows.');
  const { manifest } = capture.bundle;
  if (!verifyEd25519(manifest, header.desk.publicKey))
    return fail('signature_invalid', 'The capture inside was not signed by the desk the header names.');
  const { counter, previousBundleHash } = manifest.evidence ?? {};
  const same =
    bundleHash(manifest) === header.bundleHash &&
    manifest.signature === header.bundleSignature &&
    capture.nonce === header.nonce &&
    capture.customerId === header.customerId &&
    capture.kind === header.kind &&
    manifest.deviceId === header.desk.id &&
    (counter ?? 1) === header.counter &&
    (previousBundleHash ?? null) === header.previousBundleHash;
  if (!same) return fail('header_differs', 'The header tells of another capture than the one inside.');
  return framesMatch(capture.bundle)
    ? ok(capture)
    : fail('frames_changed', 'The frames are not the ones the capture was made of.');
}
