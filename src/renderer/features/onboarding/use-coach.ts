import { useEffect, useEffectEvent, useState } from 'react';
import type { CoachAnswer } from '../../../contract/desk/answers.ts';
import type { CameraScene, CameraSource } from '../../camera/camera-source.ts';
import { cardJudge, startCoach } from '../../camera/coach.ts';
import { useStation } from '../../state/loket-context.ts';

interface CoachUse {
  readonly answer: CoachAnswer | null;
  /** Good answers in a row. */
  readonly streak: number;
  /** What to say now. */
  readonly advice: CoachAnswer['advice'];
}

const silent: CoachUse = { answer: null, streak: 0, advice: null };
/** What the desk needs to see to advise; the captured frames are full size. */
const coachWidth: Record<CameraScene, number> = { card: 800, face: 480 };

/** Live advice while `active`; `onReady` is called only when `automatic`. */
export function useCoach(
  scene: CameraScene,
  source: CameraSource | null,
  active: boolean,
  automatic: boolean,
  onReady: () => void,
): CoachUse {
  const { bridge } = useStation();
  const [use, setUse] = useState<CoachUse>(silent);
  const ready = useEffectEvent(onReady);
  useEffect(() => {
    if (source === null || !active) return undefined;
    return startCoach({
      ask: async () => {
        const grab = await source.grab({ maxWidth: coachWidth[scene], quality: 0.8 });
        if (grab === null) return null;
        const answer = await bridge.call(scene === 'card' ? 'coach.card' : 'coach.face', { frame: grab.jpeg });
        return answer.ok ? answer.value : null;
      },
      ...(scene === 'card' ? { judge: cardJudge() } : {}),
      onAnswer: (answer, { streak, advice }) => setUse({ answer, streak, advice }),
      onReady: () => {
        if (automatic) ready();
      },
    });
  }, [scene, source, active, automatic, bridge]);
  return use;
}
