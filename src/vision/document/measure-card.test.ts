import { describe, expect, it } from 'vitest';
import { fft2Power } from './fft.ts';
import { measureCard } from './measure-card.ts';
import { patternPeak } from './spectrum.ts';
import { drawCard } from './testing/draw-card.ts';
import type { Quad } from './quad.ts';

const size = 512;
/** Reproducible noise, so that a failure can be repeated. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296 - 0.5;
  };
}

function plane(add: (x: number, y: number) => number): Float32Array {
  const random = noise(7);
  return Float32Array.from({ length: size * size }, (_, i) => 128 + 6 * random() + add(i % size, Math.floor(i / size)));
}

describe('fft2Power', () => {
  it('puts a wave where its frequency is', () => {
    const side = 32;
    const wave = Float32Array.from({ length: side * side }, (_, i) => Math.cos((2 * Math.PI * 5 * (i % side)) / side));
    const power = fft2Power(wave, side);
    const top = power.indexOf(Math.max(...power.slice(0, side / 2)));
    expect(top).toBe(5);
    // Parseval: the sum of powers is N² times the energy.
    const energy = wave.reduce((sum, value) => sum + value * value, 0);
    expect(power.reduce((sum, value) => sum + value, 0)).toBeCloseTo(energy * side * side, -1);
  });
});

describe('patternPeak', () => {
  const wave = (x: number, y: number) => 3 * Math.sin(2 * Math.PI * (0.21 * x + 0.17 * y));

  it('sees a faint screen grid above plain noise, and where it lies', () => {
    const quiet = patternPeak(
      plane(() => 0),
      size,
      size,
    )!;
    const screen = patternPeak(plane(wave), size, size)!;
    expect(screen.decibels).toBeGreaterThan(quiet.decibels + 10);
    expect(screen.frequency).toBeCloseTo(Math.hypot(0.21, 0.17), 1);
  });

  it('is silent about pictures smaller than a window', () => {
    expect(patternPeak(new Float32Array(100), 10, 10)).toBeNull();
  });
});

describe('measureCard', () => {
  const card = drawCard(1600, 1009);
  const whole: Quad = [
    { x: 0, y: 0 },
    { x: 1600, y: 0 },
    { x: 1600, y: 1009 },
    { x: 0, y: 1009 },
  ];
  const value = (image: typeof card, name: string) =>
    measureCard({ frame: image, quad: whole, frameIndex: 0, card: image, native: image, lines: [] }).find(
      (each) => each.name === name,
    )?.value;

  it('tells a coloured card from its grey copy under any light', () => {
    const grey = { ...card, data: Uint8Array.from(card.data) };
    const tinted = { ...card, data: Uint8Array.from(card.data) };
    for (let k = 0; k < card.data.length; k += 3) {
      const luma = (card.data[k]! * 77 + card.data[k + 1]! * 150 + card.data[k + 2]! * 29) >> 8;
      grey.data.fill(luma, k, k + 3);
      tinted.data.set([luma * 0.7, luma * 0.8, luma], k);
    }
    expect(value(card, 'chroma_spread')).toBeGreaterThan(0.1);
    expect(value(grey, 'chroma_spread')).toBeLessThan(0.01);
    expect(value(tinted, 'chroma_spread')).toBeLessThan(0.04);
  });

  it('finds the shape of ID-1, and leaves out what it had no data for', () => {
    expect(value(card, 'shape_error')).toBeLessThan(0.01);
    expect(value(card, 'type_outlier')).toBeUndefined();
    expect(value(card, 'edge_shadow')).toBeUndefined();
  });
});
