import { describe, expect, it } from 'vitest';
import { align } from './align.ts';
import { editDistance } from './edit-distance.ts';

describe('align', () => {
  it('finds the greatest sum where the greedy choice does not', () => {
    // Greedy takes 0.9 first and leaves 0.1: 1.0. The best is 0.8 + 0.8.
    const partners = new Int8Array(12);
    align(2, 2, Float32Array.from([0.9, 0.8, 0.8, 0.1]), partners);
    expect([...partners.slice(0, 2)]).toEqual([1, 0]);
  });

  it('ends on twelve equal words on both sides', () => {
    const partners = new Int8Array(12);
    align(12, 12, new Float32Array(144).fill(0.9), partners);
    expect(new Set(partners).size).toBe(12);
  });
});

describe('editDistance', () => {
  it.each([
    ['santoso', 'santoso', 2, 0],
    ['santoso', 'sanotso', 2, 1],
    ['santoso', 'santsoo', 2, 1],
    ['budi', 'budhi', 1, 1],
    ['budi', 'bodhi', 1, 2],
    ['sastro', 'mustafa', 2, 3],
  ])('%s and %s within %i: %i', (a, b, limit, expected) => {
    expect(editDistance(a, b, limit)).toBe(expected);
    expect(editDistance(b, a, limit)).toBe(expected);
  });
});
