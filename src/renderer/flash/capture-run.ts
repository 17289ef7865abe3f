/** Plays a capture plan on the screen and collects frames with their times. The clock is a parameter. */
import type { PromptWindow } from '../../contract/facts.ts';
import type { CameraSource } from '../camera/camera-source.ts';
import type { CapturePlan, Phase } from './capture-plan.ts';
import type { ScreenLight } from './screen-light.ts';

export interface Ticker {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Runs the work at the next screen refresh. */
  next(work: () => void): void;
}

export const screenTicker: Ticker = {
  now: () => performance.now(),
  next: (work) => {
    requestAnimationFrame(() => work());
  },
};

export interface CaptureRun {
  readonly frames: readonly Uint8Array[];
  readonly frameTimesMs: readonly number[];
  readonly prompts: readonly PromptWindow[];
}

export interface CaptureRunOptions {
  readonly plan: CapturePlan;
  readonly source: Pick<CameraSource, 'grab' | 'hasNewFrame'>;
  readonly light: ScreenLight;
  readonly ticker?: Ticker;
  readonly signal?: AbortSignal;
  /** Frames being encoded at once; beyond it a due frame is left out rather than piled up. */
  readonly maxInFlight?: number;
}

interface TimedFrame {
  readonly tMs: number;
  readonly jpeg: Uint8Array;
}

function phaseAt(plan: CapturePlan, tMs: number): Phase | undefined {
  return plan.phases.find((phase) => tMs < phase.toMs) ?? plan.phases.at(-1);
}

/**
 * Resolves with the frames in time order, or null when it was aborted or not a single frame came. The screen is dark
 * again in every case. Times are when the frame was taken from the camera, on the challenge clock.
 */
export async function runCapture(options: CaptureRunOptions): Promise<CaptureRun | null> {
  const { plan, source, light, signal } = options;
  const ticker = options.ticker ?? screenTicker;
  const maxInFlight = options.maxInFlight ?? 4;
  const taken: Promise<TimedFrame | null>[] = [];
  let inFlight = 0;
  let due = 0;
  let shown: Phase | undefined;

  const take = (tMs: number) => {
    inFlight += 1;
    taken.push(
      source
        .grab()
        .then(
          (grab) => (grab === null ? null : { tMs, jpeg: grab.jpeg }),
          () => null,
        )
        .finally(() => {
          inFlight -= 1;
        }),
    );
  };

  const step = (tMs: number) => {
    const phase = phaseAt(plan, tMs);
    if (phase !== undefined && phase !== shown) {
      shown = phase;
      light.show({ color: phase.color, prompt: phase.prompt, flashing: true, totalMs: plan.totalMs });
    }
    const next = plan.grabAtMs[due];
    if (next !== undefined && tMs >= next && inFlight < maxInFlight && source.hasNewFrame()) {
      take(tMs);
      // Moments that passed while we could not take a frame are gone, not owed.
      while ((plan.grabAtMs[due] ?? Infinity) <= tMs) due += 1;
    }
  };

  try {
    const began = ticker.now();
    await new Promise<void>((done) => {
      const tick = () => {
        const tMs = ticker.now() - began;
        if (signal?.aborted === true || tMs >= plan.totalMs) {
          done();
          return;
        }
        step(tMs);
        ticker.next(tick);
      };
      tick();
    });
  } finally {
    light.dark();
  }
  if (signal?.aborted === true) return null;
  const frames = (await Promise.all(taken)).filter((frame) => frame !== null).sort((a, b) => a.tMs - b.tMs);
  if (frames.length === 0) return null;
  return {
    frames: frames.map((frame) => frame.jpeg),
    frameTimesMs: frames.map((frame) => Math.round(frame.tMs)),
    prompts: plan.phases.flatMap(({ prompt, fromMs, toMs }) =>
      prompt === null ? [] : [{ kind: prompt, fromMs, toMs }],
    ),
  };
}
