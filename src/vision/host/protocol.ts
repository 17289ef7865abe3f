/** What travels between the counter and its vision process. Structured clone on both sides: bytes stay bytes. */
import type { CardCoaching, CardFacts, FaceCoaching, FaceFacts } from '../../contract/facts.ts';
import type { CaptureFrames, FaceRequest, VisionModelState } from '../../contract/vision.ts';
import type { VisionOptions } from '../vision-options.ts';

/** Argument and answer of each call. */
export interface VisionCalls {
  analyseCard: { readonly argument: CaptureFrames; readonly answer: CardFacts };
  analyseFace: { readonly argument: FaceRequest; readonly answer: FaceFacts };
  coachCard: { readonly argument: Uint8Array; readonly answer: CardCoaching };
  coachFace: { readonly argument: Uint8Array; readonly answer: FaceCoaching };
}
export type CallName = keyof VisionCalls;

export type ToChild =
  | { readonly kind: 'open'; readonly options: VisionOptions }
  | { readonly kind: 'call'; readonly id: number; readonly name: CallName; readonly argument: unknown }
  | { readonly kind: 'close' };

export type FromChild =
  | { readonly kind: 'ready'; readonly models: readonly VisionModelState[] }
  | { readonly kind: 'failed'; readonly message: string }
  | {
      readonly kind: 'answer';
      readonly id: number;
      readonly answer: unknown;
      readonly models: readonly VisionModelState[];
    };

/** The two ends of the wire inside the child: `process` of child_process, or Electron's `process.parentPort`. */
export interface ParentPort {
  post(message: FromChild): void;
  onMessage(listener: (message: ToChild) => void): void;
}

/** A forked vision process as the supervisor sees it. */
export interface VisionChild {
  readonly pid: number | undefined;
  post(message: ToChild): void;
  onMessage(listener: (message: FromChild) => void): void;
  /** Called once when the process is gone, however it went. */
  onExit(listener: () => void): void;
  /** Ends it at once, hung or not. */
  kill(): void;
}

/** Starts a process that runs `serveVision`. */
export type ForkVision = () => VisionChild;
