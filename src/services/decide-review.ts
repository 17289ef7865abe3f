/**
 * A person decides a flagged verification: re-authenticated, never on a capture of his own, once. The verification stays
 * as recorded; the decision is its own row and the tier follows the effective status (api-decisions 12, 17).
 */
import { fail, ok, type Result } from '../contract/result.ts';
import type { KycTier, Role, VerificationStatus } from '../contract/vocabulary.ts';
import { judgeDecision, type ReviewDecision, type ReviewStatus } from '../core/review/review-rules.ts';
import { findCustomer, findCustomerKey } from '../store/repositories/customers.ts';
import { rejectedReason } from '../store/repositories/enrolments.ts';
import {
  earlierOperators,
  findReviewCase,
  insertReviewDecision,
  moveReviewCase,
  verificationsWithCase,
  type ReviewCaseRow,
} from '../store/repositories/reviews.ts';
import { spendPasskeyProof } from '../store/repositories/sessions.ts';
import type { Db } from '../store/repositories/types.ts';
import {
  findVerification,
  listCaptureVerifications,
  withEffectiveStatus,
  type EffectiveVerification,
} from '../store/repositories/verifications.ts';
import { openReading } from './capture-ktp.ts';
import { instant, minuteMs, plusMs, type Actor, type ServiceContext } from './context.ts';
import { adoptNik } from './nik.ts';
import { recordAudit } from './record-audit.ts';
import { retire } from './references.ts';
import { settleHits } from './screening/decide-hits.ts';
import { settleTier } from './settle-tier.ts';
import { reauthenticate } from './sign-in.ts';
import { undoable } from './undoable.ts';
import { recordEvent } from './webhooks/record-event.ts';

export interface ReviewDecisionInput {
  readonly caseId: string;
  readonly decision: ReviewDecision;
  readonly reasonCode: string;
  /** The reviewer's own sentence. */
  readonly reason: string;
  /** Proves the reviewer again; without it his session must hold a fresh proof by passkey. */
  readonly password?: string | undefined;
  readonly sessionTokenHash?: string | undefined;
}

/** How long a proof by passkey is "right before he decides". It is spent by the decision. */
const proofMs = 5 * minuteMs;

export interface ReviewDecided {
  readonly decisionId: string;
  readonly caseId: string;
  readonly verificationId: string;
  readonly customerId: string;
  readonly status: ReviewStatus;
  readonly fromStatus: VerificationStatus;
  readonly toStatus: VerificationStatus;
  readonly kycLevel: KycTier;
}

/**
 * Errors: `person_required`, `invalid_credentials`, `account_locked`, `reauthentication_required`, `not_found`,
 * `already_decided`, `four_eyes`, `forbidden`, `validation_failed`, `customer_archived`.
 */
export async function decideReview(
  ctx: ServiceContext,
  actor: Actor,
  input: ReviewDecisionInput,
): Promise<Result<ReviewDecided>> {
  const reviewer = reviewerOf(actor);
  if (reviewer === null) return fail('person_required', 'a decision is made by a signed-in person');
  // Judged first without writing, so that a password is not asked for a decision that cannot be.
  const early = await judge(ctx.store.db, actor, reviewer, input);
  if (!early.ok) return early;
  if (input.password !== undefined) {
    const proven = await reauthenticate(ctx, actor, input.password);
    if (!proven.ok) return proven;
  }
  return undoable(ctx, async (trx) => {
    const judged = await judge(trx, actor, reviewer, input);
    if (!judged.ok) return judged;
    const proven = await spentProof(ctx, trx, reviewer.id, input);
    return proven.ok ? write(ctx, trx, actor, reviewer.id, input, judged.value) : proven;
  });
}

interface Reviewer {
  readonly id: string;
  readonly role: Role;
}

export function reviewerOf(actor: Actor): Reviewer | null {
  if (actor.kind !== 'user' || actor.id === null || actor.role === undefined) return null;
  return { id: actor.id, role: actor.role };
}

/** Judged and written in the caller's transaction, for a reviewer who has been proven: one of several decided together. */
export async function decideProven(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  reviewer: Reviewer,
  input: ReviewDecisionInput,
): Promise<Result<ReviewDecided>> {
  const judged = await judge(trx, actor, reviewer, input);
  return judged.ok ? write(ctx, trx, actor, reviewer.id, input, judged.value) : judged;
}

/** The password was checked before; else the session's fresh passkey proof is spent now. */
export async function spentProof(
  ctx: ServiceContext,
  trx: Db,
  reviewerId: string,
  input: Pick<ReviewDecisionInput, 'password' | 'sessionTokenHash'>,
): Promise<Result<true>> {
  const spent = input.password !== undefined || (await spendProof(ctx, trx, reviewerId, input.sessionTokenHash));
  return spent ? ok(true) : fail('reauthentication_required', 'prove again that it is you, by password or passkey');
}

function provenBy(input: ReviewDecisionInput): 'password' | 'passkey' {
  return input.password === undefined ? 'passkey' : 'password';
}

async function spendProof(ctx: ServiceContext, trx: Db, userId: string, tokenHash?: string): Promise<boolean> {
  if (tokenHash === undefined) return false;
  return spendPasskeyProof(trx, tokenHash, userId, plusMs(instant(ctx), -proofMs));
}

interface Judged {
  readonly row: ReviewCaseRow;
  readonly verification: EffectiveVerification;
  readonly caseStatus: ReviewStatus;
  readonly fromStatus: VerificationStatus;
  readonly toStatus: VerificationStatus;
}

async function judge(db: Db, actor: Actor, reviewer: Reviewer, input: ReviewDecisionInput): Promise<Result<Judged>> {
  const row = await findReviewCase(db, actor.orgId, input.caseId);
  const found = row === null ? null : await findVerification(db, actor.orgId, row.verification_id);
  if (row === null || found === null) return fail('not_found', 'review case not found');
  const customer = await findCustomer(db, actor.orgId, row.customer_id);
  if (customer?.status !== 'active') return fail('customer_archived', 'the customer is archived or restricted');
  const [verification] = await withEffectiveStatus(db, actor.orgId, [found]);
  if (verification === undefined) return fail('not_found', 'review case not found');
  const outcome = judgeDecision({
    caseStatus: row.status,
    verificationStatus: verification.effectiveStatus,
    operatorId: row.operator_id,
    earlierOperators: await earlierOperators(db, row.id),
    reviewer,
    decision: input.decision,
    reasonCode: input.reasonCode,
    reason: input.reason,
  });
  return outcome.ok ? ok({ row, verification, ...outcome.value }) : outcome;
}

async function write(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  reviewerId: string,
  input: ReviewDecisionInput,
  judged: Judged,
): Promise<Result<ReviewDecided>> {
  const { row, verification, caseStatus, fromStatus, toStatus } = judged;
  const now = instant(ctx);
  const moved = await moveReviewCase(trx, actor.orgId, row.id, [row.status], caseStatus, now);
  if (!moved) return fail('already_decided', 'this case has been decided');
  const decided = { reviewerId, input, row, toStatus };
  const decisionId = await writeDecision(ctx, trx, actor, verification, decided);
  const companions = input.decision === 'escalate' ? [] : await companionsOf(trx, actor, verification);
  for (const one of companions) await writeDecision(ctx, trx, actor, one, decided);
  await recordAudit(ctx, trx, actor, {
    event: 'review.decided',
    customerId: row.customer_id,
    objectId: row.id,
    detail: {
      decision: input.decision,
      reasonCode: input.reasonCode,
      from: fromStatus,
      to: toStatus,
      by: provenBy(input),
    },
  });
  if (verification.method === 'ktp_capture') await followCard(ctx, trx, actor, judged, input.decision);
  await settleHits(ctx, trx, actor, { caseId: row.id, customerId: row.customer_id, decision: input.decision });
  const standing = await settleTier(
    ctx,
    trx,
    actor,
    row.customer_id,
    `review ${input.decision} of ${verification.method}`,
    reviewerId,
  );
  return ok({
    decisionId,
    caseId: row.id,
    verificationId: verification.id,
    customerId: row.customer_id,
    status: caseStatus,
    fromStatus,
    toStatus,
    kycLevel: standing.tier,
  });
}

/** What else of the same capture waits: a case is about the capture, so its decision settles all of its checks. */
async function companionsOf(
  trx: Db,
  actor: Actor,
  verification: EffectiveVerification,
): Promise<readonly EffectiveVerification[]> {
  if (verification.capture_id === null) return [];
  const all = await listCaptureVerifications(trx, actor.orgId, verification.capture_id);
  const waiting = all.filter((one) => one.id !== verification.id && one.effectiveStatus === 'pending');
  const own = await verificationsWithCase(
    trx,
    actor.orgId,
    waiting.map((one) => one.id),
  );
  return waiting.filter((one) => !own.has(one.id));
}

async function writeDecision(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  verification: EffectiveVerification,
  decided: {
    readonly reviewerId: string;
    readonly input: ReviewDecisionInput;
    readonly row: ReviewCaseRow;
    readonly toStatus: VerificationStatus;
  },
): Promise<string> {
  const { reviewerId, input, row, toStatus } = decided;
  const fromStatus = verification.effectiveStatus;
  const id = ctx.ids.next('rdec');
  await insertReviewDecision(trx, {
    id,
    org_id: actor.orgId,
    case_id: row.id,
    verification_id: verification.id,
    decision: input.decision,
    from_status: fromStatus,
    to_status: toStatus,
    reason: input.reason.trim(),
    reason_code: input.reasonCode,
    reviewer_id: reviewerId,
    operator_id: row.operator_id,
    reauthentication: provenBy(input),
    created_at: instant(ctx),
  });
  if (fromStatus !== toStatus) {
    await recordEvent(ctx, trx, actor.orgId, 'review.overridden', {
      verificationId: verification.id,
      customerId: verification.customer_id,
      actorUserId: reviewerId,
      fromStatus,
      toStatus,
      reason: input.reason.trim(),
    });
  }
  return id;
}

/** An approved card names its holder's NIK; a rejected one takes its portrait out of the references. */
async function followCard(
  ctx: ServiceContext,
  trx: Db,
  actor: Actor,
  judged: Judged,
  decision: ReviewDecision,
): Promise<void> {
  const { customer_id: customerId } = judged.row;
  const captureId = judged.verification.capture_id;
  if (decision === 'reject' && captureId !== null)
    await retire(ctx, trx, actor, { customerId, captureId }, rejectedReason);
  if (decision !== 'approve') return;
  const customer = await findCustomer(trx, actor.orgId, customerId);
  const wrappedKey = await findCustomerKey(trx, actor.orgId, customerId);
  if (customer === null || wrappedKey === null || customer.nik !== null) return;
  const reading = await openReading(ctx, trx, actor.orgId, customerId, wrappedKey, judged.verification.id);
  if (reading?.values.nik !== undefined) await adoptNik(ctx, trx, actor, customer, reading.values.nik);
}
