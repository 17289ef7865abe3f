/** Jobs of a hub: in the queue all its processes share (`store/job-queue.ts`). */
import type { JobQueue } from '../../store/job-queue.ts';
import { minuteMs, type Logger } from '../context.ts';
import { jobFailed, type Job, type JobRunner } from './job.ts';

/** What a load balancer and an operator are willing to wait for. */
const graceMs = 20_000;

export function queuedRunner(queue: JobQueue, jobs: readonly Job[], logger: Logger): JobRunner {
  const stopping = new AbortController();
  const work = jobs.map((job) => ({
    name: job.name,
    everyMinutes: job.everyMs / minuteMs,
    atStart: job.later !== true,
    async run() {
      try {
        await job.run(stopping.signal);
      } catch (error) {
        jobFailed(logger, job, error);
        // The queue counts it and tries again; its table keeps no text of the error.
        throw new JobFailed(job.name);
      }
    },
  }));
  return {
    start: () => queue.start(work),
    counts: () => queue.counts(),
    async stop() {
      stopping.abort();
      await queue.stop(graceMs);
    },
  };
}

class JobFailed extends Error {
  override readonly name = 'JobFailed';
}
