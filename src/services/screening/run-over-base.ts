/**
 * Every customer kept here against the lists in force: after a new issue, or when asked. Small batches, each one
 * transaction with its progress, under a lease; broken off, whoever comes next goes on where it stopped.
 */
import { fail, ok, type Result } from '../../contract/result.ts';
import { openingStatus } from '../../core/review/review-rules.ts';
import { openingHoursOf, reviewDueAt } from '../../core/review/review-sla.ts';
import { customerBatch } from '../../store/repositories/customer-batches.ts';
import { findCustomerKey, type CustomerRow } from '../../store/repositories/customers.ts';
import { findOrganisation } from '../../store/repositories/organisations.ts';
import { insertReviewCase, listReviewCasesOfVerification } from '../../store/repositories/reviews.ts';
import { findHit } from '../../store/repositories/screening-hits.ts';
import { moveRun, nextRun, takeRun, type RunRow } from '../../store/repositories/screening-runs.ts';
import type { Db } from '../../store/repositories/types.ts';
import { listUsers } from '../../store/repositories/users.ts';
import { listEffectiveVerifications } from '../../store/repositories/verifications.ts';
import { randomToken } from '../../vault/random.ts';
import { instant, minuteMs, plusMs, systemActor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import { pairOf, recordScreening } from './record-screening.ts';
import { screenSubject, type ScreeningOutcome, type Subject } from './screen-subject.ts';
import { openWatchlists } from './watchlists.ts';

const batchSize = 50;
const leaseMs = 2 * minuteMs;
/** Who comes while the run goes on is screened twice at worst. */
const endOfTime = '9999-12-31T23:59:59.999Z';

export interface RunReport {
  readonly runId: string;
  readonly orgId: string;
  readonly screened: number;
  readonly unavailable: number;
  readonly hits: number;
  readonly total: number;
}

/**
 * Works on the oldest run nobody works on, to its end. Null: nothing waits. `shouldStop` is asked between batches.
 * Errors: `lists_unavailable` (the run waits for a list), `unavailable` (another process took over, or it was stopped).
 */
export async function workOnRun(
  ctx: ServiceContext,
  options: { readonly shouldStop?: () => boolean } = {},
): Promise<Result<RunReport | null>> {
  const owner = randomToken(12);
  const run = await ctx.store.transaction(async (trx) => {
    const now = instant(ctx);
    const next = await nextRun(trx, now);
    if (next === null) return null;
    return (await takeRun(trx, next.id, { owner, until: plusMs(now, leaseMs), now })) ? next : null;
  });
  if (run === null) return ok(null);
  const lists = await openWatchlists(ctx, run.org_id, { fresh: true });
  const done = lists.ok ? await work(ctx, run, owner, options.shouldStop ?? (() => false)) : lists;
  if (!done.ok)
    await ctx.store.transaction((trx) => moveRun(trx, run.id, owner, { lease_owner: null, lease_until: null }));
  return done;
}

async function work(
  ctx: ServiceContext,
  run: RunRow,
  owner: string,
  shouldStop: () => boolean,
): Promise<Result<RunReport>> {
  let state: RunRow = run;
  for (;;) {
    if (shouldStop()) return fail('unavailable', 'the run was stopped and goes on later');
    const after =
      state.after_at === null || state.after_id === null ? null : { at: state.after_at, id: state.after_id };
    const slice = { after, before: endOfTime, limit: batchSize };
    const batch = await customerBatch(ctx.store.db, run.org_id, {}, slice);
    const outcomes: (readonly [CustomerRow, ScreeningOutcome])[] = [];
    for (const customer of batch)
      if (customer.status === 'active')
        outcomes.push([customer, await screenSubject(ctx, run.org_id, subjectOf(customer))]);
    try {
      state = await ctx.store.transaction((trx) => writeBatch(ctx, trx, state, owner, batch, outcomes));
    } catch (error) {
      if (error instanceof LostRun) return fail('unavailable', 'another run has taken over');
      throw error;
    }
    if (batch.length < batchSize) return ok(reportOf(state));
  }
}

function reportOf({ id, org_id, screened, unavailable, hits, total }: RunRow): RunReport {
  return { runId: id, orgId: org_id, screened, unavailable, hits, total };
}

/** What is kept in clear of a customer is enough; sealed readings stay closed. */
export function subjectOf(customer: CustomerRow): Subject {
  const decoded = JSON.parse(customer.nik_metadata ?? '{}') as { readonly birthDate?: string | null };
  return {
    name: customer.full_name,
    ...(typeof decoded.birthDate === 'string' ? { birthDate: decoded.birthDate } : {}),
    ...(customer.nik === null ? {} : { nik: customer.nik }),
  };
}

/** Throws `LostRun` when the lease was lost: nothing of the batch is written then. */
async function writeBatch(
  ctx: ServiceContext,
  trx: Db,
  run: RunRow,
  owner: string,
  batch: readonly CustomerRow[],
  outcomes: readonly (readonly [CustomerRow, ScreeningOutcome])[],
): Promise<RunRow> {
  const now = instant(ctx);
  let hits = 0;
  let unavailable = 0;
  for (const [customer, outcome] of outcomes) {
    if (outcome.state === 'unavailable') unavailable += 1;
    if (outcome.state === 'hits') hits += await writeHits(ctx, trx, run, customer, outcome);
  }
  const last = batch.at(-1);
  const ended = batch.length < batchSize;
  const change = {
    after_at: last?.created_at ?? run.after_at,
    after_id: last?.id ?? run.after_id,
    screened: run.screened + outcomes.length,
    unavailable: run.unavailable + unavailable,
    hits: run.hits + hits,
    updated_at: now,
    lease_until: plusMs(now, leaseMs),
  };
  if (!(await moveRun(trx, run.id, owner, change))) throw new LostRun();
  if (ended) {
    const end = { state: 'done', finished_at: now, lease_owner: null, lease_until: null } as const;
    await moveRun(trx, run.id, owner, end);
    const { screened } = change;
    await recordAudit(ctx, trx, systemActor(run.org_id), {
      event: 'screening.run_finished',
      objectId: run.id,
      detail: { cause: run.cause, screened, unavailable: change.unavailable, hits: change.hits },
    });
  }
  return { ...run, ...change };
}

/** Undoes the batch. */
class LostRun extends Error {}

async function writeHits(
  ctx: ServiceContext,
  trx: Db,
  run: RunRow,
  customer: CustomerRow,
  outcome: Extract<ScreeningOutcome, { readonly state: 'hits' }>,
): Promise<number> {
  const fresh = [];
  for (const hit of outcome.hits) {
    const known = await findHit(trx, pairOf(ctx, run.org_id, customer.id, outcome.subject, hit.entry));
    if (known === null) fresh.push(hit);
  }
  const wrappedKey = await findCustomerKey(trx, run.org_id, customer.id);
  if (fresh.length === 0 || wrappedKey === null) return 0;
  const caseId = await caseFor(ctx, trx, run.org_id, customer.id);
  const record = { orgId: run.org_id, customerId: customer.id, wrappedKey, caseId, runId: run.id };
  return recordScreening(ctx, trx, systemActor(run.org_id), record, { ...outcome, hits: fresh });
}

/** The undecided case of the customer's card, else a new one. Null: nothing of him was verified yet, so nothing can rise. */
async function caseFor(ctx: ServiceContext, trx: Db, orgId: string, customerId: string): Promise<string | null> {
  const verifications = await listEffectiveVerifications(trx, orgId, customerId);
  const card = verifications.findLast(({ method }) => method === 'ktp_capture') ?? verifications.at(-1);
  if (card === undefined) return null;
  const open = (await listReviewCasesOfVerification(trx, orgId, card.id)).find(
    ({ status }) => status === 'open' || status === 'escalated',
  );
  if (open !== undefined) return open.id;
  const organisation = await findOrganisation(trx, orgId);
  const supervisors = (await listUsers(trx, orgId)).filter(
    ({ role, disabled }) => role === 'supervisor' && disabled === 0,
  );
  const now = instant(ctx);
  const id = ctx.ids.next('rev');
  await insertReviewCase(trx, {
    id,
    org_id: orgId,
    customer_id: customerId,
    verification_id: card.id,
    reasons: JSON.stringify([{ code: 'record_check', gate: 'record' }]),
    status: openingStatus(
      card.operator_id,
      supervisors.map((user) => user.id),
    ),
    assignee_id: null,
    operator_id: card.operator_id,
    due_at: reviewDueAt(
      now,
      organisation?.settings.review.slaMinutes ?? 30,
      openingHoursOf(organisation?.settings.review),
    ),
    created_at: now,
    updated_at: now,
  });
  await recordAudit(ctx, trx, systemActor(orgId), { event: 'review.opened', customerId, objectId: id });
  return id;
}
