/**
 * Does the whole picture, not the face alone, change with the steps of the challenge? Light of the screen reaches everything
 * near it and the camera's own exposure and white balance answer it, in whichever direction. A stream that is fed past the
 * camera does neither.
 */
import type { FlashSequence } from '../../contract/facts.ts';
import type { LightSample } from './light.ts';

/**
 * Share of the variance of the whole frame's light (each channel relative to its mean) that goes with the step on the screen
 * `delayMs` earlier: adjusted η² of a one-way analysis of variance, 0–1, about 0 where steps explain nothing. Null with
 * fewer than two frames in three of the steps, or fewer than three more frames than steps.
 */
export function exposureReaction(
  sequence: FlashSequence,
  frames: readonly LightSample[],
  delayMs: number,
): number | null {
  const groups = sequence.holdMs.map((): LightSample[] => []);
  for (const frame of frames) groups[stepAt(sequence, frame.tMs - delayMs)]?.push(frame);
  const used = groups.filter((group) => group.length >= 2);
  const all = used.flat();
  if (used.length < 3 || all.length < used.length + 3) return null;
  let total = 0;
  let within = 0;
  for (const key of ['r', 'g', 'b'] as const) {
    const level = meanOf(all, key);
    if (!(level > 0)) continue;
    total += squares(all, key, level) / level ** 2;
    for (const group of used) within += squares(group, key, meanOf(group, key)) / level ** 2;
  }
  // Frames that never change at all did not react.
  if (!(total > 1e-9)) return 0;
  return Math.max(0, 1 - ((within / total) * (all.length - 1)) / (all.length - used.length));
}

/** Index of the step on the screen, −1 before and after. */
function stepAt({ holdMs }: FlashSequence, tMs: number): number {
  if (!(tMs >= 0)) return -1;
  let left = tMs;
  return holdMs.findIndex((ms) => (left -= ms) < 0);
}

function meanOf(samples: readonly LightSample[], key: 'r' | 'g' | 'b'): number {
  return samples.reduce((sum, sample) => sum + sample[key], 0) / samples.length;
}

function squares(samples: readonly LightSample[], key: 'r' | 'g' | 'b', mean: number): number {
  return samples.reduce((sum, sample) => sum + (sample[key] - mean) ** 2, 0);
}
