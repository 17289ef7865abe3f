/** Writing a capture and its verifications, always inside the transaction of one use case. */
import { encode } from '@msgpack/msgpack';
import type { AuditEvent } from '../../contract/audit-events.ts';
import type { Reason } from '../../contract/reasons.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import type { VerificationMethod, VerificationStatus } from '../../contract/vocabulary.ts';
import { openingStatus } from '../../core/review/review-rules.ts';
import { openingHoursOf, reviewDueAt } from '../../core/review/review-sla.ts';
import { findCaptureByNonce, insertCapture } from '../../store/repositories/captures.ts';
import { consumeChallenge } from '../../store/repositories/challenges.ts';
import { findCustomer, hasConsent, insertConsent } from '../../store/repositories/customers.ts';
import {
  findOpenCaseOfCapture,
  insertEarlierOperators,
  insertReviewCase,
  setCaseReasons,
} from '../../store/repositories/reviews.ts';
import type { Db } from '../../store/repositories/types.ts';
import { listUsers } from '../../store/repositories/users.ts';
import { keepBlob, stageBlob, type StagedBlob } from '../../store/blobs.ts';
import { addVerification } from '../add-verification.ts';
import { dayMs, instant, plusMs, type Actor, type ServiceContext } from '../context.ts';
import { addCustomer } from '../create-customer.ts';
import { recordAudit } from '../record-audit.ts';
import type { AcceptedCapture } from './accepted-capture.ts';

export const framesContext = (captureId: string): string => `frames:${captureId}`;

/** What the transaction of a capture writes was sealed, and put where sealed frames lie, before it. */
export interface StagedFrames {
  readonly captureId: string;
  readonly blob: StagedBlob;
}

/**
 * Seals manifest and frames unchanged under the customer's key. Null for a capture that was written before. Errors: those
 * of `stageBlob`.
 */
export async function stageFrames(ctx: ServiceContext, capture: AcceptedCapture): Promise<Result<StagedFrames | null>> {
  if (capture.earlier !== null) return ok(null);
  const { customer, organisation } = capture;
  const now = instant(ctx);
  const captureId = ctx.ids.next('cap');
  const { onboardingFramesDays, stepUpFramesDays } = organisation.settings.retention;
  const days = retentionOf(capture) === 'step_up' ? stepUpFramesDays : onboardingFramesDays;
  const plain = encode({ manifest: capture.bundle.manifest, frames: capture.bundle.frames });
  const blob = {
    id: ctx.ids.next('blob'),
    orgId: organisation.id,
    customerId: customer.id,
    purpose: 'frames',
    bytes: ctx.vault.sealForCustomer(capture.wrappedKey, customer.id, plain, framesContext(captureId)),
    createdAt: now,
    expiresAt: plusMs(now, days * dayMs),
  };
  const staged = await stageBlob(ctx.store.db, ctx.blobs, blob, organisation.settings.dataResidency);
  return staged.ok ? ok({ captureId, blob: staged.value }) : staged;
}

function retentionOf(capture: AcceptedCapture): 'step_up' | 'onboarding' {
  return capture.kind === 'step_up' ? 'step_up' : 'onboarding';
}

/**
 * Consumes the challenge, writes the capture row and that of its sealed frames.
 * Errors: `challenge_consumed` when another request was faster, `customer_archived` when he was erased meanwhile.
 */
export async function writeCapture(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  capture: AcceptedCapture,
  staged: StagedFrames | null,
): Promise<Result<string>> {
  if (capture.earlier !== null) return ok(capture.earlier.id);
  if (staged === null) throw new Error('a new capture without its frames');
  const { customer, organisation, nonce } = capture;
  if (capture.newCustomer !== undefined) {
    const added = await addCustomer(ctx, trx, actor, capture.newCustomer, {
      id: customer.id,
      wrappedKey: capture.wrappedKey,
    });
    // Somebody else made this customer while the pixels were looked at: delivered again, the capture finds him.
    if (!added.ok) return fail('unavailable', 'the customer was made at the same moment, deliver again');
  }
  const current = await findCustomer(trx, organisation.id, customer.id);
  if (current === null || current.status !== 'active')
    return fail('customer_archived', 'the customer is archived or restricted');
  const now = instant(ctx);
  const taken = (await findCaptureByNonce(trx, organisation.id, nonce)) !== null;
  const consumed = taken || (capture.challenge !== null && !(await consumeChallenge(trx, organisation.id, nonce, now)));
  if (consumed) return fail('challenge_consumed', 'this challenge was used already');
  const id = staged.captureId;
  await keepBlob(trx, staged.blob);
  await insertCapture(trx, {
    id,
    org_id: organisation.id,
    customer_id: customer.id,
    kind: capture.kind,
    nonce,
    bundle_hash: capture.bundleHash,
    signature_alg: capture.signatureAlg,
    desk_id: capture.deskId,
    device_id: capture.deviceId,
    simulated: capture.simulated ? 1 : 0,
    captured_at: new Date(capture.bundle.manifest.capturedAt).toISOString(),
    received_at: now,
    retention_class: retentionOf(capture),
    frames_blob_id: staged.blob.id,
    frames_stored: capture.bundle.frames.length,
    data_residency: organisation.settings.dataResidency,
  });
  await writeConsent(ctx, trx, actor, capture);
  return ok(id);
}

/** The consent a desk took before the first picture travels in the bundle's evidence; it is kept once. */
async function writeConsent(ctx: ServiceContext, trx: Db, actor: Actor, capture: AcceptedCapture): Promise<void> {
  const consent = capture.bundle.manifest.evidence?.consent;
  if (consent === undefined) return;
  const acceptedAt = new Date(consent.acceptedAt).toISOString();
  if (await hasConsent(trx, capture.customer.id, consent.hash, acceptedAt)) return;
  const id = ctx.ids.next('con');
  await insertConsent(trx, {
    id,
    org_id: actor.orgId,
    customer_id: capture.customer.id,
    version: consent.version,
    text_hash: consent.hash,
    language: consent.language,
    purposes: JSON.stringify(consent.purposes),
    accepted_at: acceptedAt,
    withdrawn_at: null,
  });
  await recordAudit(ctx, trx, actor, {
    event: 'consent.given',
    customerId: capture.customer.id,
    objectId: id,
    detail: { version: consent.version },
  });
}

async function activeSupervisors(trx: Db, orgId: string): Promise<readonly string[]> {
  const users = await listUsers(trx, orgId);
  return users.filter((user) => user.role === 'supervisor' && user.disabled === 0).map((user) => user.id);
}

export interface VerificationDraft {
  readonly method: VerificationMethod;
  readonly status: VerificationStatus;
  /** 0–100. */
  readonly score: number | null;
  readonly reasons: readonly Reason[];
  /** The judgement: voters, thresholds, similarity, model ids. No personal data. */
  readonly detail: Readonly<Record<string, unknown>>;
  readonly event: AuditEvent;
  readonly auditDetail?: Readonly<Record<string, unknown>>;
}

export interface WrittenVerification {
  readonly id: string;
  readonly method: VerificationMethod;
  readonly status: VerificationStatus;
  readonly score: number | null;
  readonly reviewCaseId: string | null;
}

/** A doubt turns `verified` into `pending`: a person decides. Never the other way. */
export function withDoubts(status: VerificationStatus, doubts: readonly Reason[]): VerificationStatus {
  return status === 'verified' && doubts.length > 0 ? 'pending' : status;
}

/** Verification row, audit row and, when pending, the review case. */
export async function writeVerification(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  capture: AcceptedCapture,
  captureId: string,
  draft: VerificationDraft,
): Promise<WrittenVerification> {
  const id = ctx.ids.next('ver');
  const now = instant(ctx);
  const score = draft.score === null ? null : Math.round(draft.score);
  await addVerification(ctx, trx, {
    id,
    org_id: actor.orgId,
    customer_id: capture.customer.id,
    method: draft.method,
    status: draft.status,
    score,
    reasons: JSON.stringify(draft.reasons),
    detail: JSON.stringify({
      ...draft.detail,
      simulated: capture.simulated,
      ...(capture.forcedOutcome === undefined ? {} : { forcedOutcome: capture.forcedOutcome }),
    }),
    capture_id: captureId,
    operator_id: capture.operatorId,
    data_residency: capture.organisation.settings.dataResidency,
    created_at: now,
  });
  await recordAudit(ctx, trx, actor, {
    event: draft.event,
    customerId: capture.customer.id,
    objectId: id,
    detail: { status: draft.status, score, captureId, ...draft.auditDetail },
  });
  if (draft.status !== 'pending') return { id, method: draft.method, status: draft.status, score, reviewCaseId: null };
  const reviewCaseId = await sendToReview(ctx, trx, actor, capture, captureId, id, draft.reasons);
  return { id, method: draft.method, status: draft.status, score, reviewCaseId };
}

/** One undecided case for each capture: a further pending check of the same capture joins it. */
async function sendToReview(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  capture: AcceptedCapture,
  captureId: string,
  verificationId: string,
  reasons: readonly Reason[],
): Promise<string> {
  const now = instant(ctx);
  const open = await findOpenCaseOfCapture(trx, actor.orgId, captureId);
  if (open !== null) {
    const known = JSON.parse(open.reasons) as Reason[];
    const added = reasons.filter((one) => !known.some((other) => other.code === one.code && other.gate === one.gate));
    await setCaseReasons(trx, actor.orgId, open.id, JSON.stringify([...known, ...added]), now);
    return open.id;
  }
  const id = ctx.ids.next('rev');
  const earlier = capture.earlierOperators ?? [];
  await insertReviewCase(trx, {
    id,
    org_id: actor.orgId,
    customer_id: capture.customer.id,
    verification_id: verificationId,
    reasons: JSON.stringify(reasons),
    // A supervisor who served in it earlier is no second pair of eyes either.
    status: openingStatus(
      capture.operatorId,
      (await activeSupervisors(trx, actor.orgId)).filter((one) => !earlier.includes(one)),
    ),
    assignee_id: null,
    operator_id: capture.operatorId,
    due_at: reviewDueAt(
      now,
      capture.organisation.settings.review.slaMinutes,
      openingHoursOf(capture.organisation.settings.review),
    ),
    created_at: now,
    updated_at: now,
  });
  await insertEarlierOperators(trx, actor.orgId, id, earlier);
  await recordAudit(ctx, trx, actor, { event: 'review.opened', customerId: capture.customer.id, objectId: id });
  return id;
}
