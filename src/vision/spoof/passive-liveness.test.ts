import { describe, expect, it } from 'vitest';
import { softmaxAt, spoofCrop } from './passive-liveness.ts';

const image = { width: 640, height: 480 };

describe('spoofCrop', () => {
  it('scales the box about its centre', () => {
    expect(spoofCrop(image, { x: 300, y: 200, width: 40, height: 60 }, 2)).toEqual({
      x: 280,
      y: 170,
      width: 80,
      height: 120,
    });
  });
  it('caps the scale by the picture and stays inside', () => {
    const crop = spoofCrop(image, { x: 500, y: 300, width: 120, height: 150 }, 4);
    expect(crop.height).toBeCloseTo(479, 6);
    expect(crop.x + crop.width).toBeLessThanOrEqual(640);
    expect(crop.y + crop.height).toBeLessThanOrEqual(480);
    expect(crop.width / crop.height).toBeCloseTo(120 / 150, 9);
  });
  it('shifts instead of padding', () => {
    expect(spoofCrop(image, { x: 0, y: 0, width: 40, height: 40 }, 3)).toEqual({ x: 0, y: 0, width: 120, height: 120 });
  });
});

describe('softmaxAt', () => {
  it('is a share of one', () => {
    expect(softmaxAt(Float32Array.of(0, 0, 0), 1)).toBeCloseTo(1 / 3, 9);
    expect(softmaxAt(Float32Array.of(-1000, 1000, 0), 1)).toBeCloseTo(1, 9);
  });
  it('has no value for broken logits', () => {
    expect(softmaxAt(Float32Array.of(Number.NaN, 1, 2), 1)).toBeNull();
    expect(softmaxAt(Float32Array.of(1, 2), 5)).toBeNull();
    expect(softmaxAt(Float32Array.of(), 0)).toBeNull();
  });
});
