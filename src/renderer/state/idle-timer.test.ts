import { describe, expect, it } from 'vitest';
import { startIdleTimer } from './idle-timer.ts';

function timer() {
  const log: string[] = [];
  let waiting: { work: () => void; at: number }[] = [];
  let now = 0;
  const idle = startIdleTimer({
    seconds: 60,
    warnSeconds: 20,
    onWarn: () => log.push(`warn ${now}`),
    onIdle: () => log.push(`wipe ${now}`),
    later: (work, ms) => {
      const entry = { work, at: now + ms };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((each) => each !== entry);
      };
    },
  });
  const pass = (ms: number) => {
    now += ms;
    const due = waiting.filter(({ at }) => at <= now);
    waiting = waiting.filter(({ at }) => at > now);
    for (const { work } of due) work();
  };
  return { idle, log, pass };
}

describe('idle timer', () => {
  it('warns, then wipes', () => {
    const { log, pass } = timer();
    pass(39_999);
    expect(log).toEqual([]);
    pass(1);
    pass(20_000);
    expect(log).toEqual(['warn 40000', 'wipe 60000']);
  });

  it('counts anew from every touch', () => {
    const { idle, log, pass } = timer();
    pass(39_000);
    idle.touch();
    pass(39_000);
    expect(log).toEqual([]);
    pass(1_000);
    expect(log).toEqual(['warn 79000']);
  });

  it('does nothing once stopped', () => {
    const { idle, log, pass } = timer();
    idle.stop();
    pass(120_000);
    expect(log).toEqual([]);
  });
});
