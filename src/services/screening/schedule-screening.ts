/** Looks every minute whether a run over the stored base waits, and does it when nobody else does. */
import { minuteMs, type ServiceContext } from '../context.ts';
import { workOnRun } from './run-over-base.ts';

export interface ScreeningSchedule {
  /** Ends after the batch in progress. */
  stop(): Promise<void>;
}

/** Never keeps the process alive. */
export function scheduleScreening(ctx: ServiceContext, options: { readonly everyMs?: number } = {}): ScreeningSchedule {
  let stopped = false;
  let busy = false;
  let running: Promise<void> = Promise.resolve();
  const work = async (): Promise<void> => {
    for (;;) {
      const done = await workOnRun(ctx, { shouldStop: () => stopped });
      if (!done.ok) ctx.logger.warn({ code: done.error.code }, 'screening of the stored base waits');
      if (!done.ok || done.value === null) return;
      ctx.logger.info(done.value, 'stored base screened');
    }
  };
  const look = (): void => {
    if (busy || stopped) return;
    busy = true;
    running = work()
      .catch((error: unknown) => {
        ctx.logger.error(
          { error: error instanceof Error ? error.name : 'unknown' },
          'screening of the stored base failed',
        );
      })
      .finally(() => {
        busy = false;
      });
  };
  look();
  const timer = setInterval(look, options.everyMs ?? minuteMs);
  timer.unref();
  return {
    stop() {
      stopped = true;
      clearInterval(timer);
      return running;
    },
  };
}
