/** When no frame of a capture is an image at all there is nothing to store; one usable frame is enough to go on. */
import type { FrameFacts } from '../../contract/facts.ts';
import type { ReasonCode } from '../../contract/reasons.ts';

/** The first frame's problem when all have one; null otherwise, and while vision itself is away. */
export function framesProblem(frames: readonly FrameFacts[]): ReasonCode | null {
  if (frames.length === 0) return null;
  const problems = frames.map((frame) => frame.problem);
  if (problems.some((problem) => problem === undefined || problem === 'vision_unavailable')) return null;
  return problems[0] ?? null;
}
