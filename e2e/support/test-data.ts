/** Pictures that are not in the repository, and weights; and what is said where they are not here. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkModels } from '../../src/services/models/check-models.ts';
import { installedVisionOptions } from '../../src/vision/open-vision.ts';
import { findInstallationRoot } from '../../src/vision/runtime/model-manifest.ts';

const root = findInstallationRoot() ?? process.cwd();
const shared = join(root, '..', 'shared');
const dataFolder = process.env['LOKET_TESTDATA'] || join(shared, 'testdata');

export const pictures = {
  card: join(dataFolder, 'ktp', 'c01_clean.jpg'),
  /** The person of the card: a portrait for the simulator to light, and another day's photo for a camera that cannot. */
  portrait: join(dataFolder, 'faces', 'publicdomain', 'obama.jpg'),
  face: join(dataFolder, 'faces', 'publicdomain', 'obama3.jpg'),
} as const;

/** The reason to skip, or null. In CI with the shared folder beside the clone, absence is a failure. */
function excused(reason: string | null): string | null {
  if (reason !== null && process.env['CI'] && existsSync(shared)) throw new Error(reason);
  return reason;
}

export function missingPictures(): string | null {
  const missing = Object.values(pictures).filter((path) => !existsSync(path));
  return excused(missing.length === 0 ? null : 'the evaluation pictures are not here (LOKET_TESTDATA)');
}

export async function missingModels(): Promise<string | null> {
  const options = installedVisionOptions();
  if (!options.ok) return excused(options.error.message);
  const { manifest, modelDirectories } = options.value;
  const check = await checkModels({ manifest, directories: modelDirectories });
  return excused(
    check.rolesWithout.length === 0 ? null : `no weights for ${check.rolesWithout.join(', ')} (LOKET_MODEL_PACK)`,
  );
}
