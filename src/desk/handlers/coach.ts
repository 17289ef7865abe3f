/** `coach.*`: live advice on single preview frames. */
import type { ReasonCode } from '../../contract/reasons.ts';
import { ok } from '../../contract/result.ts';
import type { DeskHouse } from '../desk-deps.ts';
import type { DeskHandlerTable } from '../dispatch.ts';
import { coachCardAnswer, coachFaceAnswer } from './coach-rules.ts';

export function coachHandlers({ ctx }: DeskHouse): Pick<DeskHandlerTable, 'coach.card' | 'coach.face'> {
  const detectorAway = async (): Promise<ReasonCode | null> => {
    const { state, models } = await ctx.vision.status();
    if (state === 'down') return 'vision_unavailable';
    const detectors = models.filter((model) => model.role === 'face_detector');
    if (detectors.some((model) => model.state === 'ready')) return null;
    return detectors.some((model) => model.state === 'refused') ? 'model_refused' : 'model_missing';
  };
  return {
    'coach.card': async (_session, { frame }) => ok(coachCardAnswer(await ctx.vision.coachCard(frame))),
    'coach.face': async (_session, { frame }) => {
      const seen = await ctx.vision.coachFace(frame);
      return ok(coachFaceAnswer(seen, seen.faces.length > 0 ? null : await detectorAway()));
    },
  };
}
