/** Pictures of one case for the eyes of a reviewer: the captures the case is about, opened, and faces cut alike. */
import { decode } from '@msgpack/msgpack';
import type { BundleManifest } from '../../contract/bundle.ts';
import type { ReviewView } from '../../contract/desk/answers.ts';
import type { AlignedFaces } from '../../contract/desk/review-desk.ts';
import { ok, type Result } from '../../contract/result.ts';
import { readBlob } from '../../store/blobs.ts';
import { findCapture, findLatestCapture, type CaptureRow } from '../../store/repositories/captures.ts';
import { findPhotoBlob } from '../../store/repositories/enrolments.ts';
import { framesContext } from '../capture/record-capture.ts';
import type { Actor, ServiceContext } from '../context.ts';
import { dukcapilContexts } from '../ingest-dukcapil.ts';

export interface OpenedCapture {
  readonly capture: CaptureRow;
  readonly manifest: BundleManifest;
  readonly frames: readonly Uint8Array[];
}

export interface CaseCaptures {
  readonly card: OpenedCapture | null;
  readonly face: OpenedCapture | null;
}

const faceKinds: readonly string[] = ['face', 'step_up'];

/** Pictures that will not come back: the case is judged by what else there is, and the log says why. */
const lostForGood = new Set<unknown>(['blob_missing', 'blob_damaged']);

/** null when it is retired or lost for good. Errors: `unavailable`. */
async function sealedBytes(ctx: ServiceContext, actor: Actor, blobId: string): Promise<Result<Uint8Array | null>> {
  const sealed = await readBlob(ctx.store.db, ctx.blobs, actor.orgId, blobId);
  if (sealed.ok) return sealed;
  const reason = sealed.error.details?.['reason'];
  ctx.logger.error({ blobId, reason }, 'a sealed picture cannot be read');
  return lostForGood.has(reason) ? ok(null) : sealed;
}

async function opened(
  ctx: ServiceContext,
  actor: Actor,
  wrappedKey: Uint8Array,
  capture: CaptureRow | null,
): Promise<Result<OpenedCapture | null>> {
  const sealed = capture === null ? ok(null) : await sealedBytes(ctx, actor, capture.frames_blob_id);
  if (!sealed.ok) return sealed;
  if (capture === null || sealed.value === null) return ok(null);
  const plain = ctx.vault.openForCustomer(wrappedKey, capture.customer_id, sealed.value, framesContext(capture.id));
  const { manifest, frames } = decode(plain) as Omit<OpenedCapture, 'capture'>;
  return ok({ capture, manifest, frames });
}

interface AboutCase {
  readonly customerId: string;
  readonly wrappedKey: Uint8Array;
  /** null: the customer's newest. */
  readonly captureId: string | null;
}

/** The capture the case is about, and beside it the customer's newest of the other kind. Errors: `unavailable`. */
export async function capturesOfCase(ctx: ServiceContext, actor: Actor, of: AboutCase): Promise<Result<CaseCaptures>> {
  const { db } = ctx.store;
  const own = of.captureId === null ? null : await findCapture(db, actor.orgId, of.captureId);
  const newest = (kinds: readonly string[]) => findLatestCapture(db, actor.orgId, of.customerId, kinds);
  const ofCard = own?.kind === 'ktp' ? own : await newest(['ktp']);
  const ofFace = own !== null && faceKinds.includes(own.kind) ? own : await newest(faceKinds);
  const card = await opened(ctx, actor, of.wrappedKey, ofCard);
  const face = await opened(ctx, actor, of.wrappedKey, ofFace);
  if (!card.ok) return card;
  return face.ok ? ok({ card: card.value, face: face.value }) : face;
}

/** A few of many: a reviewer waits for a good look, not for a second judgement of all. A card's last frames are plainly lit. */
const shownCardFrames = 2;
const shownFaceFrames = 5;

/** At most `count`, spread evenly. */
function someOf(frames: readonly Uint8Array[], count: number): readonly Uint8Array[] {
  const step = Math.max(1, Math.ceil(frames.length / count));
  return frames.filter((_, index) => index % step === 0);
}

export const noPictures: Pick<ReviewView, 'images' | 'aligned'> = {
  images: { card: null, portrait: null, selfie: null },
  aligned: { portrait: null, dukcapil: null, selfie: null },
};

/**
 * Copies for the screen, re-encoded by vision without metadata; the sealed originals stay as they are. Errors:
 * `unavailable`.
 */
export async function casePictures(
  ctx: ServiceContext,
  actor: Actor,
  of: AboutCase,
): Promise<Result<Pick<ReviewView, 'images' | 'aligned'>>> {
  const captures = await capturesOfCase(ctx, actor, of);
  if (!captures.ok) return captures;
  const { card, face } = captures.value;
  const cardFacts =
    card === null ? null : await ctx.vision.analyseCard({ frames: card.frames.slice(-shownCardFrames) });
  const faceFacts =
    face === null
      ? null
      : await ctx.vision.analyseFace({ frames: someOf(face.frames, shownFaceFrames), purpose: 'selfie' });
  const portrait = cardFacts?.renditions.portrait ?? null;
  const photo = await officialPhoto(ctx, actor, of.customerId, of.wrappedKey);
  const aligned: AlignedFaces = {
    portrait: portrait === null ? null : await alignedFace(ctx, [portrait]),
    dukcapil: photo === null ? null : await alignedFace(ctx, [photo]),
    selfie: faceFacts?.renditions.aligned ?? null,
  };
  return ok({
    images: { card: cardFacts?.renditions.card ?? null, portrait, selfie: faceFacts?.renditions.face ?? null },
    aligned,
  });
}

/** null where no face is found. */
async function alignedFace(ctx: ServiceContext, frames: readonly Uint8Array[]): Promise<Uint8Array | null> {
  const facts = await ctx.vision.analyseFace({ frames, purpose: 'reference' });
  return facts.renditions.aligned ?? null;
}

/** The photo that came with Dukcapil's newest confirmation. */
async function officialPhoto(
  ctx: ServiceContext,
  actor: Actor,
  customerId: string,
  wrappedKey: Uint8Array,
): Promise<Uint8Array | null> {
  const blobId = await findPhotoBlob(ctx.store.db, actor.orgId, customerId);
  const sealed = blobId === null ? ok(null) : await sealedBytes(ctx, actor, blobId);
  // A photo that cannot be fetched now is missing beside the others; the case can be looked at all the same.
  if (blobId === null || !sealed.ok || sealed.value === null) return null;
  return ctx.vault.openForCustomer(wrappedKey, customerId, sealed.value, dukcapilContexts.photo(blobId));
}

/** Another customer's face, cut like the case's own: from his newest selfie, else from his card. */
export async function faceOfCustomer(
  ctx: ServiceContext,
  actor: Actor,
  customerId: string,
  wrappedKey: Uint8Array,
): Promise<Uint8Array | null> {
  const captures = await capturesOfCase(ctx, actor, { customerId, wrappedKey, captureId: null });
  if (!captures.ok) return null;
  const { card, face } = captures.value;
  if (face !== null) return alignedFace(ctx, someOf(face.frames, 2));
  if (card === null) return null;
  const { portrait } = (await ctx.vision.analyseCard({ frames: card.frames.slice(-1) })).renditions;
  return portrait === undefined ? null : alignedFace(ctx, [portrait]);
}
