import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flashPalette, makeFlashSequence } from './challenge.ts';
import { chromaDistance, isSaturatedRed, linearColour, linearFromSrgb, relativeLuminance } from './colour.ts';

const colours = flashPalette.map((hex) => linearColour(hex)!);

describe('flash palette', () => {
  it('holds no saturated red', () => {
    expect(isSaturatedRed(linearColour('#FF0000')!)).toBe(true);
    expect(colours.filter(isSaturatedRed)).toEqual([]);
  });
  it('keeps every pair well apart in chroma', () => {
    for (let i = 0; i < colours.length; i += 1) {
      for (let j = 0; j < i; j += 1) expect(chromaDistance(colours[i]!, colours[j]!)).toBeGreaterThan(0.12);
    }
  });
});

describe('makeFlashSequence', () => {
  const draws = fc.infiniteStream(fc.nat());
  const random = (stream: Iterator<number>) => (max: number) => (stream.next().value as number) % max;

  it('always yields a lawful, photosensitive-safe sequence', () => {
    fc.assert(
      fc.property(fc.integer({ min: -5, max: 20 }), draws, (steps, stream) => {
        const { colors, holdMs } = makeFlashSequence(steps, random(stream));
        expect(colors.length).toBe(Math.min(10, Math.max(3, steps)));
        expect(holdMs.length).toBe(colors.length);
        expect(colors.every((colour) => (flashPalette as readonly string[]).includes(colour))).toBe(true);
        // Three or fewer changes in any second.
        expect(holdMs.every((ms) => Number.isInteger(ms) && ms > 1000 / 3 && ms <= 500)).toBe(true);
        for (let i = 1; i < colors.length; i += 1) expect(colors[i]).not.toBe(colors[i - 1]);
        if (colors.length <= flashPalette.length) expect(new Set(colors).size).toBe(colors.length);
      }),
    );
  });
  it('survives a step count that is no number', () => {
    expect(makeFlashSequence(Number.NaN, () => 0).colors).toHaveLength(3);
  });
  it('reaches every order', () => {
    const first = makeFlashSequence(3, () => 0).colors;
    const last = makeFlashSequence(3, (max) => max - 1).colors;
    expect(first).not.toEqual(last);
  });
});

describe('colour', () => {
  it('follows IEC 61966-2-1 and WCAG', () => {
    expect(linearFromSrgb(0)).toBe(0);
    expect(linearFromSrgb(255)).toBe(1);
    expect(linearFromSrgb(188)).toBeCloseTo(0.5029, 3);
    expect(relativeLuminance([1, 1, 1])).toBeCloseTo(1, 6);
    expect(linearColour('red')).toBeNull();
    expect(linearColour('#12345')).toBeNull();
  });
});
