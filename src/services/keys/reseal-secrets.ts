/** Secrets of the installation sealed anew under the newest key, table by table, a small transaction at a time. */
import { sql } from 'kysely';
import type { Db } from '../../store/repositories/types.ts';
import { SealBroken } from '../../vault/sealing.ts';
import type { ServiceContext } from '../context.ts';

interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** Names a row, and the seal's context together with `prefix`. */
  readonly key: string;
  readonly prefix: string;
}

/** What lives longer than a retired key is kept. Challenges, sign-ins in progress and kept answers end by themselves. */
export const resealed: readonly SealedColumn[] = [
  { table: 'oidc_providers', column: 'client_secret_sealed', key: 'org_id', prefix: 'oidc-client-secret:' },
  { table: 'webhook_secrets', column: 'secret_sealed', key: 'id', prefix: 'webhook:' },
  { table: 'device_keys', column: 'secret_sealed', key: 'id', prefix: 'device:' },
  { table: 'desk_sessions', column: 'draft_sealed', key: 'id', prefix: 'desk-session:' },
  { table: 'screening_chunks', column: 'sealed', key: 'id', prefix: 'list-chunk:' },
];

const batchSize = 200;

interface Found {
  readonly name: string;
  readonly sealed: Uint8Array;
}

/** Returns how many were sealed anew. One that does not open is left as it is and counted in `unreadable`. */
export async function resealSecrets(
  ctx: Pick<ServiceContext, 'store' | 'vault'>,
): Promise<{ readonly resealed: number; readonly unreadable: number }> {
  let done = 0;
  let unreadable = 0;
  for (const place of resealed) {
    for (let after = ''; ;) {
      const rows = await ctx.store.transaction(async (trx) => {
        const found = await slice(trx, place, after);
        for (const row of found) {
          const fresh = resealOne(ctx, row.sealed, `${place.prefix}${row.name}`);
          if (fresh === 'unreadable') unreadable += 1;
          else if (fresh !== null) {
            await replace(trx, place, row, fresh);
            done += 1;
          }
        }
        return found;
      });
      const last = rows.at(-1);
      if (last === undefined || rows.length < batchSize) break;
      after = last.name;
    }
  }
  return { resealed: done, unreadable };
}

function resealOne(
  ctx: Pick<ServiceContext, 'vault'>,
  sealed: Uint8Array,
  context: string,
): Uint8Array | null | 'unreadable' {
  try {
    return ctx.vault.resealSecret(sealed, context);
  } catch (error) {
    if (error instanceof SealBroken) return 'unreadable';
    throw error;
  }
}

async function slice(trx: Db, place: SealedColumn, after: string): Promise<readonly Found[]> {
  const { table, column, key } = place;
  const found = await sql<Found>`select ${sql.ref(key)} as name, ${sql.ref(column)} as sealed from ${sql.table(table)}
    where ${sql.ref(column)} is not null and ${sql.ref(key)} > ${after}
    order by ${sql.ref(key)} limit ${batchSize}`.execute(trx);
  return found.rows;
}

async function replace(trx: Db, place: SealedColumn, row: Found, fresh: Uint8Array): Promise<void> {
  await sql`update ${sql.table(place.table)} set ${sql.ref(place.column)} = ${fresh}
    where ${sql.ref(place.key)} = ${row.name}`.execute(trx);
}
