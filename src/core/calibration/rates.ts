/**
 * What similarity scores of genuine and impostor pairs say about a threshold. Terms of ISO/IEC 19795-1: FMR = impostor
 * pairs at or above the threshold, FNMR = genuine pairs below it.
 */
import { clopperPearson, type Interval } from './interval.ts';

export interface Scores {
  readonly genuine: readonly number[];
  readonly impostor: readonly number[];
}

export interface ErrorRate {
  readonly errors: number;
  readonly pairs: number;
  /** errors / pairs; null without pairs. */
  readonly observed: number | null;
  /**
   * What may be said aloud: never below 3 / N, because no error in N trials still leaves up to 3 / N at 95 % confidence
   * ("rule of three"). Null without pairs.
   */
  readonly quotable: number | null;
  /** Clopper–Pearson, 95 %. */
  readonly interval: Interval;
}

export function errorRate(errors: number, pairs: number): ErrorRate {
  const observed = pairs > 0 ? errors / pairs : null;
  return {
    errors,
    pairs,
    observed,
    quotable: observed === null ? null : Math.min(1, Math.max(observed, 3 / pairs)),
    interval: clopperPearson({ hits: errors, count: pairs }),
  };
}

export interface OperatingPoint {
  readonly threshold: number;
  readonly fmr: ErrorRate;
  readonly fnmr: ErrorRate;
}

/** Scores sorted once, so that many thresholds can be asked. */
export interface SortedScores {
  readonly genuine: Float64Array;
  readonly impostor: Float64Array;
}

/** Scores that are no numbers are left out; the caller counts them. */
export function sortScores({ genuine, impostor }: Scores): SortedScores {
  const sorted = (values: readonly number[]) => Float64Array.from(values.filter(Number.isFinite)).sort();
  return { genuine: sorted(genuine), impostor: sorted(impostor) };
}

export function ratesAt({ genuine, impostor }: SortedScores, threshold: number): OperatingPoint {
  return {
    threshold,
    fmr: errorRate(impostor.length - countBelow(impostor, threshold), impostor.length),
    fnmr: errorRate(countBelow(genuine, threshold), genuine.length),
  };
}

/** How many of the ascending values lie below the limit. */
function countBelow(sorted: Float64Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Area under the ROC curve = chance that a genuine pair scores above an impostor pair, ties counting half (Mann and
 * Whitney 1947), with the standard error of Hanley and McNeil (Radiology 143, 1982). Null without both kinds.
 */
export function areaUnderCurve({ genuine, impostor }: SortedScores): { auc: number; standardError: number } | null {
  const [n, m] = [genuine.length, impostor.length];
  if (n === 0 || m === 0) return null;
  let wins = 0;
  for (const score of genuine) {
    const below = countBelow(impostor, score);
    let tied = below;
    while (tied < m && impostor[tied] === score) tied += 1;
    wins += below + (tied - below) / 2;
  }
  const auc = wins / (n * m);
  const q1 = auc / (2 - auc);
  const q2 = (2 * auc * auc) / (1 + auc);
  const variance = (auc * (1 - auc) + (n - 1) * (q1 - auc * auc) + (m - 1) * (q2 - auc * auc)) / (n * m);
  return { auc, standardError: Math.sqrt(Math.max(0, variance)) };
}

export interface TargetPoint extends OperatingPoint {
  readonly targetFmr: number;
  /** False when the impostor pairs are fewer than 3 / target: then the threshold cannot be shown to reach it. */
  readonly supported: boolean;
  /** Impostor pairs that would be needed to show it. */
  readonly pairsNeeded: number;
}

const thresholdStep = 1e-4;

/**
 * Lowest threshold (rounded up to four decimals) whose observed FMR is at most the target. Where the target lies below
 * 3 / N it is the threshold just above every impostor pair, and `supported` is false. Null without impostor pairs.
 */
export function thresholdForFmr(scores: SortedScores, targetFmr: number): TargetPoint | null {
  const { impostor } = scores;
  if (impostor.length === 0 || !(targetFmr > 0)) return null;
  const pairsNeeded = Math.ceil(3 / targetFmr - 1e-9);
  const supported = impostor.length >= pairsNeeded;
  const allowed = supported ? Math.floor(targetFmr * impostor.length) : 0;
  const refused = impostor[impostor.length - 1 - allowed];
  const threshold = refused === undefined ? -1 : Math.floor(refused / thresholdStep + 1) * thresholdStep;
  return { ...ratesAt(scores, round4(threshold)), targetFmr, supported, pairsNeeded };
}

function round4(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

/** Where FMR and FNMR are closest, at the midpoint of the scores around it. Null without both kinds. */
export function equalErrorPoint(scores: SortedScores): OperatingPoint | null {
  const { genuine, impostor } = scores;
  if (genuine.length === 0 || impostor.length === 0) return null;
  const all = Float64Array.from([...genuine, ...impostor]).sort();
  const gap = (threshold: number): number => {
    const { fmr, fnmr } = ratesAt(scores, threshold);
    return (fnmr.observed ?? 0) - (fmr.observed ?? 0);
  };
  // FNMR − FMR grows with the threshold: the first score at which it is not negative is the crossing.
  let low = 0;
  let high = all.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (gap(all[middle]!) >= 0) high = middle;
    else low = middle + 1;
  }
  const at = all[low]!;
  const before = low > 0 ? (all[low - 1]! + at) / 2 : at;
  return ratesAt(scores, Math.abs(gap(before)) < Math.abs(gap(at)) ? before : at);
}

export interface RocPoint {
  readonly threshold: number;
  readonly fmr: number;
  readonly fnmr: number;
}

/** The curve from the strictest to the loosest threshold, one point per score, thinned evenly to at most `most`. */
export function rocCurve(scores: SortedScores, most = 400): RocPoint[] {
  const { genuine, impostor } = scores;
  const thresholds = [...new Set([...genuine, ...impostor])].sort((a, b) => b - a);
  const points = thresholds.map((threshold) => ({
    threshold,
    fmr: impostor.length === 0 ? 0 : (impostor.length - countBelow(impostor, threshold)) / impostor.length,
    fnmr: genuine.length === 0 ? 0 : countBelow(genuine, threshold) / genuine.length,
  }));
  if (points.length <= most) return points;
  return Array.from({ length: most }, (_, index) => points[Math.round((index * (points.length - 1)) / (most - 1))]!);
}

export interface Histogram {
  readonly from: number;
  readonly step: number;
  readonly genuine: readonly number[];
  readonly impostor: readonly number[];
}

/** Counts per bin of cosine −1…1, cut to the bins that hold anything. */
export function histogram(scores: SortedScores, step = 0.025): Histogram {
  const bins = Math.round(2 / step);
  const count = (values: Float64Array) => {
    const counts = new Array<number>(bins).fill(0);
    for (const value of values) counts[Math.min(bins - 1, Math.max(0, Math.floor((value + 1) / step)))]! += 1;
    return counts;
  };
  const genuine = count(scores.genuine);
  const impostor = count(scores.impostor);
  const used = (index: number) => genuine[index]! + impostor[index]! > 0;
  let first = 0;
  let last = bins - 1;
  while (first < last && !used(first)) first += 1;
  while (last > first && !used(last)) last -= 1;
  return {
    from: -1 + first * step,
    step,
    genuine: genuine.slice(first, last + 1),
    impostor: impostor.slice(first, last + 1),
  };
}
