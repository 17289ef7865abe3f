import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moved, unmoved, zoomed } from './zoom-view.ts';

const size = { width: 400, height: 300 };

describe('a zoomed picture', () => {
  it('keeps in place what lies under the pointer', () => {
    const at = { x: 100, y: 200 };
    const near = zoomed(unmoved, 2, size, at);
    // The picture's own point under the pointer before and after.
    expect((at.x - near.x) / near.scale).toBeCloseTo(100);
    expect((at.y - near.y) / near.scale).toBeCloseTo(200);
  });

  it('comes back to where it was', () => {
    const far = zoomed(zoomed(unmoved, 4, size), 1 / 4, size);
    expect([far.scale, far.x + 0, far.y + 0]).toEqual([1, 0, 0].map((value) => expect.closeTo(value) as number));
  });

  it('always covers its frame, however it is zoomed and moved', () => {
    const act = fc.oneof(
      fc.tuple(fc.constant('zoom' as const), fc.double({ min: 0.2, max: 5, noNaN: true }), fc.constant(0)),
      fc.tuple(fc.constant('move' as const), fc.integer({ min: -900, max: 900 }), fc.integer({ min: -900, max: 900 })),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 20 }), (acts) => {
        const end = acts.reduce(
          (view, [kind, a, b]) => (kind === 'zoom' ? zoomed(view, a, size) : moved(view, a, b, size)),
          unmoved,
        );
        expect(end.scale).toBeGreaterThanOrEqual(1);
        expect(end.scale).toBeLessThanOrEqual(8);
        expect(end.x).toBeLessThanOrEqual(0);
        expect(end.y).toBeLessThanOrEqual(0);
        expect(end.x + size.width * end.scale).toBeGreaterThanOrEqual(size.width - 1e-6);
        expect(end.y + size.height * end.scale).toBeGreaterThanOrEqual(size.height - 1e-6);
      }),
    );
  });
});
