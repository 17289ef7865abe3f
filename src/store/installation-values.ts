/** Small facts about the installation itself (heads, counters), as JSON under a name. */
import type { Kysely } from 'kysely';
import { compiledOnce } from './repositories/compiled-once.ts';
import type { Database } from './schema.ts';

export async function readInstallationValue<T>(trx: Kysely<Database>, key: string): Promise<T | null> {
  const row = await trx.selectFrom('installation').select('value').where('key', '=', key).executeTakeFirst();
  return row === undefined ? null : (JSON.parse(row.value) as T);
}

export async function writeInstallationValue(trx: Kysely<Database>, key: string, value: unknown): Promise<void> {
  const text = JSON.stringify(value);
  await compiledOnce(trx, 'write-installation-value', [key, text], ([name, json]) =>
    trx
      .insertInto('installation')
      .values({ key: String(name), value: String(json) })
      .onConflict((conflict) => conflict.column('key').doUpdateSet((e) => ({ value: e.ref('excluded.value') }))),
  );
}
