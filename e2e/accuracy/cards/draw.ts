/** Seeded chance for the card generator: the same seed draws the same cards on every machine. */
import { seededRandom } from '../../../src/desk/simulator/noise.ts';

export interface Draw {
  /** [0, 1). */
  next(): number;
  between(low: number, high: number): number;
  /** Whole numbers, both ends included. */
  int(low: number, high: number): number;
  pick<T>(list: readonly T[]): T;
  /** One of the first members, by weight. */
  weighted<T>(list: readonly (readonly [T, number])[]): T;
  chance(probability: number): boolean;
  /** −1 or 1. */
  sign(): number;
}

export function createDraw(seed: number): Draw {
  const next = seededRandom(Math.imul(seed, 2_654_435_761) ^ 0x9e3779b9);
  const draw: Draw = {
    next,
    between: (low, high) => low + (high - low) * next(),
    int: (low, high) => low + Math.floor((high - low + 1) * next()),
    pick: (list) => {
      if (list.length === 0) throw new Error('nothing to pick from');
      return list[Math.floor(next() * list.length)]!;
    },
    weighted: (list) => {
      let rest = next() * list.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [value, weight] of list) {
        rest -= weight;
        if (rest < 0) return value;
      }
      return list.at(-1)![0];
    },
    chance: (probability) => next() < probability,
    sign: () => (next() < 0.5 ? -1 : 1),
  };
  return draw;
}
