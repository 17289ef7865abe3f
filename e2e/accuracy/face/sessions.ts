/** Whole captures: a challenge is drawn, something stands before the camera, the frames are judged as a desk's would be. */
import type { FaceFacts, FlashSequence, PromptWindow } from '../../../src/contract/facts.ts';
import { defaultOrgSettings } from '../../../src/contract/settings.ts';
import type { LivenessJudgement } from '../../../src/contract/verdicts.ts';
import type { Vision } from '../../../src/contract/vision.ts';
import { deskFaceSteps, makeFlashSequence } from '../../../src/core/flash/challenge.ts';
import { judgeLiveness } from '../../../src/core/liveness/judge-liveness.ts';
import { seededRandom } from '../../../src/desk/simulator/noise.ts';
import type { RgbImage } from '../../../src/vision/image/image.ts';
import { cleanFrame, otherSequence, printProp, screenProp, type AttackSpecies, type Prop } from './attacks.ts';
import { Camera, screenDuring, type Optics } from './camera.ts';
import { personOf } from './people.ts';
import { personScene, turnedAt, type Scene } from './scene.ts';

export interface SessionResult {
  readonly species: 'genuine' | AttackSpecies;
  readonly index: number;
  readonly facts: FaceFacts;
  readonly judgement: LivenessJudgement;
  /** One frame for the report. */
  readonly picture: Uint8Array;
  readonly optics: Optics;
}

const frameMs = 100;
const turnMs = 900;

/** Rooms and cameras differ from session to session. */
function opticsOf(random: () => number): Optics {
  const warm = 0.06 * (2 * random() - 1);
  const room = 0.75 + 0.5 * random();
  return {
    screenStrength: 0.35 + 0.4 * random(),
    ambient: [room * (1 + warm), room * 0.97, room * (0.92 - warm)],
    exposure: 1.25 / room,
    noise: 1.2 + 1.6 * random(),
    delayMs: 40 + 120 * random(),
    exposureMs: 20 + 30 * random(),
    balanceMs: 2_500 + 5_000 * random(),
    jpegQuality: 82 + Math.floor(12 * random()),
  };
}

let lastScene: { readonly key: string; readonly scene: Scene } | null = null;

/** Drawing a head takes a second: the sessions of one person share it. */
function sceneOf(index: number, seed: number): Scene {
  const key = `${index} ${seed}`;
  if (lastScene?.key !== key) lastScene = { key, scene: personScene(personOf(index), seed + index) };
  return lastScene.scene;
}

interface Plan {
  readonly sequence: FlashSequence;
  readonly turn: PromptWindow;
  readonly times: readonly number[];
}

function planOf(random: () => number): Plan {
  const sequence = { nonce: 'n', ...makeFlashSequence(deskFaceSteps, (max) => Math.floor(random() * max)) };
  const total = sequence.holdMs.reduce((sum, ms) => sum + ms, 0);
  const turn = { kind: 'turn_left', fromMs: total + 250, toMs: total + 250 + turnMs } as const;
  const times: number[] = [];
  for (let tMs = 5 + 40 * random(); tMs < turn.toMs; tMs += frameMs * (0.94 + 0.12 * random())) times.push(tMs);
  return { sequence, turn, times };
}

/** One session. The same species, index and seed give the same frames. */
export async function runSession(
  vision: Vision,
  species: SessionResult['species'],
  index: number,
  seed: number,
): Promise<SessionResult> {
  const random = seededRandom(seed * 7_919 + index * 104_729 + species.length * 31 + species.charCodeAt(0));
  const optics = opticsOf(random);
  const plan = planOf(random);
  const scene = sceneOf(index, seed);
  const frames = await framesOf(species, scene, plan, optics, random, seed + index);
  const facts = await vision.analyseFace({
    frames,
    frameTimesMs: plan.times,
    flash: plan.sequence,
    prompts: [plan.turn],
    purpose: 'selfie',
  });
  const judgement = judgeLiveness({
    facts,
    prompts: [plan.turn],
    // The worst case: whoever attacks holds his picture before an honest desk's own camera.
    attested: true,
    simulated: false,
    settings: defaultOrgSettings,
  });
  return { species, index, facts, judgement, picture: frames[Math.floor(frames.length / 4)]!, optics };
}

async function framesOf(
  species: SessionResult['species'],
  scene: Scene,
  plan: Plan,
  optics: Optics,
  random: () => number,
  seed: number,
): Promise<Uint8Array[]> {
  const camera = new Camera(optics, seed);
  const film = (prop: Prop, shown: FlashSequence | null): Promise<Uint8Array[]> =>
    Promise.all(
      plan.times.map((tMs) => {
        const shot = prop(tMs, turnedAt(tMs, plan.turn));
        return camera.encode(camera.photograph(shot, screenDuring(shown, tMs, optics), tMs));
      }),
    );
  const person: Prop = (tMs, turn) => ({ surfaces: scene(tMs, turn) });
  switch (species) {
    case 'genuine':
      return film(person, plan.sequence);
    case 'earlier session':
      return film(
        person,
        otherSequence(
          random,
          (integer) => ({ nonce: 'o', ...makeFlashSequence(deskFaceSteps, integer) }),
          plan.sequence,
        ),
      );
    case 'flat print':
    case 'curved print':
    case 'mask cut-out':
      return film(printProp(portraitOf(scene, optics, seed), species, seed), plan.sequence);
    case 'phone replay':
    case 'tablet replay':
      return film(screenProp(recordingOf(scene, optics, seed, plan), species, seed), plan.sequence);
    case 'still file': {
      const still = await camera.encode(portraitOf(scene, optics, seed));
      return plan.times.map(() => still);
    }
    case 'clean file': {
      const clean = portraitOf(scene, { ...optics, noise: 0 }, seed);
      return Promise.all(plan.times.map((tMs) => camera.encode(cleanFrame(clean, tMs, seed))));
    }
  }
}

/** The person in even office light, as a photograph on file shows him. */
function portraitOf(scene: Scene, optics: Optics, seed: number): RgbImage {
  const camera = new Camera({ ...optics, balanceMs: Number.POSITIVE_INFINITY }, seed + 5);
  return camera.photograph({ surfaces: scene(0, 0) }, [0.3, 0.3, 0.3], 0);
}

/** A recorded session, head turn included: what an attacker would play from a second screen. */
function recordingOf(scene: Scene, optics: Optics, seed: number, plan: Plan): RgbImage[] {
  const camera = new Camera({ ...optics, balanceMs: Number.POSITIVE_INFINITY }, seed + 9);
  return plan.times.map((tMs) =>
    camera.photograph({ surfaces: scene(tMs, turnedAt(tMs, plan.turn)) }, [0.3, 0.3, 0.3], tMs),
  );
}
