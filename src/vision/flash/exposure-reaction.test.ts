import { describe, expect, it } from 'vitest';
import { exposureReaction } from './exposure-reaction.ts';
import type { LightSample } from './light.ts';

const sequence = { nonce: 'n', colors: ['#FFFFFF', '#4678FF', '#3CE66E', '#FF6E8C'], holdMs: [400, 400, 400, 400] };
/** Small, fixed, unrelated to the steps. */
const grain = (index: number) => ((index * 37) % 11) / 1100;

function frames(answer: (step: number) => number): LightSample[] {
  return Array.from({ length: 32 }, (_, index) => {
    const tMs = index * 50 + 10;
    const light = 0.3 * (1 + answer(Math.floor((tMs - 80) / 400)) + grain(index));
    return { tMs, r: light, g: light * 0.9, b: light * 0.8 };
  });
}

describe('exposureReaction', () => {
  it('is near one where light follows the steps, in either direction', () => {
    expect(
      exposureReaction(
        sequence,
        frames((step) => [0.2, 0.05, 0.12, 0.15][step] ?? 0),
        80,
      ),
    ).toBeGreaterThan(0.9);
    expect(
      exposureReaction(
        sequence,
        frames((step) => -([0.2, 0.05, 0.12, 0.15][step] ?? 0)),
        80,
      ),
    ).toBeGreaterThan(0.9);
  });

  it('is near zero for a stream that does not answer, and zero for one that stands still', () => {
    expect(
      exposureReaction(
        sequence,
        frames(() => 0),
        80,
      ),
    ).toBeLessThan(0.2);
    const still = frames(() => 0).map((frame) => ({ ...frame, r: 0.3, g: 0.3, b: 0.3 }));
    expect(exposureReaction(sequence, still, 80)).toBe(0);
  });

  it('says nothing of too few frames, or of frames outside the challenge', () => {
    expect(exposureReaction(sequence, frames(() => 0).slice(0, 5), 80)).toBeNull();
    const late = frames(() => 0).map((frame) => ({ ...frame, tMs: frame.tMs + 5_000 }));
    expect(exposureReaction(sequence, late, 80)).toBeNull();
    expect(exposureReaction(sequence, [], 80)).toBeNull();
  });
});
