/** Small facts about the installation itself (heads, counters), as JSON under a name. */
import type { Kysely } from 'kysely';
import type { Database } from './schema.ts';

export async function readInstallationValue<T>(trx: Kysely<Database>, key: string): Promise<T | null> {
  const row = await trx.selectFrom('installation').select('value').where('key', '=', key).executeTakeFirst();
  return row === undefined ? null : (JSON.parse(row.value) as T);
}

export async function writeInstallationValue(trx: Kysely<Database>, key: string, value: unknown): Promise<void> {
  const text = JSON.stringify(value);
  await trx
    .insertInto('installation')
    .values({ key, value: text })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: text }))
    .execute();
}
