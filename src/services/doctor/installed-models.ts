/** The weights of this program, hashed against the shipped manifest. */
import { modelRoles } from '../../contract/models.ts';
import { installedVisionOptions } from '../../vision/open-vision.ts';
import { checkModels, type ModelCheck } from '../models/check-models.ts';

/** Without the manifest no role has weights that could be proven. */
const nothing: ModelCheck = { models: [], rolesWithout: [...modelRoles], complete: false };

export async function installedModelCheck(): Promise<ModelCheck> {
  const installed = installedVisionOptions();
  if (!installed.ok) return nothing;
  return checkModels({ manifest: installed.value.manifest, directories: installed.value.modelDirectories });
}
