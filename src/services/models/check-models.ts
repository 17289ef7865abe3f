/** What weights this installation has, as far as their bytes prove it. */
import { modelRoles, type ModelEntry, type ModelManifest, type ModelRole } from '../../contract/models.ts';
import type { VisionModelState } from '../../contract/vision.ts';
import { evaluationModelsAllowed } from '../../vision/runtime/evaluation-models.ts';
import { findModelFile } from '../../vision/runtime/model-files.ts';

export interface CheckedModel {
  readonly id: string;
  readonly role: ModelRole;
  readonly file: string;
  readonly state: VisionModelState['state'];
  /** The file that counts, or the wrong one that was found. */
  readonly path?: string;
  readonly note?: string;
  readonly licence: string;
  readonly evaluationOnly: boolean;
  /** The one its role would use (of each family, where a role uses several). */
  readonly inUse: boolean;
}

export interface ModelCheck {
  readonly models: readonly CheckedModel[];
  /** Roles that no ready model fills; their facts will be unavailable. */
  readonly rolesWithout: readonly ModelRole[];
  /** Every role is filled and nothing was refused. */
  readonly complete: boolean;
}

export interface CheckModelsOptions {
  readonly manifest: ModelManifest;
  readonly directories: readonly string[];
  readonly production?: boolean;
  readonly allowEvaluationModels?: boolean;
}

/** Finds and hashes every entry of the manifest, best first within a role. Opens no session. */
export async function checkModels(options: CheckModelsOptions): Promise<ModelCheck> {
  const allowed = options.allowEvaluationModels ?? evaluationModelsAllowed(process.env);
  const models: CheckedModel[] = [];
  const taken = new Set<string>();
  for (const role of modelRoles) {
    for (const entry of entriesOf(options.manifest, role)) {
      const refuse = entry.evaluationOnly && options.production === true && !allowed;
      const checked = await checkEntry(entry, options.directories, refuse);
      // Only passive liveness asks several models; every other role takes its best one.
      const key = role === 'passive_liveness' ? `${role} ${entry.family ?? entry.id}` : role;
      const inUse = checked.state === 'ready' && !taken.has(key);
      if (inUse) taken.add(key);
      models.push({ ...checked, inUse });
    }
  }
  const rolesWithout = modelRoles.filter((role) => !models.some((model) => model.role === role && model.inUse));
  return {
    models,
    rolesWithout,
    complete: rolesWithout.length === 0 && models.every(({ state }) => state !== 'refused'),
  };
}

/** Entries of a role, best first. */
export function entriesOf(manifest: ModelManifest, role: ModelRole): ModelEntry[] {
  return manifest.models.filter((entry) => entry.role === role).sort((a, b) => b.preference - a.preference);
}

async function checkEntry(entry: ModelEntry, directories: readonly string[], refuse: boolean) {
  const { id, role, file, licence, evaluationOnly } = entry;
  const about = { id, role, file, licence, evaluationOnly };
  const found = await findModelFile(entry, directories);
  if (found.state === 'missing') return { ...about, state: 'missing' as const };
  const { path } = found;
  if (found.state === 'wrong') return { ...about, state: 'refused' as const, path, note: found.note };
  if (refuse) return { ...about, state: 'refused' as const, path, note: `${file}: licensed for evaluation only` };
  return { ...about, state: 'ready' as const, path };
}
