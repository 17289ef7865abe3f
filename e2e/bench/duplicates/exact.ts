/** The search of a desk or branch against a scan of float templates: same faces, same probes. */
import { TemplateIndex } from '../../../src/core/duplicates/template-index.ts';
import { dimensions, dot, drawnFace, type Probe } from './drawn-faces.ts';
import { percentile, type Times } from './figures.ts';

/** What a scan of all float templates finds for each probe. */
export interface Truth {
  readonly above: readonly ReadonlySet<number>[];
  /** The ten nearest, nearest first. */
  readonly nearest: readonly (readonly number[])[];
  /** Milliseconds a probe. */
  readonly scanMs: number;
}

export interface ExactReport {
  readonly times: Times;
  readonly found: number;
  readonly wanted: number;
  readonly nearestFound: number;
  readonly comparedPerProbe: number;
  readonly indexBytes: number;
  readonly buildSeconds: number;
}

const block = 4096;

/** One pass: faces are drawn block by block, indexed, and compared with every probe. Memory: the index and one block. */
export function buildAndScan(
  seed: number,
  faces: number,
  probes: readonly Probe[],
  threshold: number,
): { readonly index: TemplateIndex; readonly truth: Truth; readonly buildSeconds: number } {
  const index = new TemplateIndex(dimensions);
  const above = probes.map(() => new Set<number>());
  const best = probes.map((): { readonly face: number; readonly cosine: number }[] => []);
  const held = new Float32Array(block * dimensions);
  let building = 0;
  let scanning = 0;
  for (let first = 0; first < faces; first += block) {
    const count = Math.min(block, faces - first);
    for (let row = 0; row < count; row += 1) held.set(drawnFace(seed, first + row), row * dimensions);
    let at = performance.now();
    for (let row = 0; row < count; row += 1)
      index.add(String(first + row), held.subarray(row * dimensions, (row + 1) * dimensions));
    building += performance.now() - at;
    at = performance.now();
    probes.forEach(({ template }, number) => {
      const ten = best[number] ?? [];
      for (let row = 0; row < count; row += 1) {
        const cosine = dot(template, held, row * dimensions);
        if (cosine >= threshold) above[number]?.add(first + row);
        if (ten.length === 10 && cosine <= (ten[9]?.cosine ?? 0)) continue;
        ten.push({ face: first + row, cosine });
        ten.sort((a, b) => b.cosine - a.cosine);
        if (ten.length > 10) ten.pop();
      }
    });
    scanning += performance.now() - at;
  }
  const nearest = best.map((ten) => ten.map(({ face }) => face));
  return { index, truth: { above, nearest, scanMs: scanning / probes.length }, buildSeconds: building / 1000 };
}

export function measureExact(
  seed: number,
  built: ReturnType<typeof buildAndScan>,
  probes: readonly Probe[],
  threshold: number,
): ExactReport {
  const { index, truth, buildSeconds } = built;
  const took: number[] = [];
  let found = 0;
  let wanted = 0;
  let nearestFound = 0;
  let compared = 0;
  probes.forEach(({ template }, number) => {
    const at = performance.now();
    const candidates = index.candidates(template, threshold);
    const scanned = performance.now() - at;
    // A record is read by id here; drawing it anew is no part of the search.
    const templates = candidates.map(({ id }) => drawnFace(seed, Number(id)));
    const again = performance.now();
    const hits = candidates.filter((_, which) => dot(template, templates[which] ?? template) >= threshold);
    took.push(scanned + performance.now() - again);
    compared += candidates.length;
    const ids = new Set(hits.map(({ id }) => Number(id)));
    const truly = truth.above[number] ?? new Set<number>();
    wanted += truly.size;
    found += [...truly].filter((face) => ids.has(face)).length;
    const near = new Set(index.nearest(template, 10).map(({ id }) => Number(id)));
    nearestFound += (truth.nearest[number] ?? []).filter((face) => near.has(face)).length;
  });
  return {
    times: percentile(took),
    found,
    wanted,
    nearestFound,
    comparedPerProbe: compared / probes.length,
    indexBytes: index.bytes,
    buildSeconds,
  };
}
