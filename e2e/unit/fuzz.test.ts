import { expect, it } from 'vitest';
import { fuzz } from '../api/fuzz/run.ts';

/** The short run: another set of requests every time, its seed in the message. The long one: `npm run test:fuzz`. */
it('answers 1,500 made-up requests without a fault, a leak or a word in the log', { timeout: 240_000 }, async () => {
  const seed = Date.now() % 1_000_000_000;
  const report = await fuzz({ requests: 1500, seed });
  expect(report.findings, `npm run test:fuzz 1500 ${seed}`).toEqual([]);
  expect(report.requests).toBe(1500);
  expect(report.logLines).toBeGreaterThan(1000);
  // It would prove nothing if it never got in.
  expect(report.reached.length).toBeGreaterThan(10);
  expect(Number(report.statuses['200'])).toBeGreaterThan(100);
});
