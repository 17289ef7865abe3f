/** The one interface of vision. Two hosts implement it: inline in this process, or a supervised child process. */
import type {
  CardCoaching,
  CardFacts,
  FaceCoaching,
  FaceFacts,
  FlashSample,
  FlashSequence,
  ModelRef,
  PromptWindow,
} from './facts.ts';

export interface CaptureFrames {
  /** Encoded images (JPEG or PNG), in time order. */
  readonly frames: readonly Uint8Array[];
  /** Milliseconds on the challenge clock, parallel to `frames`. */
  readonly frameTimesMs?: readonly number[];
  readonly flash?: FlashSequence;
  /** Region means taken by the client, where the frames alone are too few. */
  readonly flashSamples?: readonly FlashSample[];
}

export interface FaceRequest extends CaptureFrames {
  /** Skin means over a longer clip, taken by the client outside the light challenge: for the pulse alone. */
  readonly pulseSamples?: readonly FlashSample[];
  readonly prompts?: readonly PromptWindow[];
  /** `selfie`: everything. `reference`: detection and template only (official photo, caller's reference). */
  readonly purpose: 'selfie' | 'reference';
}

export interface VisionModelState extends ModelRef {
  readonly state: 'ready' | 'missing' | 'refused';
  /** Why it is refused: wrong hash, evaluation-only in production. */
  readonly note?: string;
  readonly licence: string;
  readonly evaluationOnly: boolean;
}

export interface VisionStatus {
  readonly host: 'inline' | 'process';
  readonly state: 'ready' | 'starting' | 'down';
  /** Restarts since start; a crash never takes the counter down. */
  readonly restarts: number;
  readonly models: readonly VisionModelState[];
}

/**
 * Never throws for bad pixels: a frame that cannot be used says so in its facts. When the host itself is down, every
 * fact is unavailable with reason `vision_unavailable`.
 */
export interface Vision {
  analyseCard(request: CaptureFrames): Promise<CardFacts>;
  analyseFace(request: FaceRequest): Promise<FaceFacts>;
  coachCard(frame: Uint8Array): Promise<CardCoaching>;
  coachFace(frame: Uint8Array): Promise<FaceCoaching>;
  status(): Promise<VisionStatus>;
  close(): Promise<void>;
}
