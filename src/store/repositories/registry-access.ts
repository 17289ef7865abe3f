/** Where an organisation asks, who asked about whom, and who is still to be asked about. */
import { sql } from 'kysely';
import type { Db, Row } from './types.ts';

export type RegistrySourceRow = Row<'registry_sources'>;
export type RegistryAccessRow = Row<'registry_access'>;
export type RegistryCheckRow = Row<'registry_checks'>;

/** In the order they are asked. */
export async function listRegistrySources(db: Db, orgId: string): Promise<readonly RegistrySourceRow[]> {
  return db
    .selectFrom('registry_sources')
    .selectAll()
    .where('org_id', '=', orgId)
    .orderBy('position')
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

export async function putRegistrySource(trx: Db, row: RegistrySourceRow): Promise<void> {
  await trx
    .insertInto('registry_sources')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['org_id', 'kind']).doUpdateSet({
        position: row.position,
        base_url: row.base_url,
        credentials_sealed: row.credentials_sealed,
        options: row.options,
        updated_at: row.updated_at,
      }),
    )
    .execute();
}

/** False when there was none. */
export async function deleteRegistrySource(trx: Db, orgId: string, kind: string): Promise<boolean> {
  const done = await trx
    .deleteFrom('registry_sources')
    .where('org_id', '=', orgId)
    .where('kind', '=', kind)
    .executeTakeFirst();
  return done.numDeletedRows > 0n;
}

export async function insertAccess(trx: Db, row: RegistryAccessRow): Promise<void> {
  await trx.insertInto('registry_access').values(row).execute();
}

/** Questions to one source since an instant, of one asker or of all. */
export async function countAccess(
  db: Db,
  orgId: string,
  source: string,
  since: string,
  asker: string | null,
): Promise<number> {
  let query = db
    .selectFrom('registry_access')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('org_id', '=', orgId)
    .where('source', '=', source)
    .where('occurred_at', '>=', since);
  if (asker !== null) query = query.where('asker', '=', asker);
  return Number((await query.executeTakeFirstOrThrow()).n);
}

export interface AccessCount {
  /** `YYYY-MM` (UTC). */
  readonly month: string;
  readonly asker: string;
  readonly purpose: string;
  readonly source: string;
  readonly outcome: string;
  readonly questions: number;
  readonly charged: number;
  /** Different people asked about. */
  readonly people: number;
}

/** Use of a period, by month and by whatever the authority asks about. Instants; `until` excluded. */
export async function accessCounts(
  db: Db,
  orgId: string,
  period: { readonly from: string; readonly until: string },
): Promise<readonly AccessCount[]> {
  const month = sql<string>`substr(occurred_at, 1, 7)`;
  const rows = await db
    .selectFrom('registry_access')
    .select([
      month.as('month'),
      'asker',
      'purpose',
      'source',
      'outcome',
      sql<number>`count(*)`.as('questions'),
      sql<number>`sum(charged)`.as('charged'),
      sql<number>`count(distinct subject)`.as('people'),
    ])
    .where('org_id', '=', orgId)
    .where('occurred_at', '>=', period.from)
    .where('occurred_at', '<', period.until)
    .groupBy([month, 'asker', 'purpose', 'source', 'outcome'])
    .orderBy(month)
    .orderBy('asker')
    .orderBy('purpose')
    .orderBy('source')
    .orderBy('outcome')
    .execute();
  return rows.map((row) => ({
    ...row,
    questions: Number(row.questions),
    charged: Number(row.charged),
    people: Number(row.people),
  }));
}

/** Queues a customer once; one that is settled is left alone. */
export async function queueCheck(trx: Db, row: RegistryCheckRow): Promise<void> {
  await trx
    .insertInto('registry_checks')
    .values(row)
    .onConflict((conflict) => conflict.columns(['org_id', 'customer_id']).doNothing())
    .execute();
}
