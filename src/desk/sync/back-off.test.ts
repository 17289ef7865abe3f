import fc from 'fast-check';
import { expect, it } from 'vitest';
import { retryDelayMs } from './back-off.ts';

it('doubles up to the cap, between half and all of the step, for any number of failures', () => {
  const backOff = { baseMs: 1_000, maxMs: 60_000 };
  expect([1, 2, 3, 7, 8, 100_000].map((failures) => retryDelayMs(failures, 1, backOff))).toEqual([
    1_000, 2_000, 4_000, 60_000, 60_000, 60_000,
  ]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
      const delay = retryDelayMs(failures, random, backOff);
      const step = retryDelayMs(failures, 1, backOff);
      return delay >= Math.floor(step / 2) && delay <= step;
    }),
  );
});
