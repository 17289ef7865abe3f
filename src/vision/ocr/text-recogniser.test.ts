import { describe, expect, it } from 'vitest';
import type { RgbImage } from '../image/image.ts';
import type { LoadedModel, Tensor } from '../runtime/model-pack.ts';
import { detectText } from './text-detector.ts';
import { parseKeys, recogniseLine } from './text-recogniser.ts';

const keys = parseKeys('0\n1\n2\n3\n4\n5\n6\n7\n8\n9\nA\nB\nS\n');
const paper = (width: number, height: number): RgbImage => ({
  width,
  height,
  data: new Uint8Array(width * height * 3).fill(230),
});

/** A network that answers a fixed table of class probabilities, one row a step. */
function fake(answer: (feeds: Record<string, Tensor>) => Tensor): LoadedModel {
  return {
    entry: { input: { name: 'x', shape: [], preprocessing: '' } },
    path: '',
    inputNames: ['x'],
    outputNames: ['y'],
    run: (feeds: Record<string, Tensor>) => Promise.resolve({ y: answer(feeds) }),
  } as unknown as LoadedModel;
}

function steps(rows: readonly Readonly<Record<string, number>>[]): LoadedModel {
  const classes = keys.characters.length;
  const data = new Float32Array(rows.length * classes);
  rows.forEach((row, t) => {
    for (const [character, value] of Object.entries(row)) {
      data[t * classes + (character === 'blank' ? 0 : keys.characters.indexOf(character))] = value;
    }
  });
  return fake(() => ({ dims: [1, rows.length, classes], data }));
}

const line = { x: 0, y: 0, width: 80, height: 20 };

describe('parseKeys', () => {
  it('puts the blank first, the space last, and knows the digits', () => {
    expect(keys.characters[0]).toBe('');
    expect(keys.characters.at(-1)).toBe(' ');
    expect(keys.digits).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
});

describe('recogniseLine', () => {
  it('merges repeats and drops blanks', async () => {
    const model = steps([{ A: 0.9 }, { A: 0.8 }, { blank: 0.9 }, { A: 0.7 }, { '1': 0.8 }]);
    const reading = await recogniseLine(model, keys, paper(80, 20), line);
    expect(reading.text).toBe('AA1');
    expect(reading.confidence).toBeCloseTo((0.9 + 0.7 + 0.8) / 3);
  });

  it('reads a letter in the place of a digit as the likeliest digit, and is unsure of it', async () => {
    const clear = steps([{ '5': 0.9, S: 0.05 }, { blank: 1 }, { '1': 0.9 }]);
    const doubtful = steps([{ S: 0.6, '5': 0.3 }, { blank: 1 }, { '1': 0.9 }]);
    expect(await recogniseLine(clear, keys, paper(80, 20), line)).toMatchObject({ text: '51', digits: '51' });
    const reading = await recogniseLine(doubtful, keys, paper(80, 20), line);
    expect(reading).toMatchObject({ text: 'S1', digits: '51' });
    expect(reading.digitConfidence).toBeLessThan(0.7);
  });

  it('answers nothing when the network does not fit the key file', async () => {
    const model = fake(() => ({ dims: [1, 2, 3], data: new Float32Array(6) }));
    expect(await recogniseLine(model, keys, paper(80, 20), line)).toMatchObject({ text: '', confidence: 0 });
  });

  it('puts back the space that print shows between two words', async () => {
    // Two pairs of upright strokes with a wide gap between the pairs.
    const image = paper(160, 40);
    for (const left of [12, 21, 100, 109]) {
      for (let y = 8; y < 32; y += 1) image.data.fill(20, (y * 160 + left) * 3, (y * 160 + left + 6) * 3);
    }
    const rows = Array.from({ length: 20 }, (_, t) => {
      const at = { 1: 'A', 3: 'B', 12: 'A', 14: 'B' }[t];
      return at === undefined ? { blank: 1 } : { [at]: 0.9 };
    });
    const reading = await recogniseLine(steps(rows), keys, image, { x: 0, y: 0, width: 160, height: 40 });
    expect(reading.text).toBe('AB AB');
  });
});

describe('detectText', () => {
  it('turns regions of the probability map into grown boxes of the picture', async () => {
    const model = fake((feeds) => {
      const [, , height, width] = feeds.x!.dims as [number, number, number, number];
      const data = new Float32Array(width * height);
      for (let y = 40; y < 56; y += 1) data.fill(0.9, y * width + 64, y * width + 192);
      // Too faint to be text.
      for (let y = 90; y < 100; y += 1) data.fill(0.35, y * width + 64, y * width + 192);
      return { dims: [1, 1, height, width], data };
    });
    const boxes = await detectText(model, paper(640, 320), 320);
    expect(boxes).toHaveLength(1);
    const { box, angle } = boxes[0]!;
    expect(box.x).toBeLessThan(128);
    expect(box.y).toBeLessThan(80);
    expect(box.x + box.width).toBeGreaterThan(384);
    expect(box.y + box.height).toBeGreaterThan(112);
    expect(Math.abs(angle)).toBeLessThan(1);
  });

  it('finds nothing in an empty map', async () => {
    const model = fake((feeds) => ({ dims: [1], data: new Float32Array(feeds.x!.data.length / 3) }));
    expect(await detectText(model, paper(64, 64))).toEqual([]);
  });
});
