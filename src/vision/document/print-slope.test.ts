import { describe, expect, it } from 'vitest';
import type { TextBox } from '../ocr/text-detector.ts';
import { levelledQuad, printSlope } from './print-slope.ts';
import type { Quad } from './quad.ts';

const degrees = (slope: number) => (Math.atan(slope) * 180) / Math.PI;

function lines(slopeAt: (y: number) => number): TextBox[] {
  return Array.from({ length: 10 }, (_, k) => {
    const y = 100 + k * 80;
    return { box: { x: 400, y: y - 20, width: 300, height: 40 }, score: 0.9, angle: degrees(slopeAt(y)) };
  });
}

describe('printSlope', () => {
  it('is null for level print and for too little of it', () => {
    expect(
      printSlope(
        lines(() => 0.005),
        1000,
      ),
    ).toBeNull();
    expect(printSlope(lines(() => 0.06).slice(0, 5), 1000)).toBeNull();
  });

  it('measures a slope that changes down the card, and is not moved by one wrong line', () => {
    const measured = lines((y) => -0.06 + (0.05 * y) / 1000);
    measured[4] = { ...measured[4]!, angle: 9 };
    const slope = printSlope(measured, 1000);
    expect(slope?.top).toBeCloseTo(-0.06, 3);
    expect(slope?.bottom).toBeCloseTo(-0.01, 3);
  });

  it('leaves out short pieces, whose direction says nothing', () => {
    const short = lines(() => 0.1).map((line) => ({ ...line, box: { ...line.box, width: 100 } }));
    expect(printSlope(short, 1000)).toBeNull();
  });
});

describe('levelledQuad', () => {
  const quad: Quad = [
    { x: 0, y: 0 },
    { x: 1600, y: 0 },
    { x: 1600, y: 1000 },
    { x: 0, y: 1000 },
  ];

  it('gives the outline the slope of the print', () => {
    const [tl, tr, br, bl] = levelledQuad(quad, { top: 0.05, bottom: -0.02 }, 1.6);
    expect((tr.y - tl.y) / (tr.x - tl.x)).toBeCloseTo(0.05);
    expect((br.y - bl.y) / (br.x - bl.x)).toBeCloseTo(-0.02);
    expect((tr.y + tl.y) / 2).toBeCloseTo(0);
  });
});
