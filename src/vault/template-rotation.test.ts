import { describe, expect, it } from 'vitest';
import { drawRotation, turn } from './template-rotation.ts';

const n = 512;
const seed = (byte: string): string => byte.repeat(32);

function unit(serial: number): Float32Array {
  let state = serial * 2_654_435_761 + 1;
  const raw = Float32Array.from({ length: n }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
  const length = Math.sqrt(dot(raw, raw));
  return raw.map((value) => value / length);
}
function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}

describe('the keyed turn of templates', () => {
  const rotation = drawRotation(seed('5a'), n);

  it('leaves every inner product as it is', () => {
    for (let pair = 0; pair < 20; pair += 1) {
      const [a, b] = [unit(pair), unit(pair + 100)];
      expect(dot(turn(rotation, a), turn(rotation, b))).toBeCloseTo(dot(a, b), 5);
      expect(dot(turn(rotation, a), turn(rotation, a))).toBeCloseTo(1, 5);
    }
  });

  it('shows nothing of the template to who has another key, or none', () => {
    const other = drawRotation(seed('5b'), n);
    for (let serial = 0; serial < 20; serial += 1) {
      const template = unit(serial);
      // Two random directions in 512 dimensions have a cosine of about 0.044; 0.25 is more than five times that.
      expect(Math.abs(dot(turn(rotation, template), template))).toBeLessThan(0.25);
      expect(Math.abs(dot(turn(rotation, template), turn(other, template)))).toBeLessThan(0.25);
    }
  });

  it('is drawn alike each time', () => {
    expect(drawRotation(seed('5a'), 16)).toEqual(drawRotation(seed('5a'), 16));
    expect(drawRotation(seed('5a'), 16)).not.toEqual(drawRotation(seed('5c'), 16));
  });
});
