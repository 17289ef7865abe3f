/** What either host of vision is told at start. Plain data, since it travels to another process. */
import type { ModelManifest } from '../contract/models.ts';

export interface VisionOptions {
  /** Searched in this order. */
  readonly modelDirectories: readonly string[];
  readonly manifest: ModelManifest;
  /** Threads of one inference; default all cores but one (the camera preview's). */
  readonly threads?: number;
  /** Refuses evaluation-only models. */
  readonly production?: boolean;
  /** Overrides `LOKET_ALLOW_EVALUATION_MODELS`. */
  readonly allowEvaluationModels?: boolean;
  /** Opens every session at start instead of at first use. */
  readonly warmUp?: boolean;
}
