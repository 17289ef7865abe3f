/** The index behind customer search: rows of `customer_search`, kept by `insertCustomer` and `updateCustomer`. */
import { sql } from 'kysely';
import { queryWords, searchTokens } from '../search-words.ts';
import { compiledOnce } from './compiled-once.ts';
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
  const held = await rarestFirst(db, orgId, queryWords(query), slice.by === 'page');
  const [rarest] = held;
  if (rarest === undefined) return { ids: [], total: slice.by === 'page' ? 0 : null, next: null };
  const words = held.map(({ word }) => word);
  if (slice.by === 'page') {
    // One word: the holders are counted already.
    const total = words.length === 1 ? rarest.count : await countMatches(db, orgId, words);
    const values = [orgId, slice.limit, (slice.page - 1) * slice.limit, ...words];
    const rows = await compiledOnce(db, `search-page:${words.length}`, values, ([org, limit, offset, ...marks]) =>
      matching(db, String(org), marks.map(String))
        .orderBy('s.customer_id', 'desc')
        .limit(Number(limit))
        .offset(Number(offset)),
    );
    return { ids: rows.map(({ id }) => id), total, next: null };
  }
  const values = [orgId, slice.limit + 1, slice.after?.id ?? '', ...words];
  const rows = await compiledOnce(db, `search-after:${words.length}`, values, ([org, limit, after, ...marks]) =>
    matching(db, String(org), marks.map(String))
      .where('s.customer_id', '>', String(after))
      .orderBy('s.customer_id')
      .limit(Number(limit)),
  );
  const ids = rows.slice(0, slice.limit).map(({ id }) => id);
  const last = ids.at(-1);
  return { ids, total: null, next: rows.length > slice.limit && last !== undefined ? { at: '', id: last } : null };
}

/** Holders of all words, found among those of the first. */
function matching(db: Db, orgId: string, [rarest = '', ...others]: readonly string[]) {
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
  return matches;
}

async function countMatches(db: Db, orgId: string, words: readonly string[]): Promise<number> {
  const [row] = await compiledOnce(db, `search-count:${words.length}`, [orgId, ...words], ([org, ...marks]) =>
    db
      .selectFrom(matching(db, String(org), marks.map(String)).limit(countedUpTo).as('m'))
      .select((e) => e.fn.countAll<number>().as('n')),
  );
  return Number(row?.n ?? 0);
}

/** Which word to walk, and, where it is asked for, how many hold it. */
async function rarestFirst(
  db: Db,
  orgId: string,
  words: readonly string[],
  counting: boolean,
): Promise<readonly { readonly word: string; readonly count: number }[]> {
  if (words.length === 1 && !counting) return words.map((word) => ({ word, count: 0 }));
  const counted: { word: string; count: number }[] = [];
  for (const word of words) counted.push({ word, count: await countMatches(db, orgId, [word]) });
  return counted.sort((a, b) => a.count - b.count);
}
