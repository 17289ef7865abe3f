import type { DetectedFace } from '../../contract/facts.ts';
import type { RgbImage } from '../../vision/image/rgb-image.ts';
import type { Expression } from './head.ts';
import { toLinear } from './light.ts';
import { bell } from './noise.ts';
import { blankSurfaces, type Pose, type Surfaces } from './surfaces.ts';

/**
 * A recorded portrait in the simulator's scene: the picture gives the colour, an ellipsoid over the found face gives
 * the depth. The face stands before a wall, so it answers the screen and its background hardly does.
 */
export function portraitSurfaces(
  photo: RgbImage,
  found: DetectedFace,
  width: number,
  height: number,
  pose: Pose,
  expression: Expression,
): Surfaces {
  const face = found.box;
  const out = blankSurfaces(width, height);
  // The head reaches beyond the detected box: hair above, ears beside.
  const radiusX = face.width * 0.66;
  const radiusY = face.height * 0.72;
  const headX = face.x + face.width / 2;
  const headY = face.y + face.height * 0.46;
  const zoom = pose.scale / (face.width / 2);
  const yaw = pose.yaw * turnGain;
  const sine = Math.sin((yaw * Math.PI) / 180);
  const cosine = Math.cos((yaw * Math.PI) / 180);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const i = y * width + x;
      const u = (x - pose.centreX) / zoom / radiusX;
      const v = (y - pose.centreY) / zoom / radiusY;
      const inside = 1 - u * u - v * v;
      let sourceU = u;
      if (inside > 0) {
        // Undo the turn on the ellipsoid; fade it out towards its rim so that the picture does not tear.
        const depth = Math.sqrt(inside);
        const turned = u * cosine - depth * sine;
        sourceU = u + (turned - u) * Math.min(1, inside * 2.2);
      }
      const source = { x: headX + sourceU * radiusX, y: headY + v * radiusY };
      if (inside > 0) express(source, found, expression);
      copy(photo, source.x, source.y, out.colour, i * 3);
      const body = v > 0.95 && Math.abs(u) < 1.9 ? 0.7 : 0.14;
      if (inside > 0) {
        const depth = Math.sqrt(inside);
        const length = Math.hypot(u * 0.8, v * 0.6, depth + 0.25);
        out.normal.set([(u * 0.8) / length, (v * 0.6) / length, (depth + 0.25) / length], i * 3);
        out.reach[i] = 1;
        out.gloss[i] = 0.25;
      } else {
        out.normal[i * 3 + 2] = 1;
        out.reach[i] = body;
      }
    }
  return out;
}

/** An ellipsoid is flatter than a nose: it must turn further for the features to move as far as a head's would. */
const turnGain = 1.7;

/** Moves the point a pixel is taken from: outward at the mouth for a smile, up to the lid for a closed eye. */
function express(point: { x: number; y: number }, face: DetectedFace, expression: Expression): void {
  const [eyeA, eyeB, , mouthA, mouthB] = face.landmarks;
  const { width } = face.box;
  if (expression.smile > 0) {
    const mouth = { x: (mouthA.x + mouthB.x) / 2, y: (mouthA.y + mouthB.y) / 2 };
    const near = bell(point.x, point.y, mouth.x, mouth.y, width * 0.34, width * 0.17) * expression.smile;
    point.x = mouth.x + (point.x - mouth.x) * (1 - 0.42 * near);
    point.y += 0.05 * near * (Math.abs(point.x - mouth.x) / width) * width;
  }
  if (expression.eyesOpen < 0.5)
    for (const eye of [eyeA, eyeB]) {
      const near = bell(point.x, point.y, eye.x, eye.y, width * 0.15, width * 0.08);
      point.y -= width * 0.12 * near;
    }
}

/** A photograph already carries light: its sRGB values, opened up, stand in for reflectance. */
function copy(photo: RgbImage, x: number, y: number, into: Float32Array, offset: number): void {
  const left = Math.min(photo.width - 2, Math.max(0, Math.floor(x)));
  const top = Math.min(photo.height - 2, Math.max(0, Math.floor(y)));
  const fx = Math.min(1, Math.max(0, x - left));
  const fy = Math.min(1, Math.max(0, y - top));
  const base = (top * photo.width + left) * 3;
  for (let c = 0; c < 3; c += 1) {
    const a = photo.data[base + c] ?? 0;
    const b = photo.data[base + 3 + c] ?? 0;
    const d = photo.data[base + photo.width * 3 + c] ?? 0;
    const e = photo.data[base + photo.width * 3 + 3 + c] ?? 0;
    into[offset + c] = toLinear((a * (1 - fx) + b * fx) * (1 - fy) + (d * (1 - fx) + e * fx) * fy) * 0.92;
  }
}
