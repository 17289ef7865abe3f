/** What core/review/batch-rules asks of each case, read for a screenful in a few statements. */
import type { Reason } from '../../contract/reasons.ts';
import type { Voter } from '../../contract/verdicts.ts';
import type { VerificationStatus } from '../../contract/vocabulary.ts';
import type { BatchCase } from '../../core/review/batch-rules.ts';
import {
  casesSeenBy,
  listChecksOf,
  listedCustomers,
  servingOf,
  type QueueRow,
} from '../../store/repositories/review-queue.ts';
import type { Db } from '../../store/repositories/types.ts';
import type { Actor } from '../context.ts';

interface StoredJudgement {
  readonly voters?: readonly Voter[];
  readonly antiSpoof?: { readonly voters: readonly Voter[] };
  readonly tamper?: { readonly voters: readonly Voter[] };
}

export interface StoredCheck {
  readonly judgement?: StoredJudgement;
  readonly duplicates?: readonly {
    readonly customerId: string;
    readonly similarity: number;
    readonly enrolmentId: string;
  }[];
}

/** Counted voters of card and face that spoke against it. */
function votersAgainst(detail: StoredCheck): number {
  const { voters = [], antiSpoof, tamper } = detail.judgement ?? {};
  return [...voters, ...(antiSpoof?.voters ?? []), ...(tamper?.voters ?? [])].filter(
    ({ weight, passed }) => weight > 0 && passed === false,
  ).length;
}

export async function batchFacts(
  db: Db,
  actor: Actor,
  rows: readonly QueueRow[],
): Promise<ReadonlyMap<string, BatchCase>> {
  const { orgId } = actor;
  const captureIds = rows.flatMap((row) => (row.capture_id === null ? [] : [row.capture_id]));
  const checks = await listChecksOf(db, orgId, { captureIds, verificationIds: rows.map((row) => row.verification_id) });
  const listed = await listedCustomers(
    db,
    orgId,
    rows.map((row) => row.customer_id),
  );
  const ids = rows.map((row) => row.id);
  const serving = await servingOf(db, rows);
  const seen = await casesSeenBy(db, orgId, actor.id ?? '', ids);
  return new Map(
    rows.map((row): [string, BatchCase] => {
      const own = checks.filter(
        (check) => check.id === row.verification_id || (row.capture_id !== null && check.capture_id === row.capture_id),
      );
      const details = own.map((check) => JSON.parse(check.detail) as StoredCheck);
      return [
        row.id,
        {
          status: row.status,
          operatorIds: serving.get(row.id) ?? [],
          reasons: JSON.parse(row.reasons) as Reason[],
          checks: own.map((check) => check.status as VerificationStatus),
          votersAgainst: details.reduce((sum, detail) => sum + votersAgainst(detail), 0),
          screeningHits: listed.hits.has(row.customer_id) ? 1 : 0,
          frozen: listed.frozen.has(row.customer_id),
          duplicates: details.reduce((sum, detail) => sum + (detail.duplicates?.length ?? 0), 0),
          seen: seen.has(row.id),
        },
      ];
    }),
  );
}
