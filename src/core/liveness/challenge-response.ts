/** Did the person do what the screen asked for? Measured on the frames of each prompt's window. */
import type { FaceFrameFacts, PromptWindow } from '../../contract/facts.ts';
import type { PromptKind } from '../../contract/vocabulary.ts';
import { finding, type Finding } from '../fusion/finding.ts';
import { absentBallot, castBallot, type Ballot } from '../fusion/fuse.ts';
import { median } from './median.ts';

/**
 * Limits. Turn: a clip of a live person (turned 46–54°, frontal within ±8°). Blink and smile are relative to the person's
 * own rest, set on 200 AT&T photos of 20 people: closed eyes 0.61–0.68 (4 photos), all others 0.76 and more; the widest
 * mouths, 1.10–1.20, are the broad smiles. Few photos: to be set again on the branch camera.
 */
export const promptLimits = {
  /** Degrees of yaw away from rest, towards the side asked for. */
  turnDegrees: 15,
  /** Mouth width over the person's own at rest. */
  smileRatio: 1.1,
  /** Smallest eye opening over the person's own at rest. */
  blinkRatio: 0.7,
  /** People answer late: a window is read a little longer than the prompt was shown, ms. */
  graceMs: 500,
} as const;

const fewestFrames = 3;

export interface PromptAnswer {
  readonly kind: PromptKind;
  /** Null: too few frames with a face in its window, or no rest to compare with. */
  readonly answered: boolean | null;
  /** Degrees for turns, ratio to rest for blink and smile. */
  readonly value: number | null;
}

/** One answer per prompt, in order. Frames without a time belong to no window. */
export function answerPrompts(
  frames: readonly FaceFrameFacts[],
  prompts: readonly PromptWindow[],
): readonly PromptAnswer[] {
  const timed = frames.filter((frame) => frame.tMs !== undefined && Number.isFinite(frame.tMs));
  const inWindow = (frame: FaceFrameFacts, prompt: PromptWindow) =>
    frame.tMs! >= prompt.fromMs && frame.tMs! <= prompt.toMs + promptLimits.graceMs;
  const rest = timed.filter((frame) => !prompts.some((prompt) => inWindow(frame, prompt)));
  return prompts.map((prompt) => {
    const asked = timed.filter((frame) => inWindow(frame, prompt));
    const value = excursion(prompt.kind, asked, rest);
    return { kind: prompt.kind, value, answered: value === null ? null : isAnswered(prompt.kind, value) };
  });
}

function excursion(kind: PromptKind, asked: readonly FaceFrameFacts[], rest: readonly FaceFrameFacts[]): number | null {
  const read = readerOf(kind);
  const values = numbers(asked, read);
  if (values.length < fewestFrames) return null;
  // Without frames outside the prompts, the person's usual value inside the window stands for rest.
  const resting = numbers(rest, read);
  const level = median(resting.length >= fewestFrames ? resting : values);
  if (level === null) return null;
  if (kind === 'turn_left') return Math.max(...values) - level;
  if (kind === 'turn_right') return level - Math.min(...values);
  if (!(level > 0)) return null;
  return (kind === 'smile' ? Math.max(...values) : Math.min(...values)) / level;
}

function readerOf(kind: PromptKind): (frame: FaceFrameFacts) => number | undefined {
  switch (kind) {
    case 'turn_left':
    case 'turn_right':
      return (frame) => frame.pose?.yaw ?? frame.expression?.yaw;
    case 'smile':
      return (frame) => frame.expression?.mouthWidth;
    case 'blink':
      return (frame) => frame.expression?.eyeOpenness;
  }
}

function numbers(frames: readonly FaceFrameFacts[], read: (frame: FaceFrameFacts) => number | undefined): number[] {
  return frames.map(read).filter((value): value is number => value !== undefined && Number.isFinite(value));
}

function limitOf(kind: PromptKind): { readonly threshold: number; readonly direction: 'at_least' | 'at_most' } {
  switch (kind) {
    case 'turn_left':
    case 'turn_right':
      return { threshold: promptLimits.turnDegrees, direction: 'at_least' };
    case 'smile':
      return { threshold: promptLimits.smileRatio, direction: 'at_least' };
    case 'blink':
      return { threshold: promptLimits.blinkRatio, direction: 'at_most' };
  }
}

function isAnswered(kind: PromptKind, value: number): boolean {
  const { threshold, direction } = limitOf(kind);
  return direction === 'at_least' ? value >= threshold : value <= threshold;
}

/** The voter: every prompt must be answered. Value = share of prompts answered. */
export function castChallengeBallot(
  frames: readonly FaceFrameFacts[],
  prompts: readonly PromptWindow[],
): Ballot<'challenge_response'> {
  if (prompts.length === 0) return absentBallot('challenge_response', 1, 'prompt_missing');
  const answers = answerPrompts(frames, prompts);
  const findings = answers.map(findingOf);
  if (answers.some((answer) => answer.answered === null))
    return { ...absentBallot('challenge_response', 1, 'too_few_frames'), findings };
  const ballot = castBallot({
    name: 'challenge_response',
    value: answers.filter((answer) => answer.answered === true).length / answers.length,
    threshold: 1,
    direction: 'at_least',
    weight: 1,
    failReason: 'prompt_unanswered',
  });
  return { ...ballot, findings };
}

function findingOf({ kind, value }: PromptAnswer): Finding<PromptKind> {
  const { threshold, direction } = limitOf(kind);
  return finding({
    name: kind,
    value,
    threshold,
    direction,
    failReason: 'prompt_unanswered',
    absentReason: 'too_few_frames',
  });
}
