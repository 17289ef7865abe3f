/** Fixed windows per bucket and key. The interface is what a shared store (PostgreSQL) implements for several processes. */
export interface RateState {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Unix seconds at which the window ends. */
  readonly resetAt: number;
}

export interface RateLimiter {
  take(bucket: string, key: string, limit: number, windowSeconds: number): RateState;
}

interface Window {
  used: number;
  readonly endsAt: number;
}

const sweepAbove = 50_000;

export function createRateLimiter(clock: () => Date): RateLimiter {
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
