/**
 * Step 140: what the review desk and the dashboards read lies in indexes: score distributions without touching the rows
 * that hold the judgement, the audit trail of one case or customer, a customer by telephone number. Never changes again.
 */
import type { Migration } from './migration.ts';

const indexes: readonly (readonly [table: string, name: string, columns: readonly string[]])[] = [
  ['verifications', 'counted', ['org_id', 'method', 'created_at', 'status', 'score', 'capture_id']],
  ['captures', 'counted', ['org_id', 'received_at', 'desk_id', 'customer_id', 'kind', 'id']],
  ['review_decisions', 'counted', ['org_id', 'created_at', 'decision', 'reason_code', 'case_id', 'verification_id']],
  ['customers', 'counted', ['org_id', 'created_at', 'kyc_level', 'status']],
  ['customers', 'by_phone', ['org_id', 'phone']],
  ['audit_log', 'of_object', ['org_id', 'object_id', 'seq']],
  ['audit_log', 'of_subject', ['org_id', 'subject', 'seq']],
];

export const reviewAndDashboards: Migration = {
  id: 140,
  name: 'review-and-dashboards',
  // Only indexes.
  beside: 'expand',
  async up(db) {
    for (const [table, name, columns] of indexes) {
      await db.schema
        .createIndex(`${table}_${name}`)
        .on(table)
        .columns([...columns])
        .execute();
    }
  },
};
