import { describe, expect, it } from 'vitest';
import type { DetectedFace } from '../../contract/facts.ts';
import type { Tensor } from '../runtime/model-pack.ts';
import { decodeYunet, overlap, suppress } from './detect-faces.ts';
import { poseFromLandmarks } from './pose.ts';
import { fitToTensor } from './tensor.ts';

const face = (x: number, score: number, size = 100): DetectedFace => ({
  box: { x, y: 0, width: size, height: size },
  score,
  landmarks: [
    { x: 30, y: 40 },
    { x: 70, y: 40 },
    { x: 50, y: 60 },
    { x: 35, y: 80 },
    { x: 65, y: 80 },
  ],
});

/** Empty heads of a 64 px network, and one anchor of stride 16 filled in. */
function outputs(fill: (heads: Record<string, Tensor>) => void): Record<string, Tensor> {
  const heads: Record<string, Tensor> = {};
  for (const stride of [8, 16, 32]) {
    const count = (64 / stride) ** 2;
    for (const [name, size] of [
      ['cls', 1],
      ['obj', 1],
      ['bbox', 4],
      ['kps', 10],
    ] as const) {
      heads[`${name}_${stride}`] = { dims: [1, count, size], data: new Float32Array(count * size) };
    }
  }
  fill(heads);
  return heads;
}

describe('decodeYunet', () => {
  it('turns an anchor into box, score and landmarks', () => {
    // Column 1, row 2 of the 4 × 4 grid: anchor 9.
    const decoded = decodeYunet(
      outputs((heads) => {
        heads.cls_16!.data[9] = 0.81;
        heads.obj_16!.data[9] = 1.3;
        heads.bbox_16!.data.set([0.5, 0.25, Math.log(2), Math.log(3)], 36);
        heads.kps_16!.data.set([0.1, 0.2, 0, 0, 0, 0, 0, 0, -0.5, 0.5], 90);
      }),
      64,
    );
    expect(decoded).toHaveLength(1);
    const [only] = decoded;
    // Objectness is clamped to 1, so the score is √0.81.
    expect(only!.score).toBeCloseTo(0.9, 5);
    expect(only!.box.width).toBeCloseTo(32, 4);
    expect(only!.box.height).toBeCloseTo(48, 4);
    expect(only!.box.x).toBeCloseTo(1.5 * 16 - 16, 4);
    expect(only!.box.y).toBeCloseTo(2.25 * 16 - 24, 4);
    expect(only!.landmarks[0].x).toBeCloseTo(1.1 * 16, 4);
    expect(only!.landmarks[4].y).toBeCloseTo(2.5 * 16, 4);
  });
  it('drops weak and broken anchors', () => {
    const weak = outputs((heads) => {
      heads.cls_8!.data[0] = 0.5;
      heads.obj_8!.data[0] = 0.5;
      heads.cls_8!.data[1] = Number.NaN;
      heads.obj_8!.data[1] = 1;
    });
    expect(decodeYunet(weak, 64)).toEqual([]);
  });
});

describe('suppress', () => {
  it('keeps the best of overlapping faces and all separate ones', () => {
    const kept = suppress([face(0, 0.7), face(10, 0.9), face(300, 0.8)], 0.3);
    expect(kept.map((one) => one.box.x)).toEqual([10, 300]);
  });
  it('measures overlap', () => {
    const box = { x: 0, y: 0, width: 10, height: 10 };
    expect(overlap(box, box)).toBe(1);
    expect(overlap(box, { ...box, x: 5 })).toBeCloseTo(1 / 3, 9);
    expect(overlap(box, { ...box, x: 10 })).toBe(0);
  });
});

describe('poseFromLandmarks', () => {
  const turned = (dx: number, dy: number): DetectedFace => {
    const [a, b, nose, d, e] = face(0, 1).landmarks;
    return { ...face(0, 1), landmarks: [a, b, { x: nose.x + dx, y: nose.y + dy }, d, e] };
  };
  it('is positive to the image right and upwards', () => {
    expect(poseFromLandmarks(turned(0, 0))!.yaw).toBeCloseTo(0, 9);
    expect(poseFromLandmarks(turned(10, 0))!.yaw).toBeGreaterThan(15);
    expect(poseFromLandmarks(turned(-10, 0))!.yaw).toBeLessThan(-15);
    expect(poseFromLandmarks(turned(0, -6))!.pitch).toBeGreaterThan(poseFromLandmarks(turned(0, 6))!.pitch);
  });
  it('reads roll and does not let it leak into yaw', () => {
    const angle = (20 * Math.PI) / 180;
    const rolled = turned(8, 0).landmarks.map(({ x, y }) => ({
      x: x * Math.cos(angle) - y * Math.sin(angle),
      y: x * Math.sin(angle) + y * Math.cos(angle),
    })) as unknown as DetectedFace['landmarks'];
    const pose = poseFromLandmarks({ ...face(0, 1), landmarks: rolled })!;
    expect(pose.roll).toBeCloseTo(20, 6);
    expect(pose.yaw).toBeCloseTo(poseFromLandmarks(turned(8, 0))!.yaw, 6);
  });
  it('has no answer for landmarks that make no face', () => {
    const point = { x: 5, y: 5 };
    expect(poseFromLandmarks({ ...face(0, 1), landmarks: [point, point, point, point, point] })).toBeNull();
  });
});

describe('fitToTensor', () => {
  it('fits, keeps BGR planes and clears what an earlier picture left', () => {
    const image = {
      width: 4,
      height: 2,
      data: Uint8Array.from({ length: 24 }, (_, index) => [10, 20, 30][index % 3]!),
    };
    const out = new Float32Array(3 * 8 * 8).fill(99);
    const fit = fitToTensor(image, 8, out);
    expect(fit.scale).toBe(2);
    expect([out[0], out[64], out[128]]).toEqual([30, 20, 10]);
    expect(out[4 * 8]).toBe(0);
    expect(out.includes(99)).toBe(false);
  });
  it('copies a picture that fits already', () => {
    const image = { width: 2, height: 2, data: Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) };
    const out = new Float32Array(12);
    expect(fitToTensor(image, 2, out)).toEqual({ scale: 1, offset: 0 });
    expect([...out]).toEqual([3, 6, 9, 12, 2, 5, 8, 11, 1, 4, 7, 10]);
  });
});
