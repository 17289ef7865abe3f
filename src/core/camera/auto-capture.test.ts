import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { autoCaptureRule, nextSteadiness, notSteady, outlineDrift, type CardLook } from './auto-capture.ts';

const at = (x: number, y: number) => ({ x, y });
const quad = (dx = 0, dy = 0) => [
  at(0.2 + dx, 0.2 + dy),
  at(0.8 + dx, 0.2 + dy),
  at(0.8 + dx, 0.8 + dy),
  at(0.2 + dx, 0.8 + dy),
];
const good = (dx = 0): CardLook => ({
  ready: true,
  advice: null,
  outline: quad(dx),
  measured: { sharpness: 200, glare: 0 },
});
const after = (looks: readonly CardLook[]) => looks.reduce((state, look) => nextSteadiness(state, look), notSteady);

describe('capturing by itself', () => {
  it('needs as many good looks in a row as the rule says', () => {
    expect(after([good(), good()])).toMatchObject({ streak: 2, capture: false, advice: null });
    expect(after([good(), good(), good()])).toMatchObject({ streak: 3, capture: true });
  });

  it('bears the tremble of a hand', () => {
    expect(after([good(0), good(0.01), good(-0.005)]).capture).toBe(true);
  });

  it('waits while the card moves, says so, and starts again', () => {
    const moving = after([good(0), good(0), good(0.1)]);
    expect(moving).toMatchObject({ streak: 1, capture: false, advice: 'card_moving' });
    const rest = [good(0.1), good(0.1)].reduce((state, look) => nextSteadiness(state, look), moving);
    expect(rest.capture).toBe(true);
  });

  it('does not trust a card that glides', () => {
    expect(after([good(0), good(0.05), good(0.1), good(0.15), good(0.2)]).capture).toBe(false);
  });

  it.each([
    ['glare', { ...good(), measured: { sharpness: 200, glare: 0.05 } }, 'image_glare'],
    ['blur', { ...good(), measured: { sharpness: 59, glare: 0 } }, 'image_blurred'],
    ['a number that is none', { ...good(), measured: { sharpness: Number.NaN, glare: 0 } }, 'image_blurred'],
    ['what the desk says', { ...good(), ready: false, advice: 'image_dark' }, 'image_dark'],
    ['no card', { ready: false, advice: null, outline: null }, 'card_not_found'],
  ] as const)('begins anew after %s', (_, look, advice) => {
    const state = after([good(), good(), look]);
    expect(state).toMatchObject({ streak: 0, capture: false, advice });
    expect(nextSteadiness(state, good()).capture).toBe(false);
  });

  it('is not disturbed by corners that swap ends', () => {
    const turned: CardLook = { ...good(), outline: [...quad().slice(2), ...quad().slice(0, 2)] };
    expect(after([good(), turned, good()]).capture).toBe(true);
  });

  it('never happens before the streak is there, whatever is seen', () => {
    const corner = fc.record({ x: fc.double(), y: fc.double() });
    const look: fc.Arbitrary<CardLook> = fc.record({
      ready: fc.boolean(),
      advice: fc.constant(null),
      outline: fc.option(fc.array(corner, { maxLength: 5 })),
      measured: fc.option(fc.record({ sharpness: fc.double(), glare: fc.double() }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(look, { maxLength: 12 }), (looks) => {
        let state = notSteady;
        let inRow = 0;
        for (const each of looks) {
          state = nextSteadiness(state, each);
          inRow = each.ready && each.outline !== null ? inRow + 1 : 0;
          if (state.capture) expect(inRow).toBeGreaterThanOrEqual(autoCaptureRule.looksNeeded);
        }
      }),
    );
  });
});

it('drift is the largest movement of a corner, half the frame at most a half', () => {
  expect(outlineDrift(quad(), quad())).toBe(0);
  expect(outlineDrift(quad(), quad(0.1, 0.1))).toBeCloseTo(0.1);
  expect(outlineDrift(quad(), quad().slice(1))).toBe(1);
});
