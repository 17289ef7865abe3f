import { describe, expect, it } from 'vitest';
import { foldSpelling, sameSonorants } from './fold-spelling.ts';

/** Words of all letters, the same ones every time (a linear congruential generator). */
function* drawWords(count: number, letters: string): Generator<string> {
  let state = 20_261_129;
  const draw = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let n = 0; n < count; n += 1)
    yield Array.from({ length: 1 + draw(12) }, () => letters[draw(letters.length)]).join('');
}

describe('sonorants', () => {
  it.each(['abcdefghijklmnopqrstuvwxyz', 'aeioudjtycshkznrlm'])('survive folding, in their order (%s)', (letters) => {
    for (const word of drawWords(20_000, letters)) {
      const folded = foldSpelling(word);
      expect(sameSonorants(word, folded), `${word} → ${folded}`).toBe(true);
      expect(sameSonorants(folded, word), `${folded} → ${word}`).toBe(true);
    }
  });

  it.each([
    ['abdurrahman', 'abdurahman', true],
    ['soetardjo', 'sutarjo', true],
    ['ravidas', 'ravidasan', false],
    ['rahman', 'rahmad', false],
    ['mala', 'lama', false],
    ['', 'a', true],
    ['', 'n', false],
  ])('%s and %s: %s', (a, b, same) => {
    expect(sameSonorants(a, b)).toBe(same);
  });
});
