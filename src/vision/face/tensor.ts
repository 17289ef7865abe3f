/** Pixels to network input in one pass: geometry, channel order and normalisation together, no picture in between. */
import type { AffineMatrix, RgbImage } from '../image/image.ts';

export interface PixelNorm {
  readonly order: 'rgb' | 'bgr';
  /** value = (pixel − mean) · scale */
  readonly mean: number;
  readonly scale: number;
}

/**
 * Affine warp with one bilinear sample per pixel, written as planar floats [3, height, width].
 * `matrix` maps destination pixel indices to source pixel indices (integer = pixel centre); outside is black (0).
 * `mirror` writes the rows right to left. No low-pass: the caller shrinks first where a warp reduces strongly.
 */
export function warpToTensor(
  image: RgbImage,
  matrix: AffineMatrix,
  width: number,
  height: number,
  norm: PixelNorm,
  mirror = false,
): Float32Array {
  const [a, b, c, d, e, f] = matrix;
  const { data, width: w, height: h } = image;
  const plane = width * height;
  const out = new Float32Array(plane * 3);
  const first = norm.order === 'rgb' ? 0 : plane * 2;
  const last = norm.order === 'rgb' ? plane * 2 : 0;
  const { mean, scale } = norm;
  const black = -mean * scale;
  const stride = w * 3;
  for (let y = 0; y < height; y += 1) {
    const rowX = b * y + c;
    const rowY = e * y + f;
    for (let x = 0; x < width; x += 1) {
      const to = y * width + (mirror ? width - 1 - x : x);
      const sx = a * x + rowX;
      const sy = d * x + rowY;
      if (!(sx >= -0.5 && sy >= -0.5 && sx <= w - 0.5 && sy <= h - 0.5)) {
        out[first + to] = black;
        out[plane + to] = black;
        out[last + to] = black;
        continue;
      }
      const cx = sx < 0 ? 0 : sx > w - 1 ? w - 1 : sx;
      const cy = sy < 0 ? 0 : sy > h - 1 ? h - 1 : sy;
      const x0 = cx | 0;
      const y0 = cy | 0;
      const fx = cx - x0;
      const fy = cy - y0;
      const i = y0 * stride + x0 * 3;
      const j = x0 + 1 < w ? i + 3 : i;
      const k = y0 + 1 < h ? i + stride : i;
      const l = k + (j - i);
      const w00 = (1 - fx) * (1 - fy);
      const w01 = fx * (1 - fy);
      const w10 = (1 - fx) * fy;
      const w11 = fx * fy;
      const r = data[i]! * w00 + data[j]! * w01 + data[k]! * w10 + data[l]! * w11;
      const g = data[i + 1]! * w00 + data[j + 1]! * w01 + data[k + 1]! * w10 + data[l + 1]! * w11;
      const bl = data[i + 2]! * w00 + data[j + 2]! * w01 + data[k + 2]! * w10 + data[l + 2]! * w11;
      out[first + to] = (r - mean) * scale;
      out[plane + to] = (g - mean) * scale;
      out[last + to] = (bl - mean) * scale;
    }
  }
  return out;
}

/** Matrix of a plain resize of a source rectangle to `width` × `height`, pixel centres aligned (as OpenCV's resize). */
export function resizeMatrix(
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  width: number,
  height: number,
): AffineMatrix {
  const sx = box.width / width;
  const sy = box.height / height;
  return [sx, 0, box.x + 0.5 * sx - 0.5, 0, sy, box.y + 0.5 * sy - 0.5];
}

/** How a picture was fitted: source = index / scale + offset, offset in source px. */
export interface Fit {
  readonly scale: number;
  readonly offset: number;
}

/**
 * Fits a picture into the top-left of a `size` × `size` planar BGR tensor, 0–255, rest 0. Strong reductions average
 * whole blocks in the same pass; the rest is bilinear with column tables, so the inner loop has no branch.
 */
export function fitToTensor(image: RgbImage, size: number, out: Float32Array): Fit {
  const scale = Math.min(size / image.width, size / image.height, 2);
  const width = Math.max(1, Math.min(size, Math.round(image.width * scale)));
  const height = Math.max(1, Math.min(size, Math.round(image.height * scale)));
  const plane = size * size;
  clearMargin(out, size, width, height);
  const step = 1 / scale;
  if (width === image.width && height === image.height) {
    copyPlanar(image, size, out);
    return { scale: 1, offset: 0 };
  }
  const columns = columnTable(width, step, image.width);
  const stride = image.width * 3;
  const { data } = image;
  for (let y = 0; y < height; y += 1) {
    const rows = tap((y + 0.5) * step - 0.5, image.height, step);
    const top = rows.first * stride;
    const low = rows.second * stride;
    const fy = rows.weight;
    const line = y * size;
    for (let x = 0; x < width; x += 1) {
      const left = columns.first[x]!;
      const right = columns.second[x]!;
      const fx = columns.weight[x]!;
      const w11 = fx * fy;
      const w01 = fx - w11;
      const w10 = fy - w11;
      const w00 = 1 - fx - w10;
      const i = top + left;
      const j = top + right;
      const k = low + left;
      const l = low + right;
      const to = line + x;
      out[to] = data[i + 2]! * w00 + data[j + 2]! * w01 + data[k + 2]! * w10 + data[l + 2]! * w11;
      out[plane + to] = data[i + 1]! * w00 + data[j + 1]! * w01 + data[k + 1]! * w10 + data[l + 1]! * w11;
      out[2 * plane + to] = data[i]! * w00 + data[j]! * w01 + data[k]! * w10 + data[l]! * w11;
    }
  }
  return { scale, offset: 0.5 / scale - 0.5 };
}

interface Tap {
  readonly first: number;
  readonly second: number;
  readonly weight: number;
}

function tap(at: number, length: number, _step: number): Tap {
  const clamped = at < 0 ? 0 : at > length - 1 ? length - 1 : at;
  const first = Math.floor(clamped);
  return { first, second: Math.min(first + 1, length - 1), weight: clamped - first };
}

function columnTable(width: number, step: number, length: number) {
  const first = new Int32Array(width);
  const second = new Int32Array(width);
  const weight = new Float64Array(width);
  for (let x = 0; x < width; x += 1) {
    const one = tap((x + 0.5) * step - 0.5, length, step);
    first[x] = one.first * 3;
    second[x] = one.second * 3;
    weight[x] = one.weight;
  }
  return { first, second, weight };
}

function copyPlanar(image: RgbImage, size: number, out: Float32Array): void {
  const plane = size * size;
  const { data } = image;
  for (let y = 0, i = 0; y < image.height; y += 1) {
    for (let to = y * size, end = to + image.width; to < end; to += 1, i += 3) {
      out[to] = data[i + 2]!;
      out[plane + to] = data[i + 1]!;
      out[2 * plane + to] = data[i]!;
    }
  }
}

function clearMargin(out: Float32Array, size: number, width: number, height: number): void {
  const plane = size * size;
  for (let channel = 0; channel < 3; channel += 1) {
    const base = channel * plane;
    if (width < size) for (let y = 0; y < height; y += 1) out.fill(0, base + y * size + width, base + (y + 1) * size);
    out.fill(0, base + height * size, base + plane);
  }
}

/** The same planar input [3, size, size] seen in a mirror. */
export function mirrored(tensor: Float32Array, size: number): Float32Array {
  const out = new Float32Array(tensor.length);
  for (let row = 0; row + size <= tensor.length; row += size) {
    for (let x = 0; x < size; x += 1) out[row + x] = tensor[row + size - 1 - x]!;
  }
  return out;
}
