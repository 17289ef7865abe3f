/**
 * How the portrait sits on a straightened card. Card printers set it square to the text; a photograph cut out and glued over it
 * by hand is turned a little, and its paper shines at the edge.
 */
import { toGrey, type RgbImage } from '../image/image.ts';

export interface PortraitWindow {
  /**
   * Turn against the card, degrees: what the upright and the level edges agree on, 0 where they turn different ways (then
   * the outline of the card was off, not the portrait).
   */
  readonly turn: number;
  /** Brightest line along an edge over both of its sides, 0–255: the white of cut paper. */
  readonly rim: number;
  /** Edges found, of four. */
  readonly edges: number;
}

interface Edge {
  readonly upright: boolean;
  /** Degrees. */
  readonly angle: number;
  readonly rim: number;
}

/** Where an edge is looked for, shares of the card: from–to across it, from–to along it. */
interface Band {
  readonly upright: boolean;
  readonly across: readonly [number, number];
  readonly along: readonly [number, number];
}

const bands: readonly Band[] = [
  { upright: true, across: [0.715, 0.8], along: [0.31, 0.62] },
  { upright: true, across: [0.92, 0.995], along: [0.31, 0.62] },
  { upright: false, across: [0.215, 0.345], along: [0.79, 0.93] },
  { upright: false, across: [0.63, 0.765], along: [0.79, 0.93] },
];
const smallestCard = 480;
/** Sum over three channels and four pixels from which on a step counts as an edge. */
const clearStep = 60;
/** Pixels on either side of an edge that are averaged into its profile. */
const reach = 9;

/** Measures a straightened card that was not enlarged. Null when it is too small or no edge of either direction is clear. */
export function portraitWindow(card: RgbImage): PortraitWindow | null {
  if (card.width < smallestCard) return null;
  const planes = { upright: card, level: transposed(card) };
  const edges = bands.flatMap((band) => edgeIn(band.upright ? planes.upright : planes.level, band) ?? []);
  const upright = mean(edges.filter((edge) => edge.upright));
  const level = mean(edges.filter((edge) => !edge.upright));
  if (upright === null || level === null) return null;
  return {
    turn: upright * level <= 0 ? 0 : Math.min(Math.abs(upright), Math.abs(level)),
    rim: Math.max(...edges.map(({ rim }) => rim)),
    edges: edges.length,
  };
}

function mean(edges: readonly Edge[]): number | null {
  return edges.length === 0 ? null : edges.reduce((sum, { angle }) => sum + angle, 0) / edges.length;
}

/** Rows become columns, so that every edge can be searched along rows. */
function transposed({ width, height, data }: RgbImage): RgbImage {
  const out = new Uint8Array(data.length);
  for (let y = 0, from = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, from += 3) {
      const to = (x * height + y) * 3;
      out[to] = data[from]!;
      out[to + 1] = data[from + 1]!;
      out[to + 2] = data[from + 2]!;
    }
  }
  return { width: height, height: width, data: out };
}

interface EdgePoint {
  readonly x: number;
  readonly y: number;
}

/** The straight edge in a band that runs down the picture; null where most rows have no clear step on one line. */
function edgeIn(image: RgbImage, { upright, across, along }: Band): Edge | null {
  const rows = { from: Math.round(along[0] * image.height), to: Math.round(along[1] * image.height) };
  const points: EdgePoint[] = [];
  for (let y = rows.from; y < rows.to; y += 1) {
    const x = stepInRow(image, y, Math.round(across[0] * image.width), Math.round(across[1] * image.width));
    if (x !== null) points.push({ x, y });
  }
  if (points.length < (rows.to - rows.from) * 0.6) return null;
  const line = straightLine(points);
  if (line === null) return null;
  const degrees = (Math.atan(line.slope) * 180) / Math.PI;
  return { upright, angle: upright ? -degrees : degrees, rim: rimAlong(image, points, line) };
}

/** Place of the largest step of colour in a row, to a part of a pixel. */
function stepInRow({ width, data }: RgbImage, y: number, from: number, to: number): number | null {
  const first = Math.max(2, from);
  const last = Math.min(width - 3, to);
  const step = (x: number): number => {
    let sum = 0;
    for (let k = (y * width + x) * 3, end = k + 3; k < end; k += 1)
      sum += Math.abs(data[k + 6]! + data[k + 3]! - data[k - 3]! - data[k - 6]!);
    return sum;
  };
  let best = { x: 0, size: 0 };
  for (let x = first; x <= last; x += 1) {
    const size = step(x);
    if (size > best.size) best = { x, size };
  }
  if (best.size <= clearStep || best.x <= first || best.x >= last) return null;
  const [before, after] = [step(best.x - 1), step(best.x + 1)];
  const bend = before + after - 2 * best.size;
  return best.x + (bend === 0 ? 0 : Math.max(-1, Math.min(1, (before - after) / (2 * bend))));
}

interface Line {
  readonly slope: number;
  readonly offset: number;
}

/** Median slope first, then least squares over the points near it; null when half of them lie elsewhere. */
function straightLine(points: readonly EdgePoint[]): Line | null {
  const half = points.length >> 1;
  const pairs = points.slice(0, half).map((p, i) => [p, points[i + half]!] as const);
  const rough = median(pairs.map(([p, q]) => (q.x - p.x) / (q.y - p.y)));
  const offset = median(points.map(({ x, y }) => x - rough * y));
  const near = points.filter(({ x, y }) => Math.abs(x - offset - rough * y) < 2.5);
  if (near.length < points.length / 2) return null;
  const my = near.reduce((sum, { y }) => sum + y, 0) / near.length;
  const mx = near.reduce((sum, { x }) => sum + x, 0) / near.length;
  const spread = near.reduce((sum, { y }) => sum + (y - my) ** 2, 0);
  const slope = near.reduce((sum, { x, y }) => sum + (y - my) * (x - mx), 0) / Math.max(1e-6, spread);
  return { slope, offset: mx - slope * my };
}

/** How far the mean profile across the edge rises above both of its ends. */
function rimAlong(image: RgbImage, points: readonly EdgePoint[], line: Line): number {
  const grey = toGrey(image);
  const profile = new Float64Array(2 * reach + 1);
  let rows = 0;
  for (const { y } of points) {
    const middle = Math.round(line.offset + line.slope * y);
    if (middle < reach || middle + reach >= image.width) continue;
    for (let k = -reach; k <= reach; k += 1) profile[k + reach]! += grey[y * image.width + middle + k]!;
    rows += 1;
  }
  const ends = [profile[0]! + profile[1]!, profile[2 * reach]! + profile[2 * reach - 1]!];
  return (Math.max(...profile) - Math.max(...ends) / 2) / Math.max(1, rows);
}

function median(values: readonly number[]): number {
  return [...values].sort((p, q) => p - q)[values.length >> 1] ?? 0;
}
