/**
 * The simulated camera behind `--demo` and `--camera-file`. It answers one question, as a camera would: what does the
 * scene look like under the light the screen shows now? The same voters judge its frames; it knows no verdict, and
 * every bundle made with it says `simulated`.
 */
import type { SimulatedFrame } from '../../contract/desk/answers.ts';
import type { DetectedFace } from '../../contract/facts.ts';
import type { PromptKind } from '../../contract/vocabulary.ts';
import { encodeJpeg, type RgbImage } from '../../vision/image/image.ts';
import { cardSurfaces, restingCard } from './card-scene.ts';
import { calm, type Expression } from './head.ts';
import { officeLight, photograph } from './light.ts';
import { fractalNoise, grainTable } from './noise.ts';
import type { Person } from './person.ts';
import { portraitSurfaces } from './portrait-scene.ts';
import {
  blankSurfaces,
  headMesh,
  headTexture,
  paintEars,
  paintHead,
  paintTorso,
  paintWall,
  type Pose,
  type Surfaces,
} from './surfaces.ts';

export interface FrameRequest {
  readonly scene: 'card' | 'face';
  /** `#RRGGBB` the screen shows now. */
  readonly light: string;
  /** Milliseconds on the caller's clock; only differences matter. */
  readonly tMs: number;
  readonly prompt?: PromptKind;
}

export interface Simulator {
  readonly mode: 'demo' | 'file';
  frame(request: FrameRequest): Promise<SimulatedFrame>;
}

export type FaceScene =
  | { readonly kind: 'drawn'; readonly person: Person }
  | { readonly kind: 'portrait'; readonly photo: RgbImage; readonly face: DetectedFace };

const faceSize = { width: 640, height: 480 };
const cardSize = { width: 1280, height: 720 };
/** Room to sway without drawing anew. */
const margin = 12;
const yawStep = 2;
const turnDegrees = 24;
/** How fast a head follows a wish, ms. */
const turnTime = 220;
const keepSurfaces = 40;

export function createSimulator(mode: 'demo' | 'file', card: RgbImage, face: FaceScene): Simulator {
  const grain = grainTable(1 << 18, 5);
  const draw = face.kind === 'drawn' ? drawnFace(face.person) : portraitFace(face.photo, face.face);
  const cache = new Map<string, Surfaces>();
  let cardScene: Surfaces | null = null;
  let last = { tMs: 0, yaw: 0, smile: 0, closed: 0 };
  let shots = 0;
  let previous: Shown | null = null;

  const surfacesAt = (yaw: number, expression: Expression): Surfaces => {
    const key = `${yaw} ${expression.smile} ${expression.eyesOpen}`;
    const known = cache.get(key);
    if (known !== undefined) return known;
    if (cache.size >= keepSurfaces) cache.delete(cache.keys().next().value ?? '');
    const made = draw(yaw, expression);
    cache.set(key, made);
    return made;
  };

  return {
    mode,
    async frame(request) {
      shots += 1;
      const size = request.scene === 'card' ? cardSize : faceSize;
      if (request.scene === 'face') last = follow(last, request);
      const surfaces =
        request.scene === 'card'
          ? (cardScene ??= cardSurfaces(card, cardSize.width + 2 * margin, cardSize.height + 2 * margin, restingCard))
          : surfacesAt(Math.round(last.yaw / yawStep) * yawStep, {
              smile: last.smile > 0.5 ? 1 : 0,
              eyesOpen: last.closed > 0.5 ? 0 : 1,
            });
      const now = parseLight(request.light);
      const blended = afterglow(now, previous, request.tMs);
      previous = { light: now, tMs: request.tMs };
      const sway = swayAt(request.tMs);
      const light = {
        ...officeLight,
        screen: blended,
        exposure: request.scene === 'card' ? 0.74 : officeLight.exposure,
      };
      const picture = photograph(
        window(surfaces, size.width, size.height, sway),
        light,
        grain,
        (shots * 7919) % (1 << 18),
      );
      return { jpeg: await encodeJpeg(picture, 92), width: size.width, height: size.height };
    },
  };
}

type Light = readonly [number, number, number];

interface Shown {
  readonly light: Light;
  readonly tMs: number;
}

/** Longest a colour that has gone can still be in a frame: one frame of a slow camera plus a screen's refresh, ms. */
const afterglowMs = 100;

/** A sensor integrates over its exposure: a little of a colour that was on the screen just now is still in the frame. */
function afterglow(now: Light, before: Shown | null, tMs: number): Light {
  const elapsed = before === null ? Infinity : tMs - before.tMs;
  if (before === null || elapsed < 0 || elapsed > afterglowMs) return now;
  return now.map((value, c) => value * 0.88 + (before.light[c] ?? value) * 0.12) as [number, number, number];
}

/** Hands and heads are never still: a few pixels of slow, smooth movement. */
function swayAt(tMs: number): { x: number; y: number } {
  return {
    x: margin + Math.round(fractalNoise(tMs / 900, 1, 201, 2) * 7),
    y: margin + Math.round(fractalNoise(tMs / 1100, 7, 203, 2) * 6),
  };
}

interface Movement {
  readonly tMs: number;
  readonly yaw: number;
  readonly smile: number;
  readonly closed: number;
}

/** The person follows the prompt with the inertia of a head. */
function follow(from: Movement, request: FrameRequest): Movement {
  const elapsed = Math.max(0, Math.min(1000, request.tMs - from.tMs));
  const share = 1 - Math.exp(-elapsed / turnTime);
  const yawWish = request.prompt === 'turn_left' ? turnDegrees : request.prompt === 'turn_right' ? -turnDegrees : 0;
  const toward = (value: number, wish: number): number => value + (wish - value) * share;
  return {
    tMs: request.tMs,
    yaw: toward(from.yaw, yawWish),
    smile: toward(from.smile, request.prompt === 'smile' ? 1 : 0),
    // A blink is short: closed for a fifth of each second of the prompt.
    closed: request.prompt === 'blink' && request.tMs % 900 > 450 && request.tMs % 900 < 700 ? 1 : 0,
  };
}

function drawnFace(person: Person): (yaw: number, expression: Expression) => Surfaces {
  const looks = new Map<string, { mesh: ReturnType<typeof headMesh>; texture: Float32Array }>();
  const look = (expression: Expression): { mesh: ReturnType<typeof headMesh>; texture: Float32Array } => {
    const key = `${expression.smile} ${expression.eyesOpen}`;
    const known = looks.get(key);
    if (known !== undefined) return known;
    const made = { mesh: headMesh(person, expression), texture: headTexture(person, expression) };
    looks.set(key, made);
    return made;
  };
  look(calm);
  return (yaw, expression) => {
    const { mesh, texture } = look(expression);
    const surfaces = blankSurfaces(faceSize.width + 2 * margin, faceSize.height + 2 * margin);
    const pose = facePose(yaw);
    paintWall(surfaces, [0.42, 0.42, 0.38], person.seed);
    paintTorso(surfaces, person, pose);
    paintEars(surfaces, person, pose);
    paintHead(surfaces, person, mesh, texture, pose);
    return surfaces;
  };
}

function portraitFace(photo: RgbImage, face: DetectedFace): (yaw: number, expression: Expression) => Surfaces {
  return (yaw, expression) =>
    portraitSurfaces(photo, face, faceSize.width + 2 * margin, faceSize.height + 2 * margin, facePose(yaw), expression);
}

function facePose(yaw: number): Pose {
  return { yaw, pitch: 0, roll: 0, centreX: faceSize.width / 2 + margin, centreY: 216 + margin, scale: 98 };
}

/** A part of the surfaces as its own, shifted by the sway. */
function window(
  surfaces: Surfaces,
  width: number,
  height: number,
  at: { readonly x: number; readonly y: number },
): Surfaces {
  const out = blankSurfaces(width, height);
  for (let y = 0; y < height; y += 1) {
    const from = (y + at.y) * surfaces.width + at.x;
    out.colour.set(surfaces.colour.subarray(from * 3, (from + width) * 3), y * width * 3);
    out.normal.set(surfaces.normal.subarray(from * 3, (from + width) * 3), y * width * 3);
    out.reach.set(surfaces.reach.subarray(from, from + width), y * width);
    out.gloss.set(surfaces.gloss.subarray(from, from + width), y * width);
  }
  return out;
}

function parseLight(light: string): [number, number, number] {
  return [1, 3, 5].map((from) => Number.parseInt(light.slice(from, from + 2), 16)) as [number, number, number];
}
