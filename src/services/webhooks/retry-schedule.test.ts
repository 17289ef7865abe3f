import { describe, expect, it } from 'vitest';
import { dayMs, minuteMs } from '../context.ts';
import { nextAttempt } from './retry-schedule.ts';

/** The instants of all attempts of a delivery that never succeeds. */
function attemptsAt(random: number): readonly number[] {
  const instants = [0];
  for (;;) {
    const now = instants.at(-1) ?? 0;
    const next = nextAttempt({ attempts: instants.length, createdAt: 0, now, random, retryAfterMs: 0 });
    if (next === null) return instants;
    instants.push(next);
  }
}

describe('the retry schedule', () => {
  it.each([0, 0.5, 1])('lasts three days and at least twelve attempts (random %s)', (random) => {
    const instants = attemptsAt(random);
    expect(instants.length).toBeGreaterThanOrEqual(12);
    expect(instants.at(-1)).toBe(3 * dayMs);
    const pauses = instants.slice(1).map((at, index) => at - (instants[index] ?? 0));
    expect(pauses[0]).toBe((15 + 15 * random) * 1000);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(6 * 60 * minuteMs);
    const growing = pauses.slice(0, 9);
    expect(growing).toEqual([...growing].sort((a, b) => a - b));
  });

  it('spreads the attempts of many deliveries', () => {
    const at = (random: number) => nextAttempt({ attempts: 3, createdAt: 0, now: 0, random, retryAfterMs: 0 });
    expect([at(0), at(0.5), at(1)]).toEqual([60_000, 90_000, 120_000]);
  });

  it('waits as long as the receiver asks, up to six hours', () => {
    const after = (retryAfterMs: number) => nextAttempt({ attempts: 1, createdAt: 0, now: 0, random: 0, retryAfterMs });
    expect(after(120_000)).toBe(120_000);
    expect(after(1_000)).toBe(15_000);
    expect(after(dayMs)).toBe(6 * 60 * minuteMs);
  });

  it('goes on after a long standstill until there were twelve attempts', () => {
    const after = (attempts: number) =>
      nextAttempt({ attempts, createdAt: 0, now: 10 * dayMs, random: 0, retryAfterMs: 0 });
    expect(after(1)).toBe(10 * dayMs + 15_000);
    expect(after(11)).toBeGreaterThan(10 * dayMs);
    expect(after(12)).toBeNull();
  });
});
