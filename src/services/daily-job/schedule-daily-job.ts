/** Looks a few times an hour whether the day's work is still to be done, and does it when nobody else does. */
import { minuteMs, type ServiceContext } from '../context.ts';
import { runDailyJob } from './run-daily-job.ts';

const lookEveryMs = 10 * minuteMs;

export interface DailyJobSchedule {
  /** Waits for a run in progress. */
  stop(): Promise<void>;
}

/** Never keeps the process alive. A failed run is logged and tried again at the next look. */
export function scheduleDailyJob(ctx: ServiceContext, options: { readonly everyMs?: number } = {}): DailyJobSchedule {
  let running: Promise<void> = Promise.resolve();
  let busy = false;
  const look = (): void => {
    if (busy) return;
    busy = true;
    running = runDailyJob(ctx)
      .then((done) => {
        if (!done.ok) ctx.logger.warn({ code: done.error.code }, 'daily job broke off');
      })
      .catch((error: unknown) => {
        ctx.logger.error({ error: error instanceof Error ? error.name : 'unknown' }, 'daily job failed');
      })
      .finally(() => {
        busy = false;
      });
  };
  look();
  const timer = setInterval(look, options.everyMs ?? lookEveryMs);
  timer.unref();
  return {
    stop() {
      clearInterval(timer);
      return running;
    },
  };
}
