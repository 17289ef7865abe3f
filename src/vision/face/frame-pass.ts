/** The first look at a frame: everything that needs its pixels, so that they can be let go again. */
import type { DetectedFace, Expression, FaceFrameFacts, Pose } from '../../contract/facts.ts';
import type { ReasonCode } from '../../contract/reasons.ts';
import { faceCells } from '../flash/relief.ts';
import { faceRegionNames, faceRegions, lightGrid, meanLight, type LightGrid } from '../flash/light.ts';
import {
  crop,
  decodeImage,
  laplacianVariance,
  lumaStats,
  sha256Hex,
  toGrey,
  type DecodedImage,
  type RgbImage,
} from '../image/image.ts';
import { passiveInput } from '../spoof/passive-liveness.ts';
import { alignedTensor } from './align.ts';
import { faceDetail } from './detail.ts';
import { detectWith } from './detect-faces.ts';
import type { FaceModels } from './face-models.ts';
import { expressionOf, faceMesh } from './mesh.ts';
import { poseFromLandmarks } from './pose.ts';
import { noiseSample, type NoiseSample } from './stream.ts';

type Light = readonly [number, number, number];

/** A frame after its pixels are gone: what was measured, and the small inputs the slower models may still want. */
export interface SeenFrame {
  readonly facts: FaceFrameFacts;
  readonly face: DetectedFace | null;
  /** ArcFace input of the largest face. */
  readonly aligned: Float32Array | null;
  /** Passive-liveness inputs, parallel to the models; null where they were not cut. */
  readonly passive: readonly Float32Array[] | null;
  readonly noise: NoiseSample | null;
  readonly light: {
    readonly regions: readonly Light[];
    readonly cells: readonly Light[];
    readonly grid: LightGrid;
  } | null;
}

export interface PassOptions {
  readonly withMesh: boolean;
  readonly withLight: boolean;
  /** Cuts the passive inputs of every frame; otherwise those of the chosen ones are cut later (`passiveInputs`). */
  readonly withPassive: boolean;
  readonly withNoise: boolean;
}

/**
 * Frames decoded ahead. A decode takes two turns of the event loop, and the models hold it while they run: with one frame
 * ahead its second half would wait for them.
 */
const decodedAhead = 3;

/** Measures all frames in order, decoding the next ones while the models look at this one. */
export async function passOverFrames(
  models: FaceModels,
  frames: readonly Uint8Array[],
  times: readonly number[] | undefined,
  options: PassOptions,
): Promise<SeenFrame[]> {
  const seen: SeenFrame[] = [];
  const waiting: Promise<DecodedImage>[] = [];
  for (let index = 0; index < frames.length; index += 1) {
    while (waiting.length < decodedAhead && index + waiting.length < frames.length) {
      waiting.push(decodeImage(frames[index + waiting.length]!));
    }
    const decoded = await waiting.shift()!;
    seen.push(await lookAt(models, decoded, baseOf(frames[index]!, index, times?.[index]), options));
  }
  return seen;
}

interface FrameBase {
  readonly index: number;
  readonly sha256: string;
  readonly tMs?: number;
}

function baseOf(bytes: Uint8Array, index: number, tMs: number | undefined): FrameBase {
  return { index, sha256: sha256Hex(bytes), ...(tMs === undefined ? {} : { tMs }) };
}

async function lookAt(
  models: FaceModels,
  decoded: DecodedImage,
  base: FrameBase,
  options: PassOptions,
): Promise<SeenFrame> {
  if (!decoded.ok) return unusable(base, decoded.reason);
  const { image } = decoded;
  const faces = models.detector === null ? [] : await detectWith(models.detector, image);
  const face = faces[0] ?? null;
  const pose = face === null ? null : poseFromLandmarks(face);
  const expression = face !== null && options.withMesh ? await expressionIn(models, image, face) : null;
  const aligned = face === null ? null : alignedTensor(image, face);
  const detail = aligned === null ? null : faceDetail(aligned);
  return {
    facts: { ...base, ...lookOf(image, face), faces, pose, passive: null, expression, detail },
    face,
    aligned: models.recogniser === null ? null : aligned,
    passive: face === null || !options.withPassive ? null : cutPassive(models, image, face),
    noise: options.withNoise ? noiseSample(image) : null,
    light: face === null || !options.withLight ? null : lightOf(image, face),
  };
}

function cutPassive(models: FaceModels, image: RgbImage, face: DetectedFace): Float32Array[] {
  return models.passive.map((model) => passiveInput(model, image, face.box));
}

/** The passive inputs of a frame already looked at: its bytes are decoded once more. Empty where that fails. */
export async function passiveInputs(
  models: FaceModels,
  { face, passive }: SeenFrame,
  bytes: Uint8Array,
): Promise<readonly Float32Array[]> {
  if (passive !== null || face === null) return passive ?? [];
  const decoded = await decodeImage(bytes);
  return decoded.ok ? cutPassive(models, decoded.image, face) : [];
}

function unusable(base: FrameBase, problem: ReasonCode): SeenFrame {
  const nothing = { width: 0, height: 0, sharpness: 0, brightness: 0, contrast: 0, glare: 0 };
  return {
    facts: { ...base, ...nothing, problem, faces: [], pose: null, passive: null, expression: null, detail: null },
    face: null,
    aligned: null,
    passive: null,
    noise: null,
    light: null,
  };
}

/** Sharpness and exposure, in the face box where there is one (ISO/IEC 29794-5 judges the face, not the room). */
export function lookOf(image: RgbImage, face: DetectedFace | null) {
  const part = face === null ? image : crop(image, face.box);
  const luma = lumaStats(part);
  return {
    width: image.width,
    height: image.height,
    sharpness: laplacianVariance(toGrey(part), part.width, part.height),
    brightness: luma.mean,
    contrast: luma.std,
    glare: luma.glare,
  };
}

export async function expressionIn(
  models: FaceModels,
  image: RgbImage,
  face: DetectedFace,
): Promise<Expression | null> {
  if (models.mesh === null) return null;
  const mesh = await faceMesh(models.mesh, image, face);
  return mesh === null ? null : expressionOf(mesh);
}

function lightOf(image: RgbImage, face: DetectedFace): SeenFrame['light'] {
  const boxes = faceRegions(face);
  const regions = faceRegionNames.map((name) => meanLight(image, boxes[name]));
  const all = regions.filter((light) => light !== null);
  return all.length === regions.length
    ? { regions: all, cells: faceCells(image, face.box), grid: lightGrid(image) }
    : null;
}

/**
 * How much a frame is worth for a template, 0–1: the product of size, sharpness, exposure and pose, each falling off
 * smoothly. Relative only; nothing is refused here.
 */
export function frameQuality(facts: FaceFrameFacts, face: DetectedFace, pose: Pose | null): number {
  const turned = pose === null ? 60 : Math.max(Math.abs(pose.yaw), Math.abs(pose.pitch));
  return (
    Math.min(1, face.box.width / 150) *
    (facts.sharpness / (facts.sharpness + 60)) *
    Math.exp(-(((facts.brightness - 0.5) / 0.3) ** 2)) *
    Math.exp(-((turned / 30) ** 2)) *
    face.score
  );
}
