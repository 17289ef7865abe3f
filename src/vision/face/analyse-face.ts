/** A selfie capture (or a reference photo) to facts. Numbers only: what they mean is for core to say. */
import {
  known,
  unknownFact,
  type Fact,
  type FaceCoaching,
  type FaceFacts,
  type FaceFrameFacts,
  type FaceLook,
  type FaceTemplate,
  type FlashResponse,
  type Measurement,
} from '../../contract/facts.ts';
import type { ReasonCode } from '../../contract/reasons.ts';
import type { FaceRequest } from '../../contract/vision.ts';
import { smallestFaceWidth } from '../../core/quality/face-quality.ts';
import { medianLook } from '../../core/quality/look.ts';
import { prominentFaces } from '../../core/quality/one-face.ts';
import { longestDelayMs, measureFlash } from '../flash/flash-response.ts';
import { backgroundFromSamples, backgroundLight, lightFromSamples, type LightSample } from '../flash/light.ts';
import { crop, decodeImage, encodeJpeg } from '../image/image.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { passiveScores } from '../spoof/passive-liveness.ts';
import { alignedTensor } from './align.ts';
import { faceDetail } from './detail.ts';
import { detectFaces } from './detect-faces.ts';
import { dot, embedAligned, weightedMean } from './embed.ts';
import { modelRefs, openFaceModels, type FaceModels } from './face-models.ts';
import { frameQuality, lookOf, passOverFrames, type SeenFrame } from './frame-pass.ts';
import { poseFromLandmarks } from './pose.ts';
import { streamFacts } from './stream.ts';

/** Frames that are embedded, unless the model's own entry says (`templateFrames`: a large network affords fewer). */
const usualTemplateFrames = 5;
/** Frames that are scored: more cost time and change nothing. */
const passiveFrames = 7;
/** A pulse needs several beats; below this the spectrum has no room (CHROM, de Haan and Jeanne 2013, used 10 s and more). */
const shortestPulseMs = 10_000;

/** Measures a face capture. Never throws for bad pixels; what could not be measured says why. */
export async function analyseFace(models: ModelPack, request: FaceRequest): Promise<FaceFacts> {
  const started = performance.now();
  const selfie = request.purpose === 'selfie';
  const opened = await openFaceModels(models, request.purpose);
  const ready = performance.now();
  const seen = await passOverFrames(opened, request.frames, request.frameTimesMs, {
    // A turn is read from the five landmarks; only eyes and mouth need the mesh.
    withMesh: selfie && (request.prompts ?? []).some(({ kind }) => kind === 'blink' || kind === 'smile'),
    withLight: selfie && request.flash !== undefined,
  });
  const passed = performance.now();
  const ranked = usableFrames(seen);
  const { template, sameFace, measurements } = await fuseTemplate(models, opened, seen, ranked, !selfie);
  const embedded = performance.now();
  const passive = selfie ? await scorePassive(opened, ranked) : new Map<number, Record<string, number>>();
  const scored = performance.now();
  const flash: Fact<FlashResponse> = selfie ? flashOf(request, seen) : unknownFact('not_measured');
  const face = await rendition(request, ranked);
  return {
    frames: seen.map(({ facts }) => ({ ...facts, passive: passive.get(facts.index) ?? null })),
    template,
    sameFace,
    flash,
    stream: selfie
      ? streamFacts(seen.map(({ facts, noise }) => ({ ...facts, tMs: facts.tMs, noise })))
      : unknownFact('not_measured'),
    rppg: unknownFact(selfie && clipLength(request) >= shortestPulseMs ? 'voter_not_validated' : 'too_short'),
    measurements,
    models: modelRefs(opened),
    renditions: face === null ? {} : { face },
    durationsMs: {
      open: ready - started,
      frames: passed - ready,
      template: embedded - passed,
      passive: scored - embedded,
      total: performance.now() - started,
    },
  };
}

function clipLength(request: FaceRequest): number {
  const times = request.frameTimesMs ?? [];
  return times.length > 1 ? times.at(-1)! - times[0]! : 0;
}

interface RankedFrame {
  readonly frame: SeenFrame;
  readonly quality: number;
}

/** Frames with a large enough face, in time order, each with its worth. */
function usableFrames(seen: readonly SeenFrame[]): RankedFrame[] {
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

interface FusedTemplate {
  readonly template: Fact<FaceTemplate>;
  readonly sameFace: Fact<number>;
  readonly measurements: readonly Measurement[];
}

async function fuseTemplate(
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
  if (models.detector === null) return absent(pack.unavailableReason('face_detector'));
  if (ranked.length === 0) return absent(whyNoFace(seen));
  // A reference must be of one person; a selfie with a passer-by is for the rules to judge, frame by frame.
  if (flip && ranked.every(({ frame }) => prominentFaces(frame.facts.faces).length > 1)) return absent('face_several');
  if (models.recogniser === null) return absent(pack.unavailableReason('face_recogniser'));
  const vectors: { readonly vector: Float32Array; readonly ranked: RankedFrame }[] = [];
  const frames = models.recogniser.entry.parameters?.templateFrames ?? usualTemplateFrames;
  for (const one of spreadBest(ranked, frames)) {
    const vector = await embedAligned(models.recogniser, one.frame.aligned, flip);
    if (vector !== null) vectors.push({ vector, ranked: one });
  }
  // A floor keeps a single dim capture from having no weight at all.
  const vector = weightedMean(
    vectors.map((one) => one.vector),
    vectors.map((one) => 0.01 + one.ranked.quality),
  );
  if (vector === null) return absent('face_not_found');
  return {
    template: known({
      modelId: models.recogniser.entry.id,
      vector,
      faceWidthPx: Math.round(Math.min(...vectors.map((one) => one.ranked.frame.face!.box.width))),
      framesUsed: vectors.map((one) => one.ranked.frame.facts.index),
      ...lookMember(vectors.map((one) => one.ranked.frame.facts)),
    }),
    sameFace:
      vectors.length < 2
        ? unknownFact('too_few_frames')
        : known(Math.min(...vectors.map((one) => dot(one.vector, vector)))),
    measurements: [...pairMeasurements(vectors.map((one) => one.vector)), ...qualityMeasurements(vectors[0]!.ranked)],
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

/** Lowest similarity of any two of the frames: two persons in one capture show here first. */
function pairMeasurements(vectors: readonly Float32Array[]): Measurement[] {
  let lowest = 1;
  vectors.forEach((a, i) => vectors.slice(i + 1).forEach((b) => (lowest = Math.min(lowest, dot(a, b)))));
  return vectors.length < 2 ? [] : [{ name: 'lowest_frame_similarity', value: lowest }];
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

async function scorePassive(models: FaceModels, ranked: readonly RankedFrame[]) {
  const scores = new Map<number, Readonly<Record<string, number>>>();
  if (models.passive.length === 0) return scores;
  for (const { frame } of spreadBest(ranked, passiveFrames)) {
    const score = await passiveScores(models.passive, frame.passive);
    if (score !== null) scores.set(frame.facts.index, score);
  }
  return scores;
}

/** From the frames where they are many enough, else from the client's own region means. */
function flashOf(request: FaceRequest, seen: readonly SeenFrame[]): Fact<FlashResponse> {
  const { flash, flashSamples } = request;
  if (flash === undefined) return unknownFact('flash_missing');
  const until = flash.holdMs.reduce((sum, ms) => sum + ms, 0) + longestDelayMs;
  const lit = seen.filter((frame) => frame.light !== null && frame.facts.tMs !== undefined && frame.facts.tMs <= until);
  const samplesAt = (pick: (frame: SeenFrame, index: number) => readonly [number, number, number]): LightSample[] =>
    lit.map((frame, index) => {
      const [r, g, b] = pick(frame, index);
      return { tMs: frame.facts.tMs!, r, g, b };
    });
  const background = backgroundLight(
    lit.map((frame) => frame.light!.grid),
    lit.map((frame) => frame.face!.box),
  );
  const regionCount = lit[0]?.light?.regions.length ?? 0;
  const fromFrames = measureFlash({
    sequence: flash,
    surface: samplesAt((frame) => meanOf(frame.light!.regions)),
    background: background === null ? null : samplesAt((_, index) => background[index]!),
    regions: Array.from({ length: regionCount }, (_, region) => samplesAt((frame) => frame.light!.regions[region]!)),
    source: 'frames',
  });
  const tooFew = !fromFrames.available && fromFrames.reason === 'too_few_frames';
  if (!tooFew || flashSamples === undefined || flashSamples.length === 0) return fromFrames;
  return measureFlash({
    sequence: flash,
    surface: lightFromSamples(flashSamples),
    background: backgroundFromSamples(flashSamples),
    source: 'samples',
  });
}

function meanOf(lights: readonly (readonly [number, number, number])[]): readonly [number, number, number] {
  const sum = (channel: 0 | 1 | 2) => lights.reduce((total, light) => total + light[channel], 0) / lights.length;
  return [sum(0), sum(1), sum(2)];
}

/** The best face for the screen, re-encoded. Decoded again rather than kept: one frame instead of sixty in memory. */
async function rendition(request: FaceRequest, ranked: readonly RankedFrame[]): Promise<Uint8Array | null> {
  const best = spreadBest(ranked, 1)[0]?.frame;
  const bytes = best === undefined ? undefined : request.frames[best.facts.index];
  if (best === undefined || bytes === undefined) return null;
  const decoded = await decodeImage(bytes);
  if (!decoded.ok) return null;
  const { x, y, width, height } = best.face!.box;
  const box = { x: x - width * 0.4, y: y - height * 0.4, width: width * 1.8, height: height * 1.8 };
  return encodeJpeg(crop(decoded.image, box), 85);
}

/** One live preview frame: where the face is and whether the picture is good. Milliseconds, no template. */
export async function coachFace(models: ModelPack, frame: Uint8Array): Promise<FaceCoaching> {
  const decoded = await decodeImage(frame);
  if (!decoded.ok) return { faces: [], pose: null, sharpness: 0, brightness: 0, frameWidth: 0, frameHeight: 0 };
  const { image } = decoded;
  const faces = (await detectFaces(models, image)) ?? [];
  const face = faces[0] ?? null;
  const { sharpness, brightness, contrast } = lookOf(image, face);
  const aligned = face === null ? null : alignedTensor(image, face);
  return {
    faces,
    pose: face === null ? null : poseFromLandmarks(face),
    sharpness,
    brightness,
    contrast,
    detail: aligned === null ? null : faceDetail(aligned),
    frameWidth: image.width,
    frameHeight: image.height,
  };
}
