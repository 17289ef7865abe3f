/** Expression from the 468-point face mesh (Kartynnik et al., "Real-time Facial Surface Geometry", 2019). */
import type { DetectedFace, Expression } from '../../contract/facts.ts';
import type { AffineMatrix, RgbImage } from '../image/image.ts';
import type { LoadedModel } from '../runtime/model-pack.ts';
import { reducedFor } from './align.ts';
import { warpToTensor } from './tensor.ts';

const meshSize = 192;
const meshPoints = 468;
const unitRgb = { order: 'rgb', mean: 0, scale: 1 / 255 } as const;

/** x, y in crop px, z in the same unit, smaller = nearer to the camera. */
export type MeshPoint = readonly [x: number, y: number, z: number];

/** p1…p6 of Soukupová and Čech, "Real-Time Eye Blink Detection using Facial Landmarks" (CVWW 2016). */
const eyes = [
  [33, 160, 158, 133, 153, 144],
  [362, 385, 387, 263, 373, 380],
] as const;
const mouthCorners = [61, 291] as const;
const cheeks = [234, 454] as const;

/**
 * Destination → source matrix of the mesh crop: a square 1.5 times the longer side of the face box about its centre,
 * turned so that the eyes are level.
 */
export function meshMatrix(face: DetectedFace, cropScale: number): AffineMatrix {
  const [left, right] = face.landmarks;
  const angle = Math.atan2(right.y - left.y, right.x - left.x);
  const step = (cropScale * Math.max(face.box.width, face.box.height)) / meshSize;
  const cos = Math.cos(angle) * step;
  const sin = Math.sin(angle) * step;
  const cx = face.box.x + face.box.width / 2;
  const cy = face.box.y + face.box.height / 2;
  const half = (meshSize - 1) / 2;
  return [cos, -sin, cx - (cos - sin) * half, sin, cos, cy - (sin + cos) * half];
}

/** The mesh of one face in its crop; null when the network sees no face there or answers nonsense. */
export async function faceMesh(model: LoadedModel, image: RgbImage, face: DetectedFace): Promise<MeshPoint[] | null> {
  const matrix = meshMatrix(face, model.entry.parameters?.cropScale ?? 1.5);
  const reduced = reducedFor(image, matrix, meshSize, Math.floor(Math.hypot(matrix[0], matrix[3])));
  const data = warpToTensor(reduced.image, reduced.matrix, meshSize, meshSize, unitRgb);
  const outputs = await model.run({ [model.inputNames[0] ?? 'input_1']: { dims: [1, 3, meshSize, meshSize], data } });
  const tensors = Object.values(outputs);
  const points = tensors.find((tensor) => tensor.data.length === meshPoints * 3)?.data;
  const presence = tensors.find((tensor) => tensor.data.length === 1)?.data[0];
  // The presence logit: below 0 the network itself doubts that this is a face.
  if (points === undefined || (presence !== undefined && !(presence > 0))) return null;
  const mesh: MeshPoint[] = [];
  for (let i = 0; i < points.length; i += 3) mesh.push([points[i]!, points[i + 1]!, points[i + 2]!]);
  return mesh.every((point) => point.every(Number.isFinite)) ? mesh : null;
}

/** Eye aspect ratio, mouth width over face width, and yaw in degrees (positive = image right). */
export function expressionOf(mesh: readonly MeshPoint[]): Expression | null {
  const ratios = eyes.map((eye) => {
    const [p1, p2, p3, p4, p5, p6] = eye.map((index) => mesh[index]!) as [
      MeshPoint,
      MeshPoint,
      MeshPoint,
      MeshPoint,
      MeshPoint,
      MeshPoint,
    ];
    return (flat(p2, p6) + flat(p3, p5)) / (2 * flat(p1, p4));
  });
  const left = mesh[cheeks[0]]!;
  const right = mesh[cheeks[1]]!;
  const expression = {
    eyeOpenness: (ratios[0]! + ratios[1]!) / 2,
    mouthWidth: spatial(mesh[mouthCorners[0]]!, mesh[mouthCorners[1]]!) / spatial(left, right),
    yaw: (Math.atan2(right[2] - left[2], right[0] - left[0]) * 180) / Math.PI,
  };
  return Object.values(expression).every(Number.isFinite) ? expression : null;
}

function flat(a: MeshPoint, b: MeshPoint): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

function spatial(a: MeshPoint, b: MeshPoint): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}
