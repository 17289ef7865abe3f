import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clopperPearson, incompleteBeta } from './interval.ts';
import {
  areaUnderCurve,
  equalErrorPoint,
  errorRate,
  histogram,
  ratesAt,
  rocCurve,
  sortScores,
  thresholdForFmr,
} from './rates.ts';
import { readPairs } from './read-pairs.ts';

describe('clopperPearson', () => {
  it('agrees with closed forms at the ends', () => {
    // No hit in n: 1 − (α/2)^(1/n).
    expect(clopperPearson({ hits: 0, count: 100 })[1]).toBeCloseTo(1 - 0.025 ** (1 / 100), 9);
    expect(clopperPearson({ hits: 0, count: 100 })[0]).toBe(0);
    expect(clopperPearson({ hits: 30, count: 30 })).toEqual([expect.closeTo(0.025 ** (1 / 30), 9), 1]);
    expect(clopperPearson({ hits: 0, count: 0 })).toEqual([0, 1]);
  });
  it('leaves each tail of the binomial at 2.5 %', () => {
    const binomialAtMost = (k: number, n: number, p: number) => {
      let term = (1 - p) ** n;
      let sum = term;
      for (let i = 1; i <= k; i += 1) {
        term *= ((n - i + 1) / i) * (p / (1 - p));
        sum += term;
      }
      return sum;
    };
    for (const [hits, count] of [
      [1, 20],
      [7, 50],
      [45, 90],
    ] as const) {
      const [low, high] = clopperPearson({ hits, count });
      expect(binomialAtMost(hits, count, high)).toBeCloseTo(0.025, 7);
      expect(1 - binomialAtMost(hits - 1, count, low)).toBeCloseTo(0.025, 7);
    }
  });
  it('is symmetric in hits and misses, and I_x(1, 1) is x', () => {
    const [low, high] = clopperPearson({ hits: 3, count: 40 });
    const [mirrorLow, mirrorHigh] = clopperPearson({ hits: 37, count: 40 });
    expect(1 - mirrorHigh).toBeCloseTo(low, 9);
    expect(1 - mirrorLow).toBeCloseTo(high, 9);
    expect(incompleteBeta(0.3, 1, 1)).toBeCloseTo(0.3, 12);
  });
});

describe('rates', () => {
  const scores = sortScores({ genuine: [0.9, 0.8, 0.5, 0.3], impostor: [0.1, 0.2, 0.3, 0.4, -0.1] });

  it('counts at and above the threshold as a match', () => {
    const { fmr, fnmr } = ratesAt(scores, 0.3);
    expect([fmr.errors, fmr.pairs, fnmr.errors, fnmr.pairs]).toEqual([2, 5, 0, 4]);
    expect(ratesAt(scores, 0.31).fnmr.errors).toBe(1);
  });
  it('has the area by counting pairs, ties half', () => {
    // 0.9, 0.8 and 0.5 beat all five; 0.3 beats three and ties one.
    expect(areaUnderCurve(scores)!.auc).toBeCloseTo((15 + 3.5) / 20, 12);
    expect(areaUnderCurve(sortScores({ genuine: [1], impostor: [] }))).toBeNull();
  });
  it('never quotes below 3 / N', () => {
    expect(errorRate(0, 300).quotable).toBeCloseTo(0.01, 12);
    expect(errorRate(6, 300).quotable).toBeCloseTo(0.02, 12);
    expect(errorRate(0, 2).quotable).toBe(1);
    expect(errorRate(0, 0)).toMatchObject({ observed: null, quotable: null });
  });
  it('sets the threshold for a target, and says when the pairs are too few to show it', () => {
    const impostor = Array.from({ length: 1000 }, (_, index) => index / 2000);
    const many = sortScores({ genuine: [0.9], impostor });
    const point = thresholdForFmr(many, 0.01)!;
    expect(point).toMatchObject({ supported: true, pairsNeeded: 300 });
    expect(point.fmr.errors).toBe(10);
    const strict = thresholdForFmr(many, 0.0001)!;
    expect(strict).toMatchObject({ supported: false, pairsNeeded: 30_000 });
    expect(strict.fmr.errors).toBe(0);
    expect(strict.fmr.quotable).toBeCloseTo(0.003, 12);
    expect(thresholdForFmr(sortScores({ genuine: [1], impostor: [] }), 0.01)).toBeNull();
  });
  it('finds equal errors', () => {
    const point = equalErrorPoint(scores)!;
    expect(Math.abs(point.fmr.observed! - point.fnmr.observed!)).toBeLessThanOrEqual(0.06);
    const apart = equalErrorPoint(sortScores({ genuine: [0.8, 0.9], impostor: [0.1, 0.2] }))!;
    expect([apart.fmr.errors, apart.fnmr.errors]).toEqual([0, 0]);
  });
  it('holds for any scores: monotonous, the target kept, nothing lost', () => {
    const list = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 });
    const property = fc.property(
      list,
      list,
      fc.double({ min: 0.001, max: 1, noNaN: true }),
      (genuine, impostor, target) => {
        const sorted = sortScores({ genuine, impostor });
        const curve = rocCurve(sorted, 1000);
        curve.slice(1).forEach((point, index) => {
          expect(point.fmr).toBeGreaterThanOrEqual(curve[index]!.fmr);
          expect(point.fnmr).toBeLessThanOrEqual(curve[index]!.fnmr);
        });
        const point = thresholdForFmr(sorted, target)!;
        expect(point.fmr.observed!).toBeLessThanOrEqual(target);
        if (!point.supported) expect(point.fmr.errors).toBe(0);
        const bins = histogram(sorted);
        const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
        expect([total(bins.genuine), total(bins.impostor)]).toEqual([genuine.length, impostor.length]);
      },
    );
    fc.assert(property, { numRuns: 300 });
  });
});

describe('readPairs', () => {
  const read = (text: string) => {
    const result = readPairs(text);
    return result.ok ? result.value : result.error.message;
  };
  it('reads columns in any order, quotes, semicolons, a byte order mark', () => {
    expect(read('a,b,same\nx.jpg,"y, ""z"".jpg",1\n')).toEqual([{ a: 'x.jpg', b: 'y, "z".jpg', same: true, line: 2 }]);
    expect(read('\uFEFFSame;A;B\r\n0;p;q\r\n\r\n1;r;s')).toEqual([
      { a: 'p', b: 'q', same: false, line: 2 },
      { a: 'r', b: 's', same: true, line: 4 },
    ]);
  });
  it.each([
    ['', 'the list is empty; it needs the columns a,b,same'],
    ['a,b\nx,y', 'line 1: the columns a,b,same are needed'],
    ['a,b,same\n', 'the list has no pairs'],
    ['a,b,same\nx,y,1\nx,y', 'line 3: 2 cells where the head has 3'],
    ['a,b,same\nx,,1', 'line 2: an image path is missing'],
    ['a,b,same\nx,y,yes', 'line 2: same must be 1 or 0'],
    ['a,b,same\nx,"y,1', 'line 2: a quote is not closed'],
  ])('says what is wrong with %j', (text, message) => {
    expect(read(text)).toBe(message);
  });
});
