/** How sure a counted rate is. */

export interface Rate {
  readonly hits: number;
  readonly count: number;
}

export type Interval = readonly [low: number, high: number];

/**
 * Exact two-sided interval of a proportion (Clopper and Pearson, Biometrika 26, 1934). No data: [0, 1].
 * `confidence` 0–1. With no hits the upper end at 95 % is close to 3.7 / N; the one-sided "rule of three" gives 3 / N.
 */
export function clopperPearson({ hits, count }: Rate, confidence = 0.95): Interval {
  if (!(count > 0)) return [0, 1];
  const tail = (1 - confidence) / 2;
  const low = hits <= 0 ? 0 : betaQuantile(tail, hits, count - hits + 1);
  const high = hits >= count ? 1 : betaQuantile(1 - tail, hits + 1, count - hits);
  return [low, high];
}

/** Inverse of the regularised incomplete beta function, by bisection: monotonous, so forty-odd halvings are exact enough. */
function betaQuantile(p: number, a: number, b: number): number {
  let low = 0;
  let high = 1;
  for (let i = 0; i < 60; i += 1) {
    const middle = (low + high) / 2;
    if (incompleteBeta(middle, a, b) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Regularised incomplete beta function I_x(a, b), by Lentz's continued fraction (Abramowitz and Stegun 26.5.8). */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (!(x > 0)) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  // The fraction converges fast below the mean only; above it the mirror image is used.
  return x < (a + 1) / (a + b + 2) ? (front * fraction(x, a, b)) / a : 1 - (front * fraction(1 - x, b, a)) / b;
}

function fraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / (Math.abs(1 - ((a + b) * x) / (a + 1)) < tiny ? tiny : 1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= 1000; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    for (const step of [even, odd]) {
      d = 1 + step * d;
      c = 1 + step / c;
      if (Math.abs(d) < tiny) d = tiny;
      if (Math.abs(c) < tiny) c = tiny;
      d = 1 / d;
      result *= d * c;
    }
    if (Math.abs(d * c - 1) < 1e-14) break;
  }
  return result;
}

const lanczos = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

/** ln Γ(x) for x > 0 (Lanczos). */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const z = x - 1;
  const t = z + lanczos.length - 0.5;
  let sum = 0.9999999999998099;
  lanczos.forEach((factor, index) => (sum += factor / (z + index + 1)));
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}
