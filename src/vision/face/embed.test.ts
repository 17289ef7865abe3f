import { describe, expect, it } from 'vitest';
import type { LoadedModel, Tensor } from '../runtime/model-pack.ts';
import { alignedSize } from './align.ts';
import { embedAligned } from './embed.ts';

const size = 3 * alignedSize * alignedSize;

/** A face is one number on its left half: the network answers (left mean, right mean) of what it is shown. */
function face(left: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => (i % alignedSize < alignedSize / 2 ? left : 1));
}

function network(largestBatch: number, spoil: (data: number[]) => number[] = (data) => data) {
  const runs: number[] = [];
  const run = (feeds: Record<string, Tensor>) => {
    const { dims, data } = feeds.in!;
    runs.push(dims[0]!);
    const answers = Array.from({ length: dims[0]! }, (_, n) => {
      const row = n * size;
      return [data[row]!, data[row + alignedSize - 1]!];
    });
    return Promise.resolve({ out: { dims: [dims[0]!, 2], data: Float32Array.from(spoil(answers.flat())) } });
  };
  const model = { inputNames: ['in'], outputNames: ['out'], largestBatch, run } as unknown as LoadedModel;
  return { model, runs };
}
const direction = (x: number, y: number) => [x / Math.hypot(x, y), y / Math.hypot(x, y)];
const close = (vector: Float32Array | null | undefined, expected: number[]) =>
  expected.forEach((value, i) => expect(vector?.[i]).toBeCloseTo(value, 6));

describe('embedAligned', () => {
  it.each([
    [1, [1, 1, 1]],
    [2, [2, 1]],
    [10, [3]],
  ])('answers each face its own vector, at most %i in a run', async (largest, expected) => {
    const { model, runs } = network(largest);
    const vectors = await embedAligned(model, [face(2), null, face(3), face(-4)], false);
    expect(runs).toEqual(expected);
    close(vectors[0], direction(2, 1));
    expect(vectors[1]).toBeNull();
    close(vectors[2], direction(3, 1));
    close(vectors[3], direction(-4, 1));
  });

  it('averages each face with its own mirror image', async () => {
    const vectors = await embedAligned(network(10).model, [face(2), face(3)], true);
    for (const vector of vectors) close(vector, direction(1, 1));
  });

  it('answers nothing for a face whose numbers are none, and for an answer of the wrong size', async () => {
    const broken = await embedAligned(
      network(10, (data) => [Number.NaN, ...data.slice(1)]).model,
      [face(2), face(3)],
      false,
    );
    expect(broken[0]).toBeNull();
    close(broken[1], direction(3, 1));
    const short = await embedAligned(network(10, (data) => data.slice(1)).model, [face(2), face(3)], false);
    expect(short).toEqual([null, null]);
    expect(await embedAligned(network(10).model, [], true)).toEqual([]);
  });
});
