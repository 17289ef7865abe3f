/** Vision for tests: what a frame shows is written in it. `picture('alive')` is a JPEG to every check that only looks at its start. */
import {
  known,
  unknownFact,
  type CardFacts,
  type FaceFacts,
  type FaceFrameFacts,
  type FaceTemplate,
  type FlashResponse,
  type FrameFacts,
} from '../../contract/facts.ts';
import type { ReasonCode } from '../../contract/reasons.ts';
import type { CaptureFrames, FaceRequest, Vision } from '../../contract/vision.ts';
import { composeLines, composeReading } from '../../core/ktp/testing/compose-reading.ts';
import { sha256 } from '../../vault/random.ts';

export type Scene = 'card' | 'still-card' | 'no-card' | 'alive' | 'still' | 'replay' | 'stranger' | 'nobody' | 'broken';

export function picture(scene: Scene, note = ''): Uint8Array {
  return new Uint8Array([0xff, 0xd8, 0xff, ...new TextEncoder().encode(`${scene}|${note}|drawn for a test`)]);
}

function sceneOf(request: CaptureFrames): Scene {
  const [first] = request.frames;
  return new TextDecoder().decode(first?.slice(3)).split('|')[0] as Scene;
}

const flash: FlashResponse = {
  correlation: 0.95,
  orderMargin: 0.3,
  colourMargin: 0.05,
  delayMs: 100,
  signalToNoise: 12,
  depthRatio: 4,
  shading: 0.4,
  relief: { across: 0.4, down: 0.3, glow: 0, cells: 52 },
  framesUsed: 20,
  source: 'frames',
};
const otherFlash: FlashResponse = { ...flash, correlation: -0.3, orderMargin: -0.6, colourMargin: -0.2 };

/** A unit vector along one axis: cosine 1 with itself, 0 with the others. */
export function templateOf(axis: number, modelId = 'test-model'): FaceTemplate {
  const vector = new Float32Array(512);
  vector[axis] = 1;
  return { modelId, vector, faceWidthPx: 200, framesUsed: [0] };
}

function frames(request: CaptureFrames, problem?: ReasonCode): FrameFacts[] {
  return request.frames.map((bytes, index) => ({
    index,
    sha256: sha256(bytes),
    width: problem === undefined ? 640 : 0,
    height: problem === undefined ? 480 : 0,
    sharpness: 300,
    brightness: 0.5,
    contrast: 0.2,
    glare: 0,
    ...(problem === undefined ? {} : { problem }),
  }));
}

const nothing = { measurements: [], models: [], renditions: {}, durationsMs: {} } as const;
const box = { x: 0, y: 0, width: 10, height: 10 };

function cardFacts(request: CaptureFrames): CardFacts {
  const scene = sceneOf(request);
  if (scene === 'broken' || scene === 'no-card') {
    const reason = scene === 'broken' ? 'image_unreadable' : 'card_not_found';
    const missing = unknownFact(reason);
    return {
      ...nothing,
      frames: frames(request, scene === 'broken' ? reason : undefined),
      outline: missing,
      cardCount: 0,
      reading: missing,
      portrait: missing,
      flash: missing,
    };
  }
  const corner = { x: 0, y: 0 };
  return {
    ...nothing,
    frames: frames(request),
    outline: known({
      frameIndex: 0,
      corners: [corner, corner, corner, corner],
      rotation: 0,
      coverage: 0.5,
      confidence: 0.95,
    }),
    cardCount: 1,
    reading: known(composeReading([...composeLines(), ...composeLines({ engine: 'tesseract', joined: true })])),
    portrait: known({ box, faceWidthPx: 90, template: known(templateOf(0)) }),
    measurements: [
      { name: 'chroma_spread', value: 0.15 },
      { name: 'template_labels', value: 1 },
    ],
    flash: scene === 'card' && request.flash !== undefined ? known(flash) : unknownFact('flash_missing'),
    renditions: { card: picture('card', 'shown'), portrait: picture('card', 'portrait') },
  };
}

function faceFrames(request: FaceRequest): FaceFrameFacts[] {
  const landmark = { x: 1, y: 1 };
  const face = {
    box: { x: 100, y: 100, width: 200, height: 260 },
    score: 0.95,
    landmarks: [landmark, landmark, landmark, landmark, landmark] as const,
  };
  return Array.from({ length: 30 }, (_, index) => ({
    ...(frames(request)[0] as FrameFacts),
    index,
    sha256: sha256(String(index)),
    tMs: index * 100,
    faces: [face],
    pose: { yaw: index >= 20 ? 30 : 0, pitch: 0, roll: 0 },
    passive: { 'minifasnet-v2': 0.95, 'minifasnet-v1se': 0.9 },
    expression: { eyeOpenness: 0.28, mouthWidth: 0.4, yaw: 0 },
  }));
}

function faceFacts(request: FaceRequest): FaceFacts {
  const scene = sceneOf(request);
  if (scene === 'broken' || scene === 'nobody') {
    const reason = scene === 'broken' ? 'image_unreadable' : 'face_not_found';
    const missing = unknownFact(reason);
    const plain = frames(request, scene === 'broken' ? reason : undefined).map((frame) => ({
      ...frame,
      faces: [],
      pose: null,
      passive: null,
      expression: null,
    }));
    return {
      ...nothing,
      frames: plain,
      template: missing,
      sameFace: missing,
      flash: missing,
      stream: missing,
      rppg: missing,
    };
  }
  const moving = scene !== 'still';
  const every = faceFrames(request);
  return {
    ...nothing,
    frames: moving ? every : every.slice(0, 1),
    template: known({ ...templateOf(scene === 'stranger' ? 1 : 0), framesUsed: [0, 5, 10, 15, 19] }),
    sameFace: moving ? known(0.9) : unknownFact('too_few_frames'),
    flash:
      !moving || request.flash === undefined
        ? unknownFact('flash_missing')
        : known(scene === 'replay' ? otherFlash : flash),
    stream: moving
      ? known({ intervalJitter: 0.1, noiseResidual: 1, duplicateFrames: 0, outOfOrder: false })
      : unknownFact('too_few_frames'),
    rppg: unknownFact('too_short'),
    measurements: [{ name: 'lowest_frame_similarity', value: 0.8 }],
    renditions: { face: picture('alive', 'shown') },
  };
}

export interface FakeVision extends Vision {
  /** How often pixels were looked at. */
  readonly looked: { card: number; face: number };
}

export function fakeVision(): FakeVision {
  const looked = { card: 0, face: 0 };
  return {
    looked,
    analyseCard: (request) => {
      looked.card += 1;
      return Promise.resolve(cardFacts(request));
    },
    analyseFace: (request) => {
      looked.face += 1;
      return Promise.resolve(faceFacts(request));
    },
    coachCard: () => Promise.reject(new Error('not in this test')),
    coachFace: () => Promise.reject(new Error('not in this test')),
    status: () => Promise.resolve({ host: 'inline', state: 'ready', restarts: 0, models: [] }),
    close: () => Promise.resolve(),
  };
}
