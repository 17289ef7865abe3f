import { expect, it } from 'vitest';
import { createCoachLane } from './coach-lane.ts';

function held(): { readonly promise: Promise<string>; readonly release: () => void } {
  let release = (): void => undefined;
  const promise = new Promise<string>((resolve) => (release = () => resolve('done')));
  return { promise, release };
}
const skipped = () => 'skipped';

it('skips advice while an analysis runs, and gives it again afterwards', async () => {
  const lane = createCoachLane();
  const analysis = held();
  const running = lane.analysing(() => analysis.promise);
  expect(await lane.advise('card', () => Promise.resolve('advice'), skipped)).toBe('skipped');
  analysis.release();
  expect(await running).toBe('done');
  expect(await lane.advise('card', () => Promise.resolve('advice'), skipped)).toBe('advice');
});

it('lets the newest of several waiting frames win, per kind', async () => {
  const lane = createCoachLane();
  const first = held();
  const asked: string[] = [];
  const ask = (name: string) => () => (asked.push(name), Promise.resolve(name));
  const one = lane.advise('card', () => first.promise, skipped);
  await Promise.resolve();
  const answers = [
    lane.advise('card', ask('card 2'), skipped),
    lane.advise('face', ask('face 1'), skipped),
    lane.advise('card', ask('card 3'), skipped),
  ];
  first.release();
  expect(await one).toBe('done');
  expect(await Promise.all(answers)).toEqual(['skipped', 'face 1', 'card 3']);
  expect(asked).toEqual(['face 1', 'card 3']);
});

it('goes on after advice that failed', async () => {
  const lane = createCoachLane();
  await expect(lane.advise('card', () => Promise.reject(new Error('a bug')), skipped)).rejects.toThrow('a bug');
  expect(await lane.advise('card', () => Promise.resolve('advice'), skipped)).toBe('advice');
});
