/** Counts the quiet at a counter: a warning first, then the wipe. The clock is a parameter. */
export interface IdleTimerOptions {
  readonly seconds: number;
  /** How long before the wipe the warning shows. */
  readonly warnSeconds: number;
  readonly onWarn: () => void;
  readonly onIdle: () => void;
  readonly later?: (work: () => void, ms: number) => () => void;
}

export interface IdleTimer {
  /** Someone touched, typed, or the desk is working: start counting anew. */
  touch(): void;
  stop(): void;
}

export function startIdleTimer(options: IdleTimerOptions): IdleTimer {
  const later =
    options.later ??
    ((work, ms) => {
      const timer = setTimeout(work, ms);
      return () => clearTimeout(timer);
    });
  const warnAfter = Math.max(1, options.seconds - options.warnSeconds) * 1000;
  const wipeAfter = options.seconds * 1000;
  let cancels: (() => void)[] = [];
  const clear = () => {
    for (const cancel of cancels) cancel();
    cancels = [];
  };
  const touch = () => {
    clear();
    cancels = [later(options.onWarn, warnAfter), later(options.onIdle, wipeAfter)];
  };
  touch();
  return { touch, stop: clear };
}
