import { describe, expect, it } from 'vitest';
import type { Box } from '../../contract/facts.ts';
import type { RgbImage } from '../image/image.ts';
import { isNikLine, rereadNik, standsLikeNik, type ReadLine } from './nik-line.ts';
import type { LineReading } from './text-recogniser.ts';

const card: RgbImage = { width: 1600, height: 1009, data: new Uint8Array(1600 * 1009 * 3) };
const box: Box = { x: 420, y: 166, width: 690, height: 60 };

function answers(of: (cut: Box, image: RgbImage) => Partial<LineReading>): { read: ReadLine; cuts: Box[] } {
  const cuts: Box[] = [];
  const read: ReadLine = (image, cut) => {
    cuts.push(cut);
    return Promise.resolve({ text: '', confidence: 0, digits: '', digitConfidence: 0, ...of(cut, image) });
  };
  return { read, cuts };
}

describe('rereadNik', () => {
  it('reads with air above and below what a tight cut does not', async () => {
    const { read } = answers((cut) =>
      cut.height > 90 ? { digits: '3309036303838712', digitConfidence: 0.95 } : { digits: '33', digitConfidence: 0.2 },
    );
    expect(await rereadNik(read, card, box)).toEqual([
      { text: '3309036303838712', confidence: 0.95, engine: 'ppocr', box },
    ]);
  });

  it('cuts airy, coarse and tight around the same middle', async () => {
    const { read, cuts } = answers(() => ({ digits: '1'.repeat(16), digitConfidence: 0.9 }));
    expect(await rereadNik(read, card, box)).toHaveLength(3);
    expect(cuts[0]!.height).toBeGreaterThan(box.height * 1.5);
    expect(cuts[0]!.y + cuts[0]!.height / 2).toBeCloseTo(box.y + box.height / 2);
    expect(cuts[1]!.width).toBeLessThan(box.width);
    expect(cuts[2]!.height).toBeLessThan(box.height);
  });

  it('ends when a second cut surely reads what the first surely read, and goes on when either was unsure', async () => {
    const first = { text: '3309036303838712', confidence: 0.97, engine: 'ppocr', box } as const;
    const same = answers(() => ({ digits: first.text, digitConfidence: 0.95 }));
    expect(await rereadNik(same.read, card, box, first)).toHaveLength(1);
    expect(await rereadNik(same.read, card, box, { ...first, confidence: 0.6 })).toHaveLength(3);
    const other = answers(() => ({ digits: '3309036303838713', digitConfidence: 0.95 }));
    expect(await rereadNik(other.read, card, box, first)).toHaveLength(3);
  });

  it('drops what is too long or too short to be one', async () => {
    const { read } = answers((cut) => ({ digits: '7'.repeat(cut.y === 0 ? 19 : 11), digitConfidence: 1 }));
    expect(await rereadNik(read, card, box)).toEqual([]);
  });
});

describe('where a NIK may stand', () => {
  it('is a long line under the header, not the header and not the name', () => {
    expect(standsLikeNik(box, card)).toBe(true);
    expect(standsLikeNik({ ...box, y: 30 }, card)).toBe(false);
    expect(standsLikeNik({ ...box, y: 330 }, card)).toBe(false);
    expect(standsLikeNik({ ...box, width: 300 }, card)).toBe(false);
  });

  it('is digits, few letters, in the upper part', () => {
    expect(isNikLine('3173051708850001', ': 3173051708850001', box, card)).toBe(true);
    expect(isNikLine('3173051708850001', 'PROVINSI JAWA BARAT', box, card)).toBe(false);
    expect(isNikLine('3173051708850001', ': 3173051708850001', { ...box, y: 700 }, card)).toBe(false);
  });
});
