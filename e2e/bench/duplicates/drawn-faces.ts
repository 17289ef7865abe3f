/** Drawn templates by number: nothing is kept, any of them can be drawn again. Random directions; a probe is a known face seen anew. */
export const dimensions = 512;

/** xorshift-like, seeded by run and number: good enough to draw directions. */
function generator(seed: number, serial: number): () => number {
  let a = (Math.imul(seed, 0x85ebca6b) ^ Math.imul(serial + 1, 0xc2b2ae35)) | 1;
  let b = Math.imul(serial + 0x7f4a7c15, 0x9e3779b9) | 0;
  for (let warm = 0; warm < 8; warm += 1) step();
  function step(): number {
    a ^= a << 13;
    a ^= a >>> 17;
    a ^= a << 5;
    b = (b + 0x6d2b79f5) | 0;
    return ((a ^ b) >>> 0) / 2 ** 32;
  }
  return step;
}

function direction(next: () => number): Float32Array {
  const vector = new Float32Array(dimensions);
  for (let at = 0; at < dimensions; at += 1) vector[at] = next() + next() + next() - 1.5;
  return normalised(vector);
}

export function normalised(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / length);
}

export function dot(a: Float32Array, b: Float32Array, at = 0): number {
  let sum = 0;
  for (let index = 0; index < dimensions; index += 1) sum += (a[index] ?? 0) * (b[at + index] ?? 0);
  return sum;
}

export const drawnFace = (seed: number, serial: number): Float32Array => direction(generator(seed, serial));

export interface Probe {
  readonly of: number;
  readonly template: Float32Array;
}

/** Known faces seen anew: cosines to their own template spread evenly from 0.9 down to 0.55. */
export function drawnProbes(seed: number, faces: number, count: number): readonly Probe[] {
  return Array.from({ length: count }, (_, serial) => {
    const next = generator(seed + 1, serial);
    const of = Math.floor(next() * faces);
    const near = 0.55 + (0.35 * (serial + 0.5)) / count;
    const known = drawnFace(seed, of);
    const noise = direction(next);
    const shared = dot(noise, known);
    const across = normalised(noise.map((value, at) => value - shared * (known[at] ?? 0)));
    const side = Math.sqrt(1 - near * near);
    return { of, template: known.map((value, at) => near * value + side * (across[at] ?? 0)) };
  });
}
