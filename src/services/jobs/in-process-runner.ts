/** Jobs of the only process there is (an encrypted file): timers. A run that takes longer than its interval is not doubled. */
import type { Logger } from '../context.ts';
import { jobFailed, type Job, type JobRunner } from './job.ts';

/** Never keeps the process alive. */
export function inProcessRunner(jobs: readonly Job[], logger: Logger): JobRunner {
  const stopping = new AbortController();
  const running = new Map<Job, Promise<void>>();
  const timers: NodeJS.Timeout[] = [];
  const look = (job: Job): void => {
    if (stopping.signal.aborted || running.has(job)) return;
    const run = job
      .run(stopping.signal)
      .catch((error: unknown) => jobFailed(logger, job, error))
      .finally(() => running.delete(job));
    running.set(job, run);
  };
  return {
    start() {
      for (const job of jobs) {
        if (job.later !== true) look(job);
        const timer = setInterval(() => look(job), job.everyMs);
        timer.unref();
        timers.push(timer);
      }
      return Promise.resolve();
    },
    async stop() {
      stopping.abort();
      for (const timer of timers) clearInterval(timer);
      await Promise.all(running.values());
    },
  };
}
