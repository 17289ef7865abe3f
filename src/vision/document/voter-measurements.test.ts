/** The numbers behind the card voters, each on a picture that shows the one thing it measures. */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { OcrLine } from '../../contract/facts.ts';
import type { RgbImage } from '../image/image.ts';
import { edgeShadow, shapeError } from './card-shape.ts';
import { portraitTexture } from './portrait-texture.ts';
import { aspectOf, type Quad } from './quad.ts';
import { specularShift } from './specular.ts';
import { typeOutlier } from './type-face.ts';

const plain = (width: number, height: number, at: (x: number, y: number) => number): RgbImage => {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, k = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, k += 3) data.fill(Math.max(0, Math.min(255, at(x, y))), k, k + 3);
  }
  return { width, height, data };
};
const rectangle = (left: number, top: number, width: number, height: number): Quad => [
  { x: left, y: top },
  { x: left + width, y: top },
  { x: left + width, y: top + height },
  { x: left, y: top + height },
];

describe('shapeError', () => {
  const frame = { width: 1600, height: 1000 };
  it('is nothing for ID-1 and the logarithm of the ratio for other cards', () => {
    expect(shapeError(rectangle(300, 200, 856, 540), frame)).toBeCloseTo(0, 2);
    expect(shapeError(rectangle(300, 200, 540, 856), frame)).toBeCloseTo(0, 2);
    expect(shapeError(rectangle(300, 200, 800, 600), frame)).toBeCloseTo(Math.log(1.586 / (4 / 3)), 2);
  });

  it('sees the true shape behind a strong perspective', () => {
    // A pinhole at f = 1,500 px: an ID-1 card of 1.586 × 1, leaning back by 45° and turned by 15°, 2.4 away.
    const [lean, turn] = [Math.PI / 4, Math.PI / 12];
    const corner = (u: number, v: number) => {
      const [y, z] = [v * Math.cos(lean), v * Math.sin(lean)];
      const depth = 2.4 - u * Math.sin(turn) + z * Math.cos(turn);
      return { x: 800 + (1500 * (u * Math.cos(turn) + z * Math.sin(turn))) / depth, y: 500 + (1500 * y) / depth };
    };
    const [a, b] = [0.793, 0.5];
    const tilted = [corner(-a, -b), corner(a, -b), corner(a, b), corner(-a, b)] as const;
    expect(aspectOf(tilted)).toBeGreaterThan(2);
    expect(shapeError(tilted, frame)).toBeCloseTo(0, 2);
  });
});

describe('edgeShadow', () => {
  const card = rectangle(200, 150, 856, 540);
  const desk = (shadow: number) =>
    plain(1260, 840, (x, y) => (y > 690 && y <= 700 && x > 200 && x < 1056 ? 160 * (1 - shadow) : 160));
  it('finds the narrow shadow of a thick card', () => {
    expect(edgeShadow(desk(0.4), card)).toBeGreaterThan(0.3);
    expect(edgeShadow(desk(0), card)).toBeCloseTo(0, 2);
  });
  it('has no data for a card that fills the frame', () => {
    expect(edgeShadow(desk(0), rectangle(0, 0, 1260, 840))).toBeNull();
  });
});

describe('portraitTexture', () => {
  const wave = (x: number, y: number) => 128 + 40 * Math.sin(x / 9) + 40 * Math.sin(y / 11);
  const soft = plain(1000, 631, wave);
  it('is higher for a portrait made of dots than for a smooth one', () => {
    const dots = plain(1000, 631, (x, y) => wave(x, y) + ((x + y) % 2 === 0 ? 24 : -24));
    expect(portraitTexture(dots)!.detail).toBeGreaterThan(0.9);
    expect(portraitTexture(soft)!.detail).toBeLessThan(0.45);
  });
  it('tells the noise of the paper, and nothing about a card too small to see it on', () => {
    expect(portraitTexture(soft)!.paperNoise).toBeLessThan(2);
    expect(portraitTexture(plain(400, 252, wave))).toBeNull();
  });
});

describe('specularShift', () => {
  const quad = rectangle(20, 20, 260, 164);
  const lit = (spot: number, light: number) => ({
    small: plain(300, 200, (x) => light * (Math.abs(x - spot) < 18 ? 1.5 : 1)),
    factor: 1,
  });
  it('follows a gleam that wanders, and no change of the light itself', () => {
    expect(specularShift([lit(60, 100), lit(140, 100), lit(220, 100)], quad)).toBeGreaterThan(0.3);
    expect(specularShift([lit(140, 60), lit(140, 100), lit(140, 150)], quad)).toBeLessThan(0.03);
  });
  it('needs three frames', () => {
    expect(specularShift([lit(60, 100), lit(140, 100)], quad)).toBeNull();
  });
});

describe('typeOutlier', () => {
  const rows = ['SITI AMINAH', 'BANDUNG, 06-11-1992', 'PEREMPUAN', 'JL. MELATI NO. 4', 'SUKAMULYA', 'PEGAWAI'];
  const box = (row: number) => ({ x: 440, y: 290 + row * 54, width: 400, height: 46 });
  async function card(weights: readonly number[]): Promise<RgbImage> {
    const text = rows.map(
      (row, i) =>
        `<text x="446" y="${326 + i * 54}" font-family="sans-serif" font-size="36" font-weight="${weights[i]}" fill="#111">${row}</text>`,
    );
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="1009"><rect width="1600" height="1009" fill="#bcd9ea"/>${text.join('')}</svg>`;
    const { data, info } = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data: new Uint8Array(data) };
  }
  const lines: OcrLine[] = rows.map((text, row) => ({ engine: 'ppocr', text, confidence: 0.95, box: box(row) }));

  it('finds the one value set in another weight', async () => {
    const same = typeOutlier(await card([700, 700, 700, 700, 700, 700]), lines)!;
    const other = typeOutlier(await card([400, 700, 700, 700, 700, 700]), lines)!;
    expect(same.value).toBeLessThan(0.2);
    expect(other.value).toBeGreaterThan(same.value + 0.1);
    expect(other.box).toEqual(box(0));
  });
  it('says nothing by few lines', async () => {
    expect(typeOutlier(await card([700, 700, 700, 700, 700, 700]), lines.slice(0, 4))).toBeNull();
  });
});
