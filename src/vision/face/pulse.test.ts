import { describe, expect, it } from 'vitest';
import type { LightSample } from '../flash/light.ts';
import { measurePulse } from './pulse.ts';

/** Lehmer generator, 0–1: the same clip every time. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

interface Clip {
  readonly bpm: number;
  readonly seconds: number;
  readonly fps: number;
  /** Relative change of green at a beat; a face in good light shows about 0.5 %. */
  readonly depth: number;
  readonly noise: number;
}

/** Skin whose green breathes with the pulse most, red and blue less, under light that wanders. */
function clip({ bpm, seconds, fps, depth, noise }: Clip): LightSample[] {
  const random = seededRandom(977 * bpm + seconds);
  return Array.from({ length: Math.floor(seconds * fps) + 1 }, (_, index) => {
    const t = (index + 0.3 * (random() - 0.5)) / fps;
    const beat = depth * Math.sin((2 * Math.PI * bpm * t) / 60);
    const light = 1 + 0.03 * Math.sin(t / 2);
    const channel = (level: number, share: number) =>
      level * light * (1 + share * beat) * (1 + noise * (2 * random() - 1));
    return { tMs: 1000 * t, r: channel(0.4, 0.3), g: channel(0.25, 1), b: channel(0.2, 0.5) };
  });
}

describe('measurePulse', () => {
  it('finds the rate of a pulse, at any rate people have and at uneven frame times', () => {
    for (const bpm of [50, 72, 96, 140]) {
      const fact = measurePulse(clip({ bpm, seconds: 12, fps: 15, depth: 0.006, noise: 0.002 }));
      if (!fact.available) throw new Error(fact.reason);
      expect(Math.abs(fact.value.beatsPerMinute - bpm)).toBeLessThan(3);
      expect(fact.value.signalToNoise).toBeGreaterThan(1);
      expect(fact.value.seconds).toBeGreaterThan(11.5);
    }
  });

  it('does not make noise into a pulse', () => {
    for (const bpm of [50, 72, 96, 140]) {
      const fact = measurePulse(clip({ bpm, seconds: 20, fps: 15, depth: 0, noise: 0.004 }));
      expect(fact.available && fact.value.signalToNoise).toBeLessThan(1);
    }
  });

  it('says why it could not be measured', () => {
    const good = { bpm: 72, seconds: 12, fps: 15, depth: 0.006, noise: 0.002 };
    const reason = (samples: readonly LightSample[]) => {
      const fact = measurePulse(samples);
      return fact.available ? 'measured' : fact.reason;
    };
    expect(reason([])).toBe('too_short');
    expect(reason(clip({ ...good, seconds: 9 }))).toBe('too_short');
    expect(reason(clip({ ...good, fps: 3, seconds: 20 }))).toBe('too_few_frames');
    expect(reason(clip(good).map((sample) => ({ ...sample, r: 0.4, g: 0.3, b: 0.2 })))).toBe('not_measured');
    expect(reason(clip(good).map((sample, i) => (i === 7 ? { ...sample, g: Number.NaN } : sample)))).toBe(
      'not_measured',
    );
    expect(reason(clip(good).map((sample) => ({ ...sample, b: 0 })))).toBe('not_measured');
  });
});
