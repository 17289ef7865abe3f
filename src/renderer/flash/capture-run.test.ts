import { describe, expect, it } from 'vitest';
import type { Grab } from '../camera/camera-source.ts';
import { maxCardFrames, maxSelfieFrames, planCard, planSelfie, promptMs } from './capture-plan.ts';
import { runCapture, type Ticker } from './capture-run.ts';
import { createScreenLight, neutralColor, stageColor, type LightNow } from './screen-light.ts';

const challenge = { colors: ['#0000FF', '#00FF00', '#FFFF00'], holdMs: [300, 400, 500], prompts: [] as const };

/** A screen that refreshes every `stepMs`, as fast as promises settle. */
function fakeTicker(stepMs: number): Ticker & { at: number } {
  const ticker = {
    at: 1000,
    now: () => ticker.at,
    next: (work: () => void) => {
      ticker.at += stepMs;
      queueMicrotask(work);
    },
  };
  return ticker;
}

const picture: Grab = { jpeg: new Uint8Array([1]), width: 1, height: 1 };
const steady = { grab: () => Promise.resolve(picture), hasNewFrame: () => true };

function watch() {
  const light = createScreenLight();
  const shown: LightNow[] = [];
  light.subscribe((now) => shown.push(now));
  return { light, shown };
}

describe('plans', () => {
  it('hold each colour for its time, one after the other', () => {
    expect(
      planCard(challenge)
        .phases.slice(0, 3)
        .map(({ color, fromMs, toMs }) => [color, fromMs, toMs]),
    ).toEqual([
      ['#0000FF', 0, 300],
      ['#00FF00', 300, 700],
      ['#FFFF00', 700, 1200],
    ]);
  });

  it('take every colour of a card at least once and one neutral frame, within the limit', () => {
    for (const steps of [3, 5, 6, 10]) {
      const plan = planCard({ colors: Array(steps).fill('#0000FF'), holdMs: Array(steps).fill(400) });
      expect(plan.grabAtMs.length).toBeLessThanOrEqual(maxCardFrames);
      for (const phase of plan.phases) {
        expect(plan.grabAtMs.some((at) => at >= phase.fromMs && at < phase.toMs)).toBe(true);
      }
    }
  });

  it('never ask for more than sixty selfie frames and always leave frames for each prompt', () => {
    const plan = planSelfie({
      colors: Array(10).fill('#0000FF'),
      holdMs: Array(10).fill(500),
      prompts: ['blink', 'turn_left'],
    });
    expect(plan.grabAtMs.length).toBeLessThanOrEqual(maxSelfieFrames);
    for (const phase of plan.phases.filter(({ prompt }) => prompt !== null)) {
      expect(plan.grabAtMs.filter((at) => at >= phase.fromMs && at < phase.toMs).length).toBeGreaterThanOrEqual(14);
      expect(phase.toMs - phase.fromMs).toBe(promptMs);
    }
    expect([...plan.grabAtMs]).toEqual([...new Set(plan.grabAtMs)].sort((a, b) => a - b));
  });

  it('film the flash at about twelve frames a second', () => {
    const plan = planSelfie({ colors: Array(5).fill('#0000FF'), holdMs: Array(5).fill(400), prompts: [] });
    const inFlash = plan.grabAtMs.filter((at) => at < plan.flashMs);
    expect(inFlash).toHaveLength(25);
  });
});

describe('a run', () => {
  it('shows the colours in order at their time, then darkness', async () => {
    const { light, shown } = watch();
    const ticker = fakeTicker(10);
    const at: number[] = [];
    light.subscribe(() => at.push(ticker.at - 1000));
    await runCapture({ plan: planCard(challenge), source: steady, light, ticker });
    expect(shown.map(({ color }) => color)).toEqual(['#0000FF', '#00FF00', '#FFFF00', neutralColor, stageColor]);
    expect(at.slice(0, 4)).toEqual([0, 300, 700, 1200]);
    expect(light.current().flashing).toBe(false);
  });

  it('gives each frame the time it was taken, in order', async () => {
    const { light } = watch();
    const plan = planCard(challenge);
    const run = await runCapture({ plan, source: steady, light, ticker: fakeTicker(10) });
    expect(run?.frames).toHaveLength(plan.grabAtMs.length);
    run?.frameTimesMs.forEach((tMs, index) => {
      const due = plan.grabAtMs[index] ?? NaN;
      expect(tMs - due).toBeGreaterThanOrEqual(0);
      expect(tMs - due).toBeLessThan(10);
    });
  });

  it('never keeps the same camera frame twice', async () => {
    const { light } = watch();
    let fresh = 0;
    // A camera of five frames a second under a plan of twelve.
    const ticker = fakeTicker(10);
    let grabbedAt = -Infinity;
    const source = {
      grab: () => {
        grabbedAt = Math.floor(ticker.at / 200);
        fresh += 1;
        return Promise.resolve(picture);
      },
      hasNewFrame: () => Math.floor(ticker.at / 200) !== grabbedAt,
    };
    const run = await runCapture({ plan: planSelfie(challenge), source, light, ticker });
    expect(run?.frames).toHaveLength(fresh);
    expect(new Set(run?.frameTimesMs.map((tMs) => Math.floor((tMs + 1000) / 200))).size).toBe(fresh);
  });

  it('leaves frames out rather than pile them up when the camera is slow', async () => {
    const { light } = watch();
    const waiting: (() => void)[] = [];
    let most = 0;
    const source = {
      grab: () => {
        most = Math.max(most, waiting.length + 1);
        return new Promise<Grab>((done) => waiting.push(() => done(picture)));
      },
      hasNewFrame: () => true,
    };
    const running = runCapture({ plan: planSelfie(challenge), source, light, ticker: fakeTicker(10), maxInFlight: 2 });
    // The whole run is microtasks; a macrotask comes after it.
    await new Promise<void>((done) => setImmediate(done));
    for (const answer of waiting) answer();
    expect((await running)?.frames).toHaveLength(2);
    expect(most).toBe(2);
  });

  it('reports the prompts with their windows', async () => {
    const { light } = watch();
    const plan = planSelfie({ ...challenge, prompts: ['smile'] });
    const run = await runCapture({ plan, source: steady, light, ticker: fakeTicker(10) });
    expect(run?.prompts).toEqual([{ kind: 'smile', fromMs: 1200, toMs: 1200 + promptMs }]);
  });

  it('goes dark and gives nothing when aborted', async () => {
    const { light } = watch();
    const controller = new AbortController();
    light.subscribe((now) => {
      if (now.color === '#00FF00') controller.abort();
    });
    const run = await runCapture({
      plan: planCard(challenge),
      source: steady,
      light,
      ticker: fakeTicker(10),
      signal: controller.signal,
    });
    expect(run).toBeNull();
    expect(light.current().color).toBe(stageColor);
  });

  it('gives nothing when the camera gives nothing', async () => {
    const { light } = watch();
    const blind = { grab: () => Promise.reject(new Error('gone')), hasNewFrame: () => true };
    expect(await runCapture({ plan: planCard(challenge), source: blind, light, ticker: fakeTicker(10) })).toBeNull();
  });
});
