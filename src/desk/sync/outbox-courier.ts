/** Takes one capture from the outbox to the receiver and writes down what came of it. */
import type { DeskDelivery } from '../../contract/desk/delivery.ts';
import type { Result } from '../../contract/result.ts';
import type { Store } from '../../store/open-store.ts';
import type { Vault } from '../../vault/vault.ts';
import { openSealedCapture } from '../evidence/open-sealed-capture.ts';
import { retryDelayMs, type BackOff } from './back-off.ts';
import type { BundleSink, SentBytes } from './bundle-sink.ts';
import { outboxPause } from './outbox-pause.ts';
import { noteReversal } from './reversals.ts';
import { leaseNext, markDelivered, markRefused, putBack, renewLease, type OutboxRow } from './outbox-queue.ts';

export interface OutboxProgress {
  readonly nonce: string;
  readonly orgId: string;
  readonly customerId: string;
  readonly kind: string;
  readonly state: 'pending' | 'sending' | 'delivered' | 'refused';
  readonly attempts: number;
  /** A failure code. */
  readonly lastError: string | null;
  readonly delivery: DeskDelivery | null;
  /** While a large one is sent piece by piece. */
  readonly sent?: SentBytes;
}

/** Runs `task` after `ms`; returns how to call it off. `keepAlive`: the process waits for it. */
export type Schedule = (task: () => void, ms: number, keepAlive?: boolean) => () => void;

export interface CourierOptions {
  readonly store: Store;
  readonly vault: Vault;
  readonly sink: BundleSink;
  readonly clock: () => Date;
  readonly random: () => number;
  readonly backOff: BackOff;
  readonly leaseMs: number;
  readonly schedule: Schedule;
  /** Names this process and pump; no two are alike. */
  readonly owner: string;
  readonly tell: (progress: OutboxProgress) => void;
  readonly logger?: { warn(fields: object, message?: string): void };
}

/** `unavailable`: nobody answered, so the others need not be tried now either. */
export type SendOutcome = 'delivered' | 'refused' | 'waiting' | 'unavailable';

export interface Courier {
  take(): Promise<OutboxRow | null>;
  /** `connectionFailures`: how many times in a row nobody answered before this. */
  send(row: OutboxRow, connectionFailures: number): Promise<SendOutcome>;
}

export function createCourier(options: CourierOptions): Courier {
  return {
    take: () => {
      const { owner, leaseMs } = options;
      const maxDelayMs = Math.max(options.backOff.maxMs, longestRetryAfterMs);
      return options.store.transaction(async (trx) => {
        if ((await outboxPause(trx)) !== null) return null;
        // The clock is read once the transaction is ours: waiting for it may have taken a while.
        return leaseNext(trx, { owner, now: options.clock(), leaseMs, maxDelayMs });
      });
    },
    async send(row, connectionFailures) {
      tell(options, row, { state: 'sending' });
      const answer = await deliver(options, row);
      if (answer === 'threw') return wait(options, row, 'internal', row.attempts);
      if (answer.ok) return acknowledge(options, row, answer.value);
      const { code, details } = answer.error;
      if (code === 'unavailable') return wait(options, row, code, connectionFailures + 1, retryAfterOf(details));
      return details?.['retry'] === true
        ? wait(options, row, code, row.attempts, retryAfterOf(details))
        : refuse(options, row, code);
    },
  };
}

/** A defect here or in the receiver shows as `threw`: that capture waits, the others go on. */
async function deliver(options: CourierOptions, row: OutboxRow): Promise<Result<DeskDelivery> | 'threw'> {
  const letGo = keepLease(options, row);
  try {
    const capture = await openSealedCapture(options, row.org_id, row.id);
    return capture.ok
      ? await options.sink.deliver(row.org_id, options.vault.desk.id, capture.value, (sent) =>
          tell(options, row, { state: 'sending', sent }),
        )
      : capture;
  } catch (error) {
    options.logger?.warn({ nonce: row.id, error: error instanceof Error ? error.name : 'unknown' }, 'a delivery threw');
    return 'threw';
  } finally {
    letGo();
  }
}

/** A slow delivery renews its lease at a third of its length. Returns how to end that. */
function keepLease({ store, schedule, clock, leaseMs, owner }: CourierOptions, row: OutboxRow): () => void {
  let ended = false;
  let cancel: () => void = () => undefined;
  const again = (): void => {
    cancel = schedule(() => {
      if (ended) return;
      void store
        .transaction((trx) => renewLease(trx, row.id, owner, clock(), leaseMs))
        .then((held) => {
          if (held && !ended) again();
        })
        .catch(() => undefined);
    }, leaseMs / 3);
  };
  again();
  return () => {
    ended = true;
    cancel();
  };
}

async function acknowledge(options: CourierOptions, row: OutboxRow, delivery: DeskDelivery): Promise<SendOutcome> {
  const first = await options.store.transaction(async (trx) => {
    const outcome = outcomeOf(options, row);
    const mine = await markDelivered(trx, row, delivery, outcome);
    if (mine) await noteReversal(trx, row, delivery, outcome);
    return mine;
  });
  if (first) tell(options, row, { state: 'delivered', delivery });
  return 'delivered';
}

async function refuse(options: CourierOptions, row: OutboxRow, code: string): Promise<SendOutcome> {
  const mine = await options.store.transaction((trx) => markRefused(trx, row, code, outcomeOf(options, row)));
  if (mine) tell(options, row, { state: 'refused', lastError: code });
  return 'refused';
}

/** Longer than this nobody may ask to be left alone: the screen would show a queue that stands still. */
export const longestRetryAfterMs = 3_600_000;

function retryAfterOf(details: Readonly<Record<string, unknown>> | undefined): number {
  const asked = details?.['retryAfterMs'];
  return typeof asked === 'number' && asked > 0 ? Math.min(asked, longestRetryAfterMs) : 0;
}

async function wait(
  options: CourierOptions,
  row: OutboxRow,
  code: string,
  failures: number,
  atLeastMs = 0,
): Promise<SendOutcome> {
  const delayMs = Math.max(atLeastMs, retryDelayMs(failures, options.random(), options.backOff));
  const at = new Date(options.clock().getTime() + delayMs).toISOString();
  await options.store.transaction((trx) => putBack(trx, row, code, at));
  tell(options, row, { state: 'pending', lastError: code });
  return code === 'unavailable' ? 'unavailable' : 'waiting';
}

function outcomeOf({ clock, vault }: CourierOptions, row: OutboxRow): { now: Date; deskId: string; subject: string } {
  return { now: clock(), deskId: vault.desk.id, subject: vault.subjectId(row.org_id, row.customer_id) };
}

function tell(
  options: CourierOptions,
  row: OutboxRow,
  change: Partial<OutboxProgress> & Pick<OutboxProgress, 'state'>,
): void {
  options.tell({
    nonce: row.id,
    orgId: row.org_id,
    customerId: row.customer_id,
    kind: row.kind,
    attempts: row.attempts,
    lastError: null,
    delivery: null,
    ...change,
  });
}
