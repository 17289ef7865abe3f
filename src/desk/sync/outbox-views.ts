/** The outbox as the screen and the onboarding see it. Carries nonces, states and sizes, no personal data. */
import type { DeskDelivery } from '../../contract/desk/delivery.ts';
import type { CaptureKind } from '../../contract/vocabulary.ts';
import type { OutboxView } from '../../contract/desk/answers.ts';
import { outboxPause } from './outbox-pause.ts';
import { openReversals } from './reversals.ts';
import type { Store } from '../../store/open-store.ts';

export interface BundleState {
  readonly nonce: string;
  readonly kind: CaptureKind;
  readonly state: 'pending' | 'sending' | 'delivered' | 'refused';
  readonly lastError: string | null;
  /** The record's official answer, once delivered. */
  readonly delivery: DeskDelivery | null;
}

/** In the order asked; nonces that are not in the outbox are left out. */
export async function bundleStates(
  store: Store,
  orgId: string,
  nonces: readonly string[],
): Promise<readonly BundleState[]> {
  if (nonces.length === 0) return [];
  const rows = await store.db
    .selectFrom('outbox')
    .select(['id', 'kind', 'state', 'last_error', 'result'])
    .where('org_id', '=', orgId)
    .where('id', 'in', nonces)
    .execute();
  return nonces.flatMap((nonce) => {
    const row = rows.find((candidate) => candidate.id === nonce);
    if (row === undefined) return [];
    const delivery = row.result === null ? null : (JSON.parse(row.result) as DeskDelivery);
    return [{ nonce, kind: row.kind as CaptureKind, state: row.state, lastError: row.last_error, delivery }];
  });
}

const deliveredShown = 50;

/** All that waits or was refused, oldest first, then the latest delivered ones. */
export async function listOutbox(store: Store, orgId: string, online: boolean): Promise<OutboxView> {
  const columns = ['id', 'kind', 'state', 'attempts', 'size', 'captured_at', 'next_attempt_at', 'last_error'] as const;
  const rows = store.db.selectFrom('outbox').select(columns).where('org_id', '=', orgId);
  const open = await rows.where('state', '<>', 'delivered').orderBy('sequence').limit(500).execute();
  const delivered = await rows
    .where('state', '=', 'delivered')
    .orderBy('sequence', 'desc')
    .limit(deliveredShown)
    .execute();
  const counts = await outboxCounts(store, orgId);
  const paused = await outboxPause(store.db);
  return {
    online,
    pausedSince: paused?.since ?? null,
    reversals: await openReversals(store, orgId),
    pending: counts.pending,
    items: [...open, ...delivered].map((row) => ({
      id: row.id,
      kind: row.kind,
      state: row.state,
      attempts: row.attempts,
      size: row.size,
      capturedAt: row.captured_at,
      nextAttemptAt: row.state === 'pending' ? row.next_attempt_at : null,
      lastError: row.last_error,
    })),
  };
}

export interface OutboxCounts {
  /** Waiting or being sent. */
  readonly pending: number;
  readonly refused: number;
  /** ISO instant; null when nothing waits. */
  readonly oldestPending: string | null;
}

export async function outboxCounts(store: Store, orgId: string): Promise<OutboxCounts> {
  const rows = await store.db
    .selectFrom('outbox')
    .select((e) => ['state', e.fn.countAll<number>().as('count'), e.fn.min<string>('created_at').as('oldest')])
    .where('org_id', '=', orgId)
    .where('state', '<>', 'delivered')
    .groupBy('state')
    .execute();
  const waiting = rows.filter((row) => row.state !== 'refused');
  return {
    pending: waiting.reduce((sum, row) => sum + Number(row.count), 0),
    refused: Number(rows.find((row) => row.state === 'refused')?.count ?? 0),
    oldestPending: waiting.map((row) => row.oldest).sort()[0] ?? null,
  };
}
