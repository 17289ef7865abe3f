/**
 * A desk that works without its hub tells the customer what its own checks say; the hub's answer, minutes or days later, is
 * the official one. Where it contradicts what the customer was told, the case is opened again on the desk's list.
 */
import type { Kysely } from 'kysely';
import type { OutboxView, OnboardingResult } from '../../contract/desk/answers.ts';
import type { DeskDelivery } from '../../contract/desk/delivery.ts';
import type { Reason } from '../../contract/reasons.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { appendAudit } from '../../store/audit-log.ts';
import type { Store } from '../../store/open-store.ts';
import type { Database } from '../../store/schema.ts';
import type { OutboxRow } from './outbox-queue.ts';

type Outcome = OnboardingResult['outcome'];

/** What the record says of one bundle: every check verified, any failed, else a person looks. */
export function officialOutcome(delivery: DeskDelivery): Outcome {
  const statuses = delivery.verifications.map(({ status }) => status);
  if (statuses.includes('failed')) return 'stopped';
  return statuses.length > 0 && statuses.every((status) => status === 'verified') ? 'verified' : 'review';
}

/** Who was told "a person will look" was told nothing that could be wrong. */
export function isReversal(told: Outcome, official: Outcome): boolean {
  return told !== 'review' && told !== official;
}

/** Kept with the bundles, in their transaction. */
export async function noteOutcomes(
  ctx: { readonly store: Store; readonly clock: () => Date },
  draft: { readonly orgId: string; readonly operatorId: string },
  outcomes: readonly { readonly nonce: string; readonly outcome: Outcome }[],
): Promise<void> {
  if (outcomes.length === 0) return;
  const created_at = ctx.clock().toISOString();
  const { orgId: org_id, operatorId: operator_id } = draft;
  await ctx.store.transaction((trx) =>
    trx
      .insertInto('desk_outcomes')
      .values(outcomes.map(({ nonce, outcome }) => ({ nonce, org_id, operator_id, outcome, created_at })))
      .execute(),
  );
}

/** In the transaction that notes the answer: no reversal is lost to a power cut, none is opened twice. */
export async function noteReversal(
  trx: Kysely<Database>,
  row: OutboxRow,
  delivery: DeskDelivery,
  { now, deskId, subject }: { readonly now: Date; readonly deskId: string; readonly subject: string },
): Promise<boolean> {
  const told = await trx.selectFrom('desk_outcomes').selectAll().where('nonce', '=', row.id).executeTakeFirst();
  const to = officialOutcome(delivery);
  if (told === undefined || !isReversal(told.outcome as Outcome, to)) return false;
  await trx
    .insertInto('desk_reversals')
    .values({
      id: `rvs_${row.id}`,
      org_id: row.org_id,
      customer_id: row.customer_id,
      operator_id: told.operator_id,
      nonce: row.id,
      from_outcome: told.outcome,
      to_outcome: to,
      reasons: JSON.stringify(delivery.reasons),
      created_at: now.toISOString(),
      closed_at: null,
      closed_by: null,
    })
    .execute();
  await appendAudit(trx, {
    orgId: row.org_id,
    event: 'verdict.reversed',
    actor: { kind: 'desk', id: deskId },
    subject,
    objectId: row.id,
    detail: { from: told.outcome, to, reviewCase: delivery.reviewCaseId },
    occurredAt: now,
  });
  return true;
}

/** Oldest first: who waits longest is called first. */
export async function openReversals(store: Store, orgId: string): Promise<NonNullable<OutboxView['reversals']>> {
  const rows = await store.db
    .selectFrom('desk_reversals')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('closed_at', 'is', null)
    .orderBy('created_at')
    .limit(200)
    .execute();
  return rows.map((row) => ({
    nonce: row.nonce,
    customerId: row.customer_id,
    from: row.from_outcome as Outcome,
    to: row.to_outcome as Outcome,
    reasons: [{ code: 'verdict_reversed', gate: 'station' } as const, ...(JSON.parse(row.reasons) as Reason[])],
    createdAt: row.created_at,
  }));
}

/** A person has told the customer; `by`: user id, null for the command line. Errors: `not_found`. */
export async function closeReversal(
  store: Store,
  orgId: string,
  nonce: string,
  by: string | null,
  now: Date,
): Promise<Result<true>> {
  return store.transaction(async (trx): Promise<Result<true>> => {
    const done = await trx
      .updateTable('desk_reversals')
      .set({ closed_at: now.toISOString(), closed_by: by ?? 'command line' })
      .where('org_id', '=', orgId)
      .where('nonce', '=', nonce)
      .where('closed_at', 'is', null)
      .executeTakeFirst();
    if (done.numUpdatedRows === 0n) return fail('not_found', 'no open case of this capture');
    const actor = { kind: by === null ? ('system' as const) : ('user' as const), id: by };
    await appendAudit(trx, { orgId, event: 'verdict.reversal_closed', actor, objectId: nonce, occurredAt: now });
    return ok(true);
  });
}
