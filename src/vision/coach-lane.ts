/**
 * Live advice is worth its moment only: it waits neither for an analysis nor for the advice on an older frame. The inline
 * host's counterpart of what the supervisor does for the process.
 */

export interface CoachLane {
  /** Runs an analysis; advice asked for meanwhile is skipped. */
  analysing<T>(work: () => Promise<T>): Promise<T>;
  /** `skipped` is answered while an analysis runs, and when a newer frame of the same kind came before this one's turn. */
  advise<T>(kind: string, work: () => Promise<T>, skipped: () => T): Promise<T>;
}

export function createCoachLane(): CoachLane {
  let analyses = 0;
  const latest = new Map<string, number>();
  let turn: Promise<unknown> = Promise.resolve();
  return {
    async analysing(work) {
      analyses += 1;
      try {
        return await work();
      } finally {
        analyses -= 1;
      }
    },
    advise(kind, work, skipped) {
      const mine = (latest.get(kind) ?? 0) + 1;
      latest.set(kind, mine);
      const advice = turn.then(() => (analyses > 0 || latest.get(kind) !== mine ? skipped() : work()));
      turn = advice.then(
        () => undefined,
        () => undefined,
      );
      return advice;
    },
  };
}
