/** Reproducible chance: mulberry32, and draws in which early items come more often (Zipf), as names do. */
export interface Draw {
  /** 0 ≤ x < 1. */
  next(): number;
  below(limit: number): number;
  chance(share: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** Rank r with weight 1 / (r + 10): of a thousand words the first comes 2 times in a hundred, as in censuses. */
  often<T>(items: readonly T[]): T;
}

export function createDraw(seed: number): Draw {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    chance: (share) => next() < share,
    pick: (items) => items[below(items.length)] as (typeof items)[number],
    often: (items) => {
      const at = Math.floor(10 * (Math.pow((items.length + 10) / 10, next()) - 1));
      return items[Math.min(at, items.length - 1)] as (typeof items)[number];
    },
  };
}
