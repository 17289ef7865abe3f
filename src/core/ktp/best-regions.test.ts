import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardRegions, chooseRegions, hasReflection, type CellLook } from './best-regions.ts';

const print: CellLook = { detail: 1_000, glare: 0 };
const blank: CellLook = { detail: 20, glare: 0 };
const glared: CellLook = { detail: 30, glare: 0.9 };
const soft: CellLook = { detail: 200, glare: 0 };
const cells = (...one: CellLook[]) => one;
/** Every region the same, except those named. */
const frame = (part: Record<string, readonly CellLook[]> = {}) =>
  cardRegions.map(({ name }) => part[name] ?? cells(print, print, blank));
const chosen = (frames: readonly (readonly (readonly CellLook[])[])[]) =>
  Object.fromEntries(chooseRegions(frames).map(({ region, frame: index }) => [region, index]));

describe('the frame of a region', () => {
  it('is the one that was read, where it lost nothing', () => {
    expect(new Set(Object.values(chosen([frame(), frame()])))).toEqual(new Set([0]));
  });

  it('is another one where a reflection lies on the first', () => {
    const first = frame({ nik: cells(print, glared, blank), name: cells(glared, print, blank) });
    const second = frame({ name: cells(print, glared, blank) });
    const third = frame({ address: cells(glared, glared, blank) });
    expect(chosen([first, second, third])).toMatchObject({ nik: 1, name: 2, address: 0, birth: 0 });
  });

  it('is another one where the first is blurred there', () => {
    expect(chosen([frame({ nik: cells(soft, soft, soft) }), frame()])).toMatchObject({ nik: 1, name: 0 });
  });

  it('does not change for glare on blank paper', () => {
    const first = frame({ nik: cells(print, print, { detail: 10, glare: 0.9 }) });
    expect(chosen([first, frame()])).toMatchObject({ nik: 0 });
  });

  it('is among the frames that were given, whatever was measured', () => {
    const cell = fc.record({ detail: fc.double(), glare: fc.double() });
    const looks = fc.array(fc.array(cell, { maxLength: 4 }), { maxLength: 16 });
    fc.assert(
      fc.property(fc.array(looks, { minLength: 1, maxLength: 5 }), (frames) => {
        const choices = chooseRegions(frames);
        expect(choices).toHaveLength(cardRegions.length);
        for (const choice of choices) expect(frames[choice.frame]).toBeDefined();
      }),
    );
  });
});

it('a reflection anywhere on print is worth a look at other frames', () => {
  expect(hasReflection(frame())).toBe(false);
  expect(hasReflection(frame({ valid: cells(print, { detail: 500, glare: 0.2 }) }))).toBe(true);
});

it('regions lie on the card, follow each other, and leave the portrait out', () => {
  for (const [index, { box }] of cardRegions.entries()) {
    expect(box.y + box.height).toBeLessThanOrEqual(1);
    const next = cardRegions[index + 1];
    if (next !== undefined) expect(next.box.y).toBeCloseTo(box.y + box.height, 6);
  }
});
