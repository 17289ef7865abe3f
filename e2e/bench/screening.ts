/**
 * `npm run bench:screening [-- --names 100000,1000000 --queries 400 --hits 1000 --scan-seconds 120 --seed 5]`: time of a question to the index,
 * next to the plain scan of the same scorer over all names; hits of the scan that the index found; time to build and
 * memory. One process, one thread. Everybody is fictional, made by the generator of the accuracy run.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { IndexBuilder } from '../../src/core/screening/build-index.ts';
import { arrayBytes, type NameIndex } from '../../src/core/screening/name-index.ts';
import { askIndex, scanIndex, searchIndex, type AskedName } from '../../src/core/screening/search-index.ts';
import { createDraw } from '../accuracy/screening/draw.ts';
import { isoCountry, makeList, somebody, toEntry, type Listed } from '../accuracy/screening/people.ts';
import { treatments } from '../accuracy/screening/treatments.ts';

const { values: flags } = parseArgs({
  options: {
    names: { type: 'string', default: '100000,1000000' },
    queries: { type: 'string', default: '400' },
    /** Scans go on until they found so many hits … */
    hits: { type: 'string', default: '1000' },
    /** … or so much time has passed, for each size. */
    'scan-seconds': { type: 'string', default: '120' },
    seed: { type: 'string', default: '5' },
  },
});

const goals: Readonly<Record<number, number>> = { 100_000: 5, 1_000_000: 50 };

function build(entries: readonly Listed[]): { readonly index: NameIndex; readonly ms: number; readonly heap: number } {
  globalThis.gc?.();
  const before = process.memoryUsage();
  const began = performance.now();
  const builder = new IndexBuilder();
  for (const entry of entries) builder.add(toEntry(entry, entry.who.name));
  const steps = builder.finish();
  let longest = 0;
  for (;;) {
    const from = performance.now();
    const step = steps.next();
    longest = Math.max(longest, performance.now() - from);
    if (step.done !== true) continue;
    const ms = performance.now() - began;
    globalThis.gc?.();
    const after = process.memoryUsage();
    print(`  longest step of building ${longest.toFixed(0)} ms`);
    const heap = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
    return { index: step.value, ms, heap };
  }
}

/**
 * A share of listed people under other spellings, the rest people on no list, four of five Indonesians, with what a card
 * tells.
 */
function questions(
  index: NameIndex,
  entries: readonly Listed[],
  count: number,
  listed: 'all' | 'half',
): readonly AskedName[] {
  const draw = createDraw(Number(flags.seed) + (listed === 'all' ? 2 : 1));
  const asked: AskedName[] = [];
  while (asked.length < count) {
    const known = listed === 'all' || asked.length % 2 === 0;
    const who = known
      ? draw.pick(entries).who
      : somebody(draw, draw.chance(0.8) ? 'id' : draw.pick(['en', 'ar', 'cn', 'ru']));
    const name = known ? draw.pick(treatments).apply(who.name, draw) : who.name;
    if (name === null) continue;
    // Every fourth by the name alone: the widest question.
    const facts = asked.length % 4 === 3 ? {} : { dob: who.born, nationality: isoCountry(who.country) };
    const one = askIndex(index, { name, type: who.type, ...facts });
    if (one !== null) asked.push(one);
  }
  return asked;
}

function measure(size: number): boolean {
  const entries = makeList(createDraw(Number(flags.seed)), size);
  print(`\n${size} names`);
  const { index, ms, heap } = build(entries);
  print(
    `  built in ${(ms / 1000).toFixed(1)} s; ${mib(arrayBytes(index))} in arrays, ${mib(heap)} in all; ${index.tokens.length} words`,
  );
  const asked = questions(index, entries, Number(flags.queries), 'half');
  for (const one of asked.slice(0, 50)) searchIndex(index, one);
  const times = asked.map((one) => timed(() => searchIndex(index, one)).ms);
  let wanted = 0;
  let found = 0;
  const scanTimes: number[] = [];
  const until = performance.now() + Number(flags['scan-seconds']) * 1000;
  for (const one of questions(index, entries, Number(flags.hits) * 2, 'all')) {
    if (wanted >= Number(flags.hits) || performance.now() > until) break;
    const scan = timed(() => scanIndex(index, one));
    const hits = new Set(searchIndex(index, one).map((hit) => hit.entry));
    wanted += scan.value.length;
    found += scan.value.filter((hit) => hits.has(hit.entry)).length;
    scanTimes.push(scan.ms);
  }
  const p95 = percentile(times, 0.95);
  const goal = goals[size];
  const rate = (all: readonly number[]): string =>
    (1000 / (all.reduce((sum, one) => sum + one, 0) / all.length)).toFixed(1);
  print(
    `  index: p50 ${percentile(times, 0.5).toFixed(2)} ms, p95 ${p95.toFixed(2)} ms, p99 ${percentile(times, 0.99).toFixed(2)} ms, ${rate(times)} questions/s`,
  );
  print(
    `  plain scan: p50 ${percentile(scanTimes, 0.5).toFixed(0)} ms, p95 ${percentile(scanTimes, 0.95).toFixed(0)} ms, ${rate(scanTimes)} questions/s`,
  );
  print(
    `  of the ${wanted} hits of ${scanTimes.length} scans the index found ${found} (${wanted === 0 ? '-' : ((100 * found) / wanted).toFixed(2)} %)`,
  );
  const kept = (goal === undefined || p95 <= goal) && found >= wanted * 0.999;
  print(`  goal p95 ${goal ?? '-'} ms, 99.9 % of the hits: ${kept ? 'kept' : 'missed'}`);
  return kept;
}

function timed<T>(work: () => T): { readonly ms: number; readonly value: T } {
  const began = performance.now();
  const value = work();
  return { ms: performance.now() - began, value };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

function mib(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(0)} MiB`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

print(`load ${loadavg()[0]?.toFixed(2)}`);
const results = flags.names.split(',').map((text) => measure(Number(text)));
print(`load ${loadavg()[0]?.toFixed(2)}`);
process.exitCode = results.every(Boolean) ? 0 : 1;
