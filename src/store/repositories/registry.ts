/** The imported population table, and how far each import came. */
import { compiledOnce } from './compiled-once.ts';
import type { Db, Row } from './types.ts';

export type RegistryPersonRow = Omit<Row<'registry_people'>, 'seq'>;
export type RegistryPhotoRow = Row<'registry_photos'>;
export type RegistryImportRow = Row<'registry_imports'>;

/** The sealed row of a person, or null. One walk of one index. */
export async function findRegistryRow(db: Db, orgId: string, nikIndex: string): Promise<Uint8Array | null> {
  const [row] = await compiledOnce(db, 'registry-row', [orgId, nikIndex], ([org, index]) =>
    db
      .selectFrom('registry_people')
      .select('row_sealed')
      .where('org_id', '=', org as string)
      .where('nik_index', '=', index as string),
  );
  return row?.row_sealed ?? null;
}

export async function countRegistryRows(db: Db, orgId: string): Promise<number> {
  const { n } = await db
    .selectFrom('registry_people')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('org_id', '=', orgId)
    .executeTakeFirstOrThrow();
  return Number(n);
}

export async function holdsRegistry(db: Db, orgId: string): Promise<boolean> {
  const row = await db
    .selectFrom('registry_people')
    .select('seq')
    .where('org_id', '=', orgId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** What is known of these people already, by NIK index. */
export async function knownRegistryRows(
  db: Db,
  orgId: string,
  indexes: readonly string[],
): Promise<ReadonlyMap<string, Pick<RegistryPersonRow, 'row_hash' | 'import_id' | 'line'>>> {
  const rows = await db
    .selectFrom('registry_people')
    .select(['nik_index', 'row_hash', 'import_id', 'line'])
    .where('org_id', '=', orgId)
    .where('nik_index', 'in', [...indexes])
    .execute();
  return new Map(rows.map((row) => [row.nik_index, row]));
}

/** Rows come in slices small enough for the engines' limit of parameters. */
const rowsAtOnce = 100;

export async function insertRegistryRows(trx: Db, rows: readonly RegistryPersonRow[]): Promise<void> {
  for (let at = 0; at < rows.length; at += rowsAtOnce) {
    await trx
      .insertInto('registry_people')
      .values(rows.slice(at, at + rowsAtOnce))
      .execute();
  }
}

export async function replaceRegistryRow(trx: Db, row: RegistryPersonRow): Promise<void> {
  const { org_id, nik_index, ...change } = row;
  await trx
    .updateTable('registry_people')
    .set(change)
    .where('org_id', '=', org_id)
    .where('nik_index', '=', nik_index)
    .execute();
}

/** Notes that this import saw these rows again, unchanged. */
export async function markSeen(
  trx: Db,
  orgId: string,
  importId: string,
  seen: readonly { readonly nikIndex: string; readonly line: number }[],
): Promise<void> {
  for (const { nikIndex, line } of seen) {
    await trx
      .updateTable('registry_people')
      .set({ import_id: importId, line })
      .where('org_id', '=', orgId)
      .where('nik_index', '=', nikIndex)
      .execute();
  }
}

export async function findRegistryPhoto(db: Db, orgId: string, nikIndex: string): Promise<RegistryPhotoRow | null> {
  const row = await db
    .selectFrom('registry_photos')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('nik_index', '=', nikIndex)
    .executeTakeFirst();
  return row ?? null;
}

export async function registryPhotoHash(db: Db, orgId: string, nikIndex: string): Promise<string | null> {
  const row = await db
    .selectFrom('registry_photos')
    .select('photo_hash')
    .where('org_id', '=', orgId)
    .where('nik_index', '=', nikIndex)
    .executeTakeFirst();
  return row?.photo_hash ?? null;
}

/** A new photo of the same person takes the place of the old one, and of its template. */
export async function putRegistryPhoto(trx: Db, row: RegistryPhotoRow): Promise<void> {
  await trx
    .insertInto('registry_photos')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['org_id', 'nik_index']).doUpdateSet({
        photo_sealed: row.photo_sealed,
        photo_hash: row.photo_hash,
        template_sealed: row.template_sealed,
        template_model: row.template_model,
        updated_at: row.updated_at,
      }),
    )
    .execute();
}

/** Only while the photo is still the one the template was taken from. */
export async function keepTemplate(
  db: Db,
  row: Pick<RegistryPhotoRow, 'org_id' | 'nik_index' | 'photo_hash' | 'template_sealed' | 'template_model'>,
): Promise<void> {
  await db
    .updateTable('registry_photos')
    .set({ template_sealed: row.template_sealed, template_model: row.template_model })
    .where('org_id', '=', row.org_id)
    .where('nik_index', '=', row.nik_index)
    .where('photo_hash', '=', row.photo_hash)
    .execute();
}

/** The newest import of this very file that did not come to its end. */
export async function findBrokenImport(db: Db, orgId: string, digest: string): Promise<RegistryImportRow | null> {
  const row = await db
    .selectFrom('registry_imports')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('digest', '=', digest)
    .where('state', '=', 'running')
    .orderBy('started_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

export async function insertImport(db: Db, row: RegistryImportRow): Promise<void> {
  await db.insertInto('registry_imports').values(row).execute();
}

export async function updateImport(db: Db, id: string, change: Partial<RegistryImportRow>): Promise<void> {
  await db.updateTable('registry_imports').set(change).where('id', '=', id).execute();
}

/** Takes everything of an organisation's imported table away. Returns how many people it held. */
export async function clearRegistry(trx: Db, orgId: string): Promise<number> {
  await trx.deleteFrom('registry_photos').where('org_id', '=', orgId).execute();
  const done = await trx.deleteFrom('registry_people').where('org_id', '=', orgId).executeTakeFirst();
  return Number(done.numDeletedRows);
}

/** NIK indexes after `after` whose photo nobody has looked at yet. */
export async function photosWithoutTemplate(
  db: Db,
  orgId: string,
  after: string,
  limit: number,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('registry_photos')
    .select('nik_index')
    .where('org_id', '=', orgId)
    .where('nik_index', '>', after)
    .where('template_model', 'is', null)
    .orderBy('nik_index')
    .limit(limit)
    .execute();
  return rows.map((row) => row.nik_index);
}
