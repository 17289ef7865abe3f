import { expect, it } from 'vitest';
import { restartDelayMs } from './restart-policy.ts';

it('starts again at once, then backs off to at most half a minute', () => {
  expect([1, 2, 3, 4].map(restartDelayMs)).toEqual([0, 250, 500, 1000]);
  expect(restartDelayMs(1000)).toBe(30_000);
});
