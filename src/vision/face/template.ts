/** One template from the best frames of a capture, and whether all of its frames show one person. */
import {
  known,
  unknownFact,
  type Fact,
  type FaceFrameFacts,
  type FaceLook,
  type FaceTemplate,
  type Measurement,
} from '../../contract/facts.ts';
import type { ReasonCode } from '../../contract/reasons.ts';
import { smallestFaceWidth } from '../../core/quality/face-quality.ts';
import { medianLook } from '../../core/quality/look.ts';
import { prominentFaces } from '../../core/quality/one-face.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { dot, embedAligned, weightedMean } from './embed.ts';
import type { FaceModels } from './face-models.ts';
import { frameQuality, type SeenFrame } from './frame-pass.ts';
import { oddestFrame } from './odd-frame.ts';

/** Frames that are embedded, unless the model's own entry says (`templateFrames`: a large network affords fewer). */
const usualTemplateFrames = 4;

export interface RankedFrame {
  readonly frame: SeenFrame;
  readonly quality: number;
}

/** Frames with a large enough face, in time order, each with its worth. */
export function usableFrames(seen: readonly SeenFrame[]): RankedFrame[] {
  return seen.flatMap((frame) => {
    const { face, facts } = frame;
    if (face === null || !(face.box.width >= smallestFaceWidth)) return [];
    return [{ frame, quality: frameQuality(facts, face, facts.pose) }];
  });
}

/**
 * The best frame of each of `count` equal stretches of the capture. Spread, because a second person must not be able
 * to hide in a stretch that nobody looks at.
 */
export function spreadBest<T extends { readonly quality: number }>(frames: readonly T[], count: number): T[] {
  if (frames.length <= count) return [...frames];
  return Array.from({ length: count }, (_, bin) => {
    const from = Math.floor((bin * frames.length) / count);
    const to = Math.floor(((bin + 1) * frames.length) / count);
    return frames.slice(from, to).reduce((best, frame) => (frame.quality > best.quality ? frame : best));
  });
}

export interface FusedTemplate {
  readonly template: Fact<FaceTemplate>;
  readonly sameFace: Fact<number>;
  readonly measurements: readonly Measurement[];
}

interface Embedded {
  readonly vector: Float32Array;
  readonly ranked: RankedFrame;
}

function isEmbedded(one: { readonly vector: Float32Array | null; readonly ranked: RankedFrame }): one is Embedded {
  return one.vector !== null;
}

/**
 * The template, weighted by frame quality; how alike its frames are; and, beyond them, how alike the frame is that looks
 * least like them (`odd_frame_similarity`), because whoever mixes two persons decides which frames are the good ones.
 * `flip`: averages each face with its mirror image (reference photos).
 */
export async function fuseTemplate(
  pack: ModelPack,
  models: FaceModels,
  seen: readonly SeenFrame[],
  ranked: readonly RankedFrame[],
  flip: boolean,
): Promise<FusedTemplate> {
  const absent = (reason: ReasonCode): FusedTemplate => ({
    template: unknownFact(reason),
    sameFace: unknownFact(reason),
    measurements: [],
  });
  const { recogniser } = models;
  if (models.detector === null) return absent(pack.unavailableReason('face_detector'));
  if (ranked.length === 0) return absent(whyNoFace(seen));
  // A reference must be of one person; a selfie with a passer-by is for the rules to judge, frame by frame.
  if (flip && ranked.every(({ frame }) => prominentFaces(frame.facts.faces).length > 1)) return absent('face_several');
  if (recogniser === null) return absent(pack.unavailableReason('face_recogniser'));
  const chosen = spreadBest(ranked, recogniser.entry.parameters?.templateFrames ?? usualTemplateFrames);
  const looked = [...chosen, ...oddestFrame(ranked, chosen)];
  const embedded = await embedAligned(
    recogniser,
    looked.map(({ frame }) => frame.aligned),
    flip,
  );
  const pairs = looked.map((one, index) => ({ ranked: one, vector: embedded[index] ?? null }));
  const vectors = pairs.slice(0, chosen.length).filter(isEmbedded);
  const [odd] = pairs.slice(chosen.length).filter(isEmbedded);
  // A floor keeps a single dim capture from having no weight at all.
  const vector = weightedMean(
    vectors.map((one) => one.vector),
    vectors.map((one) => 0.01 + one.ranked.quality),
  );
  if (vector === null) return absent('face_not_found');
  return {
    template: known({
      modelId: recogniser.entry.id,
      vector,
      faceWidthPx: Math.round(Math.min(...vectors.map((one) => one.ranked.frame.face!.box.width))),
      framesUsed: vectors.map((one) => one.ranked.frame.facts.index),
      ...agreementMember(vectors, odd, vector),
      ...lookMember(vectors.map((one) => one.ranked.frame.facts)),
    }),
    sameFace:
      vectors.length < 2
        ? unknownFact('too_few_frames')
        : known(Math.min(...vectors.map((one) => dot(one.vector, vector)))),
    measurements: [
      ...pairMeasurement(lowestPair(vectors.map((one) => one.vector))),
      ...(odd === undefined ? [] : [oddMeasurement(odd, vector)]),
      ...qualityMeasurements(vectors[0]!.ranked),
    ],
  };
}

function lookMember(frames: readonly FaceFrameFacts[]): { readonly look?: FaceLook } {
  const look = medianLook(frames);
  return look === null ? {} : { look };
}

function whyNoFace(seen: readonly SeenFrame[]): ReasonCode {
  if (seen.some((frame) => frame.face !== null)) return 'face_too_small';
  const problem = seen.find((frame) => frame.facts.problem !== undefined)?.facts.problem;
  return seen.every((frame) => frame.facts.problem !== undefined) && problem !== undefined ? problem : 'face_not_found';
}

/** Lowest similarity of any two of the frames: two persons in one capture show here first. Null for a single one. */
function lowestPair(vectors: readonly Float32Array[]): number | null {
  let lowest = 1;
  vectors.forEach((a, i) => vectors.slice(i + 1).forEach((b) => (lowest = Math.min(lowest, dot(a, b)))));
  return vectors.length < 2 ? null : lowest;
}

function agreementMember(used: readonly Embedded[], odd: Embedded | undefined, template: Float32Array) {
  const pair = lowestPair(used.map((one) => one.vector));
  if (odd === undefined) return pair === null ? {} : { agreement: pair };
  return { agreement: Math.min(pair ?? 1, dot(odd.vector, template)) };
}

function pairMeasurement(value: number | null): Measurement[] {
  return value === null ? [] : [{ name: 'lowest_frame_similarity', value }];
}

function oddMeasurement({ vector, ranked }: Embedded, template: Float32Array): Measurement {
  return { name: 'odd_frame_similarity', value: dot(vector, template), frameIndex: ranked.frame.facts.index };
}

/** Quality of the frame the template rests on (terms of ISO/IEC 29794-5). */
function qualityMeasurements({ frame, quality }: RankedFrame): Measurement[] {
  const { facts, face } = frame;
  const numbers: Record<string, number> = {
    face_quality: quality,
    face_width: face!.box.width,
    face_sharpness: facts.sharpness,
    face_brightness: facts.brightness,
    face_contrast: facts.contrast,
    ...(facts.pose === null
      ? {}
      : { face_yaw: facts.pose.yaw, face_pitch: facts.pose.pitch, face_roll: facts.pose.roll }),
    ...(facts.detail
      ? {
          face_sharpness_aligned: facts.detail.sharpness,
          eyes_visible: facts.detail.eyes,
          mouth_visible: facts.detail.mouth,
        }
      : {}),
    ...(facts.expression === null ? {} : { eye_openness: facts.expression.eyeOpenness }),
  };
  return Object.entries(numbers).map(([name, value]) => ({ name, value, frameIndex: facts.index, box: face!.box }));
}
