/** The branch in plots, for a period and, where asked, one desk. Counts only: no name leaves the database here. */
import type { OrgSettings } from '../../contract/settings.ts';
import type { DashboardView } from '../../contract/desk/customer-page.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import type { VerificationStatus } from '../../contract/vocabulary.ts';
import {
  ageBuckets,
  distribution,
  livenessTicks,
  matchTicks,
  medianOf,
  tierFunnel,
} from '../../core/dashboard/plots.ts';
import { openMinutesBetween } from '../../core/review/case-age.ts';
import { openingHoursOf } from '../../core/review/review-sla.ts';
import {
  capturesByDesk,
  casesByDesk,
  casesOpened,
  customersByDesk,
  decidedCases,
  decisionsByReason,
  scoreCounts,
  tiersOfNewCustomers,
  waitingCases,
  type Period,
  type ScoreCount,
} from '../../store/repositories/dashboard.ts';
import { findOrganisation } from '../../store/repositories/organisations.ts';
import type { Db } from '../../store/repositories/types.ts';
import { dayMs, instant, plusMs, type Actor, type ServiceContext } from '../context.ts';
import { recordAccess } from '../record-access.ts';
import { desksOf } from '../review-desk/desks-of.ts';

/** Cases whose age is computed one by one: more than any branch has waiting. */
const agedCases = 5000;
/** WIB; the day of a plot begins at midnight in Jakarta. */
const dayShiftMs = 7 * 3_600_000;

/** `days` = 1 is today. Errors: `not_found` (no such desk). */
export async function viewDashboard(
  ctx: ServiceContext,
  actor: Actor,
  request: { readonly days: number; readonly deskId?: string | undefined },
): Promise<Result<DashboardView>> {
  const { db } = ctx.store;
  const organisation = await findOrganisation(db, actor.orgId);
  const desks = await desksOf(db, actor.orgId);
  const known = request.deskId === undefined || desks.some(({ id }) => id === request.deskId);
  if (organisation === null || !known) return fail('not_found', 'desk not found');
  const to = plusMs(instant(ctx), 1);
  const today = Math.floor((ctx.clock().getTime() + dayShiftMs) / dayMs) * dayMs - dayShiftMs;
  const from = new Date(today - (request.days - 1) * dayMs).toISOString();
  const period: Period = { orgId: actor.orgId, from, to, deskId: request.deskId };
  const { settings } = organisation;
  const scores = await scoreCounts(db, period);
  const opened = await casesOpened(db, period);
  const of = (method: string) => scores.filter((row) => row.method === method);
  await recordAccess(ctx, actor, { event: 'dashboard.viewed', detail: { days: request.days } });
  return ok({
    from,
    to,
    desks,
    funnel: tierFunnel(await tiersOfNewCustomers(db, period)),
    decisions: [...(await decisionsByReason(db, period))].sort((a, b) => b.cases - a.cases),
    causes: causesOf(opened),
    casesOpened: opened.length,
    liveness: distribution(of('face_liveness'), livenessTicks(settings)),
    match: distribution(of('face_match'), matchTicks(settings)),
    outcomes: outcomesOf(scores),
    queue: await queueOf(db, period, settings.review, instant(ctx)),
    ...(await activityOf(db, period, desks)),
  });
}

function causesOf(opened: readonly { readonly reasons: string }[]): DashboardView['causes'] {
  const cases = new Map<string, number>();
  for (const { reasons } of opened) {
    // Read without parsing: a year of cases is many, and the codes are ours.
    const codes = new Set([...reasons.matchAll(/"code":"([a-z_0-9]+)"/g)].map(([, code]) => code ?? ''));
    for (const code of codes) cases.set(code, (cases.get(code) ?? 0) + 1);
  }
  return [...cases]
    .map(([code, count]) => ({ code, cases: count }))
    .sort((a, b) => b.cases - a.cases || a.code.localeCompare(b.code));
}

function outcomesOf(scores: readonly ScoreCount[]): DashboardView['outcomes'] {
  const counts = new Map<string, { method: string; status: VerificationStatus; count: number }>();
  for (const { method, status, count } of scores) {
    const key = `${method} ${status}`;
    const known = counts.get(key) ?? { method, status: status as VerificationStatus, count: 0 };
    counts.set(key, { ...known, count: known.count + count });
  }
  return [...counts.values()];
}

async function queueOf(
  db: Db,
  period: Period,
  review: OrgSettings['review'],
  now: string,
): Promise<DashboardView['queue']> {
  const { slaMinutes } = review;
  const hours = openingHoursOf(review);
  const waiting = await waitingCases(db, period, agedCases);
  const decided = await decidedCases(db, period, agedCases);
  return {
    slaMinutes,
    buckets: ageBuckets(
      waiting.map((row) => openMinutesBetween(row.created_at, now, hours)),
      slaMinutes,
    ),
    waiting: waiting.length,
    overdue: waiting.filter((row) => row.due_at < now).length,
    medianMinutes: medianOf(decided.map((row) => openMinutesBetween(row.opened_at, row.decided_at, hours))),
  };
}

async function activityOf(
  db: Db,
  period: Period,
  desks: DashboardView['desks'],
): Promise<Pick<DashboardView, 'activity' | 'perDay'>> {
  const captures = await capturesByDesk(db, period);
  const customers = await customersByDesk(db, period);
  const cases = await casesByDesk(db, period);
  const ids = [...new Set(captures.map(({ deskId }) => deskId))];
  const sum = (of: (row: (typeof captures)[number]) => boolean) =>
    captures.filter(of).reduce((total, row) => total + row.captures, 0);
  const days = [...new Set(captures.map(({ day }) => day))].sort();
  return {
    activity: ids
      .map((id) => ({
        desk: desks.find((desk) => desk.id === id)?.name ?? '',
        captures: sum((row) => row.deskId === id),
        customers: customers.find((row) => row.deskId === id)?.customers ?? 0,
        cases: cases.find((row) => row.deskId === id)?.cases ?? 0,
      }))
      .sort((a, b) => b.captures - a.captures),
    perDay: days.map((day) => ({ day, captures: sum((row) => row.day === day) })),
  };
}
