/** The index behind customer search: rows of `customer_search`, kept by `insertCustomer` and `updateCustomer`. */
import { sql } from 'kysely';
import { queryWords, searchTokens } from '../search-words.ts';
import type { Cursor, Db, Row, Slice } from './types.ts';

type Searchable = Pick<Row<'customers'>, 'id' | 'org_id' | 'full_name' | 'email' | 'erased_at'>;

/** Parameters of one statement stay far below the limits of both engines. */
const rowsAtOnce = 500;

/** Replaces what is stored for these customers; for an erased one nothing is. */
export async function indexCustomers(db: Db, customers: readonly Searchable[]): Promise<void> {
  const rows = customers
    .filter((customer) => customer.erased_at === null)
    .flatMap(({ org_id, id, full_name, email }) =>
      searchTokens([full_name, email]).map((token) => ({ org_id, token, customer_id: id })),
    );
  const ids = customers.map(({ id }) => id);
  if (ids.length > 0) await db.deleteFrom('customer_search').where('customer_id', 'in', ids).execute();
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    await db
      .insertInto('customer_search')
      .values(rows.slice(from, from + rowsAtOnce))
      .execute();
  }
}

/** Totals are counted up to here: counting every Muhammad of a bank would cost more than showing the page. */
export const countedUpTo = 1_000;

export interface FoundIds {
  readonly ids: readonly string[];
  /** Exact below `countedUpTo`; null when sliced by cursor. */
  readonly total: number | null;
  readonly next: Cursor | null;
}

/**
 * Customers with a word beginning with each of the query's words: newest first by page, oldest first by cursor (their ids
 * are ULIDs). Walks the index of the rarest word and stops when the page is full. A query without a letter or digit
 * finds nobody.
 */
export async function searchCustomerIds(db: Db, orgId: string, query: string, slice: Slice): Promise<FoundIds> {
  const [rarest, ...others] = await rarestFirst(db, orgId, queryWords(query));
  if (rarest === undefined) return { ids: [], total: slice.by === 'page' ? 0 : null, next: null };
  let matches = db
    .selectFrom('customer_search as s')
    .select('s.customer_id as id')
    .where('s.org_id', '=', orgId)
    .where('s.token', '=', rarest);
  for (const word of others) {
    matches = matches.where((e) =>
      e.exists(
        e
          .selectFrom('customer_search as o')
          .select(sql`1`.as('one'))
          .where('o.org_id', '=', orgId)
          .where('o.token', '=', word)
          .whereRef('o.customer_id', '=', 's.customer_id'),
      ),
    );
  }
  if (slice.by === 'page') {
    const counted = await db
      .selectFrom(matches.limit(countedUpTo).as('m'))
      .select((e) => e.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow();
    const page = matches.orderBy('s.customer_id', 'desc').limit(slice.limit);
    const rows = await page.offset((slice.page - 1) * slice.limit).execute();
    return { ids: rows.map(({ id }) => id), total: Number(counted.n), next: null };
  }
  const after = slice.after?.id;
  const later = after === undefined ? matches : matches.where('s.customer_id', '>', after);
  const rows = await later
    .orderBy('s.customer_id')
    .limit(slice.limit + 1)
    .execute();
  const ids = rows.slice(0, slice.limit).map(({ id }) => id);
  const last = ids.at(-1);
  return { ids, total: null, next: rows.length > slice.limit && last !== undefined ? { at: '', id: last } : null };
}

async function rarestFirst(db: Db, orgId: string, words: readonly string[]): Promise<readonly string[]> {
  if (words.length < 2) return words;
  const counted: { word: string; count: number }[] = [];
  for (const word of words) {
    const some = db
      .selectFrom('customer_search')
      .select('customer_id')
      .where('org_id', '=', orgId)
      .where('token', '=', word)
      .limit(countedUpTo);
    const row = await db
      .selectFrom(some.as('some'))
      .select((e) => e.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow();
    counted.push({ word, count: Number(row.n) });
  }
  return counted.sort((a, b) => a.count - b.count).map(({ word }) => word);
}
