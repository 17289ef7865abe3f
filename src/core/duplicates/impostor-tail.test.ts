import { describe, expect, it } from 'vitest';
import { fitImpostorTail, tailThreshold } from './impostor-tail.ts';

/** Scores of an exponential law at evenly spread probabilities, ascending. */
const exponential = (count: number, scale: number): Float64Array =>
  Float64Array.from({ length: count }, (_, index) => -scale * Math.log(1 - (index + 0.5) / count));

describe('the tail of impostor scores', () => {
  it('gives back the law it was drawn from', () => {
    const fit = fitImpostorTail(exponential(20_000, 0.03));
    expect(fit).toMatchObject({ pairs: 20_000, tailPairs: 200, share: 0.01 });
    expect(fit?.scale).toBeCloseTo(0.03, 3);
    expect(fit?.from).toBeCloseTo(0.03 * Math.log(100), 3);
    expect(Math.abs(fit?.shape ?? 1)).toBeLessThan(0.05);
    // FMR 1e-6 of that law, a hundred times rarer than its pairs can show.
    expect(tailThreshold(fit!, 1e-6)).toBeCloseTo(0.03 * Math.log(1e6), 2);
  });

  it('is as uncertain as its pairs are few', () => {
    const wide = fitImpostorTail(exponential(5000, 0.03))!;
    const narrow = fitImpostorTail(exponential(100_000, 0.03))!;
    for (const { scaleInterval, scale } of [wide, narrow]) {
      expect(scaleInterval[0]).toBeLessThan(scale);
      expect(scaleInterval[1]).toBeGreaterThan(scale);
    }
    const width = ({ scaleInterval: [low, high] }: typeof wide) => high - low;
    expect(width(narrow)).toBeLessThan(width(wide) / 3);
    // Chi-square tables: 2k·scale / 74.22 and / 129.56 for 2k = 100.
    expect(wide.scaleInterval[0] / wide.scale).toBeCloseTo(100 / 129.56, 3);
    expect(wide.scaleInterval[1] / wide.scale).toBeCloseTo(100 / 74.22, 3);
  });

  it('tells a tail that ends from one that does not', () => {
    const uniform = Float64Array.from({ length: 10_000 }, (_, index) => index / 10_000);
    expect(fitImpostorTail(uniform)?.shape).toBeLessThan(-0.5);
    const heavy = Float64Array.from({ length: 10_000 }, (_, index) => (1 - (index + 0.5) / 10_000) ** -0.4);
    expect(fitImpostorTail(heavy)?.shape).toBeGreaterThan(0.1);
  });

  it('says nothing from too few pairs or from equal ones', () => {
    expect(fitImpostorTail([])).toBeNull();
    expect(fitImpostorTail(exponential(2900, 0.03))).toBeNull();
    expect(fitImpostorTail(new Float64Array(10_000).fill(0.2))).toBeNull();
  });
});
