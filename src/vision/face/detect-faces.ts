/** Faces and their five landmarks: YuNet (Wu et al., "YuNet: A Tiny Millisecond-level Face Detector", 2023). */
import type { Box, DetectedFace, Point } from '../../contract/facts.ts';
import { shrinkByBlocks, type RgbImage } from '../image/image.ts';
import type { LoadedModel, ModelPack, Tensor } from '../runtime/model-pack.ts';
import { fitToTensor } from './tensor.ts';

/** Side of the network's square input, px. */
const inputSize = 640;
const strides = [8, 16, 32] as const;
const scoreFloor = 0.6;
const overlapLimit = 0.3;
/** More faces than this in one picture mean a crowd or a pattern; none of them matters. */
const mostFaces = 20;

/** Input planes wait here between runs: 4.9 MB each, and the runtime reads them only until its answer. */
const spareInputs: Float32Array[] = [];

/**
 * All faces of a picture, largest first, in its pixels. Null when the detector is not installed.
 * Boxes may reach outside the picture. Score = √(class · objectness), 0–1, at least 0.6.
 */
export async function detectFaces(models: ModelPack, image: RgbImage): Promise<readonly DetectedFace[] | null> {
  const model = await models.get('face_detector');
  return model === null ? null : detectWith(model, image);
}

/** As `detectFaces`, with the detector at hand. */
export async function detectWith(model: LoadedModel, image: RgbImage): Promise<readonly DetectedFace[]> {
  // Bilinear alone would alias above a reduction of two.
  const blocks = Math.max(1, Math.floor(Math.max(image.width, image.height) / inputSize));
  const source = blocks > 1 ? shrinkByBlocks(image, blocks) : image;
  const data = spareInputs.pop() ?? new Float32Array(3 * inputSize * inputSize);
  try {
    const fit = fitToTensor(source, inputSize, data);
    const name = model.inputNames[0] ?? 'input';
    const outputs = await model.run({ [name]: { dims: [1, 3, inputSize, inputSize], data } });
    const toImage = (value: number) => (value / fit.scale + fit.offset + 0.5) * blocks - 0.5;
    const factor = blocks / fit.scale;
    const faces = suppress(decodeYunet(outputs), overlapLimit).slice(0, mostFaces);
    return faces
      .map((face) => scaleFace(face, toImage, factor))
      .sort((a, b) => b.box.width * b.box.height - a.box.width * a.box.height);
  } finally {
    if (spareInputs.length < 2) spareInputs.push(data);
  }
}

function scaleFace(face: DetectedFace, toImage: (value: number) => number, factor: number): DetectedFace {
  const point = ({ x, y }: Point): Point => ({ x: toImage(x), y: toImage(y) });
  const [a, b, c, d, e] = face.landmarks;
  return {
    score: face.score,
    box: {
      x: toImage(face.box.x),
      y: toImage(face.box.y),
      width: face.box.width * factor,
      height: face.box.height * factor,
    },
    landmarks: [point(a), point(b), point(c), point(d), point(e)],
  };
}

/** Anchor-free decoding of the nine-plus-three output heads, in network input px, unsuppressed. */
export function decodeYunet(outputs: Readonly<Record<string, Tensor>>, size = inputSize): DetectedFace[] {
  const faces: DetectedFace[] = [];
  for (const stride of strides) {
    const cls = outputs[`cls_${stride}`]?.data;
    const obj = outputs[`obj_${stride}`]?.data;
    const bbox = outputs[`bbox_${stride}`]?.data;
    const kps = outputs[`kps_${stride}`]?.data;
    if (!cls || !obj || !bbox || !kps) throw new Error(`face detector has no outputs of stride ${stride}`);
    const columns = size / stride;
    for (let i = 0; i < cls.length; i += 1) {
      const product = clamp01(cls[i]!) * clamp01(obj[i]!);
      if (!(product >= scoreFloor * scoreFloor)) continue;
      const column = i % columns;
      const row = Math.floor(i / columns);
      const width = Math.exp(bbox[i * 4 + 2]!) * stride;
      const height = Math.exp(bbox[i * 4 + 3]!) * stride;
      const cx = (column + bbox[i * 4]!) * stride;
      const cy = (row + bbox[i * 4 + 1]!) * stride;
      const point = (k: number): Point => ({
        x: (kps[i * 10 + 2 * k]! + column) * stride,
        y: (kps[i * 10 + 2 * k + 1]! + row) * stride,
      });
      faces.push({
        box: { x: cx - width / 2, y: cy - height / 2, width, height },
        score: Math.sqrt(product),
        landmarks: [point(0), point(1), point(2), point(3), point(4)],
      });
    }
  }
  return faces;
}

/** Greedy non-maximum suppression by intersection over union: best score first. */
export function suppress(faces: readonly DetectedFace[], limit: number): DetectedFace[] {
  const kept: DetectedFace[] = [];
  for (const face of [...faces].sort((a, b) => b.score - a.score)) {
    if (kept.every((other) => overlap(face.box, other.box) <= limit)) kept.push(face);
  }
  return kept;
}

/** Intersection over union of two boxes, 0–1. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}

function clamp01(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}
