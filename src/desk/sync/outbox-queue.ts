/**
 * The outbox as a queue over its table. A lease marks a row as being sent, so that two processes never send it at the same
 * time; of one customer only the oldest row that still waits is ever leased, so the order is kept. All instants come from
 * the caller's clock, and one that lies implausibly far ahead (the clock was turned back) counts as past.
 */
import { sql, type Kysely, type Selectable } from 'kysely';
import { appendAudit } from '../../store/audit-log.ts';
import type { Database, OutboxTable } from '../../store/schema.ts';

type Trx = Kysely<Database>;
export type OutboxRow = Selectable<OutboxTable>;

export interface LeaseRequest {
  readonly owner: string;
  readonly now: Date;
  readonly leaseMs: number;
  /** Longest delay that back-off ever gives: anything beyond is a clock that was turned back. */
  readonly maxDelayMs: number;
}

const later = (now: Date, ms: number): string => new Date(now.getTime() + ms).toISOString();

/** Written out, not as parameters: the partial indexes of the table are found by these very words. */
const waiting = (table: string) => sql<boolean>`${sql.ref(`${table}.state`)} in ('pending', 'sending')`;

/** Of each customer only the oldest row that waits. */
function heads(trx: Trx) {
  return trx
    .selectFrom('outbox as o')
    .where(waiting('o'))
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('outbox as earlier')
            .select(sql`1`.as('one'))
            .whereRef('earlier.customer_id', '=', 'o.customer_id')
            .whereRef('earlier.sequence', '<', 'o.sequence')
            .where(waiting('earlier')),
        ),
      ),
    );
}

/** Takes the oldest row that may be sent, or null. Counts the attempt. */
export async function leaseNext(trx: Trx, request: LeaseRequest): Promise<OutboxRow | null> {
  const now = request.now.toISOString();
  const beyondDelay = later(request.now, request.maxDelayMs);
  const leaseUntil = later(request.now, request.leaseMs);
  // Twice the lease: another process's clock reading may be a moment later than ours, and its lease is none the less good.
  const beyondLease = later(request.now, 2 * request.leaseMs);
  const row = await heads(trx)
    .selectAll('o')
    .where((e) => {
      const due = e.or([e('o.next_attempt_at', '<=', now), e('o.next_attempt_at', '>', beyondDelay)]);
      const leaseEnded = e.or([e('o.lease_until', '<=', now), e('o.lease_until', '>', beyondLease)]);
      return e.or([e.and([e('o.state', '=', 'pending'), due]), e.and([e('o.state', '=', 'sending'), leaseEnded])]);
    })
    .orderBy('o.sequence')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return null;
  const lease = {
    state: 'sending' as const,
    attempts: row.attempts + 1,
    lease_owner: request.owner,
    lease_until: leaseUntil,
  };
  await trx.updateTable('outbox').set(lease).where('id', '=', row.id).execute();
  return { ...row, ...lease };
}

/** False when the lease was lost to another process. */
export async function renewLease(trx: Trx, id: string, owner: string, now: Date, leaseMs: number): Promise<boolean> {
  const done = await trx
    .updateTable('outbox')
    .set({ lease_until: later(now, leaseMs) })
    .where('id', '=', id)
    .where('lease_owner', '=', owner)
    .where('state', '=', 'sending')
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

interface Outcome {
  readonly now: Date;
  readonly deskId: string;
  readonly subject: string;
}

/**
 * Keeps the receiver's answer, whoever holds the lease by now: the receiver has the capture, that is what counts.
 * False when another process wrote it down first.
 */
export async function markDelivered(trx: Trx, row: OutboxRow, result: object, outcome: Outcome): Promise<boolean> {
  const done = await trx
    .updateTable('outbox')
    .set({
      state: 'delivered',
      result: JSON.stringify(result),
      delivered_at: outcome.now.toISOString(),
      lease_owner: null,
      lease_until: null,
      last_error: null,
    })
    .where('id', '=', row.id)
    .where('state', '<>', 'delivered')
    .executeTakeFirst();
  if (done.numUpdatedRows === 0n) return false;
  await auditOutcome(trx, 'bundle.delivered', row, outcome, { kind: row.kind, attempts: row.attempts });
  return true;
}

/** The receiver will not take it. Only a person queues it again. */
export async function markRefused(trx: Trx, row: OutboxRow, code: string, outcome: Outcome): Promise<boolean> {
  const done = await trx
    .updateTable('outbox')
    .set({ state: 'refused', last_error: code, lease_owner: null, lease_until: null })
    .where('id', '=', row.id)
    .where('lease_owner', '=', row.lease_owner)
    .where('state', '=', 'sending')
    .executeTakeFirst();
  if (done.numUpdatedRows === 0n) return false;
  await auditOutcome(trx, 'bundle.refused', row, outcome, { kind: row.kind, attempts: row.attempts, code });
  return true;
}

/** An answer that came by another way than the line, whoever is sending just now. Null when nothing changed. */
export async function markAnswered(
  trx: Trx,
  row: OutboxRow,
  delivery: object | null,
  refusal: string | null,
  outcome: Outcome,
): Promise<'delivered' | 'refused' | null> {
  if (delivery !== null) return (await markDelivered(trx, row, delivery, outcome)) ? 'delivered' : null;
  const done = await trx
    .updateTable('outbox')
    .set({ state: 'refused', last_error: refusal, lease_owner: null, lease_until: null })
    .where('id', '=', row.id)
    .where('state', 'in', ['pending', 'sending'])
    .executeTakeFirst();
  if (done.numUpdatedRows === 0n) return null;
  await auditOutcome(trx, 'bundle.refused', row, outcome, { kind: row.kind, attempts: row.attempts, code: refusal });
  return 'refused';
}

/** Back into the queue until `nextAttemptAt`. */
export async function putBack(trx: Trx, row: OutboxRow, code: string, nextAttemptAt: string): Promise<void> {
  await trx
    .updateTable('outbox')
    .set({ state: 'pending', last_error: code, next_attempt_at: nextAttemptAt, lease_owner: null, lease_until: null })
    .where('id', '=', row.id)
    .where('lease_owner', '=', row.lease_owner)
    .where('state', '=', 'sending')
    .execute();
}

async function auditOutcome(
  trx: Trx,
  event: 'bundle.delivered' | 'bundle.refused',
  row: OutboxRow,
  outcome: Outcome,
  detail: Record<string, unknown>,
): Promise<void> {
  await appendAudit(trx, {
    orgId: row.org_id,
    event,
    actor: { kind: 'desk', id: outcome.deskId },
    subject: outcome.subject,
    objectId: row.id,
    detail,
    occurredAt: outcome.now,
  });
}

/** Everything that waits is due now. */
export async function makeDue(trx: Trx, now: Date): Promise<void> {
  await trx.updateTable('outbox').set({ next_attempt_at: now.toISOString() }).where('state', '=', 'pending').execute();
}

/** Nonces of what the record refused and nobody set aside, oldest first. */
export async function refusedOf(trx: Trx, orgId: string): Promise<readonly string[]> {
  const rows = await trx
    .selectFrom('outbox')
    .select('id')
    .where('org_id', '=', orgId)
    .where('state', '=', 'refused')
    .where('set_aside_at', 'is', null)
    .orderBy('sequence')
    .execute();
  return rows.map((row) => row.id);
}

/** A person queues a refused capture again. False when it is not a refused one of this organisation. */
export async function requeueRefused(trx: Trx, orgId: string, id: string, now: Date): Promise<boolean> {
  const done = await trx
    .updateTable('outbox')
    .set({ state: 'pending', next_attempt_at: now.toISOString() })
    .where('id', '=', id)
    .where('org_id', '=', orgId)
    .where('state', '=', 'refused')
    .where('set_aside_at', 'is', null)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/**
 * A person takes a capture out of the queue (dead letter). It stays sealed where it is; nothing goes there by itself. One
 * that is just being sent must first come back. False when it is not a waiting or refused one of this organisation.
 */
export async function setAside(
  trx: Trx,
  row: {
    readonly orgId: string;
    readonly id: string;
    readonly by: string;
    readonly reason: string;
    readonly now: Date;
  },
): Promise<boolean> {
  const done = await trx
    .updateTable('outbox')
    .set({
      state: 'refused',
      set_aside_at: row.now.toISOString(),
      set_aside_by: row.by,
      set_aside_reason: row.reason,
      lease_owner: null,
      lease_until: null,
    })
    .where('id', '=', row.id)
    .where('org_id', '=', row.orgId)
    .where('state', 'in', ['pending', 'refused'])
    .where('set_aside_at', 'is', null)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** A person takes it back into the queue. */
export async function takeBack(trx: Trx, orgId: string, id: string, now: Date): Promise<boolean> {
  const done = await trx
    .updateTable('outbox')
    .set({
      state: 'pending',
      next_attempt_at: now.toISOString(),
      set_aside_at: null,
      set_aside_by: null,
      set_aside_reason: null,
    })
    .where('id', '=', id)
    .where('org_id', '=', orgId)
    .where('set_aside_at', 'is not', null)
    .where('state', '=', 'refused')
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** Milliseconds until something can be sent again; null when nothing waits. */
export async function nextDueMs(trx: Trx, now: Date): Promise<number | null> {
  const row = await heads(trx)
    .select((e) => e.fn.min<string | null>(e.fn.coalesce('o.lease_until', 'o.next_attempt_at')).as('at'))
    .executeTakeFirst();
  return row?.at ? Math.max(0, Date.parse(row.at) - now.getTime()) : null;
}
