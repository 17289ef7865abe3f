/**
 * Review: who may decide what on a flagged verification, and what it then counts as (api-decisions 12, 17).
 * The verification itself never changes; a decision is a row of its own and the effective status is derived.
 */
import { fail, ok, type Result } from '../../contract/result.ts';
import type { Role, VerificationStatus } from '../../contract/vocabulary.ts';
import { reasonFits } from './decision-reasons.ts';

export const reviewDecisions = ['approve', 'reject', 'escalate'] as const;
export type ReviewDecision = (typeof reviewDecisions)[number];
export const reviewStatuses = ['open', 'escalated', 'approved', 'rejected'] as const;
export type ReviewStatus = (typeof reviewStatuses)[number];

export interface ReviewRequest {
  readonly caseStatus: ReviewStatus;
  /** Effective status of the verification before this decision. */
  readonly verificationStatus: VerificationStatus;
  /** Who captured it; null when no person did (an API client). */
  readonly operatorId: string | null;
  /** Whoever served in the session before it was handed over. */
  readonly earlierOperators?: readonly string[];
  readonly reviewer: { readonly id: string; readonly role: Role };
  readonly decision: ReviewDecision;
  readonly reasonCode: string;
  /** The reviewer's own sentence, 3–500 characters. */
  readonly reason: string;
}

export interface ReviewOutcome {
  readonly caseStatus: ReviewStatus;
  readonly fromStatus: VerificationStatus;
  readonly toStatus: VerificationStatus;
}

const nextStatus: Readonly<Record<ReviewDecision, ReviewStatus>> = {
  approve: 'approved',
  reject: 'rejected',
  escalate: 'escalated',
};

/**
 * Judges a decision before it is written. Errors: `already_decided`, `four_eyes` (the reviewer captured it himself),
 * `forbidden` (not a reviewing role; an escalated case is for compliance alone), `validation_failed` (reason).
 */
export function judgeDecision(request: ReviewRequest): Result<ReviewOutcome> {
  const { caseStatus, decision, verificationStatus } = request;
  if (isDecided(caseStatus)) return fail('already_decided', 'This case has been decided.');
  const captured = [request.operatorId, ...(request.earlierOperators ?? [])];
  if (captured.includes(request.reviewer.id)) {
    return fail('four_eyes', 'Who captured cannot decide. Another person reviews this case.');
  }
  if (!allowedDecisions(caseStatus, request.reviewer.role).includes(decision)) {
    return fail(
      'forbidden',
      caseStatus === 'escalated' ? 'An escalated case is decided by compliance.' : 'This role does not decide cases.',
    );
  }
  if (!reasonFits(request.reasonCode, decision))
    return invalid('reasonCode', 'This reason does not go with the decision.');
  if (request.reason.trim().length < 3 || request.reason.length > 500)
    return invalid('reason', 'Say why, in 3 to 500 characters.');
  const toStatus = decision === 'approve' ? 'verified' : decision === 'reject' ? 'failed' : verificationStatus;
  return ok({ caseStatus: nextStatus[decision], fromStatus: verificationStatus, toStatus });
}

/** What a role may do with a case, four eyes aside. Empty = look only. */
export function allowedDecisions(status: ReviewStatus, role: Role): readonly ReviewDecision[] {
  if (isDecided(status)) return [];
  if (role === 'compliance') return status === 'open' ? reviewDecisions : ['approve', 'reject'];
  return role === 'supervisor' && status === 'open' ? reviewDecisions : [];
}

export function isDecided(status: ReviewStatus): boolean {
  return status === 'approved' || status === 'rejected';
}

/**
 * The status a new case starts in: with nobody else at the branch to decide (the lone supervisor captured it), it goes to
 * compliance at once. `supervisorIds`: active supervisors of the branch.
 */
export function openingStatus(operatorId: string | null, supervisorIds: readonly string[]): 'open' | 'escalated' {
  return supervisorIds.some((id) => id !== operatorId) ? 'open' : 'escalated';
}

export interface DecisionRow {
  readonly decision: ReviewDecision;
  readonly to_status: VerificationStatus;
  /** ISO 8601 instant. */
  readonly created_at: string;
}

/** What a verification counts as: the last approval or rejection wins over what was recorded; an escalation changes nothing. */
export function effectiveStatus(recorded: VerificationStatus, decisions: readonly DecisionRow[]): VerificationStatus {
  const deciding = decisions.filter(({ decision }) => decision !== 'escalate');
  const last = deciding.reduce<DecisionRow | null>(
    (latest, row) => (latest === null || row.created_at >= latest.created_at ? row : latest),
    null,
  );
  return last?.to_status ?? recorded;
}

function invalid(field: string, message: string): Result<never> {
  return fail('validation_failed', message, { fieldErrors: { [field]: [message] } });
}
