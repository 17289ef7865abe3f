/** Vision from a model pack and the four analyses; the part both hosts share. */
import type { CardCoaching, CardFacts, FaceCoaching, FaceFacts } from '../contract/facts.ts';
import { modelRoles } from '../contract/models.ts';
import type { CaptureFrames, FaceRequest, Vision } from '../contract/vision.ts';
import type { ModelPack } from './runtime/model-pack.ts';
import { createCoachLane } from './coach-lane.ts';
import {
  unavailableCardCoaching,
  unavailableCardFacts,
  unavailableFaceCoaching,
  unavailableFaceFacts,
} from './unavailable-facts.ts';

export interface VisionParts {
  readonly analyseCard: (models: ModelPack, request: CaptureFrames) => Promise<CardFacts>;
  readonly analyseFace: (models: ModelPack, request: FaceRequest) => Promise<FaceFacts>;
  readonly coachCard: (models: ModelPack, frame: Uint8Array) => Promise<CardCoaching>;
  readonly coachFace: (models: ModelPack, frame: Uint8Array) => Promise<FaceCoaching>;
}

type VisionCall = keyof VisionParts;

/** Told of a bug inside an analysis; the caller of the analysis sees unavailable facts. */
export type FaultReport = (call: VisionCall, error: unknown) => void;

/** Warms every role up: sessions opened, in order of need. */
export async function warmUp(models: ModelPack): Promise<void> {
  for (const role of modelRoles) await models.all(role);
}

/**
 * The inline host. Whatever an analysis throws becomes unavailable facts, so that one strange picture never takes a
 * counter down; `report` gets the error. `closeParts` ends what the analyses keep open beside the models (OCR workers).
 */
export function composeVision(
  models: ModelPack,
  parts: VisionParts,
  report: FaultReport,
  closeParts: (models: ModelPack) => Promise<void> = () => Promise.resolve(),
): Vision {
  const guarded = async <T>(call: VisionCall, work: () => Promise<T>, otherwise: () => T): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      report(call, error);
      return otherwise();
    }
  };
  const lane = createCoachLane();
  return {
    analyseCard: (request) =>
      lane.analysing(() =>
        guarded(
          'analyseCard',
          () => parts.analyseCard(models, request),
          () => unavailableCardFacts(request, 'vision_unavailable'),
        ),
      ),
    analyseFace: (request) =>
      lane.analysing(() =>
        guarded(
          'analyseFace',
          () => parts.analyseFace(models, request),
          () => unavailableFaceFacts(request, 'vision_unavailable'),
        ),
      ),
    coachCard: (frame) => {
      const nothing = () => unavailableCardCoaching('vision_unavailable');
      const look = () => guarded('coachCard', () => parts.coachCard(models, frame), nothing);
      return lane.advise('card', look, () => ({ ...nothing(), skipped: true }));
    },
    coachFace: (frame) => {
      const look = () => guarded('coachFace', () => parts.coachFace(models, frame), unavailableFaceCoaching);
      return lane.advise('face', look, () => ({ ...unavailableFaceCoaching(), skipped: true }));
    },
    status: () => Promise.resolve({ host: 'inline', state: 'ready', restarts: 0, models: models.states() }),
    close: async () => {
      await closeParts(models);
      await models.close();
    },
  };
}

/** Writes where an analysis broke: call, error name, message and stack hold code positions, never pixels or names. */
export const reportToStderr: FaultReport = (call, error) => {
  process.stderr.write(`vision ${call}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
};
