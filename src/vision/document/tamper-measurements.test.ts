/** The numbers behind the tamper voters, each on a picture that shows the one thing it measures. */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { OcrLine } from '../../contract/facts.ts';
import { decodeImage, type RgbImage } from '../image/image.ts';
import { compressionGhost } from './compression.ts';
import { guilloche } from './guilloche.ts';
import { planeError } from './plane-error.ts';
import { portraitWindow } from './portrait-window.ts';
import type { Quad } from './quad.ts';
import { rowOffset } from './row-offset.ts';

type Colour = readonly [number, number, number];

const picture = (width: number, height: number, at: (x: number, y: number) => Colour): RgbImage => {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, k = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1, k += 3)
      data.set(
        at(x, y).map((value) => Math.max(0, Math.min(255, value))),
        k,
      );
  return { width, height, data };
};
const rectangle = (x: number, y: number, width: number, height: number): Quad => [
  { x, y },
  { x: x + width, y },
  { x: x + width, y: y + height },
  { x, y: y + height },
];
/** Reproducible speckle, 0–1. */
const speckle = (x: number, y: number): number => {
  const value = Math.sin(x * 12.9898 + y * 78.233) * 43758.5453;
  return value - Math.floor(value);
};

describe('compressionGhost', () => {
  const print = (x: number, y: number): Colour => {
    const value = 120 + 60 * Math.sin(x / 3.1) * Math.cos(y / 4.3) + 30 * speckle(x, y);
    return [value, value, value];
  };
  const whole = picture(1000, 632, print);
  const quad = rectangle(0, 0, 1000, 632);
  const through = async (image: RgbImage, quality: number): Promise<RgbImage> => {
    const raw = { width: image.width, height: image.height, channels: 3 as const };
    const decoded = await decodeImage(await sharp(image.data, { raw }).jpeg({ quality }).toBuffer());
    if (!decoded.ok) throw new Error(decoded.reason);
    return decoded.image;
  };

  it('sees a portrait that missed the first compression, and names its quality', async () => {
    const first = await through(whole, 65);
    for (let y = 160; y < 472; y += 1)
      for (let x = 735; x < 975; x += 1) first.data.set(print(x, y), (y * 1000 + x) * 3);
    const found = compressionGhost(await through(first, 92), quad);
    expect(found).toMatchObject({ quality: 65 });
    expect(found!.value).toBeGreaterThan(0.3);
  });

  it.each([65, 92])(
    'sees nothing in a photograph that was saved once or twice as a whole, quality %d',
    async (quality) => {
      const once = await through(whole, quality);
      for (const image of [once, await through(once, 92)])
        expect(compressionGhost(image, quad)?.value ?? 0).toBeLessThan(0.1);
    },
  );

  it('has no data for a portrait that is blown out', () => {
    const white = picture(1000, 632, (x, y) => (x > 700 ? [255, 255, 255] : print(x, y)));
    expect(compressionGhost(white, quad)).toBeNull();
  });
});

describe('portraitWindow', () => {
  const paper: Colour = [190, 220, 240];
  const photo: Colour = [170, 30, 40];
  /** A portrait turned about its middle, with a rim of white paper where wanted. */
  const card = (degrees: number, rim: number) => {
    const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
    return picture(1000, 631, (x, y) => {
      const [dx, dy] = [x - 855, y - 300];
      const across = Math.abs(dx * cos + dy * sin) - 105;
      const along = Math.abs(dy * cos - dx * sin) - 140;
      const out = Math.max(across, along);
      return out > rim ? paper : out > 0 ? [250, 250, 250] : photo;
    });
  };

  it('is square for a printed portrait and turned for one glued on askew', () => {
    expect(portraitWindow(card(0, 0))!.turn).toBeLessThan(0.05);
    // Hard steps of whole pixels: the angle is known to a fifth of a degree.
    for (const degrees of [0.8, -0.8]) {
      expect(portraitWindow(card(degrees, 0))!.turn).toBeGreaterThan(0.6);
      expect(portraitWindow(card(degrees, 0))!.turn).toBeLessThan(1);
    }
  });

  it('sees the white of cut paper', () => {
    expect(portraitWindow(card(0, 3))!.rim).toBeGreaterThan(20);
    expect(portraitWindow(card(0, 0))!.rim).toBeLessThan(3);
  });

  it('has no data without edges, or on a card too small', () => {
    expect(portraitWindow(picture(1000, 631, () => paper))).toBeNull();
    expect(portraitWindow(picture(300, 189, () => paper))).toBeNull();
  });
});

describe('guilloche', () => {
  const lines = (blue: boolean) =>
    picture(800, 505, (_, y) => (y % 9 < 2 ? (blue ? [120, 170, 215] : [168, 168, 168]) : [185, 214, 238]));
  it('finds lines bluer than their paper, and grey ones not', () => {
    expect(guilloche(lines(true))!.hue).toBeLessThan(-0.8);
    expect(guilloche(lines(false))!.hue).toBeGreaterThan(0.5);
  });
  it('has no data on a small card', () => {
    expect(guilloche(picture(300, 189, () => [1, 2, 3]))).toBeNull();
  });
});

describe('rowOffset', () => {
  const rows = [300, 360, 420, 480, 540, 600];
  const bar = (x: number, y: number, left: number, top: number) =>
    x >= left && x < left + 200 && y >= top && y < top + 26;
  /** Bars for words, ink every other four columns; the third value stands `off` px lower than its label. */
  const drawn = (off: number) =>
    picture(1600, 1009, (x, y) => {
      const ink = rows.some((top, i) => (bar(x, y, 40, top) || bar(x, y, 430, top + (i === 2 ? off : 0))) && x % 8 < 4);
      return ink ? [20, 20, 20] : [200, 220, 240];
    });
  const lines = rows.flatMap((top) =>
    [40, 430].map((x): OcrLine => ({
      engine: 'ppocr',
      text: 'ABCDEFGH',
      confidence: 0.99,
      box: { x: x - 6, y: top - 14, width: 212, height: 54 },
    })),
  );
  it('is nothing where one machine printed both columns, and the distance of the odd value', () => {
    expect(rowOffset(drawn(0), lines)!.value).toBe(0);
    expect(rowOffset(drawn(8), lines)!.value).toBeCloseTo(8 / 1009, 3);
  });
  it('has no data with too few rows', () => {
    expect(rowOffset(drawn(8), lines.slice(0, 6))).toBeNull();
  });
});

describe('planeError', () => {
  /** A card of speckled blocks at a place; `bow` lets its middle sink by that share of its height. */
  const view = (left: number, top: number, bow: number) =>
    picture(900, 620, (x, y) => {
      const [u, v] = [(x - left) / 560, (y - top) / 353 - bow * (Math.sin((Math.PI * (x - left)) / 560) - 0.5)];
      if (u < 0 || u >= 1 || v < 0 || v >= 1) return [40, 36, 34];
      const value = 120 + 110 * speckle(Math.floor(u * 28), Math.floor(v * 18));
      return [value * 0.8, value * 0.95, value];
    });
  const frame = (index: number, small: RgbImage) => ({ index, small, factor: 1 });
  const quad = rectangle(150, 120, 560, 353);

  it('is small for a stiff card that was moved, and large for one that bent meanwhile', async () => {
    const stiff = await planeError(frame(0, view(150, 120, 0)), quad, [frame(1, view(190, 150, 0))]);
    expect(stiff!.value).toBeLessThan(0.002);
    const bent = await planeError(frame(0, view(150, 120, 0)), quad, [frame(1, view(190, 150, 0.03))]);
    expect(bent!.value).toBeGreaterThan(0.004);
  });

  it('has no data for a card that lay still', async () => {
    expect(await planeError(frame(0, view(150, 120, 0)), quad, [frame(1, view(150, 120, 0))])).toBeNull();
  });
});
