/** Radix-2 FFT (Cooley & Tukey 1965), enough for 256 × 256 windows. */

/** Power spectrum |F|² of a real square picture whose side is a power of two; index `v · side + u`, DC at 0. */
export function fft2Power(picture: Float32Array, side: number): Float32Array {
  const re = Float64Array.from(picture);
  const im = new Float64Array(side * side);
  const plan = makePlan(side);
  const lineRe = new Float64Array(side);
  const lineIm = new Float64Array(side);
  for (const [stride, step] of [
    [1, side],
    [side, 1],
  ] as const) {
    for (let line = 0; line < side; line += 1) {
      for (let i = 0; i < side; i += 1) {
        lineRe[i] = re[line * step + i * stride]!;
        lineIm[i] = im[line * step + i * stride]!;
      }
      transform(lineRe, lineIm, plan);
      for (let i = 0; i < side; i += 1) {
        re[line * step + i * stride] = lineRe[i]!;
        im[line * step + i * stride] = lineIm[i]!;
      }
    }
  }
  return Float32Array.from(re, (value, i) => value * value + im[i]! * im[i]!);
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
