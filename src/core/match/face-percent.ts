/**
 * A cosine similarity on the 0–100 scale that identity providers show. One monotone curve, straight between calibrated
 * points of the model: no likeness 10, review threshold 50, matching threshold 75, high-risk threshold 85, the same
 * template 100. So the documented thresholds of the providers (GLAIR 75, AccuAuth 70) sit at or just below our own.
 */
export interface PercentAnchors {
  /** Cosines, rising. */
  readonly review: number;
  readonly match: number;
  readonly matchHigh: number;
}

/** 0–100 with two decimals. Null for a similarity or anchors that are no numbers in order. */
export function facePercent(similarity: number, { review, match, matchHigh }: PercentAnchors): number | null {
  const points: readonly (readonly [number, number])[] = [
    [-1, 0],
    [0, 10],
    [review, 50],
    [match, 75],
    [matchHigh, 85],
    [1, 100],
  ];
  const rising = points.every((point, at) => at === 0 || point[0] > points[at - 1]![0]);
  if (!rising || !Number.isFinite(similarity)) return null;
  const cosine = Math.max(-1, Math.min(1, similarity));
  const at = points.findIndex(([from], index) => index > 0 && cosine <= from);
  const [x0, y0] = points[at - 1]!;
  const [x1, y1] = points[at]!;
  return Math.round((y0 + ((cosine - x0) / (x1 - x0)) * (y1 - y0)) * 100) / 100;
}
