/**
 * The frame that looks least like the chosen ones. Embedding every frame costs too much; a 14 × 14 picture of the aligned
 * face costs nothing and is enough to say where to look twice.
 */
import { alignedSize } from './align.ts';
import type { RankedFrame } from './template.ts';

const thumbSize = 14;
const block = alignedSize / thumbSize;
/** Beyond this turn the recogniser itself no longer knows a person again; degrees. */
const furthestYaw = 32;

/** At most one frame that is not among the chosen; none when there is no other worth embedding. */
export function oddestFrame(ranked: readonly RankedFrame[], chosen: readonly RankedFrame[]): RankedFrame[] {
  const taken = new Set(chosen.map(({ frame }) => frame.facts.index));
  const usual = chosen.map(({ frame }) => thumbOf(frame.aligned)).filter((thumb) => thumb !== null);
  let odd: { readonly one: RankedFrame; readonly likeness: number } | null = null;
  for (const one of ranked) {
    const { facts, aligned } = one.frame;
    if (taken.has(facts.index) || !(Math.abs(facts.pose?.yaw ?? 90) <= furthestYaw)) continue;
    const thumb = thumbOf(aligned);
    if (thumb === null) continue;
    const likeness = Math.max(-1, ...usual.map((other) => product(thumb, other)));
    if (odd === null || likeness < odd.likeness) odd = { one, likeness };
  }
  return odd === null ? [] : [odd.one];
}

/** Block means of luma, without mean, at unit length: light and gain do not count. Null without contrast. */
export function thumbOf(aligned: Float32Array | null): Float32Array | null {
  if (aligned === null) return null;
  const plane = alignedSize * alignedSize;
  const thumb = new Float32Array(thumbSize * thumbSize);
  for (let y = 0, i = 0; y < alignedSize; y += 1) {
    const row = Math.floor(y / block) * thumbSize;
    for (let x = 0; x < alignedSize; x += 1, i += 1) {
      thumb[row + Math.floor(x / block)]! += aligned[i]! + 2 * aligned[plane + i]! + aligned[2 * plane + i]!;
    }
  }
  const mean = thumb.reduce((sum, value) => sum + value, 0) / thumb.length;
  const length = Math.hypot(...thumb.map((value) => value - mean));
  return length > 1e-3 ? thumb.map((value) => (value - mean) / length) : null;
}

function product(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i]! * b[i]!;
  return sum;
}
