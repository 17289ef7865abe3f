import type { OrgSettings } from '../../contract/settings.ts';
import { readSettings } from './organisations.ts';
import { compiledOnce } from './compiled-once.ts';
import { listPart } from './list-part.ts';
import type { Db, ListPart, Row, Slice } from './types.ts';

export type ApiKeyRow = Row<'api_keys'>;

export async function insertApiKey(db: Db, row: ApiKeyRow): Promise<void> {
  await db.insertInto('api_keys').values(row).execute();
}

/** The key and its organisation's settings in one look: every request of a program begins with it. */
export async function findApiKeyByHash(
  db: Db,
  keyHash: string,
): Promise<{ readonly row: ApiKeyRow; readonly settings: OrgSettings } | null> {
  const [found] = await compiledOnce(db, 'api-key-by-hash', [keyHash], ([hash]) =>
    db
      .selectFrom('api_keys')
      .innerJoin('organisations', 'organisations.id', 'api_keys.org_id')
      .selectAll('api_keys')
      .select('organisations.settings')
      .where('key_hash', '=', String(hash)),
  );
  if (found === undefined) return null;
  const { settings, ...row } = found;
  return { row, settings: readSettings(settings) };
}

export async function findApiKey(db: Db, orgId: string, id: string): Promise<ApiKeyRow | null> {
  const row = await db
    .selectFrom('api_keys')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

export async function revokeApiKeyAt(db: Db, orgId: string, id: string, at: string): Promise<void> {
  await db.updateTable('api_keys').set({ revoked_at: at }).where('org_id', '=', orgId).where('id', '=', id).execute();
}

export async function touchApiKey(db: Db, id: string, at: string): Promise<void> {
  await db.updateTable('api_keys').set({ last_used_at: at }).where('id', '=', id).execute();
}

export async function listApiKeys(db: Db, orgId: string, slice: Slice): Promise<ListPart<ApiKeyRow>> {
  return listPart(db.selectFrom('api_keys').selectAll().where('org_id', '=', orgId), 'created_at', slice);
}
