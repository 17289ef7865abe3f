/** Vision in a process of its own: a native crash or a hang costs a moment, never the counter. */
import type { Vision } from '../../contract/vision.ts';
import {
  unavailableCardCoaching,
  unavailableCardFacts,
  unavailableFaceCoaching,
  unavailableFaceFacts,
} from '../unavailable-facts.ts';
import type { VisionOptions } from '../vision-options.ts';
import { forkVisionProcess } from './fork-vision.ts';
import type { ForkVision } from './protocol.ts';
import { startSupervisor, type SupervisorTimes } from './supervisor.ts';

export interface SupervisedVisionOptions extends VisionOptions {
  /** How to start the process; default Node's child_process. Electron injects utilityProcess. */
  readonly fork?: ForkVision;
  readonly times?: SupervisorTimes;
}

/** A supervised vision also tells which process serves it now. */
export interface SupervisedVision extends Vision {
  pid(): number | undefined;
}

/**
 * Starts the vision process and resolves at once; calls wait until it is ready. A call whose process dies or hangs is
 * retried once on a fresh one, then answered with every fact unavailable (`vision_unavailable`).
 */
export function createSupervisedVision(options: SupervisedVisionOptions): Promise<SupervisedVision> {
  const { fork = forkVisionProcess(), times, ...plain } = options;
  const supervisor = startSupervisor(plain, fork, times);
  const reason = 'vision_unavailable';
  return Promise.resolve({
    analyseCard: async (request) =>
      (await supervisor.call('analyseCard', { ...request, frames: request.frames.map(ownBytes) })) ??
      unavailableCardFacts(request, reason),
    analyseFace: async (request) =>
      (await supervisor.call('analyseFace', { ...request, frames: request.frames.map(ownBytes) })) ??
      unavailableFaceFacts(request, reason),
    coachCard: async (frame) =>
      (await supervisor.call('coachCard', ownBytes(frame))) ?? {
        ...unavailableCardCoaching(reason),
        skipped: supervisor.status().state !== 'down',
      },
    coachFace: async (frame) =>
      (await supervisor.call('coachFace', ownBytes(frame))) ?? {
        ...unavailableFaceCoaching(),
        skipped: supervisor.status().state !== 'down',
      },
    status: () => Promise.resolve(supervisor.status()),
    pid: () => supervisor.pid(),
    close: () => supervisor.close(),
  } satisfies SupervisedVision);
}

/**
 * A frame in a buffer of exactly its size. Structured clone sends the whole buffer behind a view, and behind a small
 * Node Buffer lie other people's bytes.
 */
function ownBytes(frame: Uint8Array): Uint8Array {
  return frame.byteLength === frame.buffer.byteLength ? frame : new Uint8Array(frame);
}
