import type { RgbImage } from '../../vision/image/rgb-image.ts';
import { toLinear } from './light.ts';
import { fractalNoise } from './noise.ts';
import { blankSurfaces, type Surfaces } from './surfaces.ts';

export interface CardPose {
  /** Degrees the card is turned in the picture, and tilted away from it. */
  readonly turn: number;
  readonly tiltX: number;
  readonly tiltY: number;
  /** Share of the frame's width that the card spans. */
  readonly span: number;
}

export const restingCard: CardPose = { turn: -1.4, tiltX: 3, tiltY: -4, span: 0.74 };

const aspect = 85.6 / 53.98;

/** A laminated card held over a dark desk: flat, glossy, all of it as near to the screen as a face would be. */
export function cardSurfaces(card: RgbImage, width: number, height: number, pose: CardPose): Surfaces {
  const out = blankSurfaces(width, height);
  paintDesk(out);
  const half = (width * pose.span) / 2;
  const [axisS, axisT, normal] = axes(pose);
  const distance = half * 6;
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const qx = x - width / 2;
      const qy = y - height / 2;
      // The ray through the pixel meets the card's plane where n · p = 0.
      const k = -(normal[0] * qx + normal[1] * qy) / normal[2];
      const a = distance / (distance + k);
      const point = [qx * a, qy * a, k * a] as const;
      const s = (point[0] * axisS[0] + point[1] * axisS[1] + point[2] * axisS[2]) / half;
      const t = (point[0] * axisT[0] + point[1] * axisT[1] + point[2] * axisT[2]) / (half / aspect);
      if (Math.abs(s) >= 1 || Math.abs(t) >= 1 || outsideCorner(s, t)) continue;
      const i = y * width + x;
      sample(card, ((s + 1) / 2) * (card.width - 1), ((t + 1) / 2) * (card.height - 1), out.colour, i * 3);
      out.normal.set(normal, i * 3);
      out.reach[i] = 1;
      out.gloss[i] = 0.3;
    }
  return out;
}

/** ID-1 corners are rounded with a radius of 3.18 mm. */
function outsideCorner(s: number, t: number): boolean {
  const dx = (Math.abs(s) - 1) * 42.8 + 3.18;
  const dy = (Math.abs(t) - 1) * 26.99 + 3.18;
  return dx > 0 && dy > 0 && Math.hypot(dx, dy) > 3.18;
}

function paintDesk(out: Surfaces): void {
  for (let y = 0; y < out.height; y += 1)
    for (let x = 0; x < out.width; x += 1) {
      const i = y * out.width + x;
      const fibre = 1 + 0.35 * fractalNoise(x / 220, y / 9, 91, 3) + 0.08 * fractalNoise(x / 3, y / 3, 95, 2);
      out.colour[i * 3] = 0.085 * fibre;
      out.colour[i * 3 + 1] = 0.055 * fibre;
      out.colour[i * 3 + 2] = 0.036 * fibre;
      out.normal[i * 3 + 2] = 1;
      out.reach[i] = 0.45;
    }
}

type Vector = readonly [number, number, number];

function axes(pose: CardPose): readonly [Vector, Vector, Vector] {
  const [turn, tiltX, tiltY] = [pose.turn, pose.tiltX, pose.tiltY].map((degrees) => (degrees * Math.PI) / 180) as [
    number,
    number,
    number,
  ];
  const s: Vector = [Math.cos(turn) * Math.cos(tiltY), Math.sin(turn) * Math.cos(tiltY), Math.sin(tiltY)];
  const t: Vector = [-Math.sin(turn) * Math.cos(tiltX), Math.cos(turn) * Math.cos(tiltX), Math.sin(tiltX)];
  const normal: Vector = [s[1] * t[2] - s[2] * t[1], s[2] * t[0] - s[0] * t[2], s[0] * t[1] - s[1] * t[0]];
  const length = Math.hypot(...normal);
  return [s, t, [normal[0] / length, normal[1] / length, normal[2] / length]];
}

function sample(card: RgbImage, x: number, y: number, into: Float32Array, offset: number): void {
  const left = Math.min(card.width - 2, Math.floor(x));
  const top = Math.min(card.height - 2, Math.floor(y));
  const fx = x - left;
  const fy = y - top;
  const base = (top * card.width + left) * 3;
  for (let c = 0; c < 3; c += 1) {
    const a = card.data[base + c] ?? 0;
    const b = card.data[base + 3 + c] ?? 0;
    const d = card.data[base + card.width * 3 + c] ?? 0;
    const e = card.data[base + card.width * 3 + 3 + c] ?? 0;
    into[offset + c] = toLinear((a * (1 - fx) + b * fx) * (1 - fy) + (d * (1 - fx) + e * fx) * fy);
  }
}
