/**
 * Kill -9 at named points and at random moments; nothing that the desk called stored is ever lost, doubled or readable.
 * Short here; the long run is `npm run test:crash` (LOKET_CRASH_SEED repeats one).
 */
import { describe, expect, it } from 'vitest';
import { failpoints } from '../crash/crash-harness.ts';
import { dieAtFailpoints, dieAtRandom } from '../crash/kill-rounds.ts';

const rounds = 20;
const seed = Number(process.env['LOKET_CRASH_SEED'] ?? Date.now() % 2 ** 31);
const perRoundMs = 6_000;

describe('a desk that dies', () => {
  it(
    'at every named point keeps what it called stored, once',
    { timeout: failpoints.length * 2 * perRoundMs },
    async () => {
      const report = await dieAtFailpoints([1, 3]);
      expect(report.killed).toBe(report.rounds);
      // Death after the receiver took it and before the desk wrote that down: sent again, taken in once.
      expect(report.redelivered).toBeGreaterThan(0);
      expect(report.checkpoints).toBeGreaterThan(0);
    },
  );

  it(
    `at ${rounds} random moments keeps what it called stored, once (seed ${seed})`,
    { timeout: rounds * perRoundMs + 30_000 },
    async () => {
      const report = await dieAtRandom(rounds, seed);
      expect(report.killed).toBeGreaterThan(0);
      expect(report.sealed).toBeGreaterThan(0);
    },
  );
});
