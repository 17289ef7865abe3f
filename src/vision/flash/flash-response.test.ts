import { describe, expect, it } from 'vitest';
import { known, type FlashResponse, type FlashSequence } from '../../contract/facts.ts';
import { makeFlashSequence } from '../../core/flash/challenge.ts';
import { linearColour } from '../../core/flash/colour.ts';
import { castFlashBallot } from '../../core/flash/flash-ballot.ts';
import { measureFlash } from './flash-response.ts';
import type { LightSample } from './light.ts';
import { wrongOrders } from './wrong-orders.ts';

/** Reproducible noise (mulberry32), so that a failure can be repeated. */
function generator(seed: number) {
  let state = seed;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal, integer: (max: number) => Math.floor(uniform() * max) };
}
type Generator = ReturnType<typeof generator>;

interface Scene {
  /** Light of the room on the surface, linear. */
  readonly ambient?: readonly [number, number, number];
  /** Share of the screen light that comes back. */
  readonly response?: number;
  /** Relative noise of a region mean. */
  readonly noise?: number;
  readonly delayMs?: number;
  readonly fps?: number;
  /** Relative luminance wander, as from head motion and exposure. */
  readonly wander?: number;
}

/** What a camera's colour filters mix, and how slowly (ms) its white balance pulls every channel back to its mean. */
const crossTalk = [
  [0.85, 0.12, 0.03],
  [0.07, 0.86, 0.07],
  [0.02, 0.13, 0.85],
] as const;
const whiteBalanceMs = 5000;

/** A skin patch lit by the room and by what the screen showed `delayMs` ago, seen by a camera with noise. */
function film(shown: FlashSequence, random: Generator, scene: Scene = {}): LightSample[] {
  const { ambient = [0.2, 0.16, 0.12], response = 0.03, noise = 0.002, delayMs = 90, fps = 12, wander = 0.02 } = scene;
  const skin = [0.55, 0.38, 0.3];
  const colours = shown.colors.map((hex) => linearColour(hex)!);
  const total = shown.holdMs.reduce((sum, ms) => sum + ms, 0);
  const phase = random.uniform() * 6.28;
  const samples: LightSample[] = [];
  const gains = [1, 1, 1];
  let first: number[] | undefined;
  for (let tMs = random.uniform() * (1000 / fps); tMs < total + 150; tMs += 1000 / fps) {
    const light = [0, 1, 2].map((channel) => {
      let screen = 0;
      // Thirty milliseconds of exposure, in six slices.
      for (let slice = 0; slice < 6; slice += 1) {
        let left = tMs - delayMs - slice * 5;
        if (left < 0) continue;
        const step = shown.holdMs.findIndex((ms) => (left -= ms) < 0);
        screen += (step < 0 ? 0 : colours[step]![channel]!) / 6;
      }
      const motion = 1 + wander * Math.sin(phase + tMs / 700);
      return skin[channel]! * (ambient[channel]! + response * screen) * motion * (1 + noise * random.normal());
    });
    const mixed = crossTalk.map((row) => row[0] * light[0]! + row[1] * light[1]! + row[2] * light[2]!);
    first ??= mixed;
    const [r, g, b] = mixed.map((value, channel) => {
      gains[channel]! += (first![channel]! / value - gains[channel]!) * Math.min(1, 1000 / fps / whiteBalanceMs);
      return value * gains[channel]!;
    });
    samples.push({ tMs, r: r!, g: g!, b: b! });
  }
  return samples;
}

function challenge(random: Generator, steps = 5): FlashSequence {
  return { nonce: 'n', ...makeFlashSequence(steps, random.integer) };
}

function measured(sequence: FlashSequence, surface: readonly LightSample[]): FlashResponse {
  const fact = measureFlash({ sequence, surface, source: 'frames' });
  if (!fact.available) throw new Error(fact.reason);
  return fact.value;
}

/** The rule that will judge it: the separation is tested as it is used. */
const fits = (response: FlashResponse) => castFlashBallot(known(response), { depth: false }).passed === true;

describe('measureFlash', () => {
  it('recognises the right sequence and estimates the delay', () => {
    const random = generator(1);
    for (const delayMs of [20, 90, 160, 240]) {
      const sequence = challenge(random);
      const response = measured(sequence, film(sequence, random, { delayMs }));
      expect(fits(response)).toBe(true);
      expect(Math.abs(response.delayMs - delayMs)).toBeLessThanOrEqual(60);
      expect(response.signalToNoise).toBeGreaterThan(3);
    }
  });

  it('refuses the right sequence in at most 2 % and a wrong one always, over 1,000 of each', () => {
    const random = generator(2);
    let refused = 0;
    let accepted = 0;
    for (let trial = 0; trial < 1000; trial += 1) {
      const steps = 4 + random.integer(5);
      const sequence = challenge(random, steps);
      const scene = {
        delayMs: 30 + random.integer(200),
        noise: 0.001 + 0.003 * random.uniform(),
        fps: 10 + random.integer(20),
        response: 0.02 + 0.1 * random.uniform(),
      };
      const right = measureFlash({ sequence, surface: film(sequence, random, scene), source: 'frames' });
      if (!right.available || !fits(right.value)) refused += 1;
      const orders = wrongOrders(sequence.colors);
      const order = orders[random.integer(orders.length)]!;
      const replayed =
        trial % 2 === 0
          ? { ...sequence, colors: order.map((index) => sequence.colors[index]!) }
          : challenge(random, steps);
      if (replayed.colors.join() === sequence.colors.join()) continue;
      const wrong = measureFlash({ sequence, surface: film(replayed, random, scene), source: 'frames' });
      if (wrong.available && fits(wrong.value)) accepted += 1;
    }
    expect(refused).toBeLessThanOrEqual(20);
    expect(accepted).toBe(0);
  });

  it('tells a rotated replay from the challenge at every delay', () => {
    const random = generator(3);
    for (let trial = 0; trial < 200; trial += 1) {
      const sequence = challenge(random);
      const rotated = { ...sequence, colors: [...sequence.colors.slice(1), sequence.colors[0]!] };
      const back = { ...sequence, colors: [sequence.colors.at(-1)!, ...sequence.colors.slice(0, -1)] };
      for (const shown of [rotated, back]) {
        const fact = measureFlash({
          sequence,
          surface: film(shown, random, { delayMs: 20 + random.integer(120) }),
          source: 'frames',
        });
        expect(fact.available && fits(fact.value)).toBe(false);
      }
    }
  });

  it('says too bright when the answer drowns in the noise', () => {
    const random = generator(4);
    const sequence = challenge(random);
    const surface = film(sequence, random, { ambient: [0.9, 0.9, 0.9], response: 0.0005, noise: 0.004 });
    expect(measureFlash({ sequence, surface, source: 'frames' })).toEqual({
      available: false,
      reason: 'flash_too_bright',
    });
  });

  it('never takes a face without flash for one with it', () => {
    const random = generator(5);
    let accepted = 0;
    for (let trial = 0; trial < 500; trial += 1) {
      const sequence = challenge(random);
      const fact = measureFlash({ sequence, surface: film(sequence, random, { response: 0 }), source: 'frames' });
      if (fact.available && fits(fact.value)) accepted += 1;
    }
    expect(accepted).toBe(0);
  });

  it('measures a stream without any change as no answer at all', () => {
    const random = generator(6);
    const sequence = challenge(random);
    const surface = film(sequence, random).map((sample) => ({ ...sample, r: 0.2, g: 0.2, b: 0.2 }));
    const response = measured(sequence, surface);
    expect(response.correlation).toBe(0);
    expect(response.signalToNoise).toBe(0);
  });

  it('tells a face in front of a wall from a flat picture that answers like its background', () => {
    const random = generator(7);
    const sequence = challenge(random);
    const surface = film(sequence, random, { fps: 15 });
    const times = surface.map((sample) => sample.tMs);
    const behind = (response: number): LightSample[] =>
      film(sequence, random, { fps: 1000, response, wander: 0 })
        .filter((_, index) => index < times.length)
        .map((sample, index) => ({ ...sample, tMs: times[index]! }));
    // The wall is lit by the room alone; the picture's own background answers exactly as its face does.
    const wall = behind(0);
    const depth = (background: readonly LightSample[]) => {
      const fact = measureFlash({ sequence, surface, background, source: 'frames' });
      return fact.available ? fact.value.depthRatio! : Number.NaN;
    };
    expect(depth(wall)).toBeGreaterThan(3);
    expect(depth(surface)).toBeCloseTo(1, 6);
  });

  it('works with few samples and refuses too few', () => {
    const random = generator(8);
    const sequence = challenge(random, 3);
    expect(fits(measured(sequence, film(sequence, random, { fps: 8 })))).toBe(true);
    expect(measureFlash({ sequence, surface: film(sequence, random, { fps: 2 }), source: 'frames' })).toEqual({
      available: false,
      reason: 'too_few_frames',
    });
  });

  it('refuses a broken sequence', () => {
    const random = generator(9);
    const sequence = challenge(random);
    const surface = film(sequence, random);
    for (const broken of [
      { ...sequence, colors: [] },
      { ...sequence, holdMs: sequence.holdMs.slice(1) },
      { ...sequence, colors: sequence.colors.map(() => 'white') },
    ]) {
      expect(measureFlash({ sequence: broken, surface, source: 'samples' })).toEqual({
        available: false,
        reason: 'flash_missing',
      });
    }
  });

  it('ignores samples that are not numbers', () => {
    const random = generator(10);
    const sequence = challenge(random);
    const surface = film(sequence, random).map((sample, index) =>
      index % 4 === 0 ? { ...sample, r: Number.NaN } : sample,
    );
    expect(Number.isFinite(measured(sequence, surface).correlation)).toBe(true);
  });
});

describe('wrongOrders', () => {
  it('lists every different order of up to five colours', () => {
    expect(wrongOrders(['#A', '#B', '#C'])).toHaveLength(5);
    expect(wrongOrders(['#A', '#B', '#A'])).toHaveLength(2);
  });
  it('samples longer ones without the right order', () => {
    const colours = ['#1', '#2', '#3', '#4', '#5', '#6', '#7'];
    const orders = wrongOrders(colours);
    expect(orders.length).toBeGreaterThan(100);
    expect(orders.some((order) => order.every((value, index) => value === index))).toBe(false);
  });
});
