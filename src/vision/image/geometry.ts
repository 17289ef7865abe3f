/** Moving pixels about: crops, quarter turns, affine and perspective warps. Pure typed-array code, no codec. */
import type { Box, Point } from '../../contract/facts.ts';
import type { RgbImage } from './rgb-image.ts';

/** Row-major 2×3 matrix from destination to source: `sx = a·x + b·y + c`, `sy = d·x + e·y + f`. */
export type AffineMatrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/**
 * Cuts a box out of a picture. The box is rounded to whole pixels and clamped to the picture; what lies outside is
 * left off, and at least one pixel always remains.
 */
export function crop(image: RgbImage, box: Box): RgbImage {
  const left = clamp(Math.round(box.x), 0, image.width - 1);
  const top = clamp(Math.round(box.y), 0, image.height - 1);
  const right = clamp(Math.round(box.x + box.width), left + 1, image.width);
  const bottom = clamp(Math.round(box.y + box.height), top + 1, image.height);
  const width = right - left;
  const height = bottom - top;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    const from = ((top + y) * image.width + left) * 3;
    data.set(image.data.subarray(from, from + width * 3), y * width * 3);
  }
  return { width, height, data };
}

/** Turns a picture clockwise by whole quarters. 0 gives the very same picture back. */
export function rotateQuarter(image: RgbImage, degrees: 0 | 90 | 180 | 270): RgbImage {
  if (degrees === 0) return image;
  const { width: w, height: h, data: source } = image;
  const data = new Uint8Array(source.length);
  const width = degrees === 180 ? w : h;
  const height = degrees === 180 ? h : w;
  for (let y = 0, from = 0; y < h; y += 1) {
    for (let x = 0; x < w; x += 1, from += 3) {
      const nx = degrees === 90 ? h - 1 - y : degrees === 180 ? w - 1 - x : y;
      const ny = degrees === 90 ? x : degrees === 180 ? h - 1 - y : w - 1 - x;
      const to = (ny * width + nx) * 3;
      data[to] = source[from]!;
      data[to + 1] = source[from + 1]!;
      data[to + 2] = source[from + 2]!;
    }
  }
  return { width, height, data };
}

/**
 * Averages blocks of `factor` × `factor` pixels into one; a rest at the right and bottom edge is dropped. The cheap
 * low-pass in front of a reducing warp, which would otherwise alias.
 */
export function shrinkByBlocks(image: RgbImage, factor: number): RgbImage {
  const k = Math.min(Math.floor(factor), image.width, image.height);
  if (k <= 1) return image;
  const width = Math.floor(image.width / k);
  const height = Math.floor(image.height / k);
  const data = new Uint8Array(width * height * 3);
  const sums = new Uint32Array(width * 3);
  const count = k * k;
  const half = count >> 1;
  for (let y = 0; y < height; y += 1) {
    sums.fill(0);
    for (let dy = 0; dy < k; dy += 1) addRow(image, y * k + dy, k, sums);
    const to = y * width * 3;
    for (let i = 0; i < sums.length; i += 1) data[to + i] = Math.trunc((sums[i]! + half) / count);
  }
  return { width, height, data };
}

function addRow(image: RgbImage, row: number, k: number, sums: Uint32Array): void {
  const source = image.data;
  let from = row * image.width * 3;
  for (let i = 0; i < sums.length; i += 3) {
    let r = 0;
    let g = 0;
    let b = 0;
    for (let dx = 0; dx < k; dx += 1, from += 3) {
      r += source[from]!;
      g += source[from + 1]!;
      b += source[from + 2]!;
    }
    sums[i]! += r;
    sums[i + 1]! += g;
    sums[i + 2]! += b;
  }
}

/**
 * Affine warp with bilinear sampling. `matrix` maps destination pixel indices to source pixel indices (the
 * convention of the ArcFace alignment template: integer = pixel centre). Outside the picture is black. A warp that
 * reduces by two or more samples a block-averaged copy of just the part it needs, so fine texture does not alias.
 */
export function warpAffine(image: RgbImage, matrix: AffineMatrix, width: number, height: number): RgbImage {
  const [a, b, c, d, e, f] = matrix;
  const reduction = Math.floor(Math.min(Math.hypot(a, d), Math.hypot(b, e)));
  const corners = [
    [0, 0],
    [width - 1, 0],
    [width - 1, height - 1],
    [0, height - 1],
  ].map(([x, y]) => ({ x: a * x! + b * y! + c, y: d * x! + e * y! + f }));
  const { source, offsetX, offsetY, factor } = reducedPart(image, corners, reduction);
  const toPart = (value: number, offset: number) => (value - offset + 0.5) / factor - 0.5;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, to = 0; y < height; y += 1) {
    const rowX = b * y + c;
    const rowY = e * y + f;
    for (let x = 0; x < width; x += 1, to += 3) {
      sampleInto(source, toPart(a * x + rowX, offsetX), toPart(d * x + rowY, offsetY), data, to);
    }
  }
  return { width, height, data };
}

/**
 * Straightens a quadrilateral into a rectangle. `corners` are top-left, top-right, bottom-right, bottom-left of the
 * wanted rectangle as continuous picture coordinates (pixel edges: the whole picture is 0,0 – width,height).
 * Bilinear; outside is black; reducing warps are low-passed as in `warpAffine`.
 */
export function warpPerspective(
  image: RgbImage,
  corners: readonly [Point, Point, Point, Point],
  width: number,
  height: number,
): RgbImage {
  const [tl, tr, br, bl] = corners;
  const sides = [
    distance(tl, tr) / width,
    distance(bl, br) / width,
    distance(tl, bl) / height,
    distance(tr, br) / height,
  ];
  const { source, offsetX, offsetY, factor } = reducedPart(image, corners, Math.floor(Math.min(...sides)));
  const h = squareToQuad(corners);
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, to = 0; y < height; y += 1) {
    const v = (y + 0.5) / height;
    for (let x = 0; x < width; x += 1, to += 3) {
      const u = (x + 0.5) / width;
      const w = h.g * u + h.h * v + 1;
      const sx = (h.a * u + h.b * v + h.c) / w;
      const sy = (h.d * u + h.e * v + h.f) / w;
      sampleInto(source, (sx - offsetX) / factor - 0.5, (sy - offsetY) / factor - 0.5, data, to);
    }
  }
  return { width, height, data };
}

interface ReducedPart {
  readonly source: RgbImage;
  readonly offsetX: number;
  readonly offsetY: number;
  readonly factor: number;
}

/** The part of the picture the corners span, block-averaged by `reduction` when that is two or more. */
function reducedPart(image: RgbImage, corners: readonly Point[], reduction: number): ReducedPart {
  const whole = { source: image, offsetX: 0, offsetY: 0, factor: 1 };
  if (!(reduction >= 2)) return whole;
  const xs = corners.map((point) => point.x);
  const ys = corners.map((point) => point.y);
  const margin = reduction * 2;
  const left = clamp(Math.floor(Math.min(...xs)) - margin, 0, image.width - 1);
  const top = clamp(Math.floor(Math.min(...ys)) - margin, 0, image.height - 1);
  const right = clamp(Math.ceil(Math.max(...xs)) + margin, left + 1, image.width);
  const bottom = clamp(Math.ceil(Math.max(...ys)) + margin, top + 1, image.height);
  if (right - left < reduction * 2 || bottom - top < reduction * 2) return whole;
  const part = crop(image, { x: left, y: top, width: right - left, height: bottom - top });
  return { source: shrinkByBlocks(part, reduction), offsetX: left, offsetY: top, factor: reduction };
}

interface Homography {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
  readonly g: number;
  readonly h: number;
}

/** Unit square to quadrilateral, closed form (Heckbert, "Fundamentals of Texture Mapping", 1989, §2.2.3). */
function squareToQuad([p0, p1, p2, p3]: readonly [Point, Point, Point, Point]): Homography {
  const dx1 = p1.x - p2.x;
  const dy1 = p1.y - p2.y;
  const dx2 = p3.x - p2.x;
  const dy2 = p3.y - p2.y;
  const sx = p0.x - p1.x + p2.x - p3.x;
  const sy = p0.y - p1.y + p2.y - p3.y;
  const determinant = dx1 * dy2 - dx2 * dy1;
  // A collapsed quadrilateral has no inverse; treating it as affine keeps the numbers finite.
  const g = determinant === 0 ? 0 : (sx * dy2 - dx2 * sy) / determinant;
  const h = determinant === 0 ? 0 : (dx1 * sy - sx * dy1) / determinant;
  return {
    a: p1.x - p0.x + g * p1.x,
    b: p3.x - p0.x + h * p3.x,
    c: p0.x,
    d: p1.y - p0.y + g * p1.y,
    e: p3.y - p0.y + h * p3.y,
    f: p0.y,
    g,
    h,
  };
}

/** The picture point of a place in the rectangle that `corners` straighten to; `u`, `v` are shares of its sides, 0–1 inside. */
export function quadPoint(corners: readonly [Point, Point, Point, Point], u: number, v: number): Point {
  const h = squareToQuad(corners);
  const w = h.g * u + h.h * v + 1;
  return { x: (h.a * u + h.b * v + h.c) / w, y: (h.d * u + h.e * v + h.f) / w };
}

/** Bilinear sample at pixel-index coordinates. Half a pixel beyond the edge still counts as edge, farther is black. */
function sampleInto(source: RgbImage, x: number, y: number, target: Uint8Array, to: number): void {
  const { width, height, data } = source;
  if (!(x >= -0.5 && y >= -0.5 && x <= width - 0.5 && y <= height - 0.5)) return;
  const cx = x < 0 ? 0 : x > width - 1 ? width - 1 : x;
  const cy = y < 0 ? 0 : y > height - 1 ? height - 1 : y;
  const x0 = cx | 0;
  const y0 = cy | 0;
  const fx = cx - x0;
  const fy = cy - y0;
  const i00 = (y0 * width + x0) * 3;
  const i01 = x0 + 1 < width ? i00 + 3 : i00;
  const down = y0 + 1 < height ? width * 3 : 0;
  const w00 = (1 - fx) * (1 - fy);
  const w01 = fx * (1 - fy);
  const w10 = (1 - fx) * fy;
  const w11 = fx * fy;
  for (let k = 0; k < 3; k += 1) {
    const top = data[i00 + k]! * w00 + data[i01 + k]! * w01;
    const low = data[i00 + down + k]! * w10 + data[i01 + down + k]! * w11;
    target[to + k] = (top + low + 0.5) | 0;
  }
}

function distance(p: Point, q: Point): number {
  return Math.hypot(p.x - q.x, p.y - q.y);
}

function clamp(value: number, low: number, high: number): number {
  // A NaN from a broken detection must not become an array index.
  if (!(value >= low)) return low;
  return value > high ? high : value;
}
