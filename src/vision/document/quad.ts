/** Quadrilaterals: convex hulls, straight sides through noisy boundaries, and what their shape says. */
import type { Point } from '../../contract/facts.ts';

export type Quad = readonly [Point, Point, Point, Point];

/** ISO/IEC 7810 ID-1: 85.60 × 53.98 mm. */
export const id1Aspect = 85.6 / 53.98;

/** Convex hull, clockwise on the screen (y down), by Andrew's monotone chain. */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((p, q) => p.x - q.x || p.y - q.y);
  if (sorted.length < 3) return sorted;
  const half = (ordered: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of ordered) {
      while (chain.length >= 2 && cross(chain[chain.length - 2]!, chain[chain.length - 1]!, point) <= 0) chain.pop();
      chain.push(point);
    }
    chain.pop();
    return chain;
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

function cross(o: Point, a: Point, b: Point): number {
  return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

/** Area of a simple polygon, px². */
export function polygonArea(points: readonly Point[]): number {
  let sum = 0;
  for (let i = 0; i < points.length; i += 1) {
    const p = points[i]!;
    const q = points[(i + 1) % points.length]!;
    sum += p.x * q.y - q.x * p.y;
  }
  return Math.abs(sum) / 2;
}

/** Smallest enclosing rectangle of a hull (rotating calipers), clockwise; null for a degenerate hull. */
export function smallestRectangle(hull: readonly Point[]): Quad | null {
  let best: { area: number; quad: Quad } | null = null;
  for (let i = 0; i < hull.length; i += 1) {
    const p = hull[i]!;
    const q = hull[(i + 1) % hull.length]!;
    const length = Math.hypot(q.x - p.x, q.y - p.y);
    if (length < 1e-6) continue;
    const ux = (q.x - p.x) / length;
    const uy = (q.y - p.y) / length;
    const along = hull.map((point) => point.x * ux + point.y * uy);
    const across = hull.map((point) => point.y * ux - point.x * uy);
    const [a0, a1, b0, b1] = [Math.min(...along), Math.max(...along), Math.min(...across), Math.max(...across)];
    const area = (a1 - a0) * (b1 - b0);
    if (best !== null && area >= best.area) continue;
    const at = (a: number, b: number): Point => ({ x: a * ux - b * uy, y: a * uy + b * ux });
    best = { area, quad: [at(a0, b0), at(a1, b0), at(a1, b1), at(a0, b1)] };
  }
  return best !== null && best.area > 1 ? best.quad : null;
}

/**
 * Fits four straight sides to a hull whose corners may be rounded: each side is the total-least-squares line through
 * the boundary near the middle of a side of the smallest rectangle; corners are where the lines meet.
 */
export function fitQuad(hull: readonly Point[]): Quad | null {
  let quad = smallestRectangle(hull);
  if (quad === null) return null;
  const boundary = densify(hull);
  for (let round = 0; round < 6 && quad !== null; round += 1) quad = refine(quad, boundary);
  return quad;
}

function densify(hull: readonly Point[]): Point[] {
  const points: Point[] = [];
  for (let i = 0; i < hull.length; i += 1) {
    const p = hull[i]!;
    const q = hull[(i + 1) % hull.length]!;
    const steps = Math.max(1, Math.round(Math.hypot(q.x - p.x, q.y - p.y)));
    for (let k = 0; k < steps; k += 1) {
      points.push({ x: p.x + ((q.x - p.x) * k) / steps, y: p.y + ((q.y - p.y) * k) / steps });
    }
  }
  return points;
}

interface Line {
  /** Unit normal and distance: `nx·x + ny·y = d`. */
  readonly nx: number;
  readonly ny: number;
  readonly d: number;
}

function refine(quad: Quad, boundary: readonly Point[]): Quad | null {
  const size = Math.sqrt(polygonArea(quad));
  const lines: Line[] = [];
  for (let side = 0; side < 4; side += 1) {
    const p = quad[side]!;
    const q = quad[(side + 1) % 4]!;
    const length = Math.hypot(q.x - p.x, q.y - p.y);
    if (length < 2) return null;
    const ux = (q.x - p.x) / length;
    const uy = (q.y - p.y) / length;
    const near = boundary.filter((point) => {
      const along = ((point.x - p.x) * ux + (point.y - p.y) * uy) / length;
      const across = Math.abs((point.y - p.y) * ux - (point.x - p.x) * uy);
      return along > 0.1 && along < 0.9 && across < size * 0.12;
    });
    const line = near.length < 4 ? null : fitLine(near);
    lines.push(line ?? { nx: -uy, ny: ux, d: -uy * p.x + ux * p.y });
  }
  const corners = lines.map((line, side) => meet(lines[(side + 3) % 4]!, line));
  return corners.every((corner) => corner !== null) ? (corners as unknown as Quad) : null;
}

/** Total least squares, then once more without the worst third: a thumb at the edge must not tilt it. */
function fitLine(points: readonly Point[]): Line {
  const first = leastSquares(points);
  const ranked = points
    .map((point) => ({ point, off: Math.abs(first.nx * point.x + first.ny * point.y - first.d) }))
    .sort((p, q) => p.off - q.off);
  return leastSquares(ranked.slice(0, Math.max(4, Math.ceil(ranked.length * 0.67))).map(({ point }) => point));
}

function leastSquares(points: readonly Point[]): Line {
  const mx = points.reduce((sum, point) => sum + point.x, 0) / points.length;
  const my = points.reduce((sum, point) => sum + point.y, 0) / points.length;
  let [xx, yy, xy] = [0, 0, 0];
  for (const { x, y } of points) {
    xx += (x - mx) ** 2;
    yy += (y - my) ** 2;
    xy += (x - mx) * (y - my);
  }
  const angle = Math.atan2(2 * xy, xx - yy) / 2;
  const nx = -Math.sin(angle);
  const ny = Math.cos(angle);
  return { nx, ny, d: nx * mx + ny * my };
}

function meet(a: Line, b: Line): Point | null {
  const determinant = a.nx * b.ny - a.ny * b.nx;
  if (Math.abs(determinant) < 0.2) return null;
  return { x: (a.d * b.ny - b.d * a.ny) / determinant, y: (a.nx * b.d - b.nx * a.d) / determinant };
}

/** Starts the corners so that the first side is a long one, and of the two the one that points more to the right. */
export function landscape(quad: Quad): Quad {
  const length = (i: number) => {
    const p = quad[i]!;
    const q = quad[(i + 1) % 4]!;
    return Math.hypot(q.x - p.x, q.y - p.y);
  };
  const start = length(0) + length(2) >= length(1) + length(3) ? 0 : 1;
  const turned = turn(quad, start);
  const towardsRight = turned[1].x - turned[0].x;
  const downwards = turned[1].y - turned[0].y;
  // Nearly upright cards (a portrait-wise photo) have no side that points right; either will do.
  return towardsRight < 0 || (Math.abs(towardsRight) < 1e-9 && downwards < 0) ? turn(turned, 2) : turned;
}

/** The same outline, named from another corner on. */
export function turn(quad: Quad, by: number): Quad {
  const at = (i: number) => quad[(((i + by) % 4) + 4) % 4]!;
  return [at(0), at(1), at(2), at(3)];
}

/** Long over short side, mean of opposite sides; perspective bends it, so tolerances must be wide. */
export function aspectOf(quad: Quad): number {
  const side = (i: number) => Math.hypot(quad[(i + 1) % 4]!.x - quad[i]!.x, quad[(i + 1) % 4]!.y - quad[i]!.y);
  const a = side(0) + side(2);
  const b = side(1) + side(3);
  return Math.max(a, b) / Math.max(1e-6, Math.min(a, b));
}

/** Largest ratio of opposite sides, ≥ 1: how strongly the card is tilted away. */
export function tiltOf(quad: Quad): number {
  const side = (i: number) => Math.hypot(quad[(i + 1) % 4]!.x - quad[i]!.x, quad[(i + 1) % 4]!.y - quad[i]!.y);
  const ratio = (a: number, b: number) => Math.max(a, b) / Math.max(1e-6, Math.min(a, b));
  return Math.max(ratio(side(0), side(2)), ratio(side(1), side(3)));
}

/** Quarter turns, clockwise, that the card shows in the frame: 0, 90, 180 or 270. */
export function quarterTurns(quad: Quad): 0 | 90 | 180 | 270 {
  const angle = (Math.atan2(quad[1].y - quad[0].y, quad[1].x - quad[0].x) * 180) / Math.PI;
  const turns = ((Math.round(angle / 90) % 4) + 4) % 4;
  return ([0, 90, 180, 270] as const)[turns]!;
}
