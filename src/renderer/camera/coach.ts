/**
 * Live coaching: about three questions a second, never two at once, and `onReady` once the answer was *ready* three
 * times in a row (one lucky frame is not a steady hand).
 */
import type { CoachAnswer } from '../../contract/desk/answers.ts';
import { nextSteadiness, notSteady, type Steadiness } from '../../core/camera/auto-capture.ts';

export interface CoachLook {
  /** Good answers in a row. */
  readonly streak: number;
  /** What to say now. */
  readonly advice: CoachAnswer['advice'];
  /** Enough of them: capture. */
  readonly capture: boolean;
}

export interface CoachOptions {
  /** Takes a small frame and asks the desk; null = nothing to say this time. */
  readonly ask: () => Promise<CoachAnswer | null>;
  readonly onAnswer: (answer: CoachAnswer, look: CoachLook) => void;
  readonly onReady: () => void;
  /** How answers in a row are judged; default: `streakNeeded` that are ready. */
  readonly judge?: (answer: CoachAnswer) => CoachLook;
  readonly intervalMs?: number;
  readonly streakNeeded?: number;
  readonly later?: (work: () => void, ms: number) => () => void;
}

/** A card must also lie still; its judge starts afresh with each aiming. */
export function cardJudge(): (answer: CoachAnswer) => CoachLook {
  let state: Steadiness = notSteady;
  return (answer) => {
    state = nextSteadiness(state, answer);
    return state;
  };
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
  const inARow = (answer: CoachAnswer): CoachLook => {
    streak = answer.ready ? streak + 1 : 0;
    return { streak, advice: answer.advice, capture: streak >= streakNeeded };
  };
  const judge = options.judge ?? inARow;
  let announced = false;
  let cancel: () => void = () => undefined;

  async function round(): Promise<void> {
    const answer = await options.ask().catch(() => null);
    if (stopped) return;
    if (answer !== null) {
      const look = judge(answer);
      options.onAnswer(answer, look);
      if (look.capture && !announced) {
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
