/** Light, lens, sensor and compression: what a camera makes of a scene. */
import sharp from 'sharp';
import { grainTable } from '../../../src/desk/simulator/noise.ts';
import type { RgbImage } from '../../../src/vision/image/rgb-image.ts';
import type { Draw } from './draw.ts';
import { toFrame, type Corners } from './projection.ts';
import type { Recipe } from './severity.ts';

const toLinear = Float32Array.from({ length: 256 }, (_, v) => {
  const s = v / 255;
  return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
});
const steps = 4096;
const toEncoded = Uint8Array.from({ length: steps + 1 }, (_, i) => {
  const v = i / steps;
  return Math.round(255 * (v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055));
});

interface Spot {
  readonly x: number;
  readonly y: number;
  readonly rx: number;
  readonly ry: number;
}

/** Exposure, colour of the light, a soft shadow across the card and glare spots on it; in linear light. */
export function lightScene(frame: RgbImage, corners: Corners, recipe: Recipe, draw: Draw): void {
  const { width, height, data } = frame;
  const warm = draw.between(-0.06, 0.08);
  const gain = [1 + warm, 1, 1 - warm].map((value) => value * recipe.light);
  const spots = glareSpots(corners, recipe, draw);
  const edge = shadowEdge(corners, draw);
  const corner = { x: draw.between(0, width), y: draw.between(0, height) };
  const reach = width * width + height * height;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const falloff = 1 - (0.12 * ((x - corner.x) * (x - corner.x) + (y - corner.y) * (y - corner.y))) / reach;
      const dark = recipe.shadow >= 1 ? 1 : 1 - (1 - recipe.shadow) * edge(x, y);
      let veil = 0;
      for (const spot of spots) {
        const d = ((x - spot.x) / spot.rx) ** 2 + ((y - spot.y) / spot.ry) ** 2;
        if (d < 4) veil = Math.max(veil, Math.exp(-d * d * 0.7));
      }
      veil *= recipe.glareLoss;
      const k = (y * width + x) * 3;
      for (let c = 0; c < 3; c += 1) {
        const lit = toLinear[data[k + c]!]! * gain[c]! * falloff * dark;
        const encoded = toEncoded[lit >= 1 ? steps : (lit * steps + 0.5) | 0]!;
        data[k + c] = encoded + (255 - encoded) * veil;
      }
    }
  }
}

/** One to three ellipses that share the area, centred on the card. */
function glareSpots(corners: Corners, recipe: Recipe, draw: Draw): Spot[] {
  if (recipe.glare <= 0) return [];
  const area = recipe.cardWidth ** 2 * (1009 / 1600);
  const count = draw.int(1, 3);
  return Array.from({ length: count }, () => {
    const { x, y } = toFrame(corners, draw.between(0.08, 0.92), draw.between(0.08, 0.92));
    const stretch = draw.between(0.5, 2);
    const radius = Math.sqrt((recipe.glare * area) / count / Math.PI);
    return { x, y, rx: radius * Math.sqrt(stretch), ry: radius / Math.sqrt(stretch) };
  });
}

/** Share of shadow, 0–1: a soft straight edge through the card, as a hand or a head casts it. */
function shadowEdge(corners: Corners, draw: Draw): (x: number, y: number) => number {
  const through = toFrame(corners, draw.between(0.3, 0.7), draw.between(0.3, 0.7));
  const angle = draw.between(0, Math.PI * 2);
  const soft = draw.between(20, 120);
  const [nx, ny] = [Math.cos(angle), Math.sin(angle)];
  return (x, y) => 1 / (1 + Math.exp(-((x - through.x) * nx + (y - through.y) * ny) / (soft / 4)));
}

/** Defocus and movement during exposure; lengths follow the card's size in the frame. */
export async function throughLens(frame: RgbImage, recipe: Recipe): Promise<RgbImage> {
  const { width, height } = frame;
  const unit = recipe.cardWidth / 1000;
  let picture = sharp(frame.data, { raw: { width, height, channels: 3 } });
  const sigma = recipe.blur * unit;
  if (sigma >= 0.3) picture = picture.blur(sigma);
  const length = recipe.motion * unit;
  if (length >= 1)
    picture = sharp(await picture.raw().toBuffer(), { raw: { width, height, channels: 3 } }).convolve(
      motionKernel(length, recipe.motionAngle),
    );
  return { width, height, data: new Uint8Array(await picture.raw().toBuffer()) };
}

function motionKernel(length: number, angle: number): { width: number; height: number; kernel: number[] } {
  const half = Math.ceil(length / 2);
  const size = 2 * half + 1;
  const kernel = new Array<number>(size * size).fill(0);
  const samples = Math.ceil(length * 8);
  for (let i = 0; i <= samples; i += 1) {
    const t = (i / samples - 0.5) * length;
    const x = half + t * Math.cos(angle);
    const y = half + t * Math.sin(angle);
    const x0 = Math.min(size - 2, Math.floor(x));
    const y0 = Math.min(size - 2, Math.floor(y));
    const [fx, fy] = [x - x0, y - y0];
    kernel[y0 * size + x0]! += (1 - fx) * (1 - fy);
    kernel[y0 * size + x0 + 1]! += fx * (1 - fy);
    kernel[(y0 + 1) * size + x0]! += (1 - fx) * fy;
    kernel[(y0 + 1) * size + x0 + 1]! += fx * fy;
  }
  return { width: size, height: size, kernel };
}

const grain = grainTable(1 << 20, 77);

/** Sensor noise: mostly brightness, a third of it colour. */
export function addNoise(frame: RgbImage, sigma: number, draw: Draw): void {
  const { data } = frame;
  const mask = grain.length - 1;
  const start = draw.int(0, mask);
  const step = draw.int(3, 61) * 2 + 1;
  let at = start;
  for (let k = 0; k < data.length; k += 3) {
    // Jumps now and then, so that the table's length leaves no visible period.
    if ((k & 0x3fff) === 0) at = (at + Math.floor(draw.next() * mask)) & mask;
    const luma = grain[(at += step) & mask]! * 0.85;
    for (let c = 0; c < 3; c += 1) {
      const value = data[k + c]! + sigma * (luma + grain[(at += step) & mask]! * 0.5);
      data[k + c] = value < 0 ? 0 : value > 255 ? 255 : value;
    }
  }
}

export async function compress(frame: RgbImage, quality: number): Promise<Uint8Array> {
  const { width, height, data } = frame;
  return new Uint8Array(
    await sharp(data, { raw: { width, height, channels: 3 } })
      .jpeg({ quality, chromaSubsampling: quality >= 90 ? '4:4:4' : '4:2:0' })
      .toBuffer(),
  );
}
