import { describe, expect, it } from 'vitest';
import { crop, rotateQuarter, shrinkByBlocks, warpAffine, warpPerspective } from './geometry.ts';
import type { RgbImage } from './rgb-image.ts';

/** Red counts columns, green counts rows: a pixel says where it came from. */
function ramp(width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i += 1) {
    data[i * 3] = i % width;
    data[i * 3 + 1] = Math.floor(i / width);
  }
  return { width, height, data };
}

function at(image: RgbImage, x: number, y: number): [number, number] {
  const i = (y * image.width + x) * 3;
  return [image.data[i]!, image.data[i + 1]!];
}

describe('crop', () => {
  it('cuts whole pixels', () => {
    const part = crop(ramp(20, 10), { x: 3, y: 2, width: 5, height: 4 });
    expect([part.width, part.height, at(part, 0, 0), at(part, 4, 3)]).toEqual([5, 4, [3, 2], [7, 5]]);
  });

  it('is clamped to the picture and never empty', () => {
    const over = crop(ramp(20, 10), { x: -5, y: 8, width: 100, height: 100 });
    expect([over.width, over.height, at(over, 0, 0)]).toEqual([20, 2, [0, 8]]);
    const beside = crop(ramp(20, 10), { x: 50, y: 50, width: 4, height: 4 });
    expect([beside.width, beside.height, at(beside, 0, 0)]).toEqual([1, 1, [19, 9]]);
    expect(crop(ramp(20, 10), { x: NaN, y: NaN, width: NaN, height: NaN }).data.length).toBe(3);
  });
});

describe('rotateQuarter', () => {
  it('turns clockwise', () => {
    const image = ramp(4, 3);
    const quarter = rotateQuarter(image, 90);
    expect([quarter.width, quarter.height]).toEqual([3, 4]);
    // What was bottom-left is now top-left.
    expect([at(quarter, 0, 0), at(quarter, 2, 0), at(quarter, 0, 3)]).toEqual([
      [0, 2],
      [0, 0],
      [3, 2],
    ]);
    expect(at(rotateQuarter(image, 180), 0, 0)).toEqual([3, 2]);
    expect(at(rotateQuarter(image, 270), 0, 0)).toEqual([3, 0]);
  });

  it('comes home after four quarters', () => {
    let image = ramp(5, 7);
    for (let turn = 0; turn < 4; turn += 1) image = rotateQuarter(image, 90);
    expect(image).toEqual(ramp(5, 7));
    expect(rotateQuarter(rotateQuarter(image, 270), 90)).toEqual(ramp(5, 7));
  });
});

describe('shrinkByBlocks', () => {
  it('averages blocks and drops the rest', () => {
    const small = shrinkByBlocks(ramp(7, 5), 2);
    // Columns 0,1 average to 0.5, rounded up; columns 4,5 to 4.5.
    expect([small.width, small.height, at(small, 0, 0), at(small, 2, 1)]).toEqual([3, 2, [1, 1], [5, 3]]);
  });
});

describe('warpAffine', () => {
  it('copies under the identity', () => {
    expect(warpAffine(ramp(9, 6), [1, 0, 0, 0, 1, 0], 9, 6)).toEqual(ramp(9, 6));
  });

  it('maps destination to source, black outside', () => {
    const moved = warpAffine(ramp(30, 30), [1, 0, 5, 0, 1, -2], 30, 30);
    expect(at(moved, 10, 10)).toEqual([15, 8]);
    expect(at(moved, 10, 0)).toEqual([0, 0]);
    expect(at(moved, 29, 10)).toEqual([0, 0]);
  });

  it('interpolates between pixels', () => {
    const image: RgbImage = { width: 2, height: 1, data: Uint8Array.of(0, 0, 0, 200, 100, 40) };
    expect([...warpAffine(image, [1, 0, 0.25, 0, 1, 0], 1, 1).data]).toEqual([50, 25, 10]);
  });

  it('lands on the same place when it reduces, and smooths what it cannot show', () => {
    const reduced = warpAffine(ramp(200, 200), [4, 0, 1.5, 0, 4, 1.5], 50, 50);
    const [x, y] = at(reduced, 20, 30);
    expect(Math.abs(x - 81.5)).toBeLessThanOrEqual(1);
    expect(Math.abs(y - 121.5)).toBeLessThanOrEqual(1);
    const stripes = ramp(200, 200);
    for (let i = 0; i < stripes.data.length; i += 3) stripes.data[i] = stripes.data[i]! % 2 === 0 ? 0 : 200;
    const grey = warpAffine(stripes, [4, 0, 1.5, 0, 4, 1.5], 50, 50);
    expect(at(grey, 20, 20)[0]).toBe(100);
  });
});

describe('warpPerspective', () => {
  it('copies when the corners are the picture’s own edges', () => {
    const whole = [
      { x: 0, y: 0 },
      { x: 12, y: 0 },
      { x: 12, y: 8 },
      { x: 0, y: 8 },
    ] as const;
    expect(warpPerspective(ramp(12, 8), whole, 12, 8)).toEqual(ramp(12, 8));
  });

  it('straightens a real perspective: a pinhole view of a plane comes back', () => {
    // A plane point (u, v) in 0..1 is seen at ((40 + 120u) / (1 + 0.5u), (20 + 90v + 10u) / (1 + 0.5u)).
    const seen = (u: number, v: number) => ({
      x: (40 + 120 * u) / (1 + 0.5 * u),
      y: (20 + 90 * v + 10 * u) / (1 + 0.5 * u),
    });
    const flat = warpPerspective(ramp(200, 200), [seen(0, 0), seen(1, 0), seen(1, 1), seen(0, 1)], 100, 100);
    for (const [x, y] of [
      [10, 20],
      [50, 50],
      [90, 75],
    ] as const) {
      const expected = seen((x + 0.5) / 100, (y + 0.5) / 100);
      const [red, green] = at(flat, x, y);
      // A pixel's value is its index; its centre lies half a pixel on.
      expect(Math.abs(red + 0.5 - expected.x)).toBeLessThanOrEqual(1);
      expect(Math.abs(green + 0.5 - expected.y)).toBeLessThanOrEqual(1);
    }
  });

  it('gives numbers, not an exception, for corners that collapse or lie outside', () => {
    const nowhere = { x: 3, y: 3 };
    expect(warpPerspective(ramp(8, 8), [nowhere, nowhere, nowhere, nowhere], 4, 4).data.length).toBe(48);
    const far = { x: NaN, y: -1e9 };
    expect([...warpPerspective(ramp(8, 8), [far, far, far, far], 1, 1).data]).toEqual([0, 0, 0]);
  });
});
