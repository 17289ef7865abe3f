/**
 * The frames of one capture for a signed-in reviewer (api-decisions 10, 17): re-encoded, so that nothing travels with
 * them that a camera wrote into the file. The sealed originals stay as they are. No API key ever reads a frame.
 */
import { decode } from '@msgpack/msgpack';
import type { BundleManifest } from '../../contract/bundle.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { readBlob } from '../../store/blobs.ts';
import { findCapture, type CaptureRow } from '../../store/repositories/captures.ts';
import { findCustomerKey } from '../../store/repositories/customers.ts';
import { findVerification } from '../../store/repositories/verifications.ts';
import { decodeImage, encodeJpeg, resize } from '../../vision/image/image.ts';
import { framesContext } from '../capture/record-capture.ts';
import type { Actor, ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';

/** Long side of what is shown, px. */
const shownPx = 1600;

export interface EvidenceFrame {
  readonly index: number;
  /** Of the bytes as signed, hex. */
  readonly sha256: string;
  /** JPEG, base64; null where the stored frame is no picture. */
  readonly image: string | null;
  readonly width: number | null;
  readonly height: number | null;
}

export interface EvidenceView {
  readonly captureId: string;
  readonly customerId: string;
  readonly kind: string;
  readonly capturedAt: string;
  readonly receivedAt: string;
  readonly bundleHash: string;
  readonly deskId: string | null;
  readonly simulated: boolean;
  /** How many frames were stored. */
  readonly framesStored: number;
  /** The frames are gone: past their retention, or erased. */
  readonly retired: boolean;
  readonly frames: readonly EvidenceFrame[];
}

async function captureOf(ctx: ServiceContext, actor: Actor, id: string): Promise<CaptureRow | null> {
  const { db } = ctx.store;
  if (!id.startsWith('ver_')) return findCapture(db, actor.orgId, id);
  const verification = await findVerification(db, actor.orgId, id);
  const captureId = verification?.capture_id ?? null;
  return captureId === null ? null : findCapture(db, actor.orgId, captureId);
}

interface SealedFrames {
  readonly manifest: BundleManifest;
  readonly frames: readonly Uint8Array[];
}

async function openFrames(
  ctx: ServiceContext,
  actor: Actor,
  capture: CaptureRow,
): Promise<Result<SealedFrames | null>> {
  const { db } = ctx.store;
  const key = await findCustomerKey(db, actor.orgId, capture.customer_id);
  const sealed = await readBlob(db, ctx.blobs, actor.orgId, capture.frames_blob_id);
  if (!sealed.ok) return sealed;
  if (key === null || sealed.value === null) return ok(null);
  const plain = ctx.vault.openForCustomer(key, capture.customer_id, sealed.value, framesContext(capture.id));
  return ok(decode(plain) as SealedFrames);
}

async function shown(bytes: Uint8Array, index: number, sha256: string): Promise<EvidenceFrame> {
  const decoded = await decodeImage(bytes);
  if (!decoded.ok) return { index, sha256, image: null, width: null, height: null };
  const scale = Math.min(1, shownPx / Math.max(decoded.image.width, decoded.image.height));
  const small = await resize(decoded.image, decoded.image.width * scale, decoded.image.height * scale);
  const jpeg = await encodeJpeg(small, 88);
  return { index, sha256, image: Buffer.from(jpeg).toString('base64'), width: small.width, height: small.height };
}

/** `id` of a capture or of a verification made from it. Errors: `person_required`, `not_found`, those of `readBlob`. */
export async function viewEvidence(
  ctx: ServiceContext,
  actor: Actor,
  id: string,
  part: { readonly from: number; readonly limit: number },
): Promise<Result<EvidenceView>> {
  if (actor.kind !== 'user') return fail('person_required', 'only a signed-in person sees frames');
  const capture = await captureOf(ctx, actor, id);
  if (capture === null) return fail('not_found', 'capture not found');
  const found = await openFrames(ctx, actor, capture);
  if (!found.ok) return found;
  const opened = found.value;
  const wanted = (opened?.frames ?? []).slice(part.from, part.from + part.limit);
  // Recorded before anything is shown.
  await ctx.store.transaction((trx) =>
    recordAudit(ctx, trx, actor, {
      event: 'evidence.viewed',
      customerId: capture.customer_id,
      objectId: capture.id,
      detail: { frames: wanted.length },
    }),
  );
  const frames: EvidenceFrame[] = [];
  for (const [offset, bytes] of wanted.entries()) {
    const index = part.from + offset;
    frames.push(await shown(bytes, index, opened?.manifest.frames[index] ?? ''));
  }
  return ok({
    captureId: capture.id,
    customerId: capture.customer_id,
    kind: capture.kind,
    capturedAt: capture.captured_at,
    receivedAt: capture.received_at,
    bundleHash: capture.bundle_hash,
    deskId: capture.desk_id,
    simulated: capture.simulated === 1,
    framesStored: capture.frames_stored,
    retired: opened === null,
    frames,
  });
}
