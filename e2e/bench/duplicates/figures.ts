export interface Times {
  readonly p50: number;
  readonly p95: number;
}

export function percentile(took: readonly number[]): Times {
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95) };
}

export const ms = ({ p50, p95 }: Times): string => `p50 ${p50.toFixed(1)} ms   p95 ${p95.toFixed(1)} ms`;
export const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;
