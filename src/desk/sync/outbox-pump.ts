/**
 * Moves sealed captures from the outbox to the record, for as long as it takes. A capture leaves the queue only by the
 * receiver's answer; a process that dies between delivery and its note is no harm: the lease ends, the capture is sent
 * again, and the receiver's nonce check answers the original result.
 */
import type { Store } from '../../store/open-store.ts';
import { randomInt, randomToken } from '../../vault/random.ts';
import type { Vault } from '../../vault/vault.ts';
import { defaultBackOff, retryDelayMs, type BackOff } from './back-off.ts';
import type { BundleSink, SentBytes } from './bundle-sink.ts';
import { createCourier, type Courier, type OutboxProgress, type Schedule } from './outbox-courier.ts';
import { makeDue, nextDueMs } from './outbox-queue.ts';
import { bundleStates, type BundleState } from './outbox-views.ts';

export type { OutboxProgress } from './outbox-courier.ts';

export interface OutboxPumpOptions {
  readonly store: Store;
  readonly vault: Vault;
  readonly sink: BundleSink;
  readonly clock: () => Date;
  /** Uniform in 0 … 1. */
  readonly random?: () => number;
  readonly backOff?: BackOff;
  /** How long a row may stay leased without a sign of life. */
  readonly leaseMs?: number;
  /** Longest pause before the table is looked at again: another process may have added a row. */
  readonly pollMs?: number;
  readonly schedule?: Schedule;
  readonly logger?: { warn(fields: object, message?: string): void };
}

export interface OutboxPump {
  start(): void;
  /** Lets the delivery under way finish, then rests. */
  stop(): Promise<void>;
  /** Everything that waits is tried now. */
  kick(): Promise<void>;
  /** Sends what is due, once through; returns how many were delivered. For commands without a running pump. */
  drain(): Promise<number>;
  /** Answers when each of these is delivered or refused, or after `timeoutMs` with what is known then. */
  settle(orgId: string, nonces: readonly string[], timeoutMs: number): Promise<readonly BundleState[]>;
  onProgress(listener: (progress: OutboxProgress) => void): () => void;
  /** False after a delivery failed for want of a connection, until one succeeds. */
  online(): boolean;
  /** How far a large capture is that is being sent just now. */
  sent(nonce: string): SentBytes | null;
}

const scheduleTimer: Schedule = (task, ms, keepAlive = false) => {
  const timer = setTimeout(task, ms);
  if (!keepAlive) timer.unref();
  return () => clearTimeout(timer);
};

const shortestRestMs = 50;

export function createOutboxPump(options: OutboxPumpOptions): OutboxPump {
  return new Pump(options);
}

class Pump implements OutboxPump {
  readonly #options: OutboxPumpOptions;
  readonly #courier: Courier;
  readonly #random: () => number;
  readonly #backOff: BackOff;
  readonly #pollMs: number;
  readonly #schedule: Schedule;
  readonly #listeners = new Set<(progress: OutboxProgress) => void>();
  readonly #sent = new Map<string, SentBytes>();
  #running = false;
  #stopping = false;
  #connectionFailures = 0;
  #online = true;
  #round: Promise<number> | null = null;
  #roundAgain = false;
  #cancelTimer: () => void = () => undefined;

  constructor(options: OutboxPumpOptions) {
    this.#options = options;
    this.#random = options.random ?? (() => randomInt(2 ** 32) / (2 ** 32 - 1));
    this.#backOff = options.backOff ?? defaultBackOff;
    this.#pollMs = options.pollMs ?? 15_000;
    this.#schedule = options.schedule ?? scheduleTimer;
    this.#courier = createCourier({
      ...options,
      random: this.#random,
      backOff: this.#backOff,
      leaseMs: options.leaseMs ?? 30_000,
      schedule: this.#schedule,
      owner: `${process.pid}.${randomToken(9)}`,
      tell: (progress) => this.#tell(progress),
    });
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#turn();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#stopping = true;
    this.#cancelTimer();
    await this.#round?.catch(() => undefined);
    this.#stopping = false;
  }

  async kick(): Promise<void> {
    this.#connectionFailures = 0;
    const { store, clock } = this.#options;
    await store.transaction((trx) => makeDue(trx, clock()));
    if (this.#running) void this.#turn();
  }

  /** One round at a time; a wish for a round during a round makes another one after it. */
  drain(): Promise<number> {
    if (this.#round !== null) {
      this.#roundAgain = true;
      return this.#round;
    }
    this.#round = this.#rounds().finally(() => (this.#round = null));
    return this.#round;
  }

  async settle(orgId: string, nonces: readonly string[], timeoutMs: number): Promise<readonly BundleState[]> {
    let wake: () => void = () => undefined;
    let timedOut = false;
    const cancel = this.#schedule(
      () => {
        timedOut = true;
        wake();
      },
      timeoutMs,
      true,
    );
    const forget = this.onProgress((progress) => {
      if (nonces.includes(progress.nonce)) wake();
    });
    try {
      for (;;) {
        const changed = new Promise<void>((resolve) => (wake = resolve));
        const states = await bundleStates(this.#options.store, orgId, nonces);
        if (timedOut || states.every(isSettled)) return states;
        await changed;
      }
    } finally {
      cancel();
      forget();
    }
  }

  onProgress(listener: (progress: OutboxProgress) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  online(): boolean {
    return this.#online;
  }

  async #turn(): Promise<void> {
    let restMs = this.#pollMs;
    try {
      await this.drain();
      restMs = await this.#restMs();
    } catch (error) {
      // The database itself failed (busy, disk full): look again later, lose nothing.
      this.#options.logger?.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'an outbox round failed');
    }
    if (!this.#running) return;
    this.#cancelTimer();
    this.#cancelTimer = this.#schedule(() => void this.#turn(), restMs);
  }

  async #restMs(): Promise<number> {
    if (this.#connectionFailures > 0) return retryDelayMs(this.#connectionFailures, this.#random(), this.#backOff);
    const due = await nextDueMs(this.#options.store.db, this.#options.clock());
    return due === null ? this.#pollMs : Math.min(this.#pollMs, Math.max(due, shortestRestMs));
  }

  async #rounds(): Promise<number> {
    let delivered = 0;
    do {
      this.#roundAgain = false;
      delivered += await this.#sendDue();
    } while (this.#roundAgain && !this.#stopping);
    return delivered;
  }

  /** Sends until nothing is due, nobody answers, or `stop`. */
  async #sendDue(): Promise<number> {
    for (let delivered = 0; ;) {
      const row = this.#stopping ? null : await this.#courier.take();
      if (row === null) return delivered;
      const outcome = await this.#courier.send(row, this.#connectionFailures);
      if (outcome === 'unavailable') {
        this.#connectionFailures += 1;
        return delivered;
      }
      if (outcome !== 'delivered') continue;
      this.#connectionFailures = 0;
      delivered += 1;
    }
  }

  sent(nonce: string): SentBytes | null {
    return this.#sent.get(nonce) ?? null;
  }

  #tell(progress: OutboxProgress): void {
    // Before anybody is told: who asks then how the line is gets the answer of this very delivery.
    if (progress.state === 'pending' && progress.lastError === 'unavailable') this.#online = false;
    else if (progress.state === 'delivered' || progress.state === 'refused') this.#online = true;
    if (progress.sent === undefined) this.#sent.delete(progress.nonce);
    else this.#sent.set(progress.nonce, progress.sent);
    for (const listener of this.#listeners) {
      try {
        listener(progress);
      } catch {
        // A screen that went away must not stop the queue.
      }
    }
  }
}

function isSettled(state: BundleState): boolean {
  return state.state === 'delivered' || state.state === 'refused';
}
