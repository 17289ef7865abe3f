import { describe, expect, it } from 'vitest';
import { faceCells, reliefOf, type CellAnswer } from './relief.ts';

const side = 10;
/** Skin with darker eyes and brows: levels between 0.4 and 1.2. */
const levelAt = (index: number) => 0.4 + 0.8 * Math.abs(Math.sin(index * 2.3));

function cells(answer: (x: number, y: number, level: number) => number): CellAnswer[] {
  return Array.from({ length: side * side }, (_, index) => {
    const x = (2 * ((index % side) + 0.5)) / side - 1;
    const y = (2 * (Math.floor(index / side) + 0.5)) / side - 1;
    return { level: levelAt(index), answer: answer(x, y, levelAt(index)) };
  });
}

describe('reliefOf', () => {
  it('finds a head fading both ways, a bent sheet one way, and paper not at all', () => {
    const head = reliefOf(cells((x, y) => Math.exp(-0.5 * x * x - 0.3 * y * y + 0.1 * y)))!;
    expect([head.across, head.down, head.glow]).toEqual([
      expect.closeTo(0.5, 6),
      expect.closeTo(0.3, 6),
      expect.closeTo(0, 6),
    ]);
    const bent = reliefOf(cells((x) => Math.exp(-0.2 * x * x)))!;
    expect([bent.across, bent.down]).toEqual([expect.closeTo(0.2, 6), expect.closeTo(0, 6)]);
    const flat = reliefOf(cells(() => 1))!;
    expect(Math.max(Math.abs(flat.across), Math.abs(flat.down), Math.abs(flat.glow))).toBeLessThan(1e-9);
  });

  it('finds the glass that adds the same light to dark and bright parts', () => {
    expect(reliefOf(cells((_x, _y, level) => 0.6 / level))!.glow).toBeCloseTo(1, 6);
  });

  it('leaves the corners, black cells and numbers that are none out, and says nothing of too few', () => {
    const corner = cells((x, y) => (x * x + y * y > 0.7 ? 0.06 : 1));
    expect(Math.abs(reliefOf(corner)!.across)).toBeLessThan(1e-9);
    const some = cells(() => 1).map((cell, index) => (index % 9 === 0 ? { ...cell, answer: Number.NaN } : cell));
    expect(reliefOf(some)!.cells).toBeLessThan(reliefOf(cells(() => 1))!.cells);
    expect(reliefOf(cells(() => 1).map((cell) => ({ ...cell, level: 0.01 })))).toBeNull();
    expect(reliefOf(cells(() => Number.NaN))).toBeNull();
    expect(reliefOf([])).toBeNull();
  });
});

describe('faceCells', () => {
  it('reads cells row by row, black where the box leaves the picture', () => {
    const data = new Uint8Array(100 * 100 * 3).fill(255);
    data.fill(0, 0, 100 * 50 * 3);
    const seen = faceCells({ width: 100, height: 100, data }, { x: 0, y: 0, width: 100, height: 100 });
    expect(seen[0]).toEqual([0, 0, 0]);
    expect(seen[99]![0]).toBeCloseTo(1, 6);
    const outside = faceCells({ width: 100, height: 100, data }, { x: 60, y: 60, width: 100, height: 100 });
    expect(outside[99]).toEqual([0, 0, 0]);
  });
});
