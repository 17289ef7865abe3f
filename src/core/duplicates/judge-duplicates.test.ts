import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fmrFor } from './impostor-tail.ts';
import { duplicateThreshold, judgeDuplicates, type DuplicateQuery, type ModelTail } from './judge-duplicates.ts';

const hit = (similarity: number) => ({ enrolmentId: 'fe_1', customerId: 'cus_1', similarity });
const tail: ModelTail = { modelId: 'm', from: 0.25, share: 0.01, scale: 0.03, pairs: 20_000 };
const ask = (change: Partial<DuplicateQuery> = {}) =>
  duplicateThreshold({ modelId: 'm', floor: 0.5, enrolled: 100_000, own: {}, shipped: [tail], ...change });

describe('duplicate threshold', () => {
  it('is where the tail gives the FMR that N faces leave for one false hit in a hundred', () => {
    const { threshold, basis } = ask();
    expect(basis).toBe('measured_tail');
    const fmr = tail.share * Math.exp(-(threshold - tail.from) / tail.scale);
    expect(1 - (1 - fmr) ** 100_000).toBeCloseTo(0.01, 6);
    expect(ask({ own: { falseHits: 0.001 } }).threshold).toBeCloseTo(threshold + tail.scale * Math.LN10, 3);
  });

  it('never asks for less than the 1:1 threshold of high risk, and has an end', () => {
    expect(ask({ enrolled: 0 }).threshold).toBe(0.5);
    expect(ask({ enrolled: 100 }).threshold).toBe(0.5);
    expect(ask({ enrolled: 1e15 }).threshold).toBe(0.8);
    expect(ask({ floor: 0.9, enrolled: 1e15 }).threshold).toBe(0.9);
  });

  it('says where the pairs end and the straight line goes on', () => {
    // 3 / 20,000 = 0.00015 is what the pairs can show; one hit in a hundred among 66 faces needs about that.
    expect(ask({ enrolled: 66 }).extrapolated).toBe(false);
    expect(ask({ enrolled: 68 }).extrapolated).toBe(true);
  });

  it('takes the bank’s number first, then its tail, and its tail only for the model it was measured on', () => {
    const own = { ...tail, scale: 0.04, pairs: 1_000_000 };
    expect(ask({ own: { threshold: 0.42, tail: own } })).toEqual({
      threshold: 0.42,
      basis: 'organisation',
      extrapolated: false,
    });
    const theirs = ask({ own: { tail: own } });
    expect(theirs.basis).toBe('organisation_tail');
    expect(theirs.threshold).toBeGreaterThan(ask().threshold);
    expect(ask({ own: { tail: { ...own, modelId: 'older' } } })).toEqual(ask());
    expect(ask({ own: { tail: own }, shipped: [] }).basis).toBe('organisation_tail');
  });

  it('goes by the rule of thumb, and says so, for a model whose tail nobody measured', () => {
    const among = (enrolled: number) => ask({ modelId: 'other', enrolled });
    expect(among(1000)).toEqual({ threshold: 0.5, basis: 'rule_of_thumb', extrapolated: true });
    expect(among(100_000).threshold).toBeCloseTo(0.6, 10);
    expect(among(1_000_000).threshold).toBeCloseTo(0.65, 10);
    expect(among(1e15).threshold).toBe(0.8);
  });

  it('never falls as faces are added or as fewer false hits are allowed, whatever the tail', () => {
    const size = fc.integer({ min: 0, max: 10_000_000 });
    const share = fc.double({ min: 0.0001, max: 0.5, noNaN: true });
    const anyTail = fc.record({
      modelId: fc.constantFrom('m', 'other'),
      from: fc.double({ min: -0.5, max: 0.6, noNaN: true }),
      share: fc.double({ min: 1e-4, max: 0.2, noNaN: true }),
      scale: fc.double({ min: 1e-3, max: 0.2, noNaN: true }),
      pairs: fc.integer({ min: 1, max: 1e9 }),
    });
    const floors = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(size, size, share, share, anyTail, floors, (n, m, p, q, one, floor) => {
        const at = (enrolled: number, falseHits: number) =>
          ask({ enrolled, floor, shipped: [one], own: { falseHits } }).threshold;
        expect(at(Math.max(n, m), p)).toBeGreaterThanOrEqual(at(Math.min(n, m), p));
        expect(at(n, Math.min(p, q))).toBeGreaterThanOrEqual(at(n, Math.max(p, q)));
        expect(at(n, p)).toBeGreaterThanOrEqual(floor);
        expect(at(n, p)).toBeLessThanOrEqual(Math.max(0.8, floor));
      }),
    );
  });

  it('needs about FPIR / N of each comparison', () => {
    expect(fmrFor(1, 0.01)).toBeCloseTo(0.01, 12);
    expect(fmrFor(0, 0.01)).toBeCloseTo(0.01, 12);
    expect(fmrFor(1_000_000, 0.01) * 1_000_000).toBeCloseTo(0.01005, 5);
  });
});

describe('duplicates', () => {
  it('asks for a person from the threshold on, with the nearest face as the value', () => {
    expect(judgeDuplicates([hit(0.6), hit(0.72)], 0.6)).toEqual([
      { code: 'duplicate_face', gate: 'match', value: 0.72, threshold: 0.6 },
    ]);
    expect(judgeDuplicates([hit(0.599)], 0.6)).toEqual([]);
    expect(judgeDuplicates([], 0.6)).toEqual([]);
  });
});
