/** Asks about customers soon after they were captured, and again when a pause is over. Never keeps the process alive. */
import { minuteMs, type ServiceContext } from '../context.ts';
import { runDueChecks } from './check-customers.ts';

export interface RegistryCheckWorker {
  /** Somebody was queued: look now. */
  nudge(): void;
  /** Waits for the look in progress. */
  stop(): Promise<void>;
}

export function startRegistryChecks(
  ctx: ServiceContext,
  options: { readonly everyMs?: number; readonly also?: () => Promise<unknown> } = {},
): RegistryCheckWorker {
  let running: Promise<void> = Promise.resolve();
  let busy = false;
  let again = false;
  let stopped = false;
  const look = (): void => {
    if (stopped) return;
    if (busy) return void (again = true);
    busy = true;
    running = runDueChecks(ctx)
      .then(() => options.also?.())
      .then(() => undefined)
      .catch((error: unknown) => {
        ctx.logger.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'registry checks broke off');
      })
      .finally(() => {
        busy = false;
        if (!again) return;
        again = false;
        look();
      });
  };
  const timer = setInterval(look, options.everyMs ?? minuteMs);
  timer.unref();
  look();
  return {
    nudge: look,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
