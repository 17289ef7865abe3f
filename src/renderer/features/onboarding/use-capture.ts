import { useCallback, useEffect, useRef, useState } from 'react';
import type { CameraSource } from '../../camera/camera-source.ts';
import { planCard, planSelfie } from '../../flash/capture-plan.ts';
import { runCapture } from '../../flash/capture-run.ts';
import { useStation } from '../../state/loket-context.ts';

/** `aim`: live picture and advice. `flash`: the run owns the screen. `judge`: the desk works on the frames. */
export type CapturePhase = 'aim' | 'flash' | 'judge';

export interface CaptureUse {
  readonly phase: CapturePhase;
  /** The camera gave no picture during the run. */
  readonly empty: boolean;
  capture(): void;
}

/** Below the shell's own limit of calls at once. */
const simulatedInFlight = 12;

/** Challenge, light, frames, submission: the same for card and face, one at a time, aborted with the step or with its camera. */
export function useCapture(kind: 'card' | 'selfie', source: CameraSource | null): CaptureUse {
  const { store, light } = useStation();
  const [phase, setPhase] = useState<CapturePhase>('aim');
  const [empty, setEmpty] = useState(false);
  const running = useRef<AbortController | null>(null);

  // A camera that was pulled out goes on giving its last picture; nothing of that is sent.
  useEffect(() => () => running.current?.abort(), [source]);

  const work = useCallback(
    async (from: CameraSource, signal: AbortSignal) => {
      const challenge = await store.run('onboarding.challenge', { purpose: kind === 'card' ? 'ktp' : 'face' });
      if (!challenge.ok || signal.aborted) return;
      const plan = kind === 'card' ? planCard(challenge.value) : planSelfie(challenge.value);
      // A drawn picture depends on the moment it was asked for, not on when it is ready; a slow machine loses none.
      const queue = from.simulated ? { maxInFlight: simulatedInFlight } : {};
      const run = await runCapture({ plan, source: from, light, signal, ...queue });
      if (signal.aborted) return;
      setEmpty(run === null);
      if (run === null) return;
      setPhase('judge');
      const shared = {
        frames: [...run.frames],
        frameTimesMs: [...run.frameTimesMs],
        nonce: challenge.value.nonce,
        camera: from.identity(),
      };
      if (kind === 'card') await store.onboard('onboarding.submitCard', shared);
      else await store.onboard('onboarding.submitSelfie', { ...shared, prompts: [...run.prompts] });
    },
    [kind, light, store],
  );

  const capture = useCallback(() => {
    if (source === null || running.current !== null) return;
    const controller = new AbortController();
    running.current = controller;
    setPhase('flash');
    void work(source, controller.signal).finally(() => {
      running.current = null;
      setPhase('aim');
    });
  }, [source, work]);

  return { phase, empty, capture };
}
