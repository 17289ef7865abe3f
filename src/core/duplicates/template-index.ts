/**
 * Exact 1:N search over unit-length face templates, in memory: int8 for the scan, and a proved bound of what int8 can be
 * wrong by, so that no template at or above the threshold is left out. The caller compares the few candidates with
 * their float templates (`cosine`), which therefore need not be in memory: 512 bytes and 8 for the bounds a person.
 *
 * The bound: with q = q̂ + r_q and x = x̂ + r_x (q̂, x̂ what int8 can say), |q·x − q̂·x̂| = |r_q·x + q̂·r_x| ≤ |r_q||x| + |q̂||r_x|
 * by Cauchy and Schwarz.
 */
import { Int8Block } from './int8-scan.ts';

export interface Candidate {
  readonly id: string;
  /** The true cosine lies between these. */
  readonly least: number;
  readonly most: number;
}

interface Quantised {
  readonly scale: number;
  readonly norm: number;
  readonly residual: number;
}

const rowsPerBlock = 16_384;
/** Float arithmetic itself, over 512 products. */
const rounding = 1e-5;

/** Writes the int8 image of `vector` into `cells`. Norms are Euclidean. */
function quantise(vector: Float32Array, cells: Int8Array): Quantised {
  let largest = 0;
  for (const value of vector) largest = Math.max(largest, Math.abs(value));
  const scale = largest / 127;
  let residual = 0;
  let norm = 0;
  for (let index = 0; index < vector.length; index += 1) {
    const value = vector[index] ?? 0;
    const cell = scale === 0 ? 0 : Math.round(value / scale);
    cells[index] = cell;
    norm += (cell * scale) ** 2;
    residual += (value - cell * scale) ** 2;
  }
  return { scale, norm: Math.sqrt(norm), residual: Math.sqrt(residual) };
}

/** Null for what is no template: wrong length, not finite, or without direction. */
function unit(vector: Float32Array, dimensions: number): Float32Array | null {
  if (vector.length !== dimensions) return null;
  let squares = 0;
  for (const value of vector) squares += value * value;
  if (!Number.isFinite(squares) || squares < 1e-12) return null;
  const length = Math.sqrt(squares);
  return vector.map((value) => value / length);
}

export class TemplateIndex {
  readonly #dimensions: number;
  readonly #blocks: Int8Block[] = [];
  readonly #ids: (string | null)[] = [];
  readonly #places = new Map<string, number>();
  #scales = new Float32Array(1024);
  #residuals = new Float32Array(1024);

  constructor(dimensions = 512) {
    this.#dimensions = dimensions;
  }

  get size(): number {
    return this.#places.size;
  }

  /** Bytes held for templates and bounds (ids not counted). */
  get bytes(): number {
    return this.#blocks.length * rowsPerBlock * (this.#dimensions + 4) + this.#scales.byteLength * 2;
  }

  has(id: string): boolean {
    return this.#places.has(id);
  }

  /** False when `vector` is no template; a known id is replaced. */
  add(id: string, vector: Float32Array): boolean {
    const template = unit(vector, this.#dimensions);
    if (template === null) return false;
    const place = this.#places.get(id) ?? this.#ids.length;
    const block = this.#blockOf(place);
    const row = place % rowsPerBlock;
    const cells = block.base.subarray(row * this.#dimensions, (row + 1) * this.#dimensions);
    const { scale, residual } = quantise(template, cells);
    this.#scales[place] = scale;
    this.#residuals[place] = residual;
    this.#ids[place] = id;
    this.#places.set(id, place);
    return true;
  }

  /** Forgets a template; its cells are overwritten at once. */
  remove(id: string): void {
    const place = this.#places.get(id);
    if (place === undefined) return;
    this.#places.delete(id);
    this.#ids[place] = null;
    const row = place % rowsPerBlock;
    this.#blocks[Math.floor(place / rowsPerBlock)]?.base.fill(0, row * this.#dimensions, (row + 1) * this.#dimensions);
  }

  /** Everything that may reach `threshold`, nearest first. Empty for a probe that is no template. */
  candidates(probe: Float32Array, threshold: number): Candidate[] {
    const found: Candidate[] = [];
    this.#scan(probe, (place, about, wrongBy) => {
      if (about + wrongBy < threshold) return;
      const id = this.#ids[place];
      if (id !== null && id !== undefined) found.push({ id, least: about - wrongBy, most: about + wrongBy });
    });
    return found.sort((a, b) => b.most - a.most);
  }

  /** Everything that may be among the `count` nearest, nearest first. */
  nearest(probe: Float32Array, count: number): Candidate[] {
    // The `count` largest lower bounds, ascending: what reaches the smallest of them may belong to the nearest.
    const best: number[] = [];
    this.#scan(probe, (place, about, wrongBy) => {
      const least = about - wrongBy;
      if ((best.length === count && least <= (best[0] ?? 0)) || this.#ids[place] === null) return;
      const at = best.findIndex((value) => value > least);
      best.splice(at === -1 ? best.length : at, 0, least);
      if (best.length > count) best.shift();
    });
    return best.length === 0 ? [] : this.candidates(probe, best[0] ?? 0);
  }

  /** Calls `visit` with place, estimated cosine and what the estimate can be wrong by. */
  #scan(probe: Float32Array, visit: (place: number, about: number, wrongBy: number) => void): void {
    const template = unit(probe, this.#dimensions);
    if (template === null) return;
    const query = new Int8Array(this.#dimensions);
    const asked = quantise(template, query);
    for (const [number, block] of this.#blocks.entries()) {
      const first = number * rowsPerBlock;
      const rows = Math.min(rowsPerBlock, this.#ids.length - first);
      block.query.set(query);
      block.scan(rows);
      const { products } = block;
      for (let row = 0; row < rows; row += 1) {
        const place = first + row;
        const about = (products[row] ?? 0) * asked.scale * (this.#scales[place] ?? 0);
        visit(place, about, asked.residual + asked.norm * (this.#residuals[place] ?? 0) + rounding);
      }
    }
  }

  #blockOf(place: number): Int8Block {
    const number = Math.floor(place / rowsPerBlock);
    if (place >= this.#scales.length) {
      const scales = new Float32Array(this.#scales.length * 2);
      const residuals = new Float32Array(this.#residuals.length * 2);
      scales.set(this.#scales);
      residuals.set(this.#residuals);
      this.#scales = scales;
      this.#residuals = residuals;
    }
    return (this.#blocks[number] ??= new Int8Block(rowsPerBlock, this.#dimensions));
  }
}
