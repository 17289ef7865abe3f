/** What a counter did today: one line per session, with what became of its bundles. Names come from the record, so an erased customer has none. */
import type { DayList, DayRow } from '../../contract/desk/counter-calls.ts';
import type { Reason } from '../../contract/reasons.ts';
import type { ServiceContext } from '../../services/context.ts';
import { findCustomer } from '../../store/repositories/customers.ts';
import { findDesk } from '../../store/repositories/desks.ts';
import { findUser } from '../../store/repositories/users.ts';
import { distinctReasons } from '../onboarding/decide.ts';
import type { Draft } from '../onboarding/draft.ts';
import { bundleStates } from '../sync/outbox-views.ts';
import { officialOutcome } from '../sync/reversals.ts';

/** Longer than any weekend: the list is for today, the record keeps the rest. */
const keptMs = 14 * 24 * 60 * 60_000;

type DayContext = Pick<ServiceContext, 'store' | 'vault' | 'clock'>;

/** Keeps or renews the session's line. Joins the transaction at hand. */
export async function noteVisit(ctx: DayContext, draft: Draft): Promise<void> {
  const { result } = draft;
  if (result === null || draft.sealed.length === 0) return;
  const now = ctx.clock();
  const change = {
    operators: JSON.stringify(draft.operators.map(({ id }) => id)),
    customer_id: draft.customerId,
    nonces: JSON.stringify(draft.sealed.map(({ nonce }) => nonce)),
    outcome: result.outcome,
    reasons: JSON.stringify(result.reasons),
    updated_at: now.toISOString(),
  };
  await ctx.store.transaction(async (trx) => {
    await trx
      .insertInto('desk_visits')
      .values({
        session_id: draft.id,
        org_id: draft.orgId,
        desk_id: ctx.vault.desk.id,
        started_at: draft.createdAt,
        ...change,
      })
      .onConflict((conflict) => conflict.column('session_id').doUpdateSet(change))
      .execute();
    await trx
      .deleteFrom('desk_visits')
      .where('started_at', '<', new Date(now.getTime() - keptMs).toISOString())
      .execute();
  });
}

/** Today, by the clock of this machine. */
export async function dayList(ctx: DayContext, orgId: string): Promise<DayList> {
  const { db } = ctx.store;
  const midnight = new Date(ctx.clock());
  midnight.setHours(0, 0, 0, 0);
  const desk = await findDesk(db, orgId, ctx.vault.desk.id);
  const visits = await db
    .selectFrom('desk_visits')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('desk_id', '=', ctx.vault.desk.id)
    .where('started_at', '>=', midnight.toISOString())
    .orderBy('started_at')
    .execute();
  const rows: DayRow[] = [];
  for (const visit of visits) {
    const states = await bundleStates(ctx.store, orgId, JSON.parse(visit.nonces) as string[]);
    const deliveries = states.flatMap(({ delivery }) => delivery ?? []);
    const customer = await findCustomer(db, orgId, deliveries.at(-1)?.customerId ?? visit.customer_id);
    const operators = await Promise.all(
      (JSON.parse(visit.operators) as string[]).map(async (id) => (await findUser(db, id))?.full_name ?? id),
    );
    // The record's word, as soon as it has given one for the last bundle.
    const official = deliveries.length === states.length ? deliveries.map(officialOutcome) : [];
    const told = visit.outcome;
    rows.push({
      sessionId: visit.session_id,
      startedAt: visit.started_at,
      operators,
      customerName: customer?.full_name ?? null,
      kinds: states.map(({ kind }) => kind),
      outcome: told === 'verified' && official.some((each) => each !== 'verified') ? (official.at(-1) ?? told) : told,
      sent: sentState(states.map(({ state }) => state)),
      reasons: distinctReasons([
        ...(JSON.parse(visit.reasons) as Reason[]),
        ...deliveries.flatMap(({ reasons }) => reasons),
      ]),
    });
  }
  return { day: localDay(midnight), desk: desk?.name ?? '', rows };
}

function sentState(states: readonly string[]): DayRow['sent'] {
  if (states.includes('refused')) return 'refused';
  return states.every((state) => state === 'delivered') ? 'delivered' : 'pending';
}

function localDay(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
