import { describe, expect, it } from 'vitest';
import { duplicateThreshold, judgeDuplicates } from './judge-duplicates.ts';

const hit = (similarity: number) => ({ enrolmentId: 'fe_1', customerId: 'cus_1', similarity });

describe('duplicate threshold', () => {
  it('stands up to a thousand faces and rises by 0.05 with each tenfold', () => {
    expect(duplicateThreshold(0.5, 0)).toBe(0.5);
    expect(duplicateThreshold(0.5, 1000)).toBe(0.5);
    expect(duplicateThreshold(0.5, 100_000)).toBeCloseTo(0.6, 10);
    expect(duplicateThreshold(0.5, 1_000_000)).toBeCloseTo(0.65, 10);
  });

  it('has an end, and never falls below where it started', () => {
    expect(duplicateThreshold(0.5, 1e15)).toBe(0.8);
    expect(duplicateThreshold(0.9, 1e9)).toBe(0.9);
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
