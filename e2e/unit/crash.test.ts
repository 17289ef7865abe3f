/**
 * Kill -9 at named points and at random moments; nothing that the desk called stored is ever lost, doubled or readable.
 * Short here; the long run: LOKET_CRASH_ROUNDS=1000 vitest run e2e/unit/crash.test.ts (LOKET_CRASH_SEED repeats one).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkInvariants, deliverTheRest, failpoints, runDay } from '../crash/crash-harness.ts';

const rounds = Number(process.env['LOKET_CRASH_ROUNDS'] ?? 20);
const seed = Number(process.env['LOKET_CRASH_SEED'] ?? Date.now() % 2 ** 31);
const perRoundMs = 6_000;
let root: string;

beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'loket-crash-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** mulberry32: a small generator that can be repeated from its seed. */
function generator(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe('a desk that dies', () => {
  it(
    'at every named point keeps what it called stored, once',
    { timeout: failpoints.length * 2 * perRoundMs },
    async () => {
      const acknowledged = new Set<string>();
      let day = 0;
      for (const name of failpoints) {
        for (const count of [1, 4]) {
          const end = await runDay({ root, day: (day += 1), captures: 8, failpoint: { name, count } });
          expect(end, `${name} ${end.stderr}`).toMatchObject({ signal: 'SIGKILL' });
          for (const nonce of end.sealed) acknowledged.add(nonce);
          await checkInvariants(root, acknowledged);
        }
      }
      const { sealed, redelivered } = await checkInvariants(root, acknowledged);
      // Death after the receiver took it and before the desk wrote that down: sent again, taken in once.
      expect(redelivered).toBeGreaterThan(0);
      expect(await deliverTheRest(root)).toBe(sealed);
      expect(await checkInvariants(root, acknowledged)).toMatchObject({ sealed, delivered: sealed });
    },
  );

  it(
    `at ${rounds} random moments keeps what it called stored, once`,
    { timeout: rounds * perRoundMs + 30_000 },
    async () => {
      const random = generator(seed);
      const acknowledged = new Set<string>();
      let killed = 0;
      for (let day = 0; day < rounds; day += 1) {
        const end = await runDay({ root, day, captures: 10, killAfterMs: Math.floor(random() * 120) });
        if (end.signal === 'SIGKILL') killed += 1;
        else expect(end, end.stderr).toMatchObject({ code: 0 });
        for (const nonce of end.sealed) acknowledged.add(nonce);
        await checkInvariants(root, acknowledged).catch((error: unknown) => {
          throw new Error(`round ${day}, LOKET_CRASH_SEED=${seed}`, { cause: error });
        });
      }
      expect(killed).toBeGreaterThan(0);
      const { sealed } = await checkInvariants(root, acknowledged);
      expect(sealed).toBeGreaterThanOrEqual(acknowledged.size);
      expect(await deliverTheRest(root)).toBe(sealed);
      expect(await checkInvariants(root, acknowledged)).toMatchObject({ sealed, delivered: sealed });
    },
  );
});
