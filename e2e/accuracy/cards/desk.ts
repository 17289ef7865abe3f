/** What lies under and beside the card. */
import sharp from 'sharp';
import { fractalNoise } from '../../../src/desk/simulator/noise.ts';
import type { RgbImage } from '../../../src/vision/image/rgb-image.ts';
import type { Draw } from './draw.ts';
import type { Corners } from './projection.ts';

interface Ground {
  readonly name: string;
  readonly colour: readonly [number, number, number];
  /** Grain: strength, and how many px long and wide. */
  readonly grain: number;
  readonly along: number;
  readonly across: number;
}

const grounds: readonly Ground[] = [
  { name: 'brown wood', colour: [118, 84, 56], grain: 0.35, along: 240, across: 10 },
  { name: 'dark wood', colour: [62, 42, 30], grain: 0.4, along: 300, across: 12 },
  { name: 'grey laminate', colour: [128, 130, 132], grain: 0.08, along: 5, across: 5 },
  { name: 'white desk', colour: [214, 212, 206], grain: 0.05, along: 30, across: 30 },
  { name: 'black mat', colour: [34, 35, 38], grain: 0.12, along: 4, across: 4 },
  { name: 'green cloth', colour: [58, 92, 70], grain: 0.16, along: 3, across: 3 },
  { name: 'beige stone', colour: [186, 172, 150], grain: 0.2, along: 60, across: 50 },
  { name: 'blue folder', colour: [52, 84, 140], grain: 0.05, along: 40, across: 40 },
];

/** A desk of the given size with `objects` things on it; the card's own shadow is drawn too. */
export async function drawDesk(
  width: number,
  height: number,
  corners: Corners,
  objects: number,
  draw: Draw,
): Promise<RgbImage> {
  const ground = draw.pick(grounds);
  const seed = draw.int(1, 60_000);
  const reduced = { width: Math.ceil(width / 3), height: Math.ceil(height / 3) };
  const base = new Uint8Array(reduced.width * reduced.height * 3);
  const turned = draw.chance(0.5);
  for (let y = 0; y < reduced.height; y += 1) {
    for (let x = 0; x < reduced.width; x += 1) {
      const [p, q] = turned ? [y, x] : [x, y];
      const value = 1 + ground.grain * fractalNoise((p * 3) / ground.along, (q * 3) / ground.across, seed, 3);
      for (let c = 0; c < 3; c += 1)
        base[(y * reduced.width + x) * 3 + c] = Math.max(0, Math.min(255, ground.colour[c]! * value));
    }
  }
  const overlay = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${things(width, height, objects, draw)}${castShadow(corners)}</svg>`;
  const stretched = await sharp(base, { raw: { ...reduced, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .png({ compressionLevel: 0 })
    .toBuffer();
  const data = await sharp(stretched)
    .composite([{ input: Buffer.from(overlay), left: 0, top: 0 }])
    .removeAlpha()
    .raw()
    .toBuffer();
  return { width, height, data: new Uint8Array(data) };
}

function castShadow(corners: Corners): string {
  return [9, 6, 3]
    .map((offset) => {
      const points = corners.map(({ x, y }) => `${(x + offset).toFixed(1)},${(y + offset).toFixed(1)}`).join(' ');
      return `<polygon points="${points}" fill="#000" fill-opacity="0.14" stroke="#000" stroke-opacity="0.06" stroke-width="6" stroke-linejoin="round"/>`;
    })
    .join('');
}

/** Papers, pens, a telephone, a mug, coins, another card: what lies about on a counter. */
function things(width: number, height: number, count: number, draw: Draw): string {
  const s = Math.min(width, height);
  const kinds: readonly (() => string)[] = [
    () => sheet(s, draw),
    () => sheet(s, draw),
    () =>
      `<rect width="${s * 0.5}" height="${s * 0.022}" rx="${s * 0.01}" fill="${draw.pick(['#1d2a6b', '#222', '#a31621', '#d9d9d9'])}"/>`,
    () =>
      `<rect width="${s * 0.2}" height="${s * 0.4}" rx="${s * 0.025}" fill="#101114" stroke="#44474d" stroke-width="3"/>`,
    () => `<circle r="${s * 0.11}" fill="#e8e4dc"/><circle r="${s * 0.09}" fill="#3a2315"/>`,
    () => `<circle r="${s * 0.03}" fill="#c9b458" stroke="#8d7b33" stroke-width="2"/>`,
    () =>
      `<rect width="${s * 0.3}" height="${s * 0.19}" rx="${s * 0.012}" fill="${draw.pick(['#d98c2b', '#c7d3d9', '#5b1f2d'])}"/>`,
    () =>
      `<path d="M0 0 C ${s * 0.2} ${s * 0.3} ${s * 0.4} ${-s * 0.2} ${s * 0.6} ${s * 0.15}" fill="none" stroke="#1b1b1d" stroke-width="${s * 0.012}"/>`,
  ];
  return Array.from({ length: count }, () => {
    const x = draw.between(-0.1, 0.95) * width;
    const y = draw.between(-0.1, 0.95) * height;
    return `<g transform="translate(${x.toFixed(0)} ${y.toFixed(0)}) rotate(${draw.int(-180, 180)})">${draw.pick(kinds)()}</g>`;
  }).join('');
}

/** A printed sheet: grey lines for text. */
function sheet(s: number, draw: Draw): string {
  const lines = Array.from({ length: 14 }, (_, k) => {
    const length = draw.between(0.2, 0.42) * s;
    return `<rect x="${s * 0.05}" y="${s * (0.06 + k * 0.045)}" width="${length}" height="${s * 0.012}" fill="#555" fill-opacity="0.75"/>`;
  });
  return `<rect width="${s * 0.52}" height="${s * 0.72}" fill="#f3f1ea" stroke="#cfcabf" stroke-width="2"/>${lines.join('')}`;
}
