/**
 * Where text stands in a picture: PP-OCRv4 detection ("DB", Liao et al., "Real-time Scene Text Detection with
 * Differentiable Binarization", AAAI 2020) and its post-processing, own code.
 */
import type { Box } from '../../contract/facts.ts';
import { warpAffine, type RgbImage } from '../image/image.ts';
import type { LoadedModel, Tensor } from '../runtime/model-pack.ts';

export interface TextBox {
  /** In pixels of the picture given to `detectText`. */
  readonly box: Box;
  /** Mean probability inside, 0–1. */
  readonly score: number;
  /** Direction of the line, degrees, clockwise positive; meaningless for short ones. */
  readonly angle: number;
}

const mean = [0.485, 0.456, 0.406];
const std = [0.229, 0.224, 0.225];
const binarise = 0.3;
const minimumScore = 0.5;
/** DB shrinks the lines it learns; the box is grown back by area × ratio / perimeter. */
const unclipRatio = 1.6;
const minimumSide = 3;

/**
 * Text lines of a picture, top to bottom. The picture is scaled so that its width is at most `maxWidth` px (cost grows
 * with its area). Boxes are upright: hand in a straightened card.
 */
export async function detectText(model: LoadedModel, image: RgbImage, maxWidth = 960): Promise<TextBox[]> {
  const scale = Math.min(1, maxWidth / image.width);
  const width = Math.max(32, Math.round((image.width * scale) / 32) * 32);
  const height = Math.max(32, Math.round((image.height * scale) / 32) * 32);
  const sx = image.width / width;
  const sy = image.height / height;
  const small = warpAffine(image, [sx, 0, (sx - 1) / 2, 0, sy, (sy - 1) / 2], width, height);
  const input = model.entry.input.name;
  const outputs = await model.run({ [input]: toTensor(small) });
  const map = Object.values(outputs)[0];
  if (map === undefined) return [];
  const boxes = components(map.data, width, height).map((part) => ({
    box: { x: part.box.x * sx, y: part.box.y * sy, width: part.box.width * sx, height: part.box.height * sy },
    score: part.score,
    angle: part.angle,
  }));
  return boxes.sort((p, q) => p.box.y - q.box.y);
}

function toTensor(image: RgbImage): Tensor {
  const size = image.width * image.height;
  const data = new Float32Array(size * 3);
  for (let c = 0; c < 3; c += 1) {
    const factor = 1 / 255 / std[c]!;
    const shift = -mean[c]! / std[c]!;
    for (let i = 0, k = c, to = c * size; i < size; i += 1, k += 3, to += 1) data[to] = image.data[k]! * factor + shift;
  }
  return { dims: [1, 3, image.height, image.width], data };
}

interface Part {
  readonly box: Box;
  readonly score: number;
  readonly angle: number;
}

/** Connected regions (8-neighbour) above the threshold, grown back to whole lines. */
function components(map: Float32Array, width: number, height: number): Part[] {
  const seen = new Uint8Array(width * height);
  const stack = new Int32Array(width * height);
  const parts: Part[] = [];
  for (let start = 0; start < map.length; start += 1) {
    if (seen[start] === 1 || map[start]! <= binarise) continue;
    const part = flood(map, seen, stack, start, width, height);
    if (part !== null) parts.push(part);
  }
  return parts;
}

function flood(
  map: Float32Array,
  seen: Uint8Array,
  stack: Int32Array,
  start: number,
  width: number,
  height: number,
): Part | null {
  let depth = 0;
  stack[depth++] = start;
  seen[start] = 1;
  const sum = { n: 0, p: 0, x: 0, y: 0, xx: 0, yy: 0, xy: 0 };
  let left = width;
  let right = 0;
  let top = height;
  let bottom = 0;
  while (depth > 0) {
    const at = stack[--depth]!;
    const x = at % width;
    const y = (at - x) / width;
    sum.n += 1;
    sum.p += map[at]!;
    sum.x += x;
    sum.y += y;
    sum.xx += x * x;
    sum.yy += y * y;
    sum.xy += x * y;
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
    for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny += 1) {
      for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx += 1) {
        const next = ny * width + nx;
        if (seen[next] === 1 || map[next]! <= binarise) continue;
        seen[next] = 1;
        stack[depth++] = next;
      }
    }
  }
  const w = right - left + 1;
  const h = bottom - top + 1;
  const score = sum.p / sum.n;
  if (Math.min(w, h) < minimumSide || score < minimumScore) return null;
  const grow = (w * h * unclipRatio) / (2 * (w + h));
  const x = Math.max(0, left - grow);
  const y = Math.max(0, top - grow);
  const box = { x, y, width: Math.min(width, right + 1 + grow) - x, height: Math.min(height, bottom + 1 + grow) - y };
  return { box, score, angle: direction(sum) };
}

/** Main axis of the region's pixels, from its second moments. */
function direction(sum: { n: number; x: number; y: number; xx: number; yy: number; xy: number }): number {
  const mx = sum.x / sum.n;
  const my = sum.y / sum.n;
  const xx = sum.xx / sum.n - mx * mx;
  const yy = sum.yy / sum.n - my * my;
  const xy = sum.xy / sum.n - mx * my;
  return (Math.atan2(2 * xy, xx - yy) / 2) * (180 / Math.PI);
}
