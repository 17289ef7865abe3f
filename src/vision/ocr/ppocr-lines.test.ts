import { describe, expect, it } from 'vitest';
import type { RgbImage } from '../image/image.ts';
import { lineCut } from './ppocr-lines.ts';

const card: RgbImage = { width: 1600, height: 1009, data: new Uint8Array(0) };

describe('lineCut', () => {
  it('leaves names, addresses, header and NIK as the detector found them', () => {
    for (const box of [
      { x: 400, y: 286, width: 460, height: 38 },
      { x: 397, y: 450, width: 371, height: 38 },
      { x: 380, y: 85, width: 839, height: 43 },
      { x: 404, y: 170, width: 703, height: 59 },
      // Label and value in one box.
      { x: 45, y: 289, width: 700, height: 38 },
    ])
      expect(lineCut(box, card)).toEqual({ cut: box, squeeze: 1 });
  });

  it('narrows labels most, and rows of closed vocabularies a little', () => {
    const label = lineCut({ x: 43, y: 341, width: 267, height: 50 }, card).squeeze;
    const religion = lineCut({ x: 396, y: 660, width: 180, height: 50 }, card).squeeze;
    expect(label).toBeLessThan(religion);
    expect(religion).toBeLessThan(1);
    expect(lineCut({ x: 397, y: 609, width: 355, height: 38 }, card).squeeze).toBe(1);
  });

  it('cuts closely boxed ones higher around the same middle, within their row', () => {
    const close = { x: 396, y: 879, width: 300, height: 34 };
    const { cut } = lineCut(close, card);
    expect(cut.height).toBeGreaterThan(44);
    expect(cut.height).toBeLessThan(0.0533 * card.height);
    expect(cut.y + cut.height / 2).toBeCloseTo(close.y + close.height / 2);
    expect([cut.x, cut.width]).toEqual([close.x, close.width]);
    const roomy = { x: 49, y: 847, width: 250, height: 53 };
    expect(lineCut(roomy, card).cut).toEqual(roomy);
  });
});
