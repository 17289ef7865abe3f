/** Work that is done again and again by exactly one process at a time, however many serve. */
import type { Logger } from '../context.ts';

export interface Job {
  /** Lower case with dashes. */
  readonly name: string;
  /** Whole minutes. */
  readonly everyMs: number;
  /** Not at the start of a process, only when its time comes. */
  readonly later?: boolean;
  /** Returns early once `stop` is aborted: the next run goes on. Whatever it throws is logged, and it is tried again. */
  run(stop: AbortSignal): Promise<void>;
}

export interface JobRunner {
  /** Each job once now (unless it is for later), then at its times. */
  start(): Promise<void>;
  /** Waits for what is under way, briefly; what it leaves is taken up by another process. */
  stop(): Promise<void>;
  /** Of a queue that processes share. */
  counts?(): Promise<readonly JobCount[]>;
}

export interface JobCount {
  readonly name: string;
  readonly waiting: number;
  readonly active: number;
}

export function jobFailed(logger: Logger, job: Job, error: unknown): void {
  logger.error({ job: job.name, error: error instanceof Error ? error.name : 'unknown' }, 'a job failed');
}
