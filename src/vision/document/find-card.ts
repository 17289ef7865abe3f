/** Finding the card in a frame: candidate quadrilaterals of ID-1 shape with continuous edges, best first. */
import type { Point } from '../../contract/facts.ts';
import { resize, type RgbImage } from '../image/image.ts';
import { cardMasks, type Mask } from './masks.ts';
import { aspectOf, convexHull, fitQuad, id1Aspect, landscape, polygonArea, type Quad } from './quad.ts';

export interface CardCandidate {
  /** Frame pixels (continuous, edges at 0 and width), landscape, clockwise; which long side is up is not known yet. */
  readonly quad: Quad;
  /** 0–1. */
  readonly confidence: number;
  /** Share of the frame, 0–1. */
  readonly coverage: number;
  /** The whole frame is taken as the card (a scan without background). */
  readonly wholeFrame: boolean;
}

export interface CardSearch {
  readonly candidates: readonly CardCandidate[];
  /** Distinct card-like outlines in the frame. */
  readonly count: number;
}

const workingWidth = 400;
const smallestCoverage = 0.05;
/** An outline at or above this is taken for a card when cards are counted. */
const certain = 0.62;
const smallestConfidence = 0.35;
const wholeFrameConfidence = 0.5;

/** Looks for cards. Never throws; a frame too small to hold a readable card gives no candidate. */
export async function findCards(image: RgbImage): Promise<CardSearch> {
  if (image.width < 64 || image.height < 64) return { candidates: [], count: 0 };
  const scale = Math.min(1, workingWidth / Math.max(image.width, image.height));
  const small = await resize(image, Math.round(image.width * scale), Math.round(image.height * scale));
  const sx = image.width / small.width;
  const sy = image.height / small.height;
  const found: CardCandidate[] = [];
  for (const mask of cardMasks(small)) {
    for (const hull of hulls(mask, small.width, small.height)) {
      const candidate = judge(hull, small);
      if (candidate !== null) keep(found, candidate);
    }
  }
  const whole = wholeFrame(image, small);
  const scaled = found
    .sort((p, q) => q.confidence - p.confidence)
    .map((each) => ({ ...each, quad: each.quad.map(({ x, y }) => ({ x: x * sx, y: y * sy })) as unknown as Quad }));
  const candidates = whole === null ? scaled : [...scaled, whole].sort((p, q) => q.confidence - p.confidence);
  const count = scaled.filter((each) => each.confidence >= certain).length;
  return { candidates: candidates.slice(0, 4), count: Math.max(count, candidates.length > 0 ? 1 : 0) };
}

/** Outlines of the larger connected regions (4-neighbour) of a mask. */
function hulls(mask: Mask, width: number, height: number): Point[][] {
  const seen = new Uint8Array(mask.length);
  const stack = new Int32Array(mask.length);
  const result: Point[][] = [];
  const minimum = width * height * smallestCoverage * 0.6;
  for (let start = 0; start < mask.length; start += 1) {
    if (mask[start] === 0 || seen[start] === 1) continue;
    let depth = 0;
    let area = 0;
    const left = new Int32Array(height).fill(width);
    const right = new Int32Array(height).fill(-1);
    stack[depth++] = start;
    seen[start] = 1;
    while (depth > 0) {
      const i = stack[--depth]!;
      const x = i % width;
      const y = (i - x) / width;
      area += 1;
      if (x < left[y]!) left[y] = x;
      if (x > right[y]!) right[y] = x;
      const visit = (next: number) => {
        if (mask[next] === 1 && seen[next] === 0) {
          seen[next] = 1;
          stack[depth++] = next;
        }
      };
      if (x > 0) visit(i - 1);
      if (x < width - 1) visit(i + 1);
      if (y > 0) visit(i - width);
      if (y < height - 1) visit(i + width);
    }
    if (area < minimum) continue;
    const points: Point[] = [];
    for (let y = 0; y < height; y += 1) {
      if (right[y]! < 0) continue;
      points.push(
        { x: left[y]!, y },
        { x: left[y]!, y: y + 1 },
        { x: right[y]! + 1, y },
        { x: right[y]! + 1, y: y + 1 },
      );
    }
    result.push(convexHull(points));
  }
  return result;
}

function judge(hull: readonly Point[], image: RgbImage): CardCandidate | null {
  const frame = image.width * image.height;
  const fitted = fitQuad(hull);
  if (fitted === null) return null;
  const area = polygonArea(fitted);
  const coverage = area / frame;
  if (coverage < smallestCoverage || coverage > 1.02) return null;
  const margin = Math.max(image.width, image.height) * 0.04;
  const outside = fitted.some(
    ({ x, y }) => x < -margin || y < -margin || x > image.width + margin || y > image.height + margin,
  );
  if (outside) return null;
  const fill = polygonArea(hull) / area;
  const shape = Math.exp(-((Math.log(aspectOf(fitted) / id1Aspect) / 0.16) ** 2));
  const edge = edgeSupport(fitted, image);
  const filled = Math.max(0, 1 - Math.abs(1 - fill) * 4);
  const confidence = shape * filled * (0.35 + 0.65 * edge);
  if (confidence < smallestConfidence) return null;
  return { quad: landscape(fitted), confidence, coverage: Math.min(1, coverage), wholeFrame: false };
}

/** Share of points along the sides at which the picture really changes across the line. */
function edgeSupport(quad: Quad, image: RgbImage): number {
  let hits = 0;
  let count = 0;
  for (let side = 0; side < 4; side += 1) {
    const p = quad[side]!;
    const q = quad[(side + 1) % 4]!;
    const length = Math.max(1, Math.hypot(q.x - p.x, q.y - p.y));
    const nx = -(q.y - p.y) / length;
    const ny = (q.x - p.x) / length;
    for (let k = 0; k < 40; k += 1) {
      const t = 0.1 + (0.8 * k) / 39;
      const x = p.x + (q.x - p.x) * t;
      const y = p.y + (q.y - p.y) * t;
      count += 1;
      const change = Math.max(
        difference(image, x + 2.5 * nx, y + 2.5 * ny, x - 2.5 * nx, y - 2.5 * ny),
        difference(image, x + 4 * nx, y + 4 * ny, x - 1 * nx, y - 1 * ny),
      );
      if (change > 24) hits += 1;
    }
  }
  return hits / count;
}

function difference(image: RgbImage, x0: number, y0: number, x1: number, y1: number): number {
  const { width, height, data } = image;
  const at = (x: number, y: number) => {
    const cx = Math.floor(x);
    const cy = Math.floor(y);
    return cx < 0 || cy < 0 || cx >= width || cy >= height ? -1 : (cy * width + cx) * 3;
  };
  const i = at(x0, y0);
  const j = at(x1, y1);
  if (i < 0 || j < 0) return 0;
  return Math.abs(data[i]! - data[j]!) + Math.abs(data[i + 1]! - data[j + 1]!) + Math.abs(data[i + 2]! - data[j + 2]!);
}

/** Adds a candidate unless a better one covers the same place; drops worse ones that it covers. */
function keep(found: CardCandidate[], candidate: CardCandidate): void {
  const same = found.findIndex((other) => overlap(other.quad, candidate.quad) > 0.5);
  if (same < 0) found.push(candidate);
  else if (found[same]!.confidence < candidate.confidence) found[same] = candidate;
}

/** Overlap of the bounding boxes over the smaller one: enough to tell two cards apart. */
function overlap(a: Quad, b: Quad): number {
  const [p, q] = [bounds(a), bounds(b)];
  const w = Math.min(p.right, q.right) - Math.max(p.left, q.left);
  const h = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
  if (w <= 0 || h <= 0) return 0;
  const size = (box: typeof p) => (box.right - box.left) * (box.bottom - box.top);
  return (w * h) / Math.min(size(p), size(q));
}

function bounds(quad: Quad): { left: number; right: number; top: number; bottom: number } {
  const xs = quad.map((point) => point.x);
  const ys = quad.map((point) => point.y);
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

/** A scan cropped to the card has no outline to find: frame of ID-1 shape, and not one flat tone. */
function wholeFrame(image: RgbImage, small: RgbImage): CardCandidate | null {
  const { width, height } = image;
  const aspect = Math.max(width, height) / Math.min(width, height);
  if (Math.abs(Math.log(aspect / id1Aspect)) > 0.09 || contrast(small) < 4) return null;
  const quad: Quad = [
    { x: 0, y: 0 },
    { x: width, y: 0 },
    { x: width, y: height },
    { x: 0, y: height },
  ];
  return { quad: landscape(quad), confidence: wholeFrameConfidence, coverage: 1, wholeFrame: true };
}

/** Standard deviation of the green channel, 0–255. */
function contrast(image: RgbImage): number {
  let sum = 0;
  let squares = 0;
  const count = image.data.length / 3;
  for (let k = 1; k < image.data.length; k += 3) {
    sum += image.data[k]!;
    squares += image.data[k]! ** 2;
  }
  return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
}
