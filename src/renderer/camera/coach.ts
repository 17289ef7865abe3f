/**
 * Live coaching: about three questions a second, never two at once, and `onReady` once the answer was *ready* three
 * times in a row (one lucky frame is not a steady hand).
 */
import type { CoachAnswer } from '../../contract/desk/answers.ts';

export interface CoachOptions {
  /** Takes a small frame and asks the desk; null = nothing to say this time. */
  readonly ask: () => Promise<CoachAnswer | null>;
  readonly onAnswer: (answer: CoachAnswer, streak: number) => void;
  readonly onReady: () => void;
  readonly intervalMs?: number;
  readonly streakNeeded?: number;
  readonly later?: (work: () => void, ms: number) => () => void;
}

/** Starts at once; returns the way to stop. `onReady` is called at most once. */
export function startCoach(options: CoachOptions): () => void {
  const { intervalMs = 300, streakNeeded = 3 } = options;
  const later =
    options.later ??
    ((work, ms) => {
      const timer = setTimeout(work, ms);
      return () => clearTimeout(timer);
    });
  let stopped = false;
  let streak = 0;
  let announced = false;
  let cancel: () => void = () => undefined;

  async function round(): Promise<void> {
    const answer = await options.ask().catch(() => null);
    if (stopped) return;
    if (answer !== null) {
      streak = answer.ready ? streak + 1 : 0;
      options.onAnswer(answer, streak);
      if (streak >= streakNeeded && !announced) {
        announced = true;
        options.onReady();
      }
    }
    // `onReady` may have stopped us.
    if (!stopped) cancel = later(() => void round(), intervalMs);
  }

  void round();
  return () => {
    stopped = true;
    cancel();
  };
}
