import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DetectedFace, Point } from '../../contract/facts.ts';
import { alignedTensor, arcfaceTemplate, fitSimilarity, inverseMatrix, reducedFor } from './align.ts';

const apply = ({ a, b, tx, ty }: { a: number; b: number; tx: number; ty: number }, { x, y }: Point): Point => ({
  x: a * x - b * y + tx,
  y: b * x + a * y + ty,
});

describe('fitSimilarity', () => {
  it('recovers any rotation, scale and shift exactly', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -3.1, max: 3.1, noNaN: true }),
        fc.double({ min: 0.05, max: 20, noNaN: true }),
        fc.double({ min: -500, max: 500, noNaN: true }),
        fc.double({ min: -500, max: 500, noNaN: true }),
        (angle, scale, tx, ty) => {
          const truth = { a: scale * Math.cos(angle), b: scale * Math.sin(angle), tx, ty };
          const moved = arcfaceTemplate.map((point) => apply(truth, point));
          const found = fitSimilarity(arcfaceTemplate, moved)!;
          expect(found.a).toBeCloseTo(truth.a, 6);
          expect(found.b).toBeCloseTo(truth.b, 6);
          expect(found.tx).toBeCloseTo(tx, 5);
          expect(found.ty).toBeCloseTo(ty, 5);
        },
      ),
    );
  });
  it('is the least-squares answer: no small change fits better', () => {
    const noisy = arcfaceTemplate.map(({ x, y }, index) => ({
      x: 2 * x + [3, -2, 1, 0, -3][index]!,
      y: 2 * y + [0, 2, -1, 3, -2][index]!,
    }));
    const found = fitSimilarity(arcfaceTemplate, noisy)!;
    const error = (one: typeof found) =>
      arcfaceTemplate.reduce((sum, point, index) => {
        const at = apply(one, point);
        return sum + (at.x - noisy[index]!.x) ** 2 + (at.y - noisy[index]!.y) ** 2;
      }, 0);
    for (const key of ['a', 'b', 'tx', 'ty'] as const) {
      for (const step of [-1e-3, 1e-3])
        expect(error({ ...found, [key]: found[key] + step })).toBeGreaterThan(error(found));
    }
  });
  it('has no answer for coinciding or infinite points', () => {
    const same = arcfaceTemplate.map(() => ({ x: 1, y: 1 }));
    expect(fitSimilarity(same, arcfaceTemplate)).toBeNull();
    expect(
      fitSimilarity(
        [
          { x: Number.NaN, y: 0 },
          { x: 1, y: 1 },
        ],
        arcfaceTemplate,
      ),
    ).toBeNull();
    expect(fitSimilarity([{ x: 1, y: 1 }], arcfaceTemplate)).toBeNull();
  });
  it('inverts', () => {
    const similarity = { a: 0.8, b: 0.3, tx: 12, ty: -7 };
    const [a, b, c, d, e, f] = inverseMatrix(similarity);
    const { x, y } = apply(similarity, { x: 31, y: 57 });
    expect(a * x + b * y + c).toBeCloseTo(31, 9);
    expect(d * x + e * y + f).toBeCloseTo(57, 9);
  });
});

describe('alignedTensor', () => {
  const width = 224;
  const height = 224;
  // Red grows to the right, green downwards: every pixel says where it came from.
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, i = 0; y < height; y += 1) for (let x = 0; x < width; x += 1, i += 3) data.set([x, y, 128], i);
  const image = { width, height, data };
  const faceAt = (scale: number, dx: number, dy: number): DetectedFace => ({
    box: { x: 0, y: 0, width: 100, height: 100 },
    score: 1,
    landmarks: arcfaceTemplate.map(({ x, y }) => ({
      x: x * scale + dx,
      y: y * scale + dy,
    })) as unknown as DetectedFace['landmarks'],
  });
  const at = (tensor: Float32Array, channel: number, x: number, y: number) =>
    tensor[channel * 112 * 112 + y * 112 + x]! * 127.5 + 127.5;

  it('samples where the template says, RGB in planes', () => {
    const tensor = alignedTensor(image, faceAt(1, 30, 40))!;
    expect(at(tensor, 0, 50, 60)).toBeCloseTo(80, 3);
    expect(at(tensor, 1, 50, 60)).toBeCloseTo(100, 3);
    expect(at(tensor, 2, 50, 60)).toBeCloseTo(128, 3);
  });
  it('averages before a strong reduction without moving the picture', () => {
    const tensor = alignedTensor(image, faceAt(2, 0, 0))!;
    expect(Math.abs(at(tensor, 0, 40, 50) - 80)).toBeLessThan(1);
    expect(Math.abs(at(tensor, 1, 40, 50) - 100)).toBeLessThan(1);
  });
  it('mirrors', () => {
    const straight = alignedTensor(image, faceAt(1, 30, 40))!;
    const mirrored = alignedTensor(image, faceAt(1, 30, 40), true)!;
    expect(at(mirrored, 0, 111 - 50, 60)).toBe(at(straight, 0, 50, 60));
  });
  it('is black outside the picture and nothing for a collapsed face', () => {
    expect(at(alignedTensor(image, faceAt(1, -100, 0))!, 0, 5, 5)).toBeCloseTo(0, 5);
    expect(alignedTensor(image, faceAt(0, 10, 10))).toBeNull();
  });
  it('reduces only where a warp reduces', () => {
    const matrix = [1.5, 0, 0, 0, 1.5, 0] as const;
    expect(reducedFor(image, matrix, 112, 1).image).toBe(image);
    expect(reducedFor(image, [2, 0, 0, 0, 2, 0], 112, 2).image.width).toBeLessThan(width);
  });
});
