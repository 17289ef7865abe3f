/**
 * Keeps one vision process running and gives it one call at a time. Inference blocks the child anyway, and with one
 * call inside, a crash has exactly one suspect: that call is retried once, everybody else just waits.
 */
import type { VisionModelState, VisionStatus } from '../../contract/vision.ts';
import type { VisionOptions } from '../vision-options.ts';
import type { CallName, ForkVision, FromChild, VisionChild, VisionCalls } from './protocol.ts';
import { restartDelayMs } from './restart-policy.ts';

/** Milliseconds. */
export interface SupervisorTimes {
  /** From fork to ready. A big recogniser is hashed in that time. */
  readonly start: number;
  /** One call, from sending to answer. */
  readonly call: Readonly<Record<CallName, number>>;
  /** From the wish to close to force. */
  readonly close: number;
}

export const defaultSupervisorTimes: SupervisorTimes = {
  start: 60_000,
  call: { analyseCard: 60_000, analyseFace: 60_000, coachCard: 10_000, coachFace: 10_000 },
  close: 3_000,
};

/** Starts of the process that one call may cost. */
const attemptsAllowed = 2;

interface PendingCall {
  readonly id: number;
  readonly name: CallName;
  readonly argument: unknown;
  /** Null = the host could not do it. */
  readonly settle: (answer: unknown) => void;
  attempts: number;
}

export interface Supervisor {
  /** Null when the process is down, or died twice over this call; for advice also when an analysis has the turn. */
  call<N extends CallName>(name: N, argument: VisionCalls[N]['argument']): Promise<VisionCalls[N]['answer'] | null>;
  status(): VisionStatus;
  /** The process that serves now, for health pages. */
  pid(): number | undefined;
  close(): Promise<void>;
}

export function startSupervisor(options: VisionOptions, fork: ForkVision, times = defaultSupervisorTimes): Supervisor {
  const supervisor = new VisionSupervisor(options, fork, times);
  supervisor.spawn();
  return supervisor;
}

function isCoaching(name: CallName): boolean {
  return name === 'coachCard' || name === 'coachFace';
}

class VisionSupervisor implements Supervisor {
  private readonly options: VisionOptions;
  private readonly fork: ForkVision;
  private readonly times: SupervisorTimes;
  private state: VisionStatus['state'] | 'closed' = 'starting';
  private child: VisionChild | null = null;
  private models: readonly VisionModelState[] = [];
  private readonly waiting: PendingCall[] = [];
  private current: PendingCall | null = null;
  private timer: NodeJS.Timeout | undefined;
  private restarts = 0;
  private crashesInARow = 0;
  private lastId = 0;
  private whenGone: (() => void) | null = null;

  constructor(options: VisionOptions, fork: ForkVision, times: SupervisorTimes) {
    this.options = options;
    this.fork = fork;
    this.times = times;
  }

  call<N extends CallName>(name: N, argument: VisionCalls[N]['argument']): Promise<VisionCalls[N]['answer'] | null> {
    return new Promise((resolve) => {
      if (this.state === 'down' || this.state === 'closed') return resolve(null);
      if (isCoaching(name) && !this.makeWayForCoaching(name)) return resolve(null);
      const settle = (answer: unknown) => resolve(answer as VisionCalls[N]['answer'] | null);
      this.waiting.push({ id: (this.lastId += 1), name, argument, settle, attempts: 0 });
      this.pump();
    });
  }

  /**
   * Live advice is worth its moment only. It never waits behind an analysis, and of several frames of one kind that wait
   * only the newest stays; who was overtaken is answered null at once. False = no advice now.
   */
  private makeWayForCoaching(name: CallName): boolean {
    const calls = this.current === null ? this.waiting : [this.current, ...this.waiting];
    if (calls.some((call) => !isCoaching(call.name))) return false;
    const overtaken = this.waiting.filter((call) => call.name === name);
    for (const call of overtaken) {
      this.waiting.splice(this.waiting.indexOf(call), 1);
      call.settle(null);
    }
    return true;
  }

  status(): VisionStatus {
    const state = this.state === 'closed' ? 'down' : this.state;
    return { host: 'process', state, restarts: this.restarts, models: this.models };
  }

  pid(): number | undefined {
    return this.child?.pid;
  }

  close(): Promise<void> {
    const child = this.child;
    this.state = 'closed';
    clearTimeout(this.timer);
    this.giveUpAll();
    if (child === null) return Promise.resolve();
    return new Promise((resolve) => {
      this.whenGone = resolve;
      this.timer = setTimeout(() => child.kill(), this.times.close);
      child.post({ kind: 'close' });
    });
  }

  spawn(): void {
    if (this.state === 'closed') return;
    this.state = 'starting';
    const child = this.fork();
    this.child = child;
    // A child that was replaced may still have something to say; it is no longer asked.
    child.onMessage((message) => {
      if (this.child === child) this.hear(child, message);
    });
    child.onExit(() => {
      if (this.child === child) this.buryChild();
    });
    this.killAfter(child, this.times.start);
    child.post({ kind: 'open', options: this.options });
  }

  private hear(child: VisionChild, message: FromChild): void {
    if (this.state === 'closed') return;
    if (message.kind === 'failed') {
      child.kill();
    } else if (message.kind === 'ready') {
      clearTimeout(this.timer);
      this.models = message.models;
      this.state = 'ready';
      this.pump();
    } else if (message.id === this.current?.id) {
      clearTimeout(this.timer);
      this.models = message.models;
      this.crashesInARow = 0;
      const { settle } = this.current;
      this.current = null;
      settle(message.answer);
      this.pump();
    }
  }

  private pump(): void {
    if (this.state !== 'ready' || this.current !== null || this.child === null) return;
    const next = this.waiting.shift();
    if (next === undefined) return;
    this.current = next;
    next.attempts += 1;
    this.killAfter(this.child, this.times.call[next.name]);
    this.child.post({ kind: 'call', id: next.id, name: next.name, argument: next.argument });
  }

  /** The process is gone: crash, kill after a hang, or the end we asked for. */
  private buryChild(): void {
    clearTimeout(this.timer);
    this.child = null;
    if (this.state === 'closed') return this.whenGone?.();
    const hadStarted = this.state === 'ready';
    const suspect = this.current;
    this.current = null;
    if (suspect !== null && suspect.attempts < attemptsAllowed) this.waiting.unshift(suspect);
    else suspect?.settle(null);
    this.crashesInARow += 1;
    if (hadStarted) {
      this.state = 'starting';
    } else {
      // It cannot even start: nobody is kept waiting for what may take long.
      this.state = 'down';
      this.giveUpAll();
    }
    this.timer = setTimeout(() => {
      this.restarts += 1;
      this.spawn();
    }, restartDelayMs(this.crashesInARow));
  }

  private giveUpAll(): void {
    const calls = this.current === null ? [] : [this.current];
    this.current = null;
    for (const call of [...calls, ...this.waiting.splice(0)]) call.settle(null);
  }

  private killAfter(child: VisionChild, milliseconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => child.kill(), milliseconds);
  }
}
