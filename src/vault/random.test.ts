import { describe, expect, it } from 'vitest';
import { randomInt, randomToken, sha256, timingSafeEqualText } from './random.ts';

describe('randomness and comparison', () => {
  it('makes tokens of the asked length that do not repeat', () => {
    const tokens = Array.from({ length: 100 }, () => randomToken(24));
    expect(new Set(tokens).size).toBe(100);
    for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_-]{32}$/);
  });

  it('draws every number below the bound and no other', () => {
    const drawn = new Set(Array.from({ length: 500 }, () => randomInt(4)));
    expect([...drawn].sort()).toEqual([0, 1, 2, 3]);
  });

  it('compares texts of any length', () => {
    expect(timingSafeEqualText('abc', 'abc')).toBe(true);
    expect(timingSafeEqualText('abc', 'abd')).toBe(false);
    expect(timingSafeEqualText('abc', 'abcd')).toBe(false);
    expect(timingSafeEqualText('', '')).toBe(true);
  });

  it('hashes as FIPS 180-4 says', () => {
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sha256(new Uint8Array())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});
