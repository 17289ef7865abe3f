import { describe, expect, it } from 'vitest';
import type { CoachAnswer } from '../../contract/desk/answers.ts';
import { cardJudge, startCoach } from './coach.ts';

const answer = (ready: boolean): CoachAnswer => ({
  ready,
  advice: null,
  lights: { sharp: true, bright: true, placed: ready },
  outline: null,
});
const settle = () => new Promise<void>((done) => setImmediate(done));

function coach(script: (CoachAnswer | null)[]) {
  const log = { asked: 0, streaks: [] as number[], ready: 0 };
  let next: (() => void) | null = null;
  const stop = startCoach({
    ask: () => {
      const reply = script[log.asked] ?? null;
      log.asked += 1;
      return Promise.resolve(reply);
    },
    onAnswer: (_, look) => log.streaks.push(look.streak),
    onReady: () => {
      log.ready += 1;
    },
    later: (work) => {
      next = work;
      return () => {
        next = null;
      };
    },
  });
  const round = async () => {
    await settle();
    const work = next;
    next = null;
    work?.();
    await settle();
  };
  return { log, stop, round };
}

describe('coaching', () => {
  it('is ready only after three ready answers in a row, and says so once', async () => {
    const { log, round } = coach([
      answer(true),
      answer(true),
      answer(false),
      answer(true),
      answer(true),
      answer(true),
      answer(true),
    ]);
    for (let index = 0; index < 6; index += 1) await round();
    expect(log.streaks).toEqual([1, 2, 0, 1, 2, 3, 4]);
    expect(log.ready).toBe(1);
  });

  it('never has two questions open', async () => {
    let open = 0;
    let most = 0;
    const settled: (() => void)[] = [];
    const stop = startCoach({
      ask: () => {
        open += 1;
        most = Math.max(most, open);
        return new Promise((done) =>
          settled.push(() => {
            open -= 1;
            done(answer(false));
          }),
        );
      },
      onAnswer: () => undefined,
      onReady: () => undefined,
      later: (work) => {
        work();
        return () => undefined;
      },
    });
    for (let index = 0; index < 4; index += 1) {
      settled.shift()?.();
      await settle();
    }
    stop();
    expect(most).toBe(1);
  });

  it('falls silent when stopped', async () => {
    const { log, stop, round } = coach([answer(true), answer(true), answer(true)]);
    await settle();
    stop();
    await round();
    expect(log.asked).toBe(1);
    expect(log.ready).toBe(0);
  });
});

it('a card that moves is told to be held still before it is captured', () => {
  const outline = (dx: number) => [
    { x: 0.2 + dx, y: 0.2 },
    { x: 0.8 + dx, y: 0.2 },
    { x: 0.8 + dx, y: 0.8 },
    { x: 0.2 + dx, y: 0.8 },
  ];
  const judge = cardJudge();
  const looks = [0, 0.1, 0.1, 0.1].map((dx) => judge({ ...answer(true), outline: outline(dx) }));
  expect(looks.map(({ streak, advice, capture }) => [streak, advice, capture])).toEqual([
    [1, null, false],
    [1, 'card_moving', false],
    [2, null, false],
    [3, null, true],
  ]);
});
