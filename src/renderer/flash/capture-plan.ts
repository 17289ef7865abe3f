/**
 * When each colour and prompt is on the screen and when a frame is due, all on the challenge clock (ms from the first
 * colour). Pure: a challenge goes in, a timetable comes out.
 */
import type { ChallengeView } from '../../contract/desk/answers.ts';
import type { PromptKind } from '../../contract/vocabulary.ts';
import { neutralColor } from './screen-light.ts';

export interface Phase {
  readonly color: string;
  readonly prompt: PromptKind | null;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface CapturePlan {
  readonly phases: readonly Phase[];
  /** Rising; one frame each. */
  readonly grabAtMs: readonly number[];
  readonly totalMs: number;
  readonly flashMs: number;
}

type Colours = Pick<ChallengeView, 'colors' | 'holdMs'>;

/** The contract's limits on a submission. */
export const maxSelfieFrames = 60;
export const maxCardFrames = 12;
/** Long enough to read four words, turn and come back. */
export const promptMs = 2400;
const intervalMs = 80;
/** Kept back for each prompt, so that a long flash cannot leave a movement unseen. */
const framesPerPrompt = 14;

function colourPhases(challenge: Colours): Phase[] {
  let at = 0;
  return challenge.colors.map((color, index) => {
    const fromMs = at;
    at += challenge.holdMs[index] ?? 400;
    return { color, prompt: null, fromMs, toMs: at };
  });
}

/**
 * A card needs colour, not motion: one or two frames late in each hold, when camera and screen have settled, at most
 * ten, and one in neutral light at the end for the reader.
 */
export function planCard(challenge: Colours): CapturePlan {
  const colours = colourPhases(challenge);
  const fractions = colours.length * 2 <= 10 ? [0.5, 0.9] : [0.8];
  const grabs = colours.flatMap((phase) =>
    fractions.map((part) => Math.round(phase.fromMs + part * (phase.toMs - phase.fromMs))),
  );
  const flashMs = colours.at(-1)?.toMs ?? 0;
  const neutral: Phase = { color: neutralColor, prompt: null, fromMs: flashMs, toMs: flashMs + 400 };
  return {
    phases: [...colours, neutral],
    grabAtMs: [...grabs.slice(0, maxCardFrames - 1), flashMs + 300],
    totalMs: flashMs + 400,
    flashMs,
  };
}

/**
 * A face is filmed: about twelve frames a second through the flash, and through the prompts as densely as the limit of
 * sixty frames leaves room for (a blink lasts 150–300 ms, so no sparser than needed).
 */
export function planSelfie(challenge: Colours & Pick<ChallengeView, 'prompts'>): CapturePlan {
  const colours = colourPhases(challenge);
  const flashMs = colours.at(-1)?.toMs ?? 0;
  const prompts = challenge.prompts.map((prompt, index): Phase => ({
    color: neutralColor,
    prompt,
    fromMs: flashMs + index * promptMs,
    toMs: flashMs + (index + 1) * promptMs,
  }));
  const totalMs = flashMs + prompts.length * promptMs + (prompts.length === 0 ? 240 : 0);
  const tail: Phase[] =
    prompts.length === 0 ? [{ color: neutralColor, prompt: null, fromMs: flashMs, toMs: totalMs }] : prompts;
  const flashRoom = maxSelfieFrames - prompts.length * framesPerPrompt;
  const flashGrabs = spread(0, flashMs, flashRoom);
  const grabAtMs = [...flashGrabs, ...spread(flashMs, totalMs, maxSelfieFrames - flashGrabs.length)];
  return { phases: [...colours, ...tail], grabAtMs, totalMs, flashMs };
}

/** Moments from `fromMs` to `toMs`, even, at most `room` of them and never denser than the interval. */
function spread(fromMs: number, toMs: number, room: number): number[] {
  const count = Math.max(0, Math.min(room, Math.floor((toMs - fromMs) / intervalMs)));
  const step = (toMs - fromMs) / Math.max(1, count);
  return Array.from({ length: count }, (_, index) => Math.round(fromMs + (index + 0.5) * step));
}
