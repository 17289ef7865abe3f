/** The light challenge: which colours, in which order, for how long (api-decisions 8). */

/**
 * Palette of the challenge, `#RRGGBB`. Far apart in chroma, so that a camera tells them from each other in the face's
 * reflection; none is a saturated red (WCAG 2.3.1), the strongest trigger of photosensitive seizures.
 */
export const flashPalette = ['#FFFFFF', '#FF6E8C', '#FFD23C', '#3CE66E', '#32DCF0', '#4678FF', '#D25AFF'] as const;

/** One change at most every 334 ms: three changes a second make one and a half general flashes, half the WCAG limit. */
const shortestHoldMs = 334;
const longestHoldMs = 500;
export const fewestFlashSteps = 3;
export const mostFlashSteps = 10;
/**
 * Steps of a face's challenge at a desk, about three seconds. Five, the documented default, are too few for a camera with
 * strong cross-talk and a quick white balance: of generated streams of that kind 6 % of the right ones were refused at four
 * steps, 4 % at five, 1 % at six; at seven 6 of 1,000 on another seed (`npm run accuracy:face`).
 */
export const deskFaceSteps = 7;

/**
 * A sequence of `steps` colours (clamped to 3–10) and how long each is held, ms. Colours are drawn without
 * replacement, then again from the whole palette, never the same twice running. `random(n)` answers an integer
 * 0 ≤ r < n and must be unpredictable: the order and the timing are what a replay cannot know.
 */
export function makeFlashSequence(
  steps: number,
  random: (maxExclusive: number) => number,
): { colors: string[]; holdMs: number[] } {
  const wanted = Number.isFinite(steps) ? Math.trunc(steps) : fewestFlashSteps;
  const count = Math.min(mostFlashSteps, Math.max(fewestFlashSteps, wanted));
  const colors: string[] = [];
  const holdMs: number[] = [];
  let left: string[] = [];
  for (let step = 0; step < count; step += 1) {
    if (left.length === 0) left = [...flashPalette];
    const choices = left.filter((colour) => colour !== colors.at(-1));
    const colour = choices[random(choices.length)]!;
    left = left.filter((other) => other !== colour);
    colors.push(colour);
    holdMs.push(shortestHoldMs + random(longestHoldMs - shortestHoldMs + 1));
  }
  return { colors, holdMs };
}
