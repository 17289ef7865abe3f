/**
 * When a delivery is tried again: exponential from half a minute to six hours with equal jitter (Brooker, AWS Architecture
 * Blog 2015), for three days, the last attempt at their end. A sender that was switched off all that time still makes
 * twelve attempts before it gives up.
 */
import { dayMs, minuteMs } from '../context.ts';

export const firstDelayMs = 30_000;
export const longestDelayMs = 360 * minuteMs;
export const retryForMs = 3 * dayMs;
export const fewestAttempts = 12;

export interface FailedAttempt {
  /** Attempts made so far, ≥ 1. */
  readonly attempts: number;
  /** Milliseconds. */
  readonly createdAt: number;
  readonly now: number;
  /** In 0 … 1. */
  readonly random: number;
  /** What the receiver asked for (`Retry-After`), or 0. */
  readonly retryAfterMs: number;
}

/** When the next attempt is due in milliseconds, or null: given up. */
export function nextAttempt({ attempts, createdAt, now, random, retryAfterMs }: FailedAttempt): number | null {
  const deadline = createdAt + retryForMs;
  if (now >= deadline && attempts >= fewestAttempts) return null;
  const step = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(attempts - 1, 30));
  const wait = Math.max(step / 2 + (step / 2) * random, Math.min(retryAfterMs, longestDelayMs));
  const next = Math.round(now + wait);
  return now < deadline ? Math.min(next, deadline) : next;
}
