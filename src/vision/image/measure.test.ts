import { describe, expect, it } from 'vitest';
import { laplacianVariance, lumaStats, toGrey } from './measure.ts';
import type { RgbImage } from './rgb-image.ts';

function filled(width: number, height: number, colour: (x: number, y: number) => number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i += 1) data.fill(colour(i % width, Math.floor(i / width)), i * 3, i * 3 + 3);
  return { width, height, data };
}

describe('toGrey', () => {
  it('weighs the colours as BT.601 does', () => {
    const image: RgbImage = { width: 3, height: 1, data: Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255) };
    const expected = [0.299 * 255, 0.587 * 255, 0.114 * 255];
    toGrey(image).forEach((value, index) => expect(Math.abs(value - expected[index]!)).toBeLessThanOrEqual(1));
  });
});

describe('laplacianVariance', () => {
  it('is zero on a flat picture and on a plain slope', () => {
    expect(laplacianVariance(toGrey(filled(20, 20, () => 90)), 20, 20)).toBe(0);
    expect(laplacianVariance(toGrey(filled(20, 20, (x) => x * 5)), 20, 20)).toBe(0);
  });

  it('knows the value of a checkerboard', () => {
    // Inner pixels answer ±4·100; as many plus as minus, so the variance is 400².
    const board = toGrey(filled(22, 22, (x, y) => ((x + y) % 2) * 100));
    expect(laplacianVariance(board, 22, 22)).toBeCloseTo(160_000, 5);
  });

  it('looks only at the box', () => {
    const half = toGrey(filled(40, 20, (x, y) => (x < 20 ? 50 : ((x + y) % 2) * 100)));
    expect(laplacianVariance(half, 40, 20, { x: 0, y: 0, width: 19, height: 20 })).toBe(0);
    expect(laplacianVariance(half, 40, 20, { x: 22, y: 0, width: 18, height: 20 })).toBeGreaterThan(100_000);
    expect(laplacianVariance(half, 40, 20, { x: 100, y: 100, width: 5, height: 5 })).toBe(0);
  });
});

describe('lumaStats', () => {
  it('measures mean, deviation and glare', () => {
    const image = filled(10, 10, (x) => (x < 5 ? 0 : 255));
    const { mean, std, glare } = lumaStats(image);
    expect([mean, std, glare]).toEqual([0.5, 0.5, 0.5]);
  });

  it('looks only at the box, and says nothing about an empty one', () => {
    const image = filled(10, 10, (x) => (x < 5 ? 51 : 255));
    expect(lumaStats(image, { x: 0, y: 0, width: 5, height: 10 })).toEqual({ mean: 0.2, std: 0, glare: 0 });
    expect(lumaStats(image, { x: 30, y: 0, width: 5, height: 10 })).toEqual({ mean: 0, std: 0, glare: 0 });
  });
});
