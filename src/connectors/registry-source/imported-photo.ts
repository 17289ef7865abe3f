/** The official photo of an imported person and its face template, computed when it is first needed. */
import type { FaceFacts } from '../../contract/facts.ts';
import type { Vision } from '../../contract/vision.ts';
import { packVector, unpackVector } from '../../core/match/template-bytes.ts';
import type { Store } from '../../store/open-store.ts';
import { findRegistryPhoto, keepTemplate, type RegistryPhotoRow } from '../../store/repositories/registry.ts';
import type { Vault } from '../../vault/vault.ts';
import { registryContexts } from './sealed-rows.ts';

export interface PhotoHouse {
  readonly store: Store;
  readonly vault: Vault;
  readonly vision: Vision;
}

export interface ProbeTemplate {
  readonly modelId: string;
  readonly vector: Float32Array;
}

/** `away`: pictures cannot be looked at now; `no_face`: they can, and show none (or several). */
export type Template = ProbeTemplate | 'away' | 'no_face' | 'unreadable';

const awayReasons: ReadonlySet<string> = new Set([
  'vision_unavailable',
  'model_missing',
  'model_refused',
  'match_unavailable',
]);

export function templateFrom(facts: FaceFacts): Template {
  const problem = facts.frames[0]?.problem;
  if (facts.template.available) return { modelId: facts.template.value.modelId, vector: facts.template.value.vector };
  if (awayReasons.has(facts.template.reason) || (problem !== undefined && awayReasons.has(problem))) return 'away';
  return problem === undefined ? 'no_face' : 'unreadable';
}

export async function lookAt(vision: Vision, image: Uint8Array): Promise<Template> {
  return templateFrom(await vision.analyseFace({ frames: [image], purpose: 'reference' }));
}

export function openPhoto(vault: Vault, row: RegistryPhotoRow): Uint8Array {
  return vault.openSecret(row.photo_sealed, registryContexts.photo(row.org_id, row.nik_index));
}

/** Marks a photo that shows no usable face, so that it is not looked at again by the same models. */
const nobody = 'no_face';

/** The stored template of `modelId`, or one made from the photo now and kept. Null: there is no photo. */
export async function referenceTemplate(
  house: PhotoHouse,
  orgId: string,
  nikIndex: string,
  modelId: string | null,
): Promise<Template | null> {
  const row = await findRegistryPhoto(house.store.db, orgId, nikIndex);
  if (row === null) return null;
  if (row.template_model === nobody) return 'no_face';
  if (row.template_sealed !== null && (modelId === null || row.template_model === modelId)) {
    const bytes = house.vault.openSecret(row.template_sealed, registryContexts.template(orgId, nikIndex));
    return { modelId: row.template_model ?? '', vector: unpackVector(bytes) };
  }
  const made = await lookAt(house.vision, openPhoto(house.vault, row));
  if (made === 'away') return made;
  const seen = typeof made === 'string' ? null : made;
  await house.store.transaction((trx) =>
    keepTemplate(trx, {
      org_id: orgId,
      nik_index: nikIndex,
      photo_hash: row.photo_hash,
      template_model: seen?.modelId ?? nobody,
      template_sealed:
        seen === null
          ? null
          : house.vault.sealSecret(packVector(seen.vector), registryContexts.template(orgId, nikIndex)),
    }),
  );
  return made;
}
