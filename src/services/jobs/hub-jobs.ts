/** The jobs of every installation that keeps records, whichever runner takes them. */
import type { ServiceContext } from '../context.ts';
import { minuteMs } from '../context.ts';
import { makeCheckpoint } from '../audit/checkpoints.ts';
import { sweepFrames } from '../blobs/sweep-frames.ts';
import { faceSearchOf, tendFaceSearch } from '../duplicates/face-search.ts';
import { runDailyJob } from '../daily-job/run-daily-job.ts';
import { workOnRun } from '../screening/run-over-base.ts';
import type { Job } from './job.ts';

/** Looks a few times an hour whether the day's work is still to be done. */
function daily(ctx: ServiceContext): Job {
  return {
    name: 'daily',
    everyMs: 10 * minuteMs,
    async run() {
      const done = await runDailyJob(ctx);
      if (!done.ok) ctx.logger.warn({ code: done.error.code }, 'daily job broke off');
    },
  };
}

/** Looks whether a run over the stored base waits, after a new list or when asked. */
function screening(ctx: ServiceContext): Job {
  return {
    name: 'screening',
    everyMs: minuteMs,
    async run(stop) {
      for (;;) {
        const done = await workOnRun(ctx, { shouldStop: () => stop.aborted });
        if (!done.ok) ctx.logger.warn({ code: done.error.code }, 'screening of the stored base waits');
        if (!done.ok || done.value === null) return;
        ctx.logger.info(done.value, 'stored base screened');
      }
    },
  };
}

/** Rows of the audit log do not stay unsigned for long. `then`: what follows each new one, such as the hub's cosignature. */
function checkpoints(ctx: ServiceContext, then: () => Promise<unknown>): Job {
  return {
    name: 'checkpoints',
    everyMs: 15 * minuteMs,
    later: true,
    async run() {
      const made = await makeCheckpoint(ctx);
      if (made.ok) await then();
      else if (made.error.code !== 'not_found')
        ctx.logger.error({ code: made.error.code }, 'no checkpoint could be made');
    },
  };
}

/** Objects outside the database that no record names (any more). */
function frames(ctx: ServiceContext): readonly Job[] {
  if (ctx.blobs === undefined) return [];
  return [
    {
      name: 'frames',
      everyMs: minuteMs,
      async run() {
        await sweepFrames(ctx);
      },
    },
  ];
}

/** Templates that an older program enrolled, or that were there before the index; and what erasures left in it. */
function faceSearch(ctx: ServiceContext): readonly Job[] {
  if (!faceSearchOf(ctx).startsWith('pgvector')) return [];
  return [
    {
      name: 'face-search',
      everyMs: 10 * minuteMs,
      async run(stop) {
        const turned = await tendFaceSearch(ctx, stop);
        if (turned > 0) ctx.logger.info({ turned }, 'templates added to the search');
      },
    },
  ];
}

export function hubJobs(
  ctx: ServiceContext,
  afterCheckpoint: () => Promise<unknown> = () => Promise.resolve(),
): readonly Job[] {
  return [daily(ctx), screening(ctx), checkpoints(ctx, afterCheckpoint), ...frames(ctx), ...faceSearch(ctx)];
}
