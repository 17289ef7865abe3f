/** Who a case lies with. Assigning decides nothing; it only says who looks next, and never to somebody who may not decide. */
import { fail, ok, type Result } from '../../contract/result.ts';
import type { Role } from '../../contract/vocabulary.ts';
import { allowedDecisions, isDecided, type ReviewStatus } from './review-rules.ts';

export interface ReviewPerson {
  readonly id: string;
  readonly role: Role;
}

export interface AssignmentRequest {
  readonly caseStatus: ReviewStatus;
  /** Everybody who served in it. */
  readonly operatorIds: readonly string[];
  readonly assigneeId: string | null;
  readonly by: ReviewPerson;
  /** null: released, for whoever comes next. */
  readonly to: ReviewPerson | null;
}

/**
 * The new assignee. Errors: `already_decided`; `four_eyes` (who captured cannot take it); `forbidden` (the one who asks
 * does not review, or the other may not decide a case in this state); `already_assigned` (somebody else has it: a plain
 * `take` never pulls a case from under a colleague, assigning it anew says so).
 */
export function judgeAssignment(request: AssignmentRequest): Result<string | null> {
  const { caseStatus, operatorIds, assigneeId, by, to } = request;
  if (isDecided(caseStatus)) return fail('already_decided', 'This case has been decided.');
  if (by.role !== 'supervisor' && by.role !== 'compliance') return fail('forbidden', 'This role does not review.');
  if (to === null) return ok(null);
  if (operatorIds.includes(to.id)) return fail('four_eyes', 'Who captured cannot review the case.');
  if (allowedDecisions(caseStatus, to.role).length === 0)
    return fail('forbidden', 'This person may not decide a case in this state.');
  const taking = to.id === by.id;
  if (taking && assigneeId !== null && assigneeId !== by.id && by.role !== 'compliance')
    return fail('already_assigned', 'A colleague is looking at this case.');
  return ok(to.id);
}
