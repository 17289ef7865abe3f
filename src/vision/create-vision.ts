/** Vision inside this very process (`LOKET_VISION=inline`, and inside the child of the supervised host). */
import type { Vision } from '../contract/vision.ts';
import { composeVision, reportToStderr, warmUp, type FaultReport } from './compose-vision.ts';
import { analyseCard, closeCardReader, coachCard } from './document/analyse-card.ts';
import { analyseFace, coachFace } from './face/analyse-face.ts';
import { openModelPack } from './runtime/model-pack.ts';
import type { VisionOptions } from './vision-options.ts';

export type { VisionOptions } from './vision-options.ts';

/** Opens vision in this process. Models are found and proven now, opened at first use (or now with `warmUp`). */
export async function createInlineVision(
  options: VisionOptions,
  report: FaultReport = reportToStderr,
): Promise<Vision> {
  const models = await openModelPack({ ...options, directories: options.modelDirectories });
  if (options.warmUp === true) await warmUp(models);
  return composeVision(models, { analyseCard, analyseFace, coachCard, coachFace }, report, closeCardReader);
}
