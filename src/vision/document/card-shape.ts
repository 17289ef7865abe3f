/** What the outline of the card tells: its true shape behind the perspective, and how it stands off what it lies on. */
import type { Point } from '../../contract/facts.ts';
import { lumaStats, type RgbImage } from '../image/image.ts';
import { aspectOf, id1Aspect, type Quad } from './quad.ts';

/**
 * Departure of the card's shape from ID-1, |ln(long over short side ÷ 1.586)|, perspective undone as for a whiteboard (Zhang &
 * He, "Whiteboard scanning and image enhancement", 2007; principal point in the middle of the frame).
 */
export function shapeError(quad: Quad, frame: { readonly width: number; readonly height: number }): number {
  const aspect = trueAspect(quad, { x: frame.width / 2, y: frame.height / 2 }) ?? aspectOf(quad);
  return Math.abs(Math.log(Math.max(aspect, 1 / aspect) / id1Aspect));
}

/** Null where the sides run so parallel that perspective says nothing. */
function trueAspect(quad: Quad, middle: Point): number | null {
  const [m1, m2, m4, m3] = quad.map(({ x, y }) => [x - middle.x, y - middle.y, 1] as const) as [V, V, V, V];
  const k2 = dot(cross(m1, m4), m3) / dot(cross(m2, m4), m3);
  const k3 = dot(cross(m1, m4), m2) / dot(cross(m3, m4), m2);
  const n2 = m2.map((value, i) => k2 * value - m1[i]!) as unknown as V;
  const n3 = m3.map((value, i) => k3 * value - m1[i]!) as unknown as V;
  if (!(Math.abs(n2[2]) > 0.02 && Math.abs(n3[2]) > 0.02)) return null;
  const f2 = -(n2[0] * n3[0] + n2[1] * n3[1]) / (n2[2] * n3[2]);
  if (!(f2 > 1e4)) return null;
  const size = (n: V) => Math.sqrt((n[0] ** 2 + n[1] ** 2) / f2 + n[2] ** 2);
  return size(n2) / size(n3);
}

type V = readonly [number, number, number];

function cross(a: V, b: V): V {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function dot(a: V, b: V): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/**
 * Thickness cue: how much darker the ground is right beside the card than farther off, on the side where it is darkest,
 * 0–1. A card of 0.76 mm (ISO/IEC 7810) throws a narrow shadow; a sheet or a screen throws none. Null when the card
 * reaches the frame's edge.
 */
export function edgeShadow(frame: RgbImage, quad: Quad): number | null {
  let best: number | null = null;
  const width = Math.hypot(quad[1].x - quad[0].x, quad[1].y - quad[0].y);
  const middle = { x: mean(quad.map(({ x }) => x)), y: mean(quad.map(({ y }) => y)) };
  for (let side = 0; side < 4; side += 1) {
    const [p, q] = [quad[side]!, quad[(side + 1) % 4]!];
    const away = unit({ x: (p.x + q.x) / 2 - middle.x, y: (p.y + q.y) / 2 - middle.y });
    const near: number[] = [];
    const far: number[] = [];
    for (let t = 0.2; t <= 0.8; t += 0.05) {
      const at = { x: p.x + (q.x - p.x) * t, y: p.y + (q.y - p.y) * t };
      near.push(...lumaAt(frame, at, away, width * 0.008));
      far.push(...lumaAt(frame, at, away, width * 0.05));
    }
    if (near.length < 8 || far.length < 8) continue;
    const darker = 1 - mean(near) / Math.max(0.02, mean(far));
    if (best === null || darker > best) best = darker;
  }
  return best;
}

function lumaAt(frame: RgbImage, at: Point, away: Point, off: number): number[] {
  const x = Math.round(at.x + away.x * off) - 1;
  const y = Math.round(at.y + away.y * off) - 1;
  if (x < 0 || y < 0 || x + 2 > frame.width || y + 2 > frame.height) return [];
  return [lumaStats(frame, { x, y, width: 2, height: 2 }).mean];
}

function unit({ x, y }: Point): Point {
  const length = Math.max(1e-6, Math.hypot(x, y));
  return { x: x / length, y: y / length };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
