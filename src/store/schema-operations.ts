/** What a desk keeps of its own running. */
import type { Instant } from './schema.ts';

/** Step 150. */
export interface SelfTestTable {
  id: string;
  org_id: string;
  desk_id: string;
  /** Local date of the desk, `YYYY-MM-DD`. */
  day: string;
  state: 'passed' | 'failed' | 'incomplete';
  /** JSON: `SelfTestResult[]`. */
  parts: string;
  started_by: string | null;
  started_at: Instant;
  finished_at: Instant;
}

export interface OperationsTables {
  self_tests: SelfTestTable;
}
