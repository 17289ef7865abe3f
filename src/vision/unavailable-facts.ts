/** Facts that say "could not be taken". A missing fact is unclear to every rule, never passed. */
import {
  unknownFact,
  type CardCoaching,
  type CardFacts,
  type FaceCoaching,
  type FaceFacts,
  type FrameFacts,
} from '../contract/facts.ts';
import type { ReasonCode } from '../contract/reasons.ts';
import type { CaptureFrames, FaceRequest } from '../contract/vision.ts';
import { sha256Hex } from './image/image.ts';

/** Card facts with every fact unavailable for one reason; the frames still carry hash and time. */
export function unavailableCardFacts(request: CaptureFrames, reason: ReasonCode): CardFacts {
  return {
    frames: unmeasuredFrames(request, reason),
    outline: unknownFact(reason),
    cardCount: 0,
    reading: unknownFact(reason),
    portrait: unknownFact(reason),
    measurements: [],
    flash: unknownFact(reason),
    models: [],
    renditions: {},
    durationsMs: {},
  };
}

/** Face facts with every fact unavailable for one reason; the frames still carry hash and time. */
export function unavailableFaceFacts(request: FaceRequest, reason: ReasonCode): FaceFacts {
  const nothingSeen = { faces: [], pose: null, passive: null, expression: null };
  return {
    frames: unmeasuredFrames(request, reason).map((frame) => ({ ...frame, ...nothingSeen })),
    template: unknownFact(reason),
    sameFace: unknownFact(reason),
    flash: unknownFact(reason),
    stream: unknownFact(reason),
    rppg: unknownFact(reason),
    measurements: [],
    models: [],
    renditions: {},
    durationsMs: {},
  };
}

export function unavailableCardCoaching(reason: ReasonCode): CardCoaching {
  return { outline: unknownFact(reason), sharpness: 0, brightness: 0, glare: 0, frameWidth: 0, frameHeight: 0 };
}

/** No face and no frame size: a coach shows its resting hint. */
export function unavailableFaceCoaching(): FaceCoaching {
  return { faces: [], pose: null, sharpness: 0, brightness: 0, frameWidth: 0, frameHeight: 0 };
}

function unmeasuredFrames(request: CaptureFrames, problem: ReasonCode): FrameFacts[] {
  return request.frames.map((bytes, index) => {
    const tMs = request.frameTimesMs?.[index];
    return {
      index,
      sha256: sha256Hex(bytes),
      ...(tMs === undefined ? {} : { tMs }),
      width: 0,
      height: 0,
      problem,
      sharpness: 0,
      brightness: 0,
      contrast: 0,
      glare: 0,
    };
  });
}
