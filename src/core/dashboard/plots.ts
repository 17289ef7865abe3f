/** From counts to plots: what a supervisor's question needs, without knowing where the counts come from. */
import type { DashboardView, Distribution, ScoreBucket } from '../../contract/desk/customer-page.ts';
import type { OrgSettings } from '../../contract/settings.ts';
import { kycTiers } from '../../contract/vocabulary.ts';

/** How far the customers of the period have come: each step holds all who reached at least it. */
export function tierFunnel(
  rows: readonly { readonly tier: string; readonly customers: number }[],
): DashboardView['funnel'] {
  return kycTiers.map((tier, step) => ({
    tier,
    customers: rows
      .filter((row) => (kycTiers as readonly string[]).indexOf(row.tier) >= step)
      .reduce((sum, row) => sum + row.customers, 0),
  }));
}

const bucketWidth = 5;
/** 0, 5 … 95; a full 100 belongs to the last. */
const bucketCount = 100 / bucketWidth;

/** Scores that were not computed are in no bucket: they have no place on the axis. */
export function distribution(
  rows: readonly { readonly status: string; readonly step: number | null; readonly count: number }[],
  ticks: Distribution['ticks'],
): Distribution {
  const buckets = Array.from(
    { length: bucketCount },
    (_, index): Record<'from' | 'verified' | 'pending' | 'failed', number> => ({
      from: index * bucketWidth,
      verified: 0,
      pending: 0,
      failed: 0,
    }),
  );
  for (const { status, step, count } of rows) {
    const bucket = step === null ? undefined : buckets[Math.min(bucketCount - 1, Math.max(0, step))];
    if (bucket !== undefined && (status === 'verified' || status === 'pending' || status === 'failed'))
      bucket[status] += count;
  }
  const total = buckets.reduce((sum, { verified, pending, failed }) => sum + verified + pending + failed, 0);
  return { buckets: buckets satisfies readonly ScoreBucket[], total, ticks };
}

/** Cosines times 100, as the score of a match is (core/match/judge-match). */
export function matchTicks(settings: OrgSettings): Distribution['ticks'] {
  const { matchReview, matchLow, matchHigh } = settings.thresholds;
  return [
    { name: 'match_review' as const, at: 100 * matchReview },
    { name: 'match' as const, at: 100 * matchLow },
    ...(matchHigh === matchLow ? [] : [{ name: 'match_high' as const, at: 100 * matchHigh }]),
  ];
}

/** Counted voters of liveness, each of the same weight: the score is the share of them that passed. */
const livenessVoters = 4;

export function livenessTicks(settings: OrgSettings): Distribution['ticks'] {
  return [{ name: 'voters', at: (100 * Math.min(livenessVoters, settings.liveness.votersRequired)) / livenessVoters }];
}

/** Edges of the queue's ages in opening minutes: parts of the SLA, then once and three times beyond it. */
export function ageBuckets(ages: readonly number[], slaMinutes: number): DashboardView['queue']['buckets'] {
  const edges = [...new Set([0, 1 / 3, 2 / 3, 1, 2, 4].map((share) => Math.round(share * slaMinutes)))];
  return edges.map((from, index) => {
    const to = edges[index + 1] ?? null;
    return { from, to, cases: ages.filter((age) => age >= from && (to === null || age < to)).length };
  });
}

/** null of nothing. */
export function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? null) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
