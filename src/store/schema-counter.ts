/** What a counter keeps of its day, and who else served in a captured case. */
import type { Instant } from './schema.ts';

export interface DeskVisitTable {
  /** The session's id. */
  session_id: string;
  org_id: string;
  desk_id: string;
  /** JSON array of user ids, in order. */
  operators: string;
  customer_id: string;
  /** JSON array: identities of its bundles in the outbox. */
  nonces: string;
  outcome: 'verified' | 'review' | 'stopped';
  /** JSON array of reasons. */
  reasons: string;
  started_at: Instant;
  updated_at: Instant;
}

/** Besides `review_cases.operator_id`: whoever served in the session before it was handed over. */
export interface ReviewCaseOperatorTable {
  org_id: string;
  case_id: string;
  user_id: string;
}

export interface CounterTables {
  desk_visits: DeskVisitTable;
  review_case_operators: ReviewCaseOperatorTable;
}
