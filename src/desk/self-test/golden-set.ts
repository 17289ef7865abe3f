/**
 * The golden set: pictures of our own drawing whose right answers are known. A card and two invented people are filmed
 * under light challenges by the simulated camera, so that no picture of anybody, and no test data, has to be there.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { CaptureFrames } from '../../contract/vision.ts';
import type { FlashSequence, PromptWindow } from '../../contract/facts.ts';
import { decodeImage } from '../../vision/image/image.ts';
import { demoPerson, type Person } from '../simulator/person.ts';
import { createSimulator, type Simulator } from '../simulator/simulator.ts';

/** What is printed on `resources/simulator/card.png`. */
export const goldenCard = {
  nik: '3273021709900001',
  fullName: 'BAYU CONTOH PRATAMA',
  birthDate: '1990-09-17',
} as const;

/**
 * Somebody else. Recognisers find drawn heads alike (a second ordinary one had 0.77 with the holder), so every number is
 * at its far end: 0.16 with the recogniser the answers were measured with.
 */
const otherPerson: Person = {
  seed: 9,
  skin: [0.1, 0.05, 0.03],
  hair: [0.5, 0.5, 0.5],
  shirt: [0.5, 0.5, 0.48],
  eyeDistance: 0.28,
  eyeSize: 0.5,
  noseLength: 0.75,
  noseWidth: 0.45,
  mouthWidth: 0.75,
  jaw: 0.55,
  browHeight: -0.22,
  browThickness: 0.18,
};

/** Recognisers whose answers to the two drawn people were looked at. Another one's are unknown, so not a known answer. */
export const measuredRecognisers: readonly string[] = ['w600k-mbf-w8'];

/** Fixed, because the answer must be: what a real challenge draws at random cannot be compared from day to day. */
const sequence: FlashSequence = {
  nonce: 'golden',
  colors: ['#FFFFFF', '#3CE66E', '#4678FF', '#FF6E8C', '#32DCF0'],
  holdMs: [400, 420, 380, 440, 400],
};
/** The same colours in another order: what a recording of yesterday's session would answer. */
const otherOrder: FlashSequence = { ...sequence, colors: [...sequence.colors].reverse() };

const neutral = '#808080';
const frameMs = 100;
const promptMs = 1_200;

export interface FilmedFace extends CaptureFrames {
  readonly frameTimesMs: readonly number[];
  readonly flash: FlashSequence;
  readonly prompts: readonly PromptWindow[];
}

export interface GoldenSet {
  card(): Promise<CaptureFrames>;
  /** The holder of the card, live. */
  holder(): Promise<FilmedFace>;
  /** The same film told as the answer to another challenge. */
  replayed(): Promise<FilmedFace>;
  /** One picture of somebody else. */
  other(): Promise<Uint8Array>;
  /** A face where a card is expected: nothing there may be read as one. */
  noCard(): Promise<CaptureFrames>;
}

const cardFile = fileURLToPath(new URL('../../../resources/simulator/card.png', import.meta.url));

/** The film is made when first asked for and shared by the parts that need it. Throws where the drawing is not there. */
export async function openGoldenSet(): Promise<GoldenSet> {
  const drawn = await decodeImage(await readFile(cardFile));
  if (!drawn.ok) throw new Error('the drawn card cannot be read');
  const of = (person: Person) => createSimulator('demo', drawn.image, { kind: 'drawn', person });
  let film: Promise<FilmedFace> | null = null;
  const holder = () => (film ??= filmFace(of(demoPerson)));
  return {
    card: () => filmCard(of(demoPerson)),
    holder,
    replayed: async () => ({ ...(await holder()), flash: otherOrder }),
    other: async () => (await of(otherPerson).frame({ scene: 'face', light: neutral, tMs: 0 })).jpeg,
    noCard: async () => ({
      frames: [(await of(demoPerson).frame({ scene: 'face', light: neutral, tMs: 0 })).jpeg],
      frameTimesMs: [0],
    }),
  };
}

/** Two frames in each colour and one in neutral light, as at the counter. */
async function filmCard(camera: Simulator): Promise<CaptureFrames> {
  const frames: Uint8Array[] = [];
  const frameTimesMs: number[] = [];
  const take = async (light: string, tMs: number): Promise<void> => {
    frames.push((await camera.frame({ scene: 'card', light, tMs })).jpeg);
    frameTimesMs.push(tMs);
  };
  const flash = { nonce: sequence.nonce, colors: sequence.colors.slice(0, 3), holdMs: sequence.holdMs.slice(0, 3) };
  let at = 0;
  for (const [index, hold] of flash.holdMs.entries()) {
    for (const share of [0.5, 0.9]) await take(flash.colors[index] ?? neutral, Math.round(at + share * hold));
    at += hold;
  }
  await take(neutral, at + 300);
  return { frames, frameTimesMs, flash };
}

async function filmFace(camera: Simulator): Promise<FilmedFace> {
  const flashMs = sequence.holdMs.reduce((sum, ms) => sum + ms, 0);
  const prompt = { kind: 'smile', fromMs: flashMs, toMs: flashMs + promptMs } as const;
  const frames: Uint8Array[] = [];
  const frameTimesMs: number[] = [];
  for (let tMs = frameMs / 2; tMs < prompt.toMs; tMs += frameMs) {
    const asked = tMs >= flashMs ? { prompt: prompt.kind } : {};
    frames.push((await camera.frame({ scene: 'face', light: colourAt(tMs), tMs, ...asked })).jpeg);
    frameTimesMs.push(tMs);
  }
  return { frames, frameTimesMs, flash: sequence, prompts: [prompt] };
}

function colourAt(tMs: number): string {
  let until = 0;
  for (const [index, hold] of sequence.holdMs.entries()) {
    until += hold;
    if (tMs < until) return sequence.colors[index] ?? neutral;
  }
  return neutral;
}
