/** Clients of the provider-compatible routes, their charges, kept answers and callbacks. */
import { sql } from 'kysely';
import type { Db, Row } from './types.ts';

export type ProviderClientRow = Row<'provider_clients'>;
export type ProviderCallbackRow = Row<'provider_callbacks'>;
export type ProviderChargeRow = Row<'provider_charges'>;
export type Provider = ProviderClientRow['provider'];

export async function insertProviderClient(trx: Db, row: ProviderClientRow): Promise<void> {
  await trx.insertInto('provider_clients').values(row).execute();
}

export async function listProviderClients(db: Db, orgId: string): Promise<readonly ProviderClientRow[]> {
  return db
    .selectFrom('provider_clients')
    .selectAll()
    .where('org_id', '=', orgId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

export async function findProviderClient(db: Db, orgId: string, id: string): Promise<ProviderClientRow | null> {
  const row = await db
    .selectFrom('provider_clients')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

export async function findClientByLogin(db: Db, provider: Provider, login: string): Promise<ProviderClientRow | null> {
  const row = await db
    .selectFrom('provider_clients')
    .selectAll()
    .where('provider', '=', provider)
    .where('login', '=', login)
    .executeTakeFirst();
  return row ?? null;
}

/** By either of its two keys. */
export async function findClientByHash(db: Db, provider: Provider, hash: string): Promise<ProviderClientRow | null> {
  const row = await db
    .selectFrom('provider_clients')
    .selectAll()
    .where('provider', '=', provider)
    .where(({ or, eb }) => or([eb('secret_hash', '=', hash), eb('second_hash', '=', hash)]))
    .executeTakeFirst();
  return row ?? null;
}

export async function providerIsOn(db: Db, provider: Provider): Promise<boolean> {
  const row = await db
    .selectFrom('provider_clients')
    .select('id')
    .where('provider', '=', provider)
    .where('status', '=', 'active')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export async function updateProviderClient(trx: Db, id: string, change: Partial<ProviderClientRow>): Promise<void> {
  await trx.updateTable('provider_clients').set(change).where('id', '=', id).execute();
}

/** Empties the single-use token; false when somebody was quicker. */
export async function spendToken(trx: Db, id: string, tokenHash: string): Promise<boolean> {
  const done = await trx
    .updateTable('provider_clients')
    .set({ token_hash: null, keys_sealed: null })
    .where('id', '=', id)
    .where('token_hash', '=', tokenHash)
    .executeTakeFirst();
  return Number(done.numUpdatedRows) === 1;
}

export async function countAnswer(trx: Db, row: Omit<ProviderChargeRow, 'count'>): Promise<void> {
  await trx
    .insertInto('provider_charges')
    .values({ ...row, count: 1 })
    .onConflict((conflict) =>
      conflict.columns(['client_id', 'day', 'code']).doUpdateSet({ count: sql<number>`provider_charges.count + 1` }),
    )
    .execute();
}

export async function listCharges(db: Db, clientIds: readonly string[]): Promise<readonly ProviderChargeRow[]> {
  if (clientIds.length === 0) return [];
  return db
    .selectFrom('provider_charges')
    .selectAll()
    .where('client_id', 'in', [...clientIds])
    .orderBy('client_id')
    .orderBy('day')
    .orderBy('code')
    .execute();
}

/** Charged answers of a client since a day, for its quota. */
export async function chargedSince(db: Db, clientId: string, day: string): Promise<number> {
  const row = await db
    .selectFrom('provider_charges')
    .select(({ fn }) => fn.sum<number>('count').as('n'))
    .where('client_id', '=', clientId)
    .where('day', '>=', day)
    .where('charged', '=', 1)
    .executeTakeFirst();
  return Number(row?.n ?? 0);
}

export async function putAnswer(trx: Db, row: Row<'provider_answers'>): Promise<void> {
  await trx
    .insertInto('provider_answers')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['client_id', 'id']).doUpdateSet({ body_sealed: row.body_sealed, created_at: row.created_at }),
    )
    .execute();
}

export async function findAnswer(
  db: Db,
  clientId: string,
  kind: string,
  id: string,
): Promise<Row<'provider_answers'> | null> {
  const row = await db
    .selectFrom('provider_answers')
    .selectAll()
    .where('client_id', '=', clientId)
    .where('id', '=', id)
    .where('kind', '=', kind)
    .executeTakeFirst();
  return row ?? null;
}

export async function putCallbackUrl(trx: Db, row: Row<'provider_callback_urls'>): Promise<void> {
  await trx
    .insertInto('provider_callback_urls')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['client_id', 'service']).doUpdateSet({ url: row.url, updated_at: row.updated_at }),
    )
    .execute();
}

export async function findCallbackUrl(db: Db, clientId: string, service: string): Promise<string | null> {
  const row = await db
    .selectFrom('provider_callback_urls')
    .select('url')
    .where('client_id', '=', clientId)
    .where('service', '=', service)
    .executeTakeFirst();
  return row?.url ?? null;
}

export async function insertCallback(trx: Db, row: ProviderCallbackRow): Promise<void> {
  await trx.insertInto('provider_callbacks').values(row).execute();
}

/** Takes the callback that has been due the longest, under a lease; null when nothing is due. */
export async function leaseCallback(
  trx: Db,
  lease: { readonly now: string; readonly owner: string; readonly until: string },
): Promise<ProviderCallbackRow | null> {
  const row = await trx
    .selectFrom('provider_callbacks')
    .selectAll()
    .where('state', 'in', ['pending', 'sending'])
    .where('next_attempt_at', '<=', lease.now)
    .orderBy('next_attempt_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return null;
  const change = {
    state: 'sending',
    attempts: row.attempts + 1,
    lease_owner: lease.owner,
    next_attempt_at: lease.until,
  } as const;
  const taken = await trx
    .updateTable('provider_callbacks')
    .set(change)
    .where('id', '=', row.id)
    .where('attempts', '=', row.attempts)
    .executeTakeFirst();
  return Number(taken.numUpdatedRows) === 1 ? { ...row, ...change } : null;
}

/** Ends an attempt, unless the lease went to somebody else meanwhile. */
export async function endCallback(
  trx: Db,
  row: ProviderCallbackRow,
  change: Pick<ProviderCallbackRow, 'state' | 'next_attempt_at' | 'last_status' | 'last_error' | 'finished_at'>,
): Promise<void> {
  await trx
    .updateTable('provider_callbacks')
    .set({ ...change, lease_owner: null })
    .where('id', '=', row.id)
    .where('attempts', '=', row.attempts)
    .execute();
}

/** Answers and finished callbacks older than this are gone. */
export async function purgeProviderRecords(trx: Db, before: string): Promise<void> {
  await trx.deleteFrom('provider_answers').where('created_at', '<', before).execute();
  await trx.deleteFrom('provider_callbacks').where('finished_at', '<', before).execute();
}
