/**
 * A final verdict of Dukcapil that the client obtained (api-facts, Q-duk). Confirmed, it is worth `standard` and its
 * photo becomes the authoritative reference; declined, it changes no tier and its reason waits for analysts.
 */
import { fail, ok, type Result } from '../contract/result.ts';
import type { FaceTemplate } from '../contract/facts.ts';
import { packVector } from '../core/match/template-bytes.ts';
import { deskCaptured } from '../store/repositories/captures.ts';
import { findCustomer, findCustomerKey } from '../store/repositories/customers.ts';
import { findOrganisation } from '../store/repositories/organisations.ts';
import { insertDukcapilVerdict } from '../store/repositories/dukcapil-verdicts.ts';
import { insertEnrolment } from '../store/repositories/enrolments.ts';
import { keepBlob, stageBlob, type StagedBlob } from '../store/blobs.ts';
import type { Db } from '../store/repositories/types.ts';
import { addVerification } from './add-verification.ts';
import { activeCustomer } from './capture/accept-bundle.ts';
import { instant, type Actor, type ServiceContext } from './context.ts';
import { recordAudit } from './record-audit.ts';
import { retire } from './references.ts';
import { settleTier } from './settle-tier.ts';
import { undoable } from './undoable.ts';

export interface DukcapilVerdict {
  readonly customerId: string;
  readonly valid: boolean;
  /** Encoded JPEG or PNG; of no use, and not kept, when declined. */
  readonly photo?: Uint8Array;
  /** Stored as it came. */
  readonly raw?: Readonly<Record<string, unknown>>;
  readonly reason?: string;
}

export interface DukcapilAnswer {
  /** No `score` when declined. */
  readonly verification: { readonly id: string; readonly status: 'verified' | 'failed'; readonly score?: number };
  readonly enrolment: { readonly id: string; readonly source: 'dukcapil'; readonly fallbackStub: boolean } | null;
}

export const dukcapilContexts = {
  photo: (blobId: string): string => `dukcapil-photo:${blobId}`,
  raw: (verificationId: string): string => `dukcapil-raw:${verificationId}`,
  reason: (verificationId: string): string => `dukcapil-reason:${verificationId}`,
} as const;

interface Portrait {
  readonly bytes: Uint8Array;
  /** null: no usable face, so the photo is kept and nothing is compared with it. */
  readonly template: FaceTemplate | null;
}

/** A desk behind a hub speaks for the customers it captured, and for nobody else. Errors: `not_found`. */
export async function ingestFromDesk(
  ctx: ServiceContext,
  actor: Actor,
  verdict: DukcapilVerdict,
): Promise<Result<DukcapilAnswer>> {
  const own = await deskCaptured(ctx.store.db, actor.orgId, actor.id ?? '', verdict.customerId);
  return own ? ingestDukcapil(ctx, actor, verdict) : fail('not_found', 'customer not found');
}

/**
 * Errors: `capability_disabled`, `not_found`, `customer_archived`, `image_unusable` (the photo is no readable picture),
 * `unavailable` (the picture could not be looked at now).
 */
export async function ingestDukcapil(
  ctx: ServiceContext,
  actor: Actor,
  verdict: DukcapilVerdict,
): Promise<Result<DukcapilAnswer>> {
  const organisation = await findOrganisation(ctx.store.db, actor.orgId);
  if (organisation?.settings.capabilities.dukcapilEnabled !== true)
    return fail('capability_disabled', 'org capability disabled');
  const subject = await activeCustomer(ctx, actor, verdict.customerId);
  if (!subject.ok) return subject;
  const portrait = await portraitOf(ctx, verdict);
  if (!portrait.ok) return portrait;
  const photo = await stagePhoto(ctx, actor, verdict.customerId, portrait.value);
  if (!photo.ok) return photo;
  return undoable(ctx, async (trx) => {
    // He may have been erased while the picture was looked at.
    const customer = await findCustomer(trx, actor.orgId, verdict.customerId);
    const wrappedKey = await findCustomerKey(trx, actor.orgId, verdict.customerId);
    if (customer?.status !== 'active' || wrappedKey === null)
      return fail('customer_archived', 'the customer is archived or restricted');
    const verification = await writeVerdict(ctx, trx, actor, verdict, wrappedKey, customer.data_residency);
    const enrolment =
      portrait.value === null || photo.value === null
        ? null
        : await enrolPhoto(ctx, trx, actor, customer.id, portrait.value.template, photo.value);
    await settleTier(ctx, trx, actor, customer.id, 'automatic on nik_dukcapil');
    return ok({ verification, enrolment });
  });
}

async function portraitOf(ctx: ServiceContext, verdict: DukcapilVerdict): Promise<Result<Portrait | null>> {
  if (!verdict.valid || verdict.photo === undefined) return ok(null);
  const facts = await ctx.vision.analyseFace({ frames: [verdict.photo], purpose: 'reference' });
  const problem = facts.frames[0]?.problem;
  if (problem === 'vision_unavailable')
    return fail('unavailable', 'the photo cannot be looked at now, try again shortly');
  if (problem !== undefined)
    return fail('image_unusable', 'the photo is not a usable image', { fieldErrors: { photo: [problem] } });
  return ok({ bytes: verdict.photo, template: facts.template.available ? facts.template.value : null });
}

async function writeVerdict(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  verdict: DukcapilVerdict,
  wrappedKey: Uint8Array,
  dataResidency: string,
): Promise<DukcapilAnswer['verification']> {
  const id = ctx.ids.next('ver');
  const now = instant(ctx);
  const { customerId, valid } = verdict;
  const seal = (text: string, context: string): Uint8Array =>
    ctx.vault.sealForCustomer(wrappedKey, customerId, new TextEncoder().encode(text), context);
  await addVerification(ctx, trx, {
    id,
    org_id: actor.orgId,
    customer_id: customerId,
    method: 'nik_dukcapil',
    status: valid ? 'verified' : 'failed',
    score: valid ? 100 : null,
    reasons: JSON.stringify(valid ? [] : [{ code: 'dukcapil_declined', gate: 'nik', field: 'nik' }]),
    detail: JSON.stringify({ kind: 'dukcapil', valid, photo: valid && verdict.photo !== undefined }),
    capture_id: null,
    operator_id: actor.kind === 'user' ? actor.id : null,
    data_residency: dataResidency,
    created_at: now,
  });
  await insertDukcapilVerdict(trx, {
    verification_id: id,
    org_id: actor.orgId,
    customer_id: customerId,
    valid: valid ? 1 : 0,
    reason_sealed: verdict.reason === undefined ? null : seal(verdict.reason, dukcapilContexts.reason(id)),
    raw_sealed: verdict.raw === undefined ? null : seal(JSON.stringify(verdict.raw), dukcapilContexts.raw(id)),
    created_at: now,
  });
  await recordAudit(ctx, trx, actor, {
    event: 'dukcapil.ingested',
    customerId,
    objectId: id,
    detail: { valid, photo: verdict.photo !== undefined, raw: verdict.raw !== undefined },
  });
  return valid ? { id, status: 'verified', score: 100 } : { id, status: 'failed' };
}

/** Sealed, and put where sealed bytes lie, before the verdict is written. Null: no photo, or nobody to seal it for. */
async function stagePhoto(
  ctx: ServiceContext,
  actor: Actor,
  customerId: string,
  portrait: Portrait | null,
): Promise<Result<StagedBlob | null>> {
  const { db } = ctx.store;
  const [customer, wrappedKey] = [
    await findCustomer(db, actor.orgId, customerId),
    await findCustomerKey(db, actor.orgId, customerId),
  ];
  if (portrait === null || customer === null || wrappedKey === null) return ok(null);
  const id = ctx.ids.next('blob');
  const bytes = ctx.vault.sealForCustomer(wrappedKey, customerId, portrait.bytes, dukcapilContexts.photo(id));
  const blob = { id, orgId: actor.orgId, customerId, purpose: 'photo', bytes, createdAt: instant(ctx) };
  return stageBlob(db, ctx.blobs, blob, customer.data_residency);
}

/** The newest photo takes the place of older ones of Dukcapil; a stub without a face takes nobody's. */
async function enrolPhoto(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  customerId: string,
  template: Portrait['template'],
  photo: StagedBlob,
): Promise<NonNullable<DukcapilAnswer['enrolment']>> {
  const now = instant(ctx);
  await keepBlob(trx, photo);
  if (template !== null) await retire(ctx, trx, actor, { customerId, source: 'dukcapil' }, 'superseded');
  const id = ctx.ids.next('fe');
  const stub = template === null;
  await insertEnrolment(trx, {
    id,
    org_id: actor.orgId,
    customer_id: customerId,
    source: 'dukcapil',
    model_id: template?.modelId ?? null,
    template: template === null ? null : packVector(template.vector),
    face_width_px: template?.faceWidthPx ?? null,
    active: stub ? 0 : 1,
    fallback_stub: stub ? 1 : 0,
    retire_reason: null,
    capture_id: null,
    photo_blob_id: photo.id,
    created_at: now,
    retired_at: null,
  });
  await recordAudit(ctx, trx, actor, {
    event: 'enrolment.created',
    customerId,
    objectId: id,
    detail: { source: 'dukcapil', modelId: template?.modelId ?? null, fallbackStub: stub },
  });
  return { id, source: 'dukcapil', fallbackStub: stub };
}
