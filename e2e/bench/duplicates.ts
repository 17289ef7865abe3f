/**
 * `npm run bench:duplicates [-- --faces 100000,1000000]`: the 1:N search beside a scan of the float templates, same probes,
 * same threshold, in one run. Drawn templates: random directions, and for each probe one noisy copy of a known face.
 */
import { parseArgs } from 'node:util';
import { TemplateIndex } from '../../src/core/duplicates/template-index.ts';

const { values } = parseArgs({
  options: { faces: { type: 'string', default: '100000' }, probes: { type: 'string', default: '40' } },
});
const dimensions = 512;
const threshold = 0.5;

/** xorshift128+-like generator: fast, seeded, good enough to draw directions. */
function generator(seed: number): () => number {
  let a = seed | 1;
  let b = 0x9e3779b9;
  return () => {
    a ^= a << 13;
    a ^= a >>> 17;
    a ^= a << 5;
    b = (b + 0x6d2b79f5) | 0;
    return ((a ^ b) >>> 0) / 2 ** 32;
  };
}

function unit(next: () => number): Float32Array {
  const vector = new Float32Array(dimensions);
  let squares = 0;
  for (let index = 0; index < dimensions; index += 1) {
    const value = next() + next() + next() - 1.5;
    vector[index] = value;
    squares += value * value;
  }
  const length = Math.sqrt(squares);
  return vector.map((value) => value / length);
}

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

function dot(a: Float32Array, b: Float32Array, at: number): number {
  let sum = 0;
  for (let index = 0; index < dimensions; index += 1) sum += (a[index] ?? 0) * (b[at + index] ?? 0);
  return sum;
}

function measure(faces: number, probes: number): void {
  const next = generator(41);
  const all = new Float32Array(faces * dimensions);
  const index = new TemplateIndex(dimensions);
  const started = performance.now();
  let adding = 0;
  for (let face = 0; face < faces; face += 1) {
    const vector = unit(next);
    all.set(vector, face * dimensions);
    const before = performance.now();
    index.add(String(face), vector);
    adding += performance.now() - before;
  }
  const drawn = performance.now() - started - adding;
  const ours: number[] = [];
  const plain: number[] = [];
  let wanted = 0;
  let found = 0;
  let compared = 0;
  for (let probeNumber = 0; probeNumber < probes; probeNumber += 1) {
    const known = Math.floor(next() * faces);
    const probe = all.slice(known * dimensions, (known + 1) * dimensions).map((value) => value + (next() - 0.5) * 0.1);
    let at = performance.now();
    const candidates = index.candidates(probe, threshold);
    const norm = Math.sqrt(dot(probe, probe, 0));
    const hits = candidates.filter(({ id }) => dot(probe, all, Number(id) * dimensions) / norm >= threshold);
    ours.push(performance.now() - at);
    compared += candidates.length;
    at = performance.now();
    const truly: number[] = [];
    for (let face = 0; face < faces; face += 1)
      if (dot(probe, all, face * dimensions) / norm >= threshold) truly.push(face);
    plain.push(performance.now() - at);
    const ids = new Set(hits.map(({ id }) => Number(id)));
    wanted += truly.length;
    found += truly.filter((face) => ids.has(face)).length;
  }
  ours.sort((a, b) => a - b);
  plain.sort((a, b) => a - b);
  process.stdout.write(
    [
      `${faces.toLocaleString('en')} faces, ${probes} probes, threshold ${threshold}`,
      `  int8 scan + float re-rank   p50 ${percentile(ours, 0.5).toFixed(1)} ms   p95 ${percentile(ours, 0.95).toFixed(1)} ms`,
      `  scan of float templates     p50 ${percentile(plain, 0.5).toFixed(1)} ms   p95 ${percentile(plain, 0.95).toFixed(1)} ms   ratio ours : plain ${(percentile(ours, 0.5) / percentile(plain, 0.5)).toFixed(3)}`,
      `  hits of the plain scan found ${found} of ${wanted} (${((100 * found) / wanted).toFixed(1)} %); ${(compared / probes).toFixed(1)} faces compared exactly per probe`,
      `  index ${(index.bytes / 1e6).toFixed(0)} MB, float templates would be ${((faces * dimensions * 4) / 1e6).toFixed(0)} MB; ${(adding / 1000).toFixed(1)} s to build, ${(drawn / 1000).toFixed(1)} s to draw the faces`,
      '',
    ].join('\n'),
  );
}

for (const text of values.faces.split(',')) {
  const faces = Number(text);
  if (!Number.isInteger(faces) || faces < 1) throw new Error('--faces takes whole numbers separated by commas');
  measure(faces, Number(values.probes));
}
