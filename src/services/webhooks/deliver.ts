/**
 * The delivery worker: takes what is due from the outbox under a lease, sends it, notes how it went. Any number of
 * processes may run one; the database decides who makes an attempt. At least once: a process that dies after sending
 * leaves an attempt without an end, and the next attempt follows when its lease is over.
 */
import { systemResolve, type ResolveHost } from '../../connectors/http/guarded-connection.ts';
import {
  endAttempt,
  leaseDelivery,
  nextDueAt,
  purgeDeliveries,
  type AttemptEnd,
  type LeasedDelivery,
} from '../../store/repositories/webhooks-deliveries.ts';
import { randomInt, randomToken } from '../../vault/random.ts';
import { dayMs, instant, minuteMs, plusMs, type ServiceContext } from '../context.ts';
import { nextAttempt } from './retry-schedule.ts';
import { sendAttempt, type AttemptOutcome } from './send-attempt.ts';

/** Runs `task` once after `ms`; the answer cancels it. */
export type Schedule = (task: () => void, ms: number) => () => void;

export interface WebhookWorkerOptions {
  readonly schedule?: Schedule;
  readonly resolve?: ResolveHost;
  /** Uniform in 0 … 1. */
  readonly random?: () => number;
  /** How often the outbox is looked at. */
  readonly pollMs?: number;
  readonly timeoutMs?: number;
  /** How long `stop` waits for answers before it breaks off. */
  readonly graceMs?: number;
  /** Attempts under way at once, altogether and to one webhook: a receiver that hangs must not hold up the others. */
  readonly concurrency?: number;
  readonly perWebhook?: number;
}

export interface WebhookWorker {
  start(): void;
  /** No new attempt; those under way may finish, briefly. */
  stop(): Promise<void>;
  /** Sends what is due now; the number of attempts made. */
  drain(): Promise<number>;
}

export const deliveryLogMs = 30 * dayMs;
const purgeEveryMs = 60 * minuteMs;
/** Beyond the time an attempt may take: a lease ends only when its holder is gone. */
const leaseMarginMs = 50_000;

const timerSchedule: Schedule = (task, ms) => {
  const timer = setTimeout(task, ms);
  timer.unref();
  return () => clearTimeout(timer);
};

/** Makes a worker and starts it. Stop it before the store closes. */
export function startWebhookWorker(ctx: ServiceContext, options: WebhookWorkerOptions = {}): WebhookWorker {
  const worker = createWebhookWorker(ctx, options);
  worker.start();
  return worker;
}

export function createWebhookWorker(ctx: ServiceContext, options: WebhookWorkerOptions = {}): WebhookWorker {
  return new Worker(ctx, options);
}

class Worker implements WebhookWorker {
  readonly #ctx: ServiceContext;
  readonly #options: Required<WebhookWorkerOptions>;
  readonly #owner = `${process.pid}.${randomToken(9)}`;
  readonly #underWay = new Map<string, { readonly webhookId: string; readonly done: Promise<void> }>();
  #stopping = new AbortController();
  #running = false;
  #halted = false;
  #filling: Promise<number> | null = null;
  readonly #turns = new Set<Promise<void>>();
  #cancelTimer: () => void = () => undefined;
  #purgedAt = 0;

  constructor(ctx: ServiceContext, options: WebhookWorkerOptions) {
    this.#ctx = ctx;
    this.#options = {
      schedule: timerSchedule,
      resolve: systemResolve,
      random: () => randomInt(2 ** 32) / (2 ** 32 - 1),
      pollMs: 1_000,
      timeoutMs: 10_000,
      graceMs: 3_000,
      concurrency: 16,
      perWebhook: 2,
      ...options,
    };
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#halted = false;
    this.#stopping = new AbortController();
    this.#turn();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#halted = true;
    this.#cancelTimer();
    await Promise.all(this.#turns);
    const patience = setTimeout(() => this.#stopping.abort(), this.#options.graceMs);
    await Promise.all([...this.#underWay.values()].map(({ done }) => done));
    clearTimeout(patience);
  }

  async drain(): Promise<number> {
    for (let made = 0; ;) {
      made += await this.#fill();
      if (this.#underWay.size === 0) return made;
      await Promise.race([...this.#underWay.values()].map(({ done }) => done));
    }
  }

  #turn(): void {
    const turn = this.#look().finally(() => this.#turns.delete(turn));
    this.#turns.add(turn);
  }

  async #look(): Promise<void> {
    try {
      await this.#fill();
      await this.#purge();
    } catch (error) {
      // The database itself failed (busy, disk full): look again later, lose nothing.
      this.#ctx.logger.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'a webhook round failed');
    }
    if (!this.#running) return;
    this.#cancelTimer();
    this.#cancelTimer = this.#options.schedule(() => this.#turn(), this.#options.pollMs);
  }

  /** One filling at a time; answers how many attempts it began. */
  #fill(): Promise<number> {
    this.#filling ??= this.#begin().finally(() => (this.#filling = null));
    return this.#filling;
  }

  async #begin(): Promise<number> {
    for (let begun = 0; ; begun += 1) {
      if (this.#halted || this.#underWay.size >= this.#options.concurrency) return begun;
      const delivery = await this.#lease();
      if (delivery === null) return begun;
      const done = this.#deliver(delivery).finally(() => {
        this.#underWay.delete(delivery.id);
        if (this.#running) this.#turn();
      });
      this.#underWay.set(delivery.id, { webhookId: delivery.webhook_id, done });
    }
  }

  async #lease(): Promise<LeasedDelivery | null> {
    const { store } = this.#ctx;
    const now = instant(this.#ctx);
    const due = await nextDueAt(store.db);
    if (due === null || due > now) return null;
    const until = plusMs(now, this.#options.timeoutMs + leaseMarginMs);
    const request = { now, owner: this.#owner, until, except: this.#busyWebhooks() };
    return store.transaction((trx) => leaseDelivery(trx, request));
  }

  #busyWebhooks(): readonly string[] {
    const counts = new Map<string, number>();
    for (const { webhookId } of this.#underWay.values()) counts.set(webhookId, (counts.get(webhookId) ?? 0) + 1);
    return [...counts].filter(([, count]) => count >= this.#options.perWebhook).map(([webhookId]) => webhookId);
  }

  /** Never rejects: whatever goes wrong is a failed attempt, or a lease that ends by itself. */
  async #deliver(delivery: LeasedDelivery): Promise<void> {
    const { logger, store } = this.#ctx;
    const ids = { webhookId: delivery.webhook_id, deliveryId: delivery.id, attempt: delivery.attempts };
    try {
      const { timeoutMs, resolve } = this.#options;
      const outcome = await sendAttempt(this.#ctx, delivery, { timeoutMs, resolve, stopping: this.#stopping.signal });
      const end = this.#endOf(delivery, outcome);
      await store.transaction((trx) => endAttempt(trx, delivery, end));
      if (!outcome.delivered) {
        const { status, error } = outcome;
        logger.warn({ ...ids, status, error, state: end.next.state }, 'a webhook attempt failed');
      }
    } catch (error) {
      logger.error({ ...ids, error: error instanceof Error ? error.name : 'unknown' }, 'a webhook attempt broke');
    }
  }

  #endOf(delivery: LeasedDelivery, outcome: AttemptOutcome): AttemptEnd {
    const at = instant(this.#ctx);
    const { status, error } = outcome;
    if (outcome.delivered) return { at, status, error, next: { state: 'delivered' } };
    const due = nextAttempt({
      attempts: delivery.attempts,
      createdAt: Date.parse(delivery.created_at),
      now: Date.parse(at),
      random: this.#options.random(),
      retryAfterMs: outcome.retryAfterMs,
    });
    if (due === null) return { at, status, error, next: { state: 'failed' } };
    return { at, status, error, next: { state: 'pending', dueAt: new Date(due).toISOString() } };
  }

  async #purge(): Promise<void> {
    const now = this.#ctx.clock().getTime();
    if (now - this.#purgedAt < purgeEveryMs) return;
    this.#purgedAt = now;
    const before = new Date(now - deliveryLogMs).toISOString();
    await this.#ctx.store.transaction((trx) => purgeDeliveries(trx, before));
  }
}
