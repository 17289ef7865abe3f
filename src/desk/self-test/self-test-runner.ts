/** When the self test runs: on request, and by itself when the first of a day sits down at the counter. */
import type { JobView } from '../../contract/desk/jobs.ts';
import { ok, type Result } from '../../contract/result.ts';
import type { Actor, ServiceContext } from '../../services/context.ts';
import type { JobBoard } from '../operations/job-board.ts';
import { runSelfTest } from './run-self-test.ts';
import { keepSelfTest, localDay, selfTestHistory } from './self-test-record.ts';

export interface SelfTestRunner {
  /** Errors: `busy`. */
  run(actor: Actor): Result<JobView<'self_test'>>;
  /** Runs it when this desk has had none today. Never throws. */
  runIfDue(actor: Actor): Promise<void>;
  /** A call of the counter came: the test lets it go first. */
  counterUsed(): void;
}

/** The counter counts as unused when nothing came for this long. */
const quietMs = 3_000;

export interface SelfTestRunnerOptions {
  readonly ctx: ServiceContext;
  readonly jobs: JobBoard;
  /** The program is ending; nothing is begun any more. */
  readonly closed: () => boolean;
  readonly onBug: (error: unknown) => void;
}

export function createSelfTestRunner({ ctx, jobs, closed, onBug }: SelfTestRunnerOptions): SelfTestRunner {
  let lastUse = Number.NEGATIVE_INFINITY;
  const giveWay = async (): Promise<void> => {
    for (;;) {
      const left = quietMs - (performance.now() - lastUse);
      if (left <= 0 || closed()) return;
      await new Promise((resolve) => setTimeout(resolve, left).unref());
    }
  };
  const run = (actor: Actor): Result<JobView<'self_test'>> => {
    const startedAt = ctx.clock();
    return jobs.start({
      kind: 'self_test',
      by: actor.id ?? '',
      async work(steps) {
        const parts = await runSelfTest(ctx, { giveWay, onPart: (done, total) => steps.progress(done, total) });
        return ok(await keepSelfTest(ctx, actor, parts, startedAt));
      },
    });
  };
  return {
    run,
    counterUsed: () => (lastUse = performance.now()),
    async runIfDue(actor) {
      try {
        const [last] = await selfTestHistory(ctx, actor.orgId, 1);
        if (last?.day === localDay(ctx.clock()) || closed()) return;
        run(actor);
      } catch (error) {
        onBug(error);
      }
    },
  };
}
