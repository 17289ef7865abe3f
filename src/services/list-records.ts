/** The lists a head office pulls. */
import type { Reason } from '../contract/reasons.ts';
import type { EnrolmentSource, KycTier, VerificationMethod, VerificationStatus } from '../contract/vocabulary.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import { listAuditRows } from '../store/repositories/audit-rows.ts';
import { findCustomer } from '../store/repositories/customers.ts';
import { listEnrolments } from '../store/repositories/enrolments.ts';
import { listTierEvents } from '../store/repositories/tier-events.ts';
import type { ListPart, Slice } from '../store/repositories/types.ts';
import { listVerifications, type VerificationFilter } from '../store/repositories/verifications.ts';
import type { Actor, ServiceContext } from './context.ts';
import { documentedModelId } from './match-face.ts';
import { recordAccess } from './record-access.ts';

function mapPart<A, B>(part: ListPart<A>, map: (row: A) => B): ListPart<B> {
  return { ...part, rows: part.rows.map(map) };
}

export async function listAttempts(ctx: ServiceContext, actor: Actor, filter: VerificationFilter, slice: Slice) {
  const part = await listVerifications(ctx.store.db, actor.orgId, filter, slice);
  return mapPart(part, (row) => ({
    id: row.id,
    customerId: row.customer_id,
    method: row.method as VerificationMethod,
    status: row.effectiveStatus,
    recordedStatus: row.status as VerificationStatus,
    score: row.score,
    reasons: JSON.parse(row.reasons) as Reason[],
    captureId: row.capture_id,
    operatorId: row.operator_id,
    dataResidency: row.data_residency,
    createdAt: row.created_at,
  }));
}

/** Errors: `not_found`. */
export async function listCustomerAttempts(
  ctx: ServiceContext,
  actor: Actor,
  customerId: string,
  filter: VerificationFilter,
  slice: Slice,
): Promise<Result<Awaited<ReturnType<typeof listAttempts>>>> {
  if ((await findCustomer(ctx.store.db, actor.orgId, customerId)) === null)
    return fail('not_found', 'customer not found');
  return ok(await listAttempts(ctx, actor, { ...filter, customerId }, slice));
}

/** Never a template. */
export async function listFaceEnrollments(
  ctx: ServiceContext,
  actor: Actor,
  filter: Parameters<typeof listEnrolments>[2],
  slice: Slice,
) {
  const part = await listEnrolments(ctx.store.db, actor.orgId, filter, slice);
  return mapPart(part, (row) => ({
    id: row.id,
    customerId: row.customer_id,
    source: row.source as EnrolmentSource,
    active: row.active === 1,
    fallbackStub: row.fallback_stub === 1,
    modelId: documentedModelId,
    engine: row.model_id,
    retireReason: row.retire_reason,
    createdAt: row.created_at,
    retiredAt: row.retired_at,
  }));
}

export async function listTierHistory(
  ctx: ServiceContext,
  actor: Actor,
  filter: Parameters<typeof listTierEvents>[2],
  slice: Slice,
) {
  const part = await listTierEvents(ctx.store.db, actor.orgId, filter, slice);
  return mapPart(part, (row) => ({
    id: row.id,
    customerId: row.customer_id,
    fromTier: row.from_tier as KycTier,
    toTier: row.to_tier as KycTier,
    actorUserId: row.actor_user_id,
    reason: row.reason,
    createdAt: row.created_at,
  }));
}

export interface AuditFilter {
  readonly event?: string;
  readonly actorId?: string;
  readonly customerId?: string;
  readonly objectId?: string;
  readonly from?: string;
  readonly to?: string;
}

/** Looking at the audit log is recorded in it. */
export async function listAuditLog(ctx: ServiceContext, actor: Actor, filter: AuditFilter, slice: Slice) {
  const { customerId, ...rest } = filter;
  const subject = customerId === undefined ? {} : { subject: ctx.vault.subjectId(actor.orgId, customerId) };
  const part = await listAuditRows(ctx.store.db, actor.orgId, { ...rest, ...subject }, slice);
  await recordAccess(ctx, actor, { event: 'audit.viewed', detail: { rows: part.rows.length } });
  return mapPart(part, (row) => ({
    seq: row.seq,
    id: row.id,
    event: row.event,
    actor: { kind: row.actor_kind, id: row.actor_id },
    subject: row.subject,
    objectId: row.object_id,
    detail: JSON.parse(row.detail) as Record<string, unknown>,
    occurredAt: row.occurred_at,
    prevHash: row.prev_hash,
    hash: row.hash,
  }));
}
