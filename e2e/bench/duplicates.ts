/**
 * `npm run bench:duplicates [-- --faces 100000,1000000] [--vectors 5000] [--server postgres://…]`: the 1:N search of a desk beside
 * a scan of the float templates, and the search of a bank through pgvector, all on the same drawn faces and probes. Nothing
 * but the index is kept in memory, so a million faces need about 0.6 GB.
 */
import { parseArgs } from 'node:util';
import { measureVectors } from './duplicates/by-vectors.ts';
import { drawnProbes } from './duplicates/drawn-faces.ts';
import { buildAndScan, measureExact } from './duplicates/exact.ts';
import { ms, percent } from './duplicates/figures.ts';

const { values } = parseArgs({
  options: {
    faces: { type: 'string', default: '100000,1000000' },
    /** Faces in pgvector; 0 = leave it out. Inside this process the graph grows slowly: keep it small. */
    vectors: { type: 'string', default: '5000' },
    server: { type: 'string' },
    probes: { type: 'string', default: '40' },
    seed: { type: 'string', default: '41' },
  },
});
const [count, seed] = [Number(values.probes), Number(values.seed)];
const threshold = 0.5;
const number = (value: number): string => value.toLocaleString('en');
const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
const say = (lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n\n`);

function exact(faces: number): boolean {
  const probes = drawnProbes(seed, faces, count);
  const built = buildAndScan(seed, faces, probes, threshold);
  const report = measureExact(seed, built, probes, threshold);
  say([
    `${number(faces)} faces, ${count} probes at cosine 0.55 to 0.90 of their own face, threshold ${threshold}`,
    `  exact: int8 scan + float re-rank   ${ms(report.times)}`,
    `  scan of float templates            ${built.truth.scanMs.toFixed(1)} ms a probe, blocks that stay in the cache   ratio ours : plain ${(report.times.p50 / built.truth.scanMs).toFixed(3)}`,
    `  hits of the plain scan found ${report.found} of ${report.wanted} (${percent(report.found, report.wanted)}), its ten nearest ${report.nearestFound} of ${count * 10} (${percent(report.nearestFound, count * 10)}); ${report.comparedPerProbe.toFixed(1)} faces compared exactly a probe`,
    `  index ${mb(report.indexBytes)}, float templates would be ${mb(faces * 2048)}; ${report.buildSeconds.toFixed(1)} s to build; resident ${mb(process.memoryUsage().rss)}`,
  ]);
  return report.found === report.wanted && report.nearestFound === count * 10;
}

async function byVectors(faces: number): Promise<void> {
  const probes = drawnProbes(seed, faces, count);
  const built = buildAndScan(seed, faces, probes, threshold);
  const own = measureExact(seed, built, probes, threshold);
  const report = await measureVectors(seed, faces, probes, built.truth.nearest, values.server);
  if (typeof report === 'string') return say([`${number(faces)} faces through pgvector: not measured, ${report}`]);
  say([
    `${number(faces)} faces through ${report.where}, ${count} probes`,
    `  HNSW (halfvec, ef_search 200) + float re-rank   ${ms(report.times)}`,
    `  the exact search beside it                      ${ms(own.times)}`,
    `  recall@1 ${percent(report.first, count)}, recall@10 ${percent(report.nearestFound, report.nearestWanted)}`,
    `  table ${mb(report.tableBytes)}, graph ${mb(report.graphBytes)}; ${report.fillSeconds.toFixed(0)} s to fill, ${report.graphSeconds.toFixed(0)} s to make the graph`,
  ]);
}

let complete = true;
for (const text of values.faces.split(',')) {
  const faces = Number(text);
  if (!Number.isInteger(faces) || faces < 1) throw new Error('--faces takes whole numbers separated by commas');
  complete = exact(faces) && complete;
}
if (Number(values.vectors) > 0) await byVectors(Number(values.vectors));
if (!complete) {
  process.stdout.write('The exact search missed something.\n');
  process.exitCode = 1;
}
