/** The models a face needs, opened once per analysis. */
import type { ModelRef } from '../../contract/facts.ts';
import type { LoadedModel, ModelPack } from '../runtime/model-pack.ts';

export interface FaceModels {
  readonly detector: LoadedModel | null;
  readonly recogniser: LoadedModel | null;
  readonly passive: readonly LoadedModel[];
  readonly mesh: LoadedModel | null;
}

/** One after another: opening a graph is heavy. A reference photo needs detection and template only. */
export async function openFaceModels(pack: ModelPack, purpose: 'selfie' | 'reference'): Promise<FaceModels> {
  const detector = await pack.get('face_detector');
  const recogniser = await pack.get('face_recogniser');
  if (purpose === 'reference') return { detector, recogniser, passive: [], mesh: null };
  return { detector, recogniser, passive: await pack.all('passive_liveness'), mesh: await pack.get('face_mesh') };
}

export function modelRefs(models: FaceModels): readonly ModelRef[] {
  return [models.detector, models.recogniser, ...models.passive, models.mesh]
    .filter((model) => model !== null)
    .map(({ entry }) => ({ role: entry.role, id: entry.id, sha256: entry.sha256 }));
}
