/** The upper tail of impostor scores, from which the threshold of the 1:N search follows. */
import { duplicateThreshold } from '../../../src/core/duplicates/judge-duplicates.ts';
import { fitImpostorTail, tailThreshold } from '../../../src/core/duplicates/impostor-tail.ts';
import { defaultOrgSettings } from '../../../src/contract/settings.ts';
import { matchThresholds } from '../../../src/services/match-thresholds.ts';
import type { Table } from '../tables.ts';
import type { SetResult } from './match-sets.ts';
import { rate } from './tables.ts';

const faces = [1_000, 10_000, 100_000, 1_000_000];

/** Of what is fitted here; the shipped file is written from it by hand, with this run as its evidence. */
export function tailTable(results: readonly SetResult[]): Table {
  const rows = results.flatMap(({ name, modelId, scores }) => {
    const fit = fitImpostorTail(scores.impostor);
    if (fit === null) return [];
    const floor = matchThresholds({
      settings: defaultOrgSettings,
      modelId,
      source: 'onboarding_selfie',
      risk: 'high',
    }).threshold;
    const points = faces.map((enrolled) => {
      const { threshold } = duplicateThreshold({ modelId, floor, enrolled, own: {}, shipped: [{ ...fit, modelId }] });
      const missed = rate(scores.genuine.filter((score) => score < threshold).length, scores.genuine.length);
      return `${threshold.toFixed(3)}; ${missed}`;
    });
    const [low, high] = fit.scaleInterval;
    return [
      [
        name,
        `${fit.tailPairs} of ${fit.pairs}`,
        fit.from.toFixed(4),
        `${fit.scale.toFixed(4)} (${low.toFixed(4)}–${high.toFixed(4)})`,
        fit.shape.toFixed(2),
        fit.highest.toFixed(3),
        ...points,
      ],
    ];
  });
  return {
    title: 'Tail of impostor scores (1 %), and the 1:N threshold at a FPIR of 1 % with the genuine pairs below it',
    head: ['set', 'pairs', 'from', 'scale (95 %)', 'shape', 'highest', ...faces.map((n) => `${n} faces`)],
    rows,
  };
}

/** Fitted to one half of the persons, counted on the other. */
export function heldOutTailTable(results: readonly SetResult[]): Table {
  const rows = results.flatMap(({ name, halves }) => {
    if (halves === undefined) return [];
    const sorted = halves.map((half) => Float64Array.from(half).sort()) as [Float64Array, Float64Array];
    return [0, 1].flatMap((half) => {
      const [fitted, counted] = half === 0 ? sorted : [sorted[1], sorted[0]];
      const fit = fitImpostorTail(fitted);
      if (fit === null) return [];
      return [0.005, 0.002, 0.001].map((fmr) => {
        const threshold = tailThreshold(fit, fmr);
        const hits = counted.filter((score) => score >= threshold).length;
        return [`${name}, half ${half + 1}`, `${fmr}`, threshold.toFixed(4), rate(hits, counted.length)];
      });
    });
  });
  return {
    title: 'The tail of one half of the persons, counted on the other half',
    head: ['set', 'FMR by the fit', 'threshold', 'FMR counted (errors; 95 %)'],
    rows,
  };
}
