/** Opens a sealed capture and believes nothing of it before seal, signature and frame hashes were checked. */
import type { DeskCapture } from '../../contract/bundle.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { getBlob } from '../../store/blobs.ts';
import { framesMatch, verifyEd25519 } from '../../vault/bundle-signing.ts';
import { SealBroken } from '../../vault/sealing.ts';
import { decodeCapture } from './capture-payload.ts';
import { existingCustomerKey } from './customer-key.ts';
import { envelopeContext, type EvidenceContext } from './evidence-context.ts';

/**
 * Failures: `not_found`, `customer_erased`, `seal_broken` (key, context or a bit of the bytes is wrong),
 * `payload_unreadable`, `signature_invalid`, `frames_changed`.
 */
export async function openSealedCapture(
  ctx: Pick<EvidenceContext, 'store' | 'vault'>,
  orgId: string,
  nonce: string,
): Promise<Result<DeskCapture>> {
  const { db } = ctx.store;
  const row = await db
    .selectFrom('outbox')
    .select(['blob_id', 'customer_id'])
    .where('id', '=', nonce)
    .where('org_id', '=', orgId)
    .executeTakeFirst();
  const sealed = row === undefined ? null : await getBlob(db, orgId, row.blob_id);
  if (row === undefined || sealed === null) return fail('not_found', 'There is no sealed capture with this nonce.');
  const key = await existingCustomerKey(db, orgId, row.customer_id);
  if (!key.ok) return key;
  if (key.value === null) return fail('seal_broken', 'The key of this capture is missing.');
  try {
    const payload = ctx.vault.openForCustomer(key.value, row.customer_id, sealed, envelopeContext(orgId, nonce));
    return checkCapture(decodeCapture(payload), row.customer_id, nonce, ctx.vault.desk.publicKeys);
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    return fail('seal_broken', 'The sealed capture does not open: its bytes or its key were changed.');
  }
}

function checkCapture(
  capture: DeskCapture | null,
  customerId: string,
  nonce: string,
  publicKeys: readonly string[],
): Result<DeskCapture> {
  if (capture === null || capture.nonce !== nonce || capture.customerId !== customerId) {
    return fail('payload_unreadable', 'The sealed capture is not of a form this program knows.');
  }
  if (!publicKeys.some((publicKey) => verifyEd25519(capture.bundle.manifest, publicKey))) {
    return fail('signature_invalid', "The capture's signature is not this desk's.");
  }
  return framesMatch(capture.bundle)
    ? ok(capture)
    : fail('frames_changed', 'The frames are not the ones the capture was made of.');
}
