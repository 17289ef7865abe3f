import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fullBucket, takeBytes, type Bucket } from './token-bucket.ts';

describe('takeBytes', () => {
  const ceiling = { bytesPerSecond: 1_000, burst: 500 };

  it('lets a burst go at once, then holds the rate', () => {
    let bucket = fullBucket(ceiling, 0);
    const take = (bytes: number, now: number): number => {
      const taken = takeBytes(bucket, bytes, now, ceiling);
      bucket = taken.bucket;
      return taken.waitMs;
    };
    expect(take(500, 0)).toBe(0);
    expect(take(250, 0)).toBe(250);
    expect(take(250, 250)).toBe(250);
    expect(take(100, 10_000)).toBe(0);
  });

  it('never lets more through than burst and rate allow, also when the clock jumps back', () => {
    const steps = fc.array(
      fc.record({ bytes: fc.integer({ min: 1, max: 900 }), rest: fc.integer({ min: -2_000, max: 2_000 }) }),
      {
        maxLength: 40,
      },
    );
    fc.assert(
      fc.property(steps, (list) => {
        let [now, elapsed, sent] = [1_000_000, 0, 0];
        let bucket: Bucket = fullBucket(ceiling, now);
        for (const { bytes, rest } of list) {
          const taken = takeBytes(bucket, bytes, now, ceiling);
          bucket = taken.bucket;
          // The sender waits; then the bytes go.
          now += taken.waitMs;
          elapsed += taken.waitMs;
          sent += bytes;
          expect(sent).toBeLessThanOrEqual(ceiling.burst + (elapsed * ceiling.bytesPerSecond) / 1000 + 1e-6);
          now += rest;
          elapsed += Math.max(0, rest);
        }
      }),
    );
  });
});
