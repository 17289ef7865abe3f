/** Fixed windows per bucket and key: in memory, or, where several processes share a database, there. */
import { countShared } from '../store/repositories/shared-counters.ts';
import type { Store } from '../store/store.ts';
import { sha256 } from '../vault/random.ts';

export interface RateState {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Unix seconds at which the window ends. */
  readonly resetAt: number;
}

export interface RateLimiter {
  take(bucket: string, key: string, limit: number, windowSeconds: number): RateState | Promise<RateState>;
}

/** Counts in the memory of this process. */
export interface LocalRateLimiter extends RateLimiter {
  take(bucket: string, key: string, limit: number, windowSeconds: number): RateState;
}

/** Behind a load balancer every process must count what the others let through; a desk alone counts for itself. */
export function rateLimiterFor(store: Store, clock: () => Date): RateLimiter {
  return store.engine === 'postgres' ? createSharedRateLimiter(store, clock) : createRateLimiter(clock);
}

/** One statement per request. Keys are hashed: they may hold an address or a customer's id. */
export function createSharedRateLimiter(store: Store, clock: () => Date): RateLimiter {
  return {
    async take(bucket, key, limit, windowSeconds) {
      const now = clock();
      const endsAt = new Date(now.getTime() + windowSeconds * 1000).toISOString();
      const window = { now: now.toISOString(), endsAt, most: limit + 1 };
      const counted = await countShared(store.db, { bucket, key: sha256(key) }, window);
      return {
        allowed: counted.used <= limit,
        limit,
        remaining: Math.max(0, limit - counted.used),
        resetAt: Math.ceil(Date.parse(counted.endsAt) / 1000),
      };
    },
  };
}

interface Window {
  used: number;
  readonly endsAt: number;
}

const sweepAbove = 50_000;

export function createRateLimiter(clock: () => Date): LocalRateLimiter {
  const windows = new Map<string, Window>();
  return {
    take(bucket, key, limit, windowSeconds) {
      const now = clock().getTime();
      if (windows.size > sweepAbove) for (const [id, window] of windows) if (window.endsAt <= now) windows.delete(id);
      const id = `${bucket}|${key}`;
      let window = windows.get(id);
      if (window === undefined || window.endsAt <= now) {
        window = { used: 0, endsAt: now + windowSeconds * 1000 };
        windows.set(id, window);
      }
      const allowed = window.used < limit;
      if (allowed) window.used += 1;
      return { allowed, limit, remaining: Math.max(0, limit - window.used), resetAt: Math.ceil(window.endsAt / 1000) };
    },
  };
}
