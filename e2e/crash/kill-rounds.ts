/** The two ways of dying: at every named point, and at random moments that a seed repeats. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAt } from '../../src/store/testing/temporary-installation.ts';
import { checkInvariants, closeWorkers, deliverTheRest, failpoints, runDay } from './crash-harness.ts';

/** mulberry32: a small generator that can be repeated from its seed. */
export function generator(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface KillReport {
  readonly rounds: number;
  readonly killed: number;
  readonly sealed: number;
  readonly checkpoints: number;
  /** Taken in again by the receiver after a death, and answered as a repeat. */
  readonly redelivered: number;
  readonly ms: number;
}

/** One installation and what it has promised so far. */
class Branch {
  readonly root = mkdtempSync(join(tmpdir(), 'loket-crash-'));
  readonly acknowledged = new Set<string>();
  readonly notes: string[] = [];
  readonly counts = { killed: 0, redelivered: 0 };

  constructor(template: string | null) {
    if (template !== null) cpSync(template, this.root, { recursive: true });
  }

  /** Milliseconds the day lasted. */
  async day(day: Parameters<typeof runDay>[0]): Promise<number> {
    const end = await runDay(day);
    if (end.signal === 'SIGKILL') this.counts.killed += 1;
    else if (end.code !== 0) throw new Error(`the day ended with ${end.code}: ${end.stderr}`);
    for (const nonce of end.sealed) this.acknowledged.add(nonce);
    this.notes.push(...end.checkpoints);
    const { redelivered } = await checkInvariants(this.root, this.acknowledged, this.notes);
    this.counts.redelivered = redelivered;
    return end.ms;
  }

  /** With nobody dying everything arrives, once, in order. Returns how many captures there were. */
  async end(): Promise<number> {
    const { sealed } = await checkInvariants(this.root, this.acknowledged, this.notes);
    const held = await deliverTheRest(this.root);
    if (held !== sealed) throw new Error(`${sealed} sealed, ${held} received`);
    const after = await checkInvariants(this.root, this.acknowledged, this.notes);
    if (after.delivered !== sealed) throw new Error(`${sealed} sealed, ${after.delivered} noted as delivered`);
    rmSync(this.root, { recursive: true, force: true });
    return sealed;
  }
}

/** An installation made once and copied: creating its tables is not what is being tested. */
async function makeTemplate(): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'loket-crash-new-'));
  const place = await openAt(root, () => new Date());
  await place.store.close();
  return root;
}

export async function dieAtFailpoints(counts: readonly number[]): Promise<KillReport> {
  const begun = performance.now();
  const branch = new Branch(null);
  let day = 0;
  for (const name of failpoints) {
    // A process opens once.
    for (const count of name.startsWith('open') ? [1] : counts) {
      const before = branch.counts.killed;
      await branch.day({ root: branch.root, day: (day += 1), captures: 8, failpoint: { name, count } });
      if (branch.counts.killed === before) throw new Error(`${name} ${count} was never passed`);
    }
  }
  const { killed, redelivered } = branch.counts;
  const checkpoints = branch.notes.length;
  const sealed = await branch.end();
  await closeWorkers();
  return { rounds: day, killed, sealed, checkpoints, redelivered, ms: performance.now() - begun };
}

const roundsPerBranch = 20;
/** Moments are drawn from a little more than a whole day, measured anew for each installation: machines are not equally busy. */
const beyondTheDay = 1.1;

export async function dieAtRandom(
  rounds: number,
  seed: number,
  progress: (round: number) => void = () => undefined,
): Promise<KillReport> {
  const begun = performance.now();
  const random = generator(seed);
  const template = await makeTemplate();
  const total = { killed: 0, sealed: 0, checkpoints: 0, redelivered: 0 };
  for (let round = 0; round < rounds;) {
    const branch = new Branch(template);
    const longestMs = beyondTheDay * (await branch.day({ root: branch.root, day: 1_000, captures: 6 }));
    for (let day = 0; day < roundsPerBranch && round < rounds; day += 1, round += 1) {
      const job = { root: branch.root, day, captures: 6, killAfterMs: random() * longestMs };
      await branch.day(job).catch((error: unknown) => {
        throw new Error(`round ${round}, LOKET_CRASH_SEED=${seed}, kept in ${branch.root}`, { cause: error });
      });
    }
    total.killed += branch.counts.killed;
    total.redelivered += branch.counts.redelivered;
    total.checkpoints += branch.notes.length;
    total.sealed += await branch.end();
    progress(round);
  }
  rmSync(template, { recursive: true, force: true });
  await closeWorkers();
  return { rounds, ...total, ms: performance.now() - begun };
}
