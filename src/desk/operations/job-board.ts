/** Work that takes longer than a call. One of a kind at a time; what came of it stays until the program ends. */
import type { JobKind, JobOutcomes, JobView } from '../../contract/desk/jobs.ts';
import { fail, ok, type Result } from '../../contract/result.ts';

export interface JobSteps {
  /** Called as often as there is news; told on at most a few times a second. */
  progress(done: number, total: number | null): void;
}

export interface JobStart<K extends JobKind> {
  readonly kind: K;
  /** User id of whoever started it and is told of it. */
  readonly by: string;
  work(steps: JobSteps): Promise<Result<JobOutcomes[K]>>;
}

export interface JobBoard {
  /** Answers at once, with the job as it begins. Errors: `busy` while one of its kind runs. */
  start<K extends JobKind>(job: JobStart<K>): Result<JobView<K>>;
  /** Of this person, newest first, and the last self test whoever ran it. */
  of(person: string): readonly JobView[];
  running(kind: JobKind): boolean;
}

interface Held {
  readonly by: string;
  view: JobView;
}

const kept = 20;
const tellEveryMs = 200;
/** Everybody at the counter may see how the self test went. */
const shared: ReadonlySet<JobKind> = new Set(['self_test']);

export interface JobBoardOptions {
  readonly clock: () => Date;
  readonly nextId: () => string;
  readonly onChange: (view: JobView, to: string | null) => void;
  readonly onBug: (kind: JobKind, error: unknown) => void;
}

export function createJobBoard({ clock, nextId, onChange, onBug }: JobBoardOptions): JobBoard {
  let jobs: Held[] = [];
  const tell = (held: Held): void => onChange(held.view, shared.has(held.view.kind) ? null : held.by);
  const end = (held: Held, change: Pick<JobView, 'state' | 'failure' | 'outcome'>): void => {
    held.view = { ...held.view, ...change, finishedAt: clock().toISOString() };
    tell(held);
  };
  const running = (kind: JobKind): boolean => jobs.some(({ view }) => view.kind === kind && view.state === 'running');

  async function run<K extends JobKind>(held: Held, job: JobStart<K>): Promise<void> {
    let told = 0;
    try {
      const done = await job.work({
        progress(count, total) {
          held.view = { ...held.view, progress: { done: count, total } };
          const now = performance.now();
          if (now - told < tellEveryMs) return;
          told = now;
          tell(held);
        },
      });
      if (done.ok) end(held, { state: 'done', failure: null, outcome: done.value });
      else end(held, { state: 'failed', failure: done.error, outcome: null });
    } catch (error) {
      onBug(job.kind, error);
      const failure = { code: 'internal', message: 'The work broke off.' };
      end(held, { state: 'failed', failure, outcome: null });
    }
  }

  return {
    running,
    start<K extends JobKind>(job: JobStart<K>): Result<JobView<K>> {
      if (running(job.kind)) return fail('busy', 'This is being done already.');
      const view: JobView<K> = {
        id: nextId(),
        kind: job.kind,
        state: 'running',
        startedAt: clock().toISOString(),
        finishedAt: null,
        progress: { done: 0, total: null },
        failure: null,
        outcome: null,
      };
      const held: Held = { by: job.by, view };
      jobs = [held, ...jobs].slice(0, kept);
      tell(held);
      void run(held, job);
      return ok(view);
    },
    of: (person) => jobs.filter(({ by, view }) => by === person || shared.has(view.kind)).map(({ view }) => view),
  };
}
