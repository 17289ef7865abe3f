/** One interface for the real camera and the simulated one, so that no screen knows which it talks to. */
import type { CameraIdentity } from '../../contract/bundle.ts';

export interface Grab {
  readonly jpeg: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export interface GrabSize {
  /** Scaled down to at most this width, px. Full camera size when absent. */
  readonly maxWidth?: number;
  /** JPEG quality 0–1. */
  readonly quality?: number;
}

/** Designed states, each with its own words: see `camera.*` in the catalogues. */
export type CameraProblem = 'denied' | 'none' | 'busy' | 'unplugged' | 'failed';

export type CameraScene = 'card' | 'face';

export interface CameraSource {
  readonly simulated: boolean;
  /** The live picture; the stage puts it in place. */
  readonly view: HTMLElement;
  /** Null when the picture is live. Safe to call once. */
  start(): Promise<CameraProblem | null>;
  stop(): void;
  /** The picture now, or null when there is none yet. */
  grab(size?: GrabSize): Promise<Grab | null>;
  /** False while the camera still shows the frame that was grabbed last: the same picture twice is no evidence. */
  hasNewFrame(): boolean;
  identity(): CameraIdentity;
  /** The camera went away while in use. */
  onEnded(listener: () => void): () => void;
}

export interface CameraChoice {
  readonly deviceId: string;
  readonly label: string;
  /** SHA-256 (hex) of the device id, as in the evidence and in the desk's settings. */
  readonly fingerprint: string;
}
