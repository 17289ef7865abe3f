/**
 * How often two strangers look alike, far above every pair that was measured: the upper tail of impostor scores. Excesses
 * over a high score follow a generalised Pareto distribution (Balkema and de Haan 1974; Pickands, Annals of Statistics 3,
 * 1975); its exponential case is fitted by maximum likelihood, so the logarithm of the FMR falls on a straight line. A 1:N
 * search of N faces then hits a stranger with FPIR = 1 − (1 − FMR)^N ≈ N · FMR (Grother and Phillips, CVPR 2004), as if
 * pairs were independent: some people resemble many (the lambs and wolves of Doddington et al. 1998), so a real base has
 * fewer, but more often flagged, persons.
 */
import type { Interval } from '../calibration/interval.ts';

/** FMR(t) = share · exp(−(t − from) / scale), for a cosine t at or above `from`. */
export interface ImpostorTail {
  /** Cosine at which the tail begins. */
  readonly from: number;
  /** Part of all impostor pairs above it, 0–1. */
  readonly share: number;
  /** Mean excess above it, in cosine. */
  readonly scale: number;
}

export interface TailFit extends ImpostorTail {
  /** All impostor pairs, and those of the tail. */
  readonly pairs: number;
  readonly tailPairs: number;
  /** Of `scale`, 95 %; treats pairs as independent, which pairs that share a person are not. */
  readonly scaleInterval: Interval;
  /**
   * Shape of the generalised Pareto distribution by moments (Hosking and Wallis, Technometrics 29, 1987). At or below 0 the
   * true tail ends sooner than the exponential one: its thresholds are on the safe side. Well above 0 they are too low.
   */
  readonly shape: number;
  /** The most alike pair. */
  readonly highest: number;
}

/** Fewer pairs than this in the tail say nothing about its slope. */
const fewestTailPairs = 30;
const z95 = 1.959964;

/** `impostor` ascending. Null where the tail holds fewer than 30 pairs or has no width. */
export function fitImpostorTail(impostor: ArrayLike<number>, wantedShare = 0.01): TailFit | null {
  const pairs = impostor.length;
  const tailPairs = Math.ceil(pairs * wantedShare);
  const from = impostor[pairs - tailPairs - 1];
  const highest = impostor[pairs - 1];
  if (tailPairs < fewestTailPairs || from === undefined || highest === undefined) return null;
  const excesses = Array.from({ length: tailPairs }, (_, index) => impostor[pairs - tailPairs + index]! - from);
  const scale = excesses.reduce((sum, one) => sum + one, 0) / tailPairs;
  const variance = excesses.reduce((sum, one) => sum + (one - scale) ** 2, 0) / (tailPairs - 1);
  if (!(scale > 0) || !(variance > 0)) return null;
  const around = (z: number): number => (2 * tailPairs * scale) / chiSquareQuantile(2 * tailPairs, z);
  return {
    from,
    share: tailPairs / pairs,
    scale,
    pairs,
    tailPairs,
    scaleInterval: [around(z95), around(-z95)],
    shape: (1 - scale ** 2 / variance) / 2,
    highest,
  };
}

/** By Wilson and Hilferty (1931); `z` = the standard normal quantile. */
function chiSquareQuantile(degrees: number, z: number): number {
  const part = 2 / (9 * degrees);
  return degrees * (1 - part + z * Math.sqrt(part)) ** 3;
}

/** FMR of one comparison that lets a search of `comparisons` hit a stranger with probability `fpir`. */
export function fmrFor(comparisons: number, fpir: number): number {
  return -Math.expm1(Math.log1p(-fpir) / Math.max(1, comparisons));
}

/** Cosine at which the tail gives this FMR; `from` for any FMR the tail does not reach down to. */
export function tailThreshold({ from, share, scale }: ImpostorTail, fmr: number): number {
  return from + scale * Math.max(0, Math.log(share / fmr));
}
