/** One batch of an import inside its transaction: what is new, what changed, what stands twice. */
import { packPerson, registryContexts } from '../../connectors/registry-source/sealed-rows.ts';
import type { ImportRefusal } from '../../contract/registry.ts';
import {
  insertRegistryRows,
  knownRegistryRows,
  markSeen,
  putRegistryPhoto,
  registryPhotoHash,
  replaceRegistryRow,
  type RegistryPersonRow,
} from '../../store/repositories/registry.ts';
import type { Db } from '../../store/repositories/types.ts';
import { sha256 } from '../../vault/random.ts';
import { instant, type ServiceContext } from '../context.ts';
import type { PopulationRow } from './registry-rows.ts';

export interface RowWithPhoto extends PopulationRow {
  readonly bytes: Uint8Array | null;
}

export interface BatchPlace {
  readonly orgId: string;
  readonly importId: string;
}

export interface BatchDone {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly photos: number;
  readonly duplicates: readonly ImportRefusal[];
}

/** Indexes asked for at once. */
const lookedUpAtOnce = 1000;
const text = new TextEncoder();

export async function writeBatch(
  ctx: ServiceContext,
  trx: Db,
  place: BatchPlace,
  rows: readonly RowWithPhoto[],
): Promise<BatchDone> {
  const { fresh, duplicates } = await withoutDuplicates(trx, place, rows);
  // In the order of the index, so that its pages are written once.
  const sorted = fresh.rows.toSorted((a, b) => (a.nikIndex < b.nikIndex ? -1 : 1));
  const added: RegistryPersonRow[] = [];
  const seen: { nikIndex: string; line: number }[] = [];
  const now = instant(ctx);
  let changed = 0;
  let photos = 0;
  for (const row of sorted) {
    const packed = packPerson(row.person);
    const rowHash = ctx.vault.blindIndex(place.orgId, `registry-row:${packed}`).slice(0, 32);
    const known = fresh.known.get(row.nikIndex);
    if (known?.row_hash === rowHash) seen.push({ nikIndex: row.nikIndex, line: row.line });
    else {
      const sealed = sealedRow(ctx, place, row, packed, rowHash, now);
      if (known === undefined) added.push(sealed);
      else {
        changed += 1;
        await replaceRegistryRow(trx, sealed);
      }
    }
    if (row.bytes !== null && (await keepPhoto(ctx, trx, place, row.nikIndex, row.bytes))) photos += 1;
  }
  await insertRegistryRows(trx, added);
  await markSeen(trx, place.orgId, place.importId, seen);
  return { added: added.length, changed, unchanged: seen.length, photos, duplicates };
}

function sealedRow(
  ctx: ServiceContext,
  { orgId, importId }: BatchPlace,
  row: PopulationRow,
  packed: string,
  rowHash: string,
  now: string,
): RegistryPersonRow {
  return {
    org_id: orgId,
    nik_index: row.nikIndex,
    row_sealed: ctx.vault.sealSecret(text.encode(packed), registryContexts.row(orgId, row.nikIndex)),
    row_hash: rowHash,
    import_id: importId,
    line: row.line,
    updated_at: now,
  };
}

type Known = Awaited<ReturnType<typeof knownRegistryRows>>;

/** A NIK that this very import brought already stands twice in the file: the first line counts. */
async function withoutDuplicates(
  trx: Db,
  { orgId, importId }: BatchPlace,
  rows: readonly RowWithPhoto[],
): Promise<{ fresh: { rows: RowWithPhoto[]; known: Known }; duplicates: ImportRefusal[] }> {
  const known = new Map<string, { row_hash: string; import_id: string; line: number }>();
  // Sorted, so that each page of the index is read once.
  const indexes = rows.map((row) => row.nikIndex).sort();
  for (let at = 0; at < indexes.length; at += lookedUpAtOnce) {
    for (const [index, row] of await knownRegistryRows(trx, orgId, indexes.slice(at, at + lookedUpAtOnce)))
      known.set(index, row);
  }
  const first = new Map<string, number>();
  const fresh: RowWithPhoto[] = [];
  const duplicates: ImportRefusal[] = [];
  for (const row of rows) {
    const earlier = known.get(row.nikIndex);
    const firstLine = first.get(row.nikIndex) ?? (earlier?.import_id === importId ? Number(earlier.line) : undefined);
    if (firstLine !== undefined) {
      duplicates.push({ line: row.line, reason: 'duplicate_nik', column: 'nik', firstLine });
      continue;
    }
    first.set(row.nikIndex, row.line);
    fresh.push(row);
  }
  return { fresh: { rows: fresh, known }, duplicates };
}

/** True when it was new or another than before. */
async function keepPhoto(
  ctx: ServiceContext,
  trx: Db,
  { orgId }: BatchPlace,
  nikIndex: string,
  bytes: Uint8Array,
): Promise<boolean> {
  const hash = ctx.vault.blindIndex(orgId, `registry-photo:${sha256(bytes)}`).slice(0, 32);
  if ((await registryPhotoHash(trx, orgId, nikIndex)) === hash) return false;
  await putRegistryPhoto(trx, {
    org_id: orgId,
    nik_index: nikIndex,
    photo_sealed: ctx.vault.sealSecret(bytes, registryContexts.photo(orgId, nikIndex)),
    photo_hash: hash,
    template_sealed: null,
    template_model: null,
    updated_at: instant(ctx),
  });
  return true;
}
