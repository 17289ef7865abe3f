/** Pinhole projection of a flat card, and drawing it into a frame. */
import type { Point } from '../../../src/contract/facts.ts';
import type { RgbImage } from '../../../src/vision/image/rgb-image.ts';

export type Corners = readonly [Point, Point, Point, Point];

/** Card with straight alpha, 4 bytes a pixel. */
export interface RgbaImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Corners (clockwise from the card's own top left) of a turned, tilted card whose longest side spans `width` px, around 0. */
export function projectCard(width: number, turn: number, tiltX: number, tiltY: number): Corners {
  const [a, b, c] = [turn, tiltX, tiltY].map((degrees) => (degrees * Math.PI) / 180) as [number, number, number];
  const aspect = 1009 / 1600;
  const distance = 3.2;
  const project = (u: number, v: number): Point => {
    const y1 = v * Math.cos(b);
    const z1 = v * Math.sin(b);
    const x2 = u * Math.cos(c) + z1 * Math.sin(c);
    const z2 = -u * Math.sin(c) + z1 * Math.cos(c);
    const k = distance / (distance + z2);
    return { x: (x2 * Math.cos(a) - y1 * Math.sin(a)) * k, y: (x2 * Math.sin(a) + y1 * Math.cos(a)) * k };
  };
  const flat = [
    project(-0.5, -aspect / 2),
    project(0.5, -aspect / 2),
    project(0.5, aspect / 2),
    project(-0.5, aspect / 2),
  ];
  const side = (i: number, j: number) => Math.hypot(flat[i]!.x - flat[j]!.x, flat[i]!.y - flat[j]!.y);
  const scale = width / Math.max(side(0, 1), side(2, 3));
  return flat.map(({ x, y }) => ({ x: x * scale, y: y * scale })) as unknown as Corners;
}

export type Homography = readonly [number, number, number, number, number, number, number, number];

/** Frame px → card shares (0–1 over each side), by solving the eight equations of the four corners. */
export function frameToCard(corners: Corners): Homography {
  const target = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ] as const;
  const rows: number[][] = [];
  for (const [i, { x, y }] of corners.entries()) {
    const [u, v] = target[i]!;
    rows.push([x, y, 1, 0, 0, 0, -u * x, -u * y, u], [0, 0, 0, x, y, 1, -v * x, -v * y, v]);
  }
  return solve(rows) as unknown as Homography;
}

/** Gauss–Jordan with partial pivoting on an n × (n + 1) system. */
function solve(rows: number[][]): number[] {
  const n = rows.length;
  for (let column = 0; column < n; column += 1) {
    let pivot = column;
    for (let row = column + 1; row < n; row += 1)
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    const head = rows[column]!;
    for (let row = 0; row < n; row += 1) {
      if (row === column) continue;
      const factor = rows[row]![column]! / head[column]!;
      for (let k = column; k <= n; k += 1) rows[row]![k]! -= factor * head[k]!;
    }
  }
  return rows.map((row, i) => row[n]! / row[i]!);
}

export function toCard(h: Homography, x: number, y: number): readonly [number, number] {
  const w = h[6] * x + h[7] * y + 1;
  return [(h[0] * x + h[1] * y + h[2]) / w, (h[3] * x + h[4] * y + h[5]) / w];
}

/** Where a place on the card (shares) stands in the frame: bilinear in the corners would bend lines, so exactly. */
export function toFrame(corners: Corners, u: number, v: number): Point {
  const inverse = invert(frameToCard(corners));
  const w = inverse[6]! * u + inverse[7]! * v + inverse[8]!;
  return {
    x: (inverse[0]! * u + inverse[1]! * v + inverse[2]!) / w,
    y: (inverse[3]! * u + inverse[4]! * v + inverse[5]!) / w,
  };
}

function invert(h: Homography): number[] {
  const [a, b, c, d, e, f, g, i] = h;
  return [
    e - f * i,
    c * i - b,
    b * f - c * e,
    f * g - d,
    a - c * g,
    c * d - a * f,
    d * i - e * g,
    b * g - a * i,
    a * e - b * d,
  ];
}

/** Draws the card over the frame, bilinear, edges by its alpha. The card should be about as large as it appears. */
export function drawInto(frame: RgbImage, card: RgbaImage, corners: Corners): void {
  const h = frameToCard(corners);
  const xs = corners.map((point) => point.x);
  const ys = corners.map((point) => point.y);
  const top = Math.max(0, Math.floor(Math.min(...ys)) - 1);
  const bottom = Math.min(frame.height - 1, Math.ceil(Math.max(...ys)) + 1);
  const left = Math.max(0, Math.floor(Math.min(...xs)) - 1);
  const right = Math.min(frame.width - 1, Math.ceil(Math.max(...xs)) + 1);
  for (let y = top; y <= bottom; y += 1) {
    for (let x = left; x <= right; x += 1) {
      const [u, v] = toCard(h, x + 0.5, y + 0.5);
      if (u < -0.005 || v < -0.005 || u > 1.005 || v > 1.005) continue;
      blend(frame.data, (y * frame.width + x) * 3, card, u * card.width - 0.5, v * card.height - 0.5);
    }
  }
}

function blend(out: Uint8Array, k: number, card: RgbaImage, x: number, y: number): void {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const fx = x - x0;
  const fy = y - y0;
  let [r, g, b, alpha] = [0, 0, 0, 0];
  for (let dy = 0; dy < 2; dy += 1) {
    for (let dx = 0; dx < 2; dx += 1) {
      const cx = x0 + dx;
      const cy = y0 + dy;
      if (cx < 0 || cy < 0 || cx >= card.width || cy >= card.height) continue;
      const i = (cy * card.width + cx) * 4;
      const weight = (dx === 1 ? fx : 1 - fx) * (dy === 1 ? fy : 1 - fy) * (card.data[i + 3]! / 255);
      r += card.data[i]! * weight;
      g += card.data[i + 1]! * weight;
      b += card.data[i + 2]! * weight;
      alpha += weight;
    }
  }
  out[k] = out[k]! * (1 - alpha) + r;
  out[k + 1] = out[k + 1]! * (1 - alpha) + g;
  out[k + 2] = out[k + 2]! * (1 - alpha) + b;
}
