/** `coach.*`: live advice on single preview frames. */
import type { ReasonCode } from '../../contract/reasons.ts';
import { fail, ok } from '../../contract/result.ts';
import type { DeskHouse } from '../desk-deps.ts';
import type { DeskHandlerTable } from '../dispatch.ts';
import { coachCardAnswer, coachFaceAnswer } from './coach-rules.ts';

/** Advice that would come too late is worse than none: the page keeps what it last said. */
const skipped = () => fail('unavailable', 'Pictures are being judged at the moment; advice follows.');

export function coachHandlers({ ctx }: DeskHouse): Pick<DeskHandlerTable, 'coach.card' | 'coach.face'> {
  const detectorAway = async (): Promise<ReasonCode | null> => {
    const { state, models } = await ctx.vision.status();
    if (state === 'down') return 'vision_unavailable';
    const detectors = models.filter((model) => model.role === 'face_detector');
    if (detectors.some((model) => model.state === 'ready')) return null;
    return detectors.some((model) => model.state === 'refused') ? 'model_refused' : 'model_missing';
  };
  return {
    'coach.card': async (_session, { frame }) => {
      const seen = await ctx.vision.coachCard(frame);
      return seen.skipped === true ? skipped() : ok(coachCardAnswer(seen));
    },
    'coach.face': async (_session, { frame }) => {
      const seen = await ctx.vision.coachFace(frame);
      if (seen.skipped === true) return skipped();
      return ok(coachFaceAnswer(seen, seen.faces.length > 0 ? null : await detectorAway()));
    },
  };
}
