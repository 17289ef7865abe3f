/** Radix-2 FFT (Cooley & Tukey 1965), enough for 256 × 256 windows. */

/** Power spectrum |F|² of a real square picture whose side is a power of two; index `v · side + u`, DC at 0. */
export function fft2Power(picture: Float32Array, side: number): Float32Array {
  return fft2PowerPair(picture, new Float32Array(picture.length), side)[0];
}

/**
 * Power spectra of two real pictures for the price of one: the second rides as the imaginary part, and the symmetry of
 * real spectra parts them again.
 */
export function fft2PowerPair(first: Float32Array, second: Float32Array, side: number): [Float32Array, Float32Array] {
  const re = Float64Array.from(first);
  const im = Float64Array.from(second);
  const plan = makePlan(side);
  transformRows(re, im, side, plan);
  transpose(re, side);
  transpose(im, side);
  transformRows(re, im, side, plan);
  // Rows and columns are exchanged now: the value of (u, v) lies at u · side + v.
  const powers: [Float32Array, Float32Array] = [new Float32Array(side * side), new Float32Array(side * side)];
  for (let v = 0; v < side; v += 1) {
    for (let u = 0; u < side; u += 1) {
      const at = u * side + v;
      const mirror = ((side - u) % side) * side + ((side - v) % side);
      const [sr, si] = [re[at]! + re[mirror]!, im[at]! - im[mirror]!];
      const [dr, di] = [re[at]! - re[mirror]!, im[at]! + im[mirror]!];
      powers[0][v * side + u] = (sr * sr + si * si) / 4;
      powers[1][v * side + u] = (dr * dr + di * di) / 4;
    }
  }
  return powers;
}

function transformRows(re: Float64Array, im: Float64Array, side: number, plan: Plan): void {
  for (let row = 0; row < side; row += 1) {
    const end = (row + 1) * side;
    transform(re.subarray(row * side, end), im.subarray(row * side, end), plan);
  }
}

function transpose(values: Float64Array, side: number): void {
  for (let y = 0; y < side; y += 1) {
    for (let x = y + 1; x < side; x += 1) {
      const kept = values[y * side + x]!;
      values[y * side + x] = values[x * side + y]!;
      values[x * side + y] = kept;
    }
  }
}

interface Plan {
  readonly reversed: Uint32Array;
  readonly cos: Float64Array;
  readonly sin: Float64Array;
}

const plans = new Map<number, Plan>();

function makePlan(side: number): Plan {
  const existing = plans.get(side);
  if (existing !== undefined) return existing;
  const bits = Math.log2(side);
  if (!Number.isInteger(bits)) throw new Error('FFT length must be a power of two');
  const reversed = Uint32Array.from({ length: side }, (_, i) => {
    let value = 0;
    for (let bit = 0; bit < bits; bit += 1) if (i & (1 << bit)) value |= 1 << (bits - 1 - bit);
    return value;
  });
  const angle = (i: number) => (-2 * Math.PI * i) / side;
  const plan = {
    reversed,
    cos: Float64Array.from({ length: side / 2 }, (_, i) => Math.cos(angle(i))),
    sin: Float64Array.from({ length: side / 2 }, (_, i) => Math.sin(angle(i))),
  };
  plans.set(side, plan);
  return plan;
}

function transform(re: Float64Array, im: Float64Array, { reversed, cos, sin }: Plan): void {
  const n = re.length;
  for (let i = 0; i < n; i += 1) {
    const j = reversed[i]!;
    if (j <= i) continue;
    [re[i], re[j]] = [re[j]!, re[i]!];
    [im[i], im[j]] = [im[j]!, im[i]!];
  }
  for (let length = 2; length <= n; length *= 2) {
    const half = length / 2;
    const step = n / length;
    for (let start = 0; start < n; start += length) {
      for (let k = 0; k < half; k += 1) {
        const c = cos[k * step]!;
        const s = sin[k * step]!;
        const a = start + k;
        const b = a + half;
        const xr = re[b]! * c - im[b]! * s;
        const xi = re[b]! * s + im[b]! * c;
        re[b] = re[a]! - xr;
        im[b] = im[a]! - xi;
        re[a] = re[a]! + xr;
        im[a] = im[a]! + xi;
      }
    }
  }
}
