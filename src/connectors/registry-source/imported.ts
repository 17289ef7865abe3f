/** The imported population table as a registry source: no network, no charge, the organisation's own licensed copy. */
import type {
  FaceOutcome,
  RegistryAnswer,
  RegistryFound,
  RegistryQuery,
  RegistrySource,
  RegistryUnavailable,
} from '../../contract/registry.ts';
import { cosine } from '../../core/match/judge-match.ts';
import { compareFields } from '../../core/registry/compare-fields.ts';
import { findRegistryPhoto, findRegistryRow, holdsRegistry } from '../../store/repositories/registry.ts';
import { lookAt, openPhoto, referenceTemplate, type PhotoHouse, type Template } from './imported-photo.ts';
import { registryContexts, registryIndex, unpackPerson } from './sealed-rows.ts';

export interface ImportedSourceOptions extends PhotoHouse {
  readonly orgId: string;
  /** The common 0–100 scale of a cosine of this model; null where none is calibrated. */
  readonly percentOf: (similarity: number, modelId: string) => number | null;
}

const away: RegistryUnavailable = { unavailable: true, reason: 'vision_unavailable', source: 'imported' };

interface Compared {
  readonly face: FaceOutcome;
  readonly score?: number;
}

export function importedSource(options: ImportedSourceOptions): RegistrySource {
  return {
    kind: 'imported',
    answers: () => true,
    lookup: (query) => lookup(options, query),
  };
}

async function lookup(options: ImportedSourceOptions, query: RegistryQuery): Promise<RegistryAnswer> {
  const { orgId, store, vault } = options;
  const nikIndex = registryIndex(vault, orgId, query.nik);
  const sealed = await findRegistryRow(store.db, orgId, nikIndex);
  if (sealed === null) {
    // An empty table knows nobody, which says nothing about anybody.
    if (!(await holdsRegistry(store.db, orgId))) return { unavailable: true, reason: 'no_source', source: 'imported' };
    return { found: false, source: 'imported', raw: { source: 'imported', found: false } };
  }
  const person = unpackPerson(
    new TextDecoder().decode(vault.openSecret(sealed, registryContexts.row(orgId, nikIndex))),
  );
  const selfie = await compare(options, nikIndex, query.selfie);
  if (selfie === null) return away;
  if (selfie === 'unreadable') return { unavailable: true, reason: 'query_refused', source: 'imported' };
  const card = await compare(options, nikIndex, query.cardImage);
  if (card === null) return away;
  const fields = compareFields(query, person);
  const photo = query.wantPhoto === true ? await photoOf(options, nikIndex) : undefined;
  const found: RegistryFound = {
    found: true,
    source: 'imported',
    fields,
    face: selfie.face,
    ...(selfie.score === undefined ? {} : { faceScore: selfie.score }),
    ...(card === 'unreadable' || card.score === undefined ? {} : { cardFaceScore: card.score }),
    ...(photo === undefined ? {} : { photo }),
    raw: { source: 'imported', found: true, fields, face: selfie.face, faceScore: selfie.score ?? null },
  };
  return found;
}

async function photoOf({ store, vault, orgId }: ImportedSourceOptions, nikIndex: string) {
  const row = await findRegistryPhoto(store.db, orgId, nikIndex);
  return row === null ? undefined : openPhoto(vault, row);
}

/** Null: pictures cannot be looked at now. */
async function compare(
  options: ImportedSourceOptions,
  nikIndex: string,
  image: Uint8Array | undefined,
): Promise<Compared | 'unreadable' | null> {
  if (image === undefined) return { face: 'not_asked' };
  const probe = await lookAt(options.vision, image);
  if (probe === 'away') return null;
  if (probe === 'unreadable') return 'unreadable';
  if (probe === 'no_face') return { face: 'no_face' };
  const reference = await referenceTemplate(options, options.orgId, nikIndex, probe.modelId);
  return reference === 'away' ? null : scored(options, probe, reference);
}

function scored(options: ImportedSourceOptions, probe: Template, reference: Template | null): Compared {
  if (reference === null || typeof reference === 'string' || typeof probe === 'string') return { face: 'no_photo' };
  if (reference.modelId !== probe.modelId) return { face: 'no_photo' };
  const similarity = cosine(probe.vector, reference.vector);
  const score = similarity === null ? null : options.percentOf(similarity, probe.modelId);
  return score === null ? { face: 'no_photo' } : { face: 'compared', score };
}
