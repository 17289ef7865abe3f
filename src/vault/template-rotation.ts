/**
 * A keyed turn of face templates: an orthogonal matrix drawn from a secret. Inner products, and so every comparison, stay what
 * they are; without the secret a turned template cannot be compared with a face, with a leaked gallery or with the
 * same person's template of another bank. It is linear: whoever holds 512 templates beside their turned ones can work the
 * matrix out. It keeps a stolen column useless, not a stolen installation.
 */
import { createHash } from 'node:crypto';

/** Rows one after another, orthonormal to about 1e-15. The same for the same seed on every machine: only + − × ÷ √ are used. */
export function drawRotation(seedHex: string, dimensions: number): Float64Array {
  const bytes = createHash('shake256', { outputLength: dimensions * dimensions * 8 })
    .update(Buffer.from(seedHex, 'hex'))
    .digest();
  const rows = new Float64Array(dimensions * dimensions);
  // Four 16-bit numbers added up are near enough to a normal one, and need no logarithm.
  for (let cell = 0; cell < rows.length; cell += 1) {
    let sum = -2 * 65_535;
    for (let part = 0; part < 4; part += 1) sum += bytes.readUInt16LE(cell * 8 + part * 2);
    rows[cell] = sum / 65_536;
  }
  orthonormalise(rows, dimensions);
  return rows;
}

/** Gram and Schmidt, each row cleaned twice: once loses digits where rows lie close. */
function orthonormalise(rows: Float64Array, n: number): void {
  for (let row = 0; row < n; row += 1) {
    const own = rows.subarray(row * n, (row + 1) * n);
    for (let pass = 0; pass < 2; pass += 1) {
      for (let other = 0; other < row; other += 1) {
        const before = rows.subarray(other * n, (other + 1) * n);
        const shared = dot(own, before);
        for (let at = 0; at < n; at += 1) own[at] = (own[at] ?? 0) - shared * (before[at] ?? 0);
      }
    }
    const length = Math.sqrt(dot(own, own));
    for (let at = 0; at < n; at += 1) own[at] = (own[at] ?? 0) / length;
  }
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

export function turn(rotation: Float64Array, template: ArrayLike<number>): Float32Array {
  const n = template.length;
  const turned = new Float32Array(n);
  for (let row = 0; row < n; row += 1) turned[row] = dot(rotation.subarray(row * n, (row + 1) * n), template);
  return turned;
}
