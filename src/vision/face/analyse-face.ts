/** A selfie capture (or a reference photo) to facts. Numbers only: what they mean is for core to say. */
import {
  unknownFact,
  type Fact,
  type FaceCoaching,
  type FaceFacts,
  type FlashResponse,
  type RppgFacts,
} from '../../contract/facts.ts';
import type { FaceRequest } from '../../contract/vision.ts';
import { smallestFaceWidth } from '../../core/quality/face-quality.ts';
import { exposureReaction } from '../flash/exposure-reaction.ts';
import { longestDelayMs, measureFlash } from '../flash/flash-response.ts';
import { backgroundFromSamples, backgroundLight, lightFromSamples, type LightSample } from '../flash/light.ts';
import { crop, decodeImage, encodeJpeg } from '../image/image.ts';
import type { ModelPack } from '../runtime/model-pack.ts';
import { passiveScores } from '../spoof/passive-liveness.ts';
import { alignedTensor } from './align.ts';
import { eyesAligned } from './eyes-aligned.ts';
import { faceDetail } from './detail.ts';
import { detectFaces } from './detect-faces.ts';
import { modelRefs, openFaceModels, type FaceModels } from './face-models.ts';
import { lookOf, passiveInputs, passOverFrames, type SeenFrame } from './frame-pass.ts';
import { poseFromLandmarks } from './pose.ts';
import { measurePulse, shortestPulseMs } from './pulse.ts';
import { streamFacts } from './stream.ts';
import { fuseTemplate, spreadBest, usableFrames, type RankedFrame } from './template.ts';

/** Frames that are scored: more cost time and change nothing. */
const passiveFrames = 7;
/** Screen to camera where the flash could not tell, ms. */
const usualDelayMs = 100;

/** Measures a face capture. Never throws for bad pixels; what could not be measured says why. */
export async function analyseFace(models: ModelPack, request: FaceRequest): Promise<FaceFacts> {
  const started = performance.now();
  const selfie = request.purpose === 'selfie';
  const opened = await openFaceModels(models, request.purpose);
  const ready = performance.now();
  const seen = await passOverFrames(opened, request.frames, request.frameTimesMs, {
    // A turn is read from the five landmarks; only eyes and mouth need the mesh.
    withMesh: selfie && (request.prompts ?? []).some(({ kind }) => kind === 'blink' || kind === 'smile'),
    withLight: selfie && (request.flash !== undefined || clipLength(request) >= shortestPulseMs),
    withPassive: selfie && request.frames.length <= passiveFrames,
    withNoise: selfie,
  });
  const passed = performance.now();
  const ranked = usableFrames(seen);
  const { template, sameFace, measurements } = await fuseTemplate(models, opened, seen, ranked, !selfie);
  const embedded = performance.now();
  const passive = selfie
    ? await scorePassive(opened, ranked, request.frames)
    : new Map<number, Record<string, number>>();
  const scored = performance.now();
  const flash: Fact<FlashResponse> = selfie ? flashOf(request, seen) : unknownFact('not_measured');
  const renditions = await renditionsOf(request, ranked);
  return {
    frames: seen.map(({ facts }) => ({ ...facts, passive: passive.get(facts.index) ?? null })),
    template,
    sameFace,
    flash,
    stream: selfie
      ? streamFacts(
          seen.map(({ facts, noise }) => ({ ...facts, tMs: facts.tMs, noise })),
          reactionOf(request, seen, flash),
        )
      : unknownFact('not_measured'),
    rppg: selfie ? pulseOf(request, seen) : unknownFact('not_measured'),
    measurements,
    models: modelRefs(opened),
    renditions,
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

async function scorePassive(models: FaceModels, ranked: readonly RankedFrame[], frames: readonly Uint8Array[]) {
  const scores = new Map<number, Readonly<Record<string, number>>>();
  if (models.passive.length === 0) return scores;
  // Cut one frame ahead, so that decoding goes on while the networks run.
  const chosen = spreadBest(ranked, passiveFrames).map(({ frame }) => frame);
  const inputs = (at: number) => {
    const frame = chosen[at];
    return frame === undefined ? null : passiveInputs(models, frame, frames[frame.facts.index]!);
  };
  let next = inputs(0);
  for (const [at, frame] of chosen.entries()) {
    const cut = (await next) ?? [];
    next = inputs(at + 1);
    const score = await passiveScores(models.passive, cut);
    if (score !== null) scores.set(frame.facts.index, score);
  }
  return scores;
}

/** From the frames where they are many enough, else from the client's own region means. */
function flashOf(request: FaceRequest, seen: readonly SeenFrame[]): Fact<FlashResponse> {
  const { flash, flashSamples } = request;
  if (flash === undefined) return unknownFact('flash_missing');
  const until = flash.holdMs.reduce((sum, ms) => sum + ms, 0) + longestDelayMs;
  // Only faces that the template could look at: light on one nobody compared would prove nothing.
  const lit = seen.filter(
    ({ light, face, facts }) =>
      light !== null && face!.box.width >= smallestFaceWidth && facts.tMs !== undefined && facts.tMs <= until,
  );
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
    cells: Array.from({ length: lit[0]?.light?.cells.length ?? 0 }, (_, cell) =>
      samplesAt((frame) => frame.light!.cells[cell]!),
    ),
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

/** Answer of the whole picture; null without a challenge or without enough frames. */
function reactionOf({ flash }: FaceRequest, seen: readonly SeenFrame[], response: Fact<FlashResponse>): number | null {
  if (flash === undefined) return null;
  const frames = seen.flatMap(({ facts, light }): LightSample[] => {
    if (light === null || facts.tMs === undefined) return [];
    const [r, g, b] = meanOf(light.grid.cells);
    return [{ tMs: facts.tMs, r, g, b }];
  });
  return exposureReaction(flash, frames, response.available ? response.value.delayMs : usualDelayMs);
}

/** Skin outside the challenge's light, from the frames or, where these are too few, from the client's own means. */
function pulseOf({ flash, pulseSamples }: FaceRequest, seen: readonly SeenFrame[]): Fact<RppgFacts> {
  const lit = flash === undefined ? 0 : flash.holdMs.reduce((sum, ms) => sum + ms, 0) + longestDelayMs;
  const fromFrames = seen.flatMap(({ facts, light }): LightSample[] => {
    if (light === null || facts.tMs === undefined || facts.tMs < lit) return [];
    const [r, g, b] = meanOf(light.regions);
    return [{ tMs: facts.tMs, r, g, b }];
  });
  const measured = measurePulse(fromFrames);
  if (measured.available || pulseSamples === undefined) return measured;
  return measurePulse(lightFromSamples(pulseSamples).filter(({ tMs }) => tMs >= lit));
}

function meanOf(lights: readonly (readonly [number, number, number])[]): readonly [number, number, number] {
  const sum = (channel: 0 | 1 | 2) => lights.reduce((total, light) => total + light[channel], 0) / lights.length;
  return [sum(0), sum(1), sum(2)];
}

/** The best face for the screen, re-encoded. Decoded again rather than kept: one frame instead of sixty in memory. */
async function renditionsOf(request: FaceRequest, ranked: readonly RankedFrame[]): Promise<FaceFacts['renditions']> {
  const best = spreadBest(ranked, 1)[0]?.frame;
  const bytes = best === undefined ? undefined : request.frames[best.facts.index];
  if (best === undefined || bytes === undefined) return {};
  const decoded = await decodeImage(bytes);
  if (!decoded.ok) return {};
  const { x, y, width, height } = best.face!.box;
  const box = { x: x - width * 0.4, y: y - height * 0.4, width: width * 1.8, height: height * 1.8 };
  const face = await encodeJpeg(crop(decoded.image, box), 85);
  const aligned = eyesAligned(decoded.image, best.face!);
  return aligned === null ? { face } : { face, aligned: await encodeJpeg(aligned, 88) };
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
