/** Which watch lists, in which version, the desk had when a capture was sealed: an auditor must not have to believe it later. */
import { sql, type Kysely } from 'kysely';
import { compiledOnce } from '../../store/repositories/compiled-once.ts';
import type { Database } from '../../store/schema.ts';

/** By list; empty where the organisation has none. Cut to what a manifest takes. */
export async function listVersionsNow(trx: Kysely<Database>, orgId: string): Promise<Record<string, string>> {
  const rows = await compiledOnce(trx, 'screening_packs.versions', [orgId], ([org]) =>
    trx
      .selectFrom('screening_packs')
      .select(['list_id', 'version'])
      .where('org_id', '=', String(org))
      .where('state', '=', sql.lit('active'))
      .orderBy('list_id'),
  );
  return Object.fromEntries(rows.map((row) => [row.list_id.slice(0, 60), row.version.slice(0, 80)]));
}
