import { describe, expect, it } from 'vitest';
import type { DetectedFace, Point } from '../../contract/facts.ts';
import type { RgbImage } from '../image/image.ts';
import { alignedEyes, alignedView, eyesAligned } from './eyes-aligned.ts';

/** White, with a black disc on each eye. */
function drawn(size: number, eyes: readonly [Point, Point], radius: number): RgbImage {
  const data = new Uint8Array(size * size * 3).fill(255);
  for (let y = 0; y < size; y += 1)
    for (let x = 0; x < size; x += 1)
      if (eyes.some((eye) => Math.hypot(x - eye.x, y - eye.y) <= radius))
        data.fill(0, (y * size + x) * 3, (y * size + x) * 3 + 3);
  return { width: size, height: size, data };
}

function face(eyes: readonly [Point, Point]): DetectedFace {
  const other = { x: 0, y: 0 };
  return { box: { x: 0, y: 0, width: 1, height: 1 }, score: 1, landmarks: [eyes[0], eyes[1], other, other, other] };
}

/** Middle of the dark pixels in one half of the cut. */
function darkMiddle(image: RgbImage, half: 'left' | 'right'): Point {
  let [sumX, sumY, count] = [0, 0, 0];
  // A little around the eyes: what lies outside the source picture is black too.
  for (let y = alignedEyes[0].y - 30; y < alignedEyes[0].y + 30; y += 1)
    for (let x = half === 'left' ? 88 : 172; x < (half === 'left' ? 148 : 232); x += 1)
      if ((image.data[(y * image.width + x) * 3] ?? 255) < 128) [sumX, sumY, count] = [sumX + x, sumY + y, count + 1];
  return { x: sumX / count, y: sumY / count };
}

describe('eyesAligned', () => {
  it.each<[string, number, readonly [Point, Point]]>([
    [
      'small and straight',
      120,
      [
        { x: 45, y: 50 },
        { x: 75, y: 50 },
      ],
    ],
    [
      'large',
      900,
      [
        { x: 300, y: 400 },
        { x: 560, y: 410 },
      ],
    ],
    [
      'tilted',
      500,
      [
        { x: 200, y: 180 },
        { x: 280, y: 240 },
      ],
    ],
  ])('puts the eyes of a face that is %s in the same place', (_, size, eyes) => {
    const distance = Math.hypot(eyes[1].x - eyes[0].x, eyes[1].y - eyes[0].y);
    const cut = eyesAligned(drawn(size, eyes, distance / 8), face(eyes))!;
    expect([cut.width, cut.height]).toEqual([alignedView.width, alignedView.height]);
    for (const [index, half] of (['left', 'right'] as const).entries()) {
      const found = darkMiddle(cut, half);
      expect(Math.abs(found.x - alignedEyes[index]!.x)).toBeLessThan(2);
      expect(Math.abs(found.y - alignedEyes[index]!.y)).toBeLessThan(2);
    }
  });

  it('has no answer for eyes that coincide', () => {
    const eye = { x: 10, y: 10 };
    expect(eyesAligned(drawn(20, [eye, eye], 1), face([eye, eye]))).toBeNull();
  });
});
