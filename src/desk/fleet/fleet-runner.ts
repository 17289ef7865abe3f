/** Beats again and again: as often as head office wants, and with growing, jittered pauses while it does not answer. */
import type { Result } from '../../contract/result.ts';
import type { ServiceContext } from '../../services/context.ts';
import { randomInt } from '../../vault/random.ts';
import { retryDelayMs, type BackOff } from '../sync/back-off.ts';
import { carryOutWipe, wipeIsDue, type WipeParts } from './carry-out-wipe.ts';
import { beat, type HeartbeatParts } from './heartbeat.ts';
import { heldOrder } from './held-order.ts';

export interface FleetRunnerOptions extends Pick<HeartbeatParts, 'installModels'> {
  readonly ctx: ServiceContext;
  /** Null until the desk is set up. */
  readonly orgId: () => Promise<string | null>;
  readonly keyProvider: WipeParts['keyProvider'];
  /** Told after each beat that was believed. */
  readonly onHeard?: () => Promise<void>;
  /** Everything that waits is tried now, once through. */
  readonly deliver: () => Promise<unknown>;
  /** What uses the installation stops, the counter's page shows what happened. Called before the keys go. */
  readonly beforeWipe: () => Promise<void>;
  /** No key is left. */
  readonly afterWipe: () => void;
}

export interface FleetRunner {
  start(): void;
  stop(): Promise<void>;
  /** Once, now. */
  once(): Promise<void>;
}

const backOff: BackOff = { baseMs: 15_000, maxMs: 15 * 60_000 };
const restMs = 300_000;

export function createFleetRunner(options: FleetRunnerOptions): FleetRunner {
  const { ctx } = options;
  const random = (): number => randomInt(2 ** 32) / (2 ** 32 - 1);
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  let stopped = true;
  let ended = false;
  let failures = 0;

  const look = async (): Promise<number> => {
    const orgId = await options.orgId();
    if (orgId === null) return restMs;
    const heard = await beat({
      ctx,
      orgId,
      ...(options.installModels === undefined ? {} : { installModels: options.installModels }),
    });
    if (heard.ok) await options.onHeard?.();
    failures = heard.ok || heard.error.code === 'hub_not_enrolled' ? 0 : failures + 1;
    if (await wipeWhenDue(options, orgId)) {
      ended = true;
      return restMs;
    }
    return pauseAfter(heard, failures, random());
  };
  const turn = (): Promise<void> => {
    running ??= look()
      .catch((error: unknown) => {
        ctx.logger.error({ error: error instanceof Error ? error.name : 'unknown' }, 'a heartbeat failed');
        return restMs;
      })
      .then((ms) => {
        running = null;
        if (stopped || ended) return;
        timer = setTimeout(() => void turn(), ms);
        timer.unref();
      });
    return running;
  };
  return {
    start() {
      stopped = false;
      void turn();
    },
    once: turn,
    async stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}

/** Half to all of what head office asks for, so that a thousand desks do not come at once. */
function pauseAfter(heard: Result<{ readonly everySeconds: number }>, failures: number, random: number): number {
  if (!heard.ok) return failures === 0 ? restMs : retryDelayMs(failures, random, backOff);
  return (heard.value.everySeconds * 1000 * (1 + random)) / 2;
}

/** True when the keys are gone. What cannot be carried out now is tried again after the next beat. */
async function wipeWhenDue(options: FleetRunnerOptions, orgId: string): Promise<boolean> {
  const { ctx, keyProvider } = options;
  const held = await heldOrder(ctx.store.db);
  if (held === null || ctx.dataDirectory === undefined) return false;
  if (held.order.mode === 'deliver_first') await options.deliver();
  if (!(await wipeIsDue(ctx, orgId, held))) return false;
  await options.beforeWipe();
  const done = await carryOutWipe({ ctx, orgId, dataDirectory: ctx.dataDirectory, keyProvider }, held);
  if (!done.ok) {
    ctx.logger.error({ code: done.error.code }, 'the keys could not be destroyed yet');
    return false;
  }
  options.afterWipe();
  return true;
}
