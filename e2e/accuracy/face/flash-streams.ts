/**
 * The light of a face over time, without pixels: thousands of challenges in seconds. A skin patch and the wall behind it
 * are lit by a room and by the screen, seen through a sensor with noise, cross-talk and a white balance of its own.
 */
import type { FlashSequence } from '../../../src/contract/facts.ts';
import { flashPalette, makeFlashSequence } from '../../../src/core/flash/challenge.ts';
import { linearColour } from '../../../src/core/flash/colour.ts';
import { castFlashBallot } from '../../../src/core/flash/flash-ballot.ts';
import { seededRandom } from '../../../src/desk/simulator/noise.ts';
import { measureFlash } from '../../../src/vision/flash/flash-response.ts';
import type { LightSample } from '../../../src/vision/flash/light.ts';
import { wrongOrders } from '../../../src/vision/flash/wrong-orders.ts';

export type CameraKind = 'ordinary' | 'hard';

interface Stream {
  readonly face: readonly LightSample[];
  readonly wall: readonly LightSample[];
}

interface StreamScene {
  readonly delayMs: number;
  readonly noise: number;
  readonly fps: number;
  readonly response: number;
  readonly wander: number;
  readonly balanceMs: number;
  /** Share of a channel that its neighbours see. */
  readonly crossTalk: number;
  /** Share of the face in what white balance looks at: a quarter of the frame, more where the camera prefers faces. */
  readonly faceShare: number;
}

const skin = [0.55, 0.38, 0.3] as const;
const ambient = [0.2, 0.16, 0.12] as const;
const wallPaint = [0.42, 0.42, 0.38] as const;
/** What of the screen's light reaches the wall, over the face. */
const wallShare = 0.1;

function sceneOf(kind: CameraKind, random: () => number): StreamScene {
  const hard = kind === 'hard';
  return {
    delayMs: 30 + 200 * random(),
    noise: 0.001 + 0.003 * random(),
    fps: 10 + 20 * random(),
    response: 0.02 + 0.1 * random(),
    wander: 0.02 + (hard ? 0.03 * random() : 0),
    balanceMs: hard ? 300 + 1_200 * random() : 5_000,
    crossTalk: hard ? 0.2 + 0.2 * random() : 0.13,
    faceShare: hard ? 0.4 + 0.6 * random() : 0.25,
  };
}

/** What the camera saw while `shown` was on the screen (null: dark). */
export function film(shown: FlashSequence | null, totalMs: number, scene: StreamScene, random: () => number): Stream {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const phase = random() * 2 * Math.PI;
  const face: LightSample[] = [];
  const wall: LightSample[] = [];
  const gains = [1, 1, 1];
  let start: number[] | undefined;
  const step = 1000 / scene.fps;
  for (let tMs = random() * step; tMs < totalMs + 150; tMs += step) {
    const screen = screenAt(shown, tMs - scene.delayMs);
    const motion = 1 + scene.wander * Math.sin(phase + tMs / 700);
    const skinLight = skin.map(
      (s, c) => s * (ambient[c]! + scene.response * screen[c]!) * motion * (1 + scene.noise * normal()),
    );
    const wallLight = wallPaint.map(
      (w, c) => w * (ambient[c]! + wallShare * scene.response * screen[c]!) * (1 + 0.5 * scene.noise * normal()),
    );
    const [seenFace, seenWall] = [mix(skinLight, scene.crossTalk), mix(wallLight, scene.crossTalk)];
    // Grey world: the frame is drawn back to the colour it had at first.
    const frame = seenFace.map((value, c) => scene.faceShare * value + (1 - scene.faceShare) * seenWall[c]!);
    start ??= frame;
    gains.forEach(
      (gain, c) => (gains[c] = gain + (start![c]! / frame[c]! - gain) * Math.min(1, step / scene.balanceMs)),
    );
    face.push(sample(tMs, seenFace, gains));
    wall.push(sample(tMs, seenWall, gains));
  }
  return { face, wall };
}

function screenAt(shown: FlashSequence | null, atMs: number): number[] {
  const sum = [0, 0, 0];
  // Thirty milliseconds of exposure, in six slices.
  for (let slice = 0; slice < 6 && shown !== null; slice += 1) {
    let left = atMs - slice * 5;
    const step = left < 0 ? -1 : shown.holdMs.findIndex((ms) => (left -= ms) < 0);
    if (step >= 0) linearColour(shown.colors[step]!)!.forEach((value, c) => (sum[c]! += value / 6));
  }
  return sum;
}

function mix([r, g, b]: readonly number[], k: number): number[] {
  return [
    r! * (1 - k * 1.1) + g! * k * 0.9 + b! * k * 0.2,
    g! * (1 - k) + (r! + b!) * k * 0.5,
    b! * (1 - k * 1.1) + g! * k * 0.9 + r! * k * 0.2,
  ];
}

function sample(tMs: number, light: readonly number[], gains: readonly number[]): LightSample {
  return { tMs, r: light[0]! * gains[0]!, g: light[1]! * gains[1]!, b: light[2]! * gains[2]! };
}

function withOneExchanged(sequence: FlashSequence, integer: (max: number) => number): FlashSequence {
  const at = integer(sequence.colors.length);
  const others = flashPalette.filter((colour) => colour !== sequence.colors[at]);
  const other = others[integer(others.length)]!;
  return { ...sequence, colors: sequence.colors.map((colour, index) => (index === at ? other : colour)) };
}

export interface StreamCounts {
  readonly kind: CameraKind;
  /** With the wall behind the face (frames), or the face alone (client samples). */
  readonly source: 'frames' | 'samples';
  readonly steps: string;
  readonly right: { refused: number; count: number };
  readonly wrong: { accepted: number; count: number };
  readonly none: { accepted: number; count: number };
  /** One colour of the sequence exchanged for another: what a replay would have to guess next to all of. */
  readonly near: { accepted: number; count: number };
}

/** `count` right challenges, as many wrong ones (other order, other challenge), as many without any light. */
export function runStreams(
  kind: CameraKind,
  source: StreamCounts['source'],
  count: number,
  seed: number,
  /** Steps of each challenge; by default 4 to 8, drawn. */
  fixedSteps?: number,
): StreamCounts {
  const random = seededRandom(seed * 65_537 + kind.length * 7 + source.length);
  const integer = (max: number) => Math.floor(random() * max);
  const result: StreamCounts = {
    kind,
    source,
    steps: fixedSteps === undefined ? '4–8' : String(fixedSteps),
    right: { refused: 0, count: 0 },
    wrong: { accepted: 0, count: 0 },
    none: { accepted: 0, count: 0 },
    near: { accepted: 0, count: 0 },
  };
  while (result.wrong.count < count) {
    const steps = fixedSteps ?? 4 + integer(5);
    const sequence: FlashSequence = { nonce: 'n', ...makeFlashSequence(steps, integer) };
    const total = sequence.holdMs.reduce((sum, ms) => sum + ms, 0);
    const scene = sceneOf(kind, random);
    const accepts = (shown: FlashSequence | null) => {
      const { face, wall } = film(shown, total, scene, random);
      const fact = measureFlash({ sequence, surface: face, background: source === 'frames' ? wall : null, source });
      return castFlashBallot(fact, { depth: false }).passed === true;
    };
    const orders = wrongOrders(sequence.colors);
    const order = orders[integer(orders.length)]!;
    const other: FlashSequence =
      result.wrong.count % 2 === 0
        ? { ...sequence, colors: order.map((index) => sequence.colors[index]!) }
        : { nonce: 'o', ...makeFlashSequence(steps, integer) };
    if (other.colors.join() === sequence.colors.join()) continue;
    result.right.count += 1;
    if (!accepts(sequence)) result.right.refused += 1;
    result.wrong.count += 1;
    if (accepts(other)) result.wrong.accepted += 1;
    result.none.count += 1;
    if (accepts(null)) result.none.accepted += 1;
    result.near.count += 1;
    if (accepts(withOneExchanged(sequence, integer))) result.near.accepted += 1;
  }
  return result;
}
