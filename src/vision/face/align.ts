/** Bringing a face into the frame the recogniser was trained on. */
import type { DetectedFace, Point } from '../../contract/facts.ts';
import { crop, shrinkByBlocks, type AffineMatrix, type RgbImage } from '../image/image.ts';
import { warpToTensor } from './tensor.ts';

/** ArcFace's five points in the 112 × 112 crop (InsightFace `arcface_dst`), px. */
export const arcfaceTemplate: readonly Point[] = [
  { x: 38.2946, y: 51.6963 },
  { x: 73.5318, y: 51.5014 },
  { x: 56.0252, y: 71.7366 },
  { x: 41.5493, y: 92.3655 },
  { x: 70.7299, y: 92.2041 },
];
export const alignedSize = 112;

/** z ↦ (a + ib)·z + (tx + ity): rotation, uniform scale, translation. */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly tx: number;
  readonly ty: number;
}

/**
 * Least-squares similarity transform from one point set to another (Umeyama, PAMI 13(4), 1991; in the plane, without
 * reflection, the solution is linear in complex numbers). Null when the points coincide or are not finite.
 */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): Similarity | null {
  const count = Math.min(from.length, to.length);
  if (count < 2) return null;
  const mean = (points: readonly Point[]): Point => ({
    x: points.slice(0, count).reduce((sum, point) => sum + point.x, 0) / count,
    y: points.slice(0, count).reduce((sum, point) => sum + point.y, 0) / count,
  });
  const p0 = mean(from);
  const q0 = mean(to);
  let variance = 0;
  let real = 0;
  let imaginary = 0;
  for (let i = 0; i < count; i += 1) {
    const px = from[i]!.x - p0.x;
    const py = from[i]!.y - p0.y;
    const qx = to[i]!.x - q0.x;
    const qy = to[i]!.y - q0.y;
    variance += px * px + py * py;
    real += px * qx + py * qy;
    imaginary += px * qy - py * qx;
  }
  const a = real / variance;
  const b = imaginary / variance;
  if (!Number.isFinite(a) || !Number.isFinite(b) || a * a + b * b === 0) return null;
  return { a, b, tx: q0.x - (a * p0.x - b * p0.y), ty: q0.y - (b * p0.x + a * p0.y) };
}

/** The inverse as a destination → source matrix for a warp. */
export function inverseMatrix({ a, b, tx, ty }: Similarity): AffineMatrix {
  const square = a * a + b * b;
  const ia = a / square;
  const ib = -b / square;
  return [ia, -ib, -(ia * tx - ib * ty), ib, ia, -(ib * tx + ia * ty)];
}

/** RGB, (x − 127.5) / 127.5: what ArcFace networks take. */
const arcfaceNorm = { order: 'rgb', mean: 127.5, scale: 1 / 127.5 } as const;

/**
 * The aligned face as ArcFace input [1, 3, 112, 112], one bilinear sample per pixel. Faces more than about three
 * times larger than the crop are averaged down first, because sampling alone would alias. Null for degenerate landmarks.
 */
export function alignedTensor(image: RgbImage, face: DetectedFace, mirror = false): Float32Array | null {
  const similarity = fitSimilarity(face.landmarks, arcfaceTemplate);
  if (similarity === null) return null;
  const matrix = inverseMatrix(similarity);
  const reduction = Math.floor(Math.hypot(matrix[0], matrix[3]));
  const { image: source, matrix: fitted } = reducedFor(image, matrix, alignedSize, reduction);
  return warpToTensor(source, fitted, alignedSize, alignedSize, arcfaceNorm, mirror);
}

/**
 * Block-averages the part of a picture that a reducing warp will read, and rewrites the matrix for it. A reduction
 * below two gives both back as they are.
 */
export function reducedFor(
  image: RgbImage,
  matrix: AffineMatrix,
  size: number,
  reduction: number,
): { readonly image: RgbImage; readonly matrix: AffineMatrix } {
  if (!(reduction >= 2)) return { image, matrix };
  const [a, b, c, d, e, f] = matrix;
  const xs = [c, a * size + c, b * size + c, (a + b) * size + c];
  const ys = [f, d * size + f, e * size + f, (d + e) * size + f];
  const left = Math.max(0, Math.floor(Math.min(...xs)) - reduction);
  const top = Math.max(0, Math.floor(Math.min(...ys)) - reduction);
  const right = Math.min(image.width, Math.ceil(Math.max(...xs)) + reduction);
  const bottom = Math.min(image.height, Math.ceil(Math.max(...ys)) + reduction);
  if (right - left < 2 * reduction || bottom - top < 2 * reduction) return { image, matrix };
  const part = shrinkByBlocks(crop(image, { x: left, y: top, width: right - left, height: bottom - top }), reduction);
  const k = 1 / reduction;
  const shift = (value: number, offset: number) => (value - offset + 0.5) * k - 0.5;
  return { image: part, matrix: [a * k, b * k, shift(c, left), d * k, e * k, shift(f, top)] };
}
