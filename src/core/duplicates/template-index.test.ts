import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cosine } from '../match/judge-match.ts';
import { Int8Block } from './int8-scan.ts';
import { TemplateIndex } from './template-index.ts';

/** Deterministic normal-ish numbers: sums of uniform ones. */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return () => uniform() + uniform() + uniform() - 1.5;
}
const vector = (next: () => number, length = 512): Float32Array => Float32Array.from({ length }, next);

describe('int8 scan', () => {
  it('gives the same products as the plain loop, extremes included', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -128, max: 127 }), { minLength: 32, maxLength: 32 }),
        fc.array(fc.integer({ min: -128, max: 127 }), { minLength: 96, maxLength: 96 }),
        (query, rows) => {
          const block = new Int8Block(3, 32);
          block.query.set(query);
          block.base.set(rows);
          block.scan(3);
          const plain = [0, 1, 2].map((row) =>
            query.reduce((sum, value, index) => sum + value * (rows[row * 32 + index] ?? 0), 0),
          );
          expect([...block.products]).toEqual(plain);
        },
      ),
    );
  });
});

describe('template index', () => {
  const next = numbers(7);
  const people = Array.from({ length: 2000 }, (_, index) => ({ id: `p${index}`, template: vector(next) }));
  const index = new TemplateIndex();
  for (const { id, template } of people) index.add(id, template);

  it('bounds the true cosine of every pair', () => {
    const probe = vector(next);
    const all = new Map(index.candidates(probe, -2).map((candidate) => [candidate.id, candidate]));
    expect(all.size).toBe(people.length);
    for (const { id, template } of people) {
      const true_ = cosine(probe, template) ?? NaN;
      const { least, most } = all.get(id) ?? { least: NaN, most: NaN };
      expect(true_).toBeGreaterThanOrEqual(least);
      expect(true_).toBeLessThanOrEqual(most);
      expect(most - least).toBeLessThan(0.06);
    }
  });

  it('leaves out nobody above the threshold', () => {
    for (let probeNumber = 0; probeNumber < 30; probeNumber += 1) {
      const probe = vector(next);
      const found = new Set(index.candidates(probe, 0.1).map(({ id }) => id));
      const wanted = people.filter(({ template }) => (cosine(probe, template) ?? 0) >= 0.1);
      expect(wanted.filter(({ id }) => !found.has(id))).toEqual([]);
    }
  });

  it('has the nearest among its nearest', () => {
    for (const { id, template } of people.slice(0, 50)) {
      const noisy = template.map((value) => value + next() * 0.4);
      const ranked = people
        .map((person) => ({ id: person.id, score: cosine(noisy, person.template) ?? 0 }))
        .sort((a, b) => b.score - a.score);
      const found = index.nearest(noisy, 3).map((candidate) => candidate.id);
      expect(found).toEqual(expect.arrayContaining(ranked.slice(0, 3).map((person) => person.id)));
      expect(found[0]).toBe(id);
    }
  });

  it('forgets, replaces and grows', () => {
    const small = new TemplateIndex();
    const a = vector(next);
    const b = vector(next);
    expect(small.add('x', a)).toBe(true);
    expect(small.candidates(a, 0.9).map(({ id }) => id)).toEqual(['x']);
    small.add('x', b);
    expect(small.size).toBe(1);
    expect(small.candidates(a, 0.9)).toEqual([]);
    small.remove('x');
    expect(small.candidates(b, -2)).toEqual([]);
    expect([small.size, small.has('x')]).toEqual([0, false]);
    for (let row = 0; row < 17_000; row += 1) small.add(`r${row}`, row === 16_900 ? b : a);
    expect(small.candidates(b, 0.9).map(({ id }) => id)).toEqual(['r16900']);
  });

  it.each([
    ['too short', new Float32Array(16).fill(1)],
    ['without direction', new Float32Array(512)],
    ['not a number', new Float32Array(512).fill(Number.NaN)],
    ['infinite', new Float32Array(512).fill(Number.POSITIVE_INFINITY)],
  ])('takes no template that is %s, and finds nothing by it', (_what, wrong) => {
    const small = new TemplateIndex();
    expect(small.add('x', wrong)).toBe(false);
    small.add('y', vector(next));
    expect(small.candidates(wrong, -2)).toEqual([]);
    expect(small.nearest(wrong, 1)).toEqual([]);
  });
});
