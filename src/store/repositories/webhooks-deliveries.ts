/** The webhook outbox: events, their deliveries, who is sending one now, and the log. */
import { listPart } from './list-part.ts';
import type { Db, ListPart, Row, Slice } from './types.ts';

export type WebhookEventRow = Row<'webhook_events'>;
export type DeliveryRow = Row<'webhook_deliveries'>;
export type AttemptRow = Row<'webhook_attempts'>;

export async function insertWebhookEvent(db: Db, row: WebhookEventRow): Promise<void> {
  await db.insertInto('webhook_events').values(row).execute();
}

export async function insertDelivery(db: Db, row: DeliveryRow): Promise<void> {
  await db.insertInto('webhook_deliveries').values(row).execute();
}

export async function findDelivery(db: Db, orgId: string, webhookId: string, id: string): Promise<DeliveryRow | null> {
  const row = await db
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('webhook_id', '=', webhookId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

export interface DeliveryFilter {
  readonly state?: DeliveryRow['state'];
  readonly event?: string;
}

export async function listDeliveries(
  db: Db,
  orgId: string,
  webhookId: string,
  filter: DeliveryFilter,
  slice: Slice,
): Promise<ListPart<DeliveryRow>> {
  let query = db
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('webhook_id', '=', webhookId);
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  if (filter.event !== undefined) query = query.where('event', '=', filter.event);
  return listPart(query, 'created_at', slice);
}

/** First attempt first. */
export async function listAttempts(db: Db, deliveryIds: readonly string[]): Promise<readonly AttemptRow[]> {
  if (deliveryIds.length === 0) return [];
  return db
    .selectFrom('webhook_attempts')
    .selectAll()
    .where('delivery_id', 'in', [...deliveryIds])
    .orderBy('delivery_id')
    .orderBy('attempt')
    .execute();
}

/** What waits for a webhook that is gone is sent to nobody. */
export async function cancelDeliveries(db: Db, webhookId: string, at: string): Promise<void> {
  await db
    .updateTable('webhook_deliveries')
    .set({ state: 'cancelled', lease_owner: null, finished_at: at })
    .where('webhook_id', '=', webhookId)
    .where('state', 'in', ['pending', 'sending'])
    .execute();
}

/** One attempt, begun: nobody else may make it. */
export interface LeasedDelivery extends DeliveryRow {
  readonly url: string;
  readonly body: string;
}

export interface LeaseRequest {
  readonly now: string;
  readonly owner: string;
  readonly until: string;
  /** Webhooks that have enough under way already. */
  readonly except: readonly string[];
}

/**
 * Takes the delivery that has been due the longest and begins its next attempt, inside a transaction. A delivery whose
 * sender died is due again when its lease ends. The guarded update and the key of the attempt make two takers
 * impossible on any database. null: nothing is due.
 */
export async function leaseDelivery(trx: Db, request: LeaseRequest): Promise<LeasedDelivery | null> {
  const { now, owner, until, except } = request;
  let query = trx
    .selectFrom('webhook_deliveries as d')
    .innerJoin('webhooks as w', 'w.id', 'd.webhook_id')
    .innerJoin('webhook_events as e', 'e.id', 'd.event_id')
    .selectAll('d')
    .select(['w.url', 'e.body'])
    .where('d.state', 'in', ['pending', 'sending'])
    .where('d.next_attempt_at', '<=', now)
    .where('w.status', '=', 'active')
    .where('w.deleted_at', 'is', null);
  if (except.length > 0) query = query.where('d.webhook_id', 'not in', [...except]);
  const row = await query.orderBy('d.next_attempt_at').orderBy('d.id').limit(1).executeTakeFirst();
  if (row === undefined) return null;
  const lease = {
    state: 'sending',
    attempts: row.attempts + 1,
    lease_owner: owner,
    next_attempt_at: until,
  } as const;
  const taken = await trx
    .updateTable('webhook_deliveries')
    .set(lease)
    .where('id', '=', row.id)
    .where('state', '=', row.state)
    .where('attempts', '=', row.attempts)
    .executeTakeFirst();
  if (Number(taken.numUpdatedRows) !== 1) return null;
  await trx
    .insertInto('webhook_attempts')
    .values({
      delivery_id: row.id,
      attempt: lease.attempts,
      started_at: now,
      finished_at: null,
      status: null,
      error: null,
    })
    .execute();
  return { ...row, ...lease };
}

export interface AttemptEnd {
  readonly at: string;
  readonly status: number | null;
  readonly error: string | null;
  readonly next: { readonly state: 'delivered' | 'failed' } | { readonly state: 'pending'; readonly dueAt: string };
}

/** Notes how an attempt ended; the delivery moves on only when this sender still holds it. */
export async function endAttempt(
  trx: Db,
  leased: Pick<DeliveryRow, 'id' | 'attempts' | 'lease_owner'>,
  end: AttemptEnd,
): Promise<void> {
  await trx
    .updateTable('webhook_attempts')
    .set({ finished_at: end.at, status: end.status, error: end.error })
    .where('delivery_id', '=', leased.id)
    .where('attempt', '=', leased.attempts)
    .execute();
  await trx
    .updateTable('webhook_deliveries')
    .set({
      state: end.next.state,
      lease_owner: null,
      last_status: end.status,
      last_error: end.error,
      ...(end.next.state === 'pending' ? { next_attempt_at: end.next.dueAt } : { finished_at: end.at }),
    })
    .where('id', '=', leased.id)
    .where('state', '=', 'sending')
    .where('lease_owner', '=', leased.lease_owner)
    .where('attempts', '=', leased.attempts)
    .execute();
}

/** When the next delivery is due, or null. */
export async function nextDueAt(db: Db): Promise<string | null> {
  const row = await db
    .selectFrom('webhook_deliveries as d')
    .innerJoin('webhooks as w', 'w.id', 'd.webhook_id')
    .select('d.next_attempt_at')
    .where('d.state', 'in', ['pending', 'sending'])
    .where('w.status', '=', 'active')
    .orderBy('d.next_attempt_at')
    .orderBy('d.id')
    .limit(1)
    .executeTakeFirst();
  return row?.next_attempt_at ?? null;
}

/** Removes what ended before `before`, secrets too, then events and deleted webhooks nothing points to any more. */
export async function purgeDeliveries(trx: Db, before: string): Promise<number> {
  const old = trx.selectFrom('webhook_deliveries').select('id').where('finished_at', '<', before);
  await trx.deleteFrom('webhook_attempts').where('delivery_id', 'in', old).execute();
  const gone = await trx.deleteFrom('webhook_deliveries').where('finished_at', '<', before).executeTakeFirst();
  await trx.deleteFrom('webhook_secrets').where('expires_at', '<', before).execute();
  await trx
    .deleteFrom('webhook_events')
    .where('occurred_at', '<', before)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(selectFrom('webhook_deliveries as d').select('d.id').whereRef('d.event_id', '=', 'webhook_events.id')),
      ),
    )
    .execute();
  await trx
    .deleteFrom('webhooks')
    .where('deleted_at', '<', before)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('webhook_deliveries as d').select('d.id').whereRef('d.webhook_id', '=', 'webhooks.id'))),
    )
    .execute();
  return Number(gone.numDeletedRows);
}
