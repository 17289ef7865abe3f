/** The door to vision for everybody else. */
import type { Result } from '../contract/result.ts';
import { fail, ok } from '../contract/result.ts';
import type { Vision } from '../contract/vision.ts';
import { createInlineVision } from './create-vision.ts';
import { createSupervisedVision, type SupervisedVisionOptions } from './host/supervised-vision.ts';
import { findInstallationRoot, modelDirectories, readModelManifest } from './runtime/model-manifest.ts';
import type { VisionOptions } from './vision-options.ts';

/**
 * Opens vision in its own process, or in this one when `LOKET_VISION=inline`. Resolves at once for the supervised
 * host, which starts in the background and answers when it is ready.
 */
export async function openVision(
  options: SupervisedVisionOptions,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Vision> {
  return environment.LOKET_VISION === 'inline' ? createInlineVision(options) : createSupervisedVision(options);
}

/** Manifest and folders of this installation; `unavailable` when `models/manifest.json` cannot be found. */
export function installedVisionOptions(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Result<VisionOptions> {
  const root = findInstallationRoot();
  if (root === null) return fail('unavailable', 'models/manifest.json was not found');
  const manifest = readModelManifest(root);
  if (!manifest.ok) return manifest;
  return ok({ manifest: manifest.value, modelDirectories: modelDirectories(root, environment) });
}
