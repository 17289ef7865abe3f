/** When to try again: exponential with "equal jitter" (Brooker, AWS Architecture Blog 2015), capped, without an end. */
export interface BackOff {
  readonly baseMs: number;
  readonly maxMs: number;
}

export const defaultBackOff: BackOff = { baseMs: 2_000, maxMs: 300_000 };

/** `failures` ≥ 1; `random` in 0 … 1. Milliseconds between half and all of the exponential step. */
export function retryDelayMs(failures: number, random: number, { baseMs, maxMs }: BackOff = defaultBackOff): number {
  const step = Math.min(maxMs, baseMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(step / 2 + (step / 2) * random);
}
