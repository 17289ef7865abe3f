/** Reference templates: which one a probe is compared with, and how new ones are enrolled (api-decisions 15). */
import type { FaceTemplate } from '../contract/facts.ts';
import type { EnrolmentSource } from '../contract/vocabulary.ts';
import { packVector, unpackVector } from '../core/match/template-bytes.ts';
import {
  insertEnrolment,
  listReferences,
  retireEnrolments,
  type EnrolmentRow,
} from '../store/repositories/enrolments.ts';
import type { Db } from '../store/repositories/types.ts';
import { listEffectiveVerifications } from '../store/repositories/verifications.ts';
import { instant, type Actor, type ServiceContext } from './context.ts';
import { recordAudit } from './record-audit.ts';

export interface FaceReference {
  readonly enrolmentId: string;
  readonly source: EnrolmentSource;
  readonly template: FaceTemplate;
  readonly createdAt: string;
  /** False while the card it was taken from waits for review: good to compare with, not to allow an action. */
  readonly confirmed: boolean;
}

function toTemplate(row: EnrolmentRow): FaceTemplate | null {
  if (row.template === null || row.model_id === null) return null;
  return {
    modelId: row.model_id,
    vector: unpackVector(row.template),
    faceWidthPx: row.face_width_px ?? 0,
    framesUsed: [],
  };
}

/**
 * All usable references, best first: confirmed before unconfirmed, then by source, then newest. One taken from
 * `exceptCaptureId` is left out: a capture never vouches for itself.
 */
export async function usableReferences(
  db: Db,
  orgId: string,
  customerId: string,
  exceptCaptureId: string | null = null,
): Promise<readonly FaceReference[]> {
  const rows = await listReferences(db, orgId, customerId);
  const verifications = await listEffectiveVerifications(db, orgId, customerId);
  const verifiedCards = new Set(
    verifications
      .filter((v) => v.method === 'ktp_capture' && v.effectiveStatus === 'verified')
      .map((v) => v.capture_id),
  );
  const references = rows.flatMap((row): FaceReference[] => {
    const template = toTemplate(row);
    if (template === null || (exceptCaptureId !== null && row.capture_id === exceptCaptureId)) return [];
    const confirmed = row.source !== 'ktp_extract' || verifiedCards.has(row.capture_id);
    return [
      { enrolmentId: row.id, source: row.source as EnrolmentSource, template, createdAt: row.created_at, confirmed },
    ];
  });
  return [
    ...references.filter((reference) => reference.confirmed),
    ...references.filter((reference) => !reference.confirmed),
  ];
}

/** The best reference made by the probe's model, else the best of all (the rules then say that the models differ). */
export function chooseReference(
  references: readonly FaceReference[],
  probeModelId: string | null,
): FaceReference | null {
  return references.find((reference) => reference.template.modelId === probeModelId) ?? references[0] ?? null;
}

/** The known customer's reference for a desk's provisional verdict. */
export async function enrolledTemplate(
  ctx: ServiceContext,
  orgId: string,
  customerId: string,
): Promise<FaceTemplate | null> {
  return (await usableReferences(ctx.store.db, orgId, customerId))[0]?.template ?? null;
}

export interface NewEnrolment {
  readonly customerId: string;
  readonly source: EnrolmentSource;
  readonly template: FaceTemplate;
  readonly captureId: string | null;
  /** Older ones of the same source retire. */
  readonly supersede: boolean;
}

export async function enrol(ctx: ServiceContext, trx: Db, actor: Actor, input: NewEnrolment): Promise<string> {
  const now = instant(ctx);
  if (input.supersede) {
    await retire(ctx, trx, actor, { customerId: input.customerId, source: input.source }, 'superseded');
  }
  const id = ctx.ids.next('fe');
  await insertEnrolment(trx, {
    id,
    org_id: actor.orgId,
    customer_id: input.customerId,
    source: input.source,
    model_id: input.template.modelId,
    template: packVector(input.template.vector),
    face_width_px: input.template.faceWidthPx,
    active: 1,
    fallback_stub: 0,
    retire_reason: null,
    capture_id: input.captureId,
    photo_blob_id: null,
    created_at: now,
    retired_at: null,
  });
  await recordAudit(ctx, trx, actor, {
    event: 'enrolment.created',
    customerId: input.customerId,
    objectId: id,
    detail: { source: input.source, modelId: input.template.modelId },
  });
  return id;
}

export async function retire(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  which: { readonly customerId: string; readonly source?: EnrolmentSource; readonly captureId?: string },
  reason: string,
): Promise<void> {
  for (const id of await retireEnrolments(trx, actor.orgId, which, reason, instant(ctx))) {
    await recordAudit(ctx, trx, actor, {
      event: 'enrolment.retired',
      customerId: which.customerId,
      objectId: id,
      detail: { reason },
    });
  }
}
