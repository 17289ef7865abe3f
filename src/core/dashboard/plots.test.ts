import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultOrgSettings } from '../../contract/settings.ts';
import { ageBuckets, distribution, livenessTicks, matchTicks, medianOf, tierFunnel } from './plots.ts';

describe('tierFunnel', () => {
  it('counts at each step whoever came that far or farther', () => {
    const rows = [
      { tier: 'none', customers: 4 },
      { tier: 'standard', customers: 3 },
      { tier: 'premium', customers: 2 },
    ];
    expect(tierFunnel(rows)).toEqual([
      { tier: 'none', customers: 9 },
      { tier: 'basic', customers: 5 },
      { tier: 'standard', customers: 5 },
      { tier: 'premium', customers: 2 },
    ]);
  });
});

describe('distribution', () => {
  it('puts every score in one bucket, 100 in the last, and leaves out what was not computed', () => {
    const made = distribution(
      [
        { status: 'verified', step: 20, count: 2 },
        { status: 'verified', step: 19, count: 1 },
        { status: 'failed', step: 0, count: 5 },
        { status: 'pending', step: null, count: 7 },
      ],
      [],
    );
    expect(made.buckets).toHaveLength(20);
    expect(made.buckets[19]).toEqual({ from: 95, verified: 3, pending: 0, failed: 0 });
    expect(made.buckets[0]).toEqual({ from: 0, verified: 0, pending: 0, failed: 5 });
    expect(made.total).toBe(8);
  });

  it('draws its ticks where the rules do', () => {
    expect(matchTicks(defaultOrgSettings)).toEqual([
      { name: 'match_review', at: expect.closeTo(28) as number },
      { name: 'match', at: 45 },
      { name: 'match_high', at: expect.closeTo(55) as number },
    ]);
    expect(livenessTicks(defaultOrgSettings)).toEqual([{ name: 'voters', at: 100 }]);
    expect(livenessTicks({ ...defaultOrgSettings, liveness: { votersRequired: 3 } })[0]?.at).toBe(75);
  });
});

describe('ageBuckets', () => {
  it('is made of parts of the SLA and holds every case once', () => {
    expect(ageBuckets([], 30).map(({ from }) => from)).toEqual([0, 10, 20, 30, 60, 120]);
    fc.assert(
      fc.property(fc.array(fc.nat(5000)), fc.integer({ min: 1, max: 10_080 }), (ages, sla) => {
        const buckets = ageBuckets(ages, sla);
        expect(buckets.reduce((sum, { cases }) => sum + cases, 0)).toBe(ages.length);
        expect(buckets.some(({ from }) => from === sla)).toBe(true);
      }),
    );
  });
});

describe('medianOf', () => {
  it.each([
    [[], null],
    [[7], 7],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2.5],
  ])('%j is %j', (values, median) => {
    expect(medianOf(values)).toBe(median);
  });
});
