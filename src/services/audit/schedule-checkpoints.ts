/** Makes a checkpoint every so often while a program runs, so that rows do not stay unsigned for long. */
import type { ServiceContext } from '../context.ts';
import { makeCheckpoint } from './checkpoints.ts';

const everyMs = 15 * 60_000;

/** `then`: what follows each new one, such as the hub's cosignature. Returns how to stop. */
export function scheduleCheckpoints(
  ctx: ServiceContext,
  then: () => Promise<unknown> = () => Promise.resolve(),
): { stop(): Promise<void> } {
  let running: Promise<unknown> = Promise.resolve();
  const turn = async (): Promise<void> => {
    try {
      const made = await makeCheckpoint(ctx);
      if (made.ok) await then();
      else if (made.error.code !== 'not_found')
        ctx.logger.error({ code: made.error.code }, 'no checkpoint could be made');
    } catch (error) {
      ctx.logger.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'a checkpoint failed');
    }
  };
  const timer = setInterval(() => {
    running = turn();
  }, everyMs);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
