import { describe, expect, it } from 'vitest';
import type { RgbImage } from '../image/image.ts';
import { noiseSample, residualBetween, streamFacts, type StreamFrame } from './stream.ts';

/** A grey ramp with a little deterministic noise that differs from seed to seed. */
function picture(seed: number, amplitude: number): RgbImage {
  const data = new Uint8Array(96 * 80 * 3);
  let state = seed + 1;
  for (let i = 0; i < data.length; i += 3) {
    state = (state * 48_271) % 2_147_483_647;
    const value = 60 + ((i / 3) % 96) + Math.round(((state % 1000) / 1000 - 0.5) * 2 * amplitude);
    data.fill(value, i, i + 3);
  }
  return { width: 96, height: 80, data };
}

const frame = (index: number, change: Partial<StreamFrame> = {}): StreamFrame => ({
  sha256: String(index),
  tMs: index * 100,
  noise: noiseSample(picture(index, 3)),
  ...change,
});
const facts = (frames: readonly StreamFrame[]) => {
  const fact = streamFacts(frames);
  if (!fact.available) throw new Error(fact.reason);
  return fact.value;
};

describe('streamFacts', () => {
  it('sees sensor noise, even times and no repeats in a camera stream', () => {
    const stream = facts([0, 1, 2, 3].map((index) => frame(index)));
    expect(stream.noiseResidual).toBeGreaterThan(0.2);
    expect(stream).toMatchObject({ intervalJitter: 0, duplicateFrames: 0, outOfOrder: false });
  });
  it('sees no noise in one picture sent again and again', () => {
    const noise = noiseSample(picture(7, 3));
    const stream = facts([0, 1, 2].map((index) => frame(index, { noise })));
    expect(stream.noiseResidual).toBe(0);
    expect(stream.duplicateFrames).toBe(2);
  });
  it('counts frames with the same bytes', () => {
    expect(facts([frame(0), frame(1), frame(2, { sha256: '0' })]).duplicateFrames).toBe(1);
  });
  it('sees jitter and disorder', () => {
    const at = (times: readonly number[]) => facts(times.map((tMs, index) => frame(index, { tMs })));
    expect(at([0, 100, 200]).intervalJitter).toBe(0);
    // Intervals 100 and 300: mean 200, deviation 100.
    expect(at([0, 100, 400]).intervalJitter).toBeCloseTo(0.5, 9);
    expect(at([0, 200, 100]).outOfOrder).toBe(true);
    expect(at([0, 100, 100]).outOfOrder).toBe(true);
  });
  it('says nothing about two frames, or without times', () => {
    expect(streamFacts([frame(0), frame(1)])).toEqual({ available: false, reason: 'too_few_frames' });
    expect(streamFacts([frame(0), frame(1), frame(2, { tMs: undefined })])).toEqual({
      available: false,
      reason: 'not_measured',
    });
    expect(streamFacts([0, 1, 2].map((index) => frame(index, { noise: null })))).toEqual({
      available: false,
      reason: 'not_measured',
    });
  });
  it('compares frames of one size only', () => {
    const small = noiseSample({ width: 2, height: 2, data: new Uint8Array(12) });
    expect(residualBetween(small, noiseSample(picture(1, 3)))).toBeNull();
  });
});
