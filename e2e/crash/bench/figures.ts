/** Quantiles and memory as the benches print them. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Number((sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(2));
}

export function spread(values: readonly number[]): { readonly p50: number; readonly p99: number } {
  return { p50: quantile(values, 0.5), p99: quantile(values, 0.99) };
}

/** Resident memory in MiB after what can go has gone. */
export function residentMib(): number {
  globalThis.gc?.();
  return Math.round(process.memoryUsage.rss() / 1024 / 1024);
}

export function perSecond(count: number, ms: number): number {
  return Math.round((count * 1000) / ms);
}
