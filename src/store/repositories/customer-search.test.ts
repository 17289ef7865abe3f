import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../store.ts';
import { customerRow } from '../testing/customer-row.ts';
import { enginesUnderTest, type TestDatabase } from '../testing/test-databases.ts';
import { countedUpTo, indexCustomers, searchCustomerIds } from './customer-search.ts';
import { findCustomer, insertCustomer, searchCustomers, updateCustomer, type CustomerRow } from './customers.ts';
import { insertOrganisation } from './organisations.ts';
import { defaultOrgSettings } from '../../contract/settings.ts';

const at = '2026-11-20T03:00:00.000Z';
const clock = (): Date => new Date(at);

const person = (number: number, fullName: string, change: Partial<CustomerRow> = {}): CustomerRow =>
  customerRow(`cus_${String(number).padStart(8, '0')}`, { full_name: fullName, ...change });

describe.each(enginesUnderTest)('customers on $name', ({ engine, ready, database }) => {
  let place: TestDatabase;
  let store: Store;

  beforeEach(async ({ skip }) => {
    skip(!ready);
    place = await database(clock);
    const opened = await place.open();
    if (!opened.ok) throw new Error(opened.error.code);
    store = opened.value;
    for (const id of ['org', 'other']) {
      await insertOrganisation(store.db, { id, name: id, branch: 'A', settings: defaultOrgSettings, createdAt: at });
    }
  });
  afterEach(async () => {
    if (!ready) return;
    await store.close();
    await place.remove();
  });

  const found = async (query: string, orgId = 'org') => {
    const part = await searchCustomerIds(store.db, orgId, query, { by: 'page', page: 1, limit: 50 });
    return part.ids.map((id) => Number(id.slice(4)));
  };
  const tokensOf = async (number: number) =>
    (
      await store.db
        .selectFrom('customer_search')
        .select('token')
        .where('customer_id', '=', person(number, '').id)
        .execute()
    ).map(({ token }) => token);

  it('are found by the beginnings of the words of their name and address, newest first', async () => {
    await insertCustomer(store.db, person(1, 'SITI RAHMAWATI', { email: 'siti.r@bank.test' }));
    await insertCustomer(store.db, person(2, "Élise O'Neil Siti"));
    await insertCustomer(store.db, person(3, 'Budi Santoso', { email: 'rahma@bank.test' }));
    await insertCustomer(store.db, person(4, 'Siti Elsewhere', { org_id: 'other' }));
    expect(await found('siti')).toEqual([2, 1]);
    expect(await found('  RAHMA siti ')).toEqual([1]);
    expect(await found('rahma')).toEqual([3, 1]);
    expect(await found('elise o’neil')).toEqual([2]);
    expect(await found('siti.r@bank.test')).toEqual([1]);
    expect(await found('s si sit')).toEqual([2, 1]);
    expect(await found('siti budi')).toEqual([]);
    expect(await found('siti', 'other')).toEqual([4]);
    for (const nothing of ['', ' ', '%', '_', "'", 'ahmawati', '\\']) expect(await found(nothing)).toEqual([]);
  });

  it('are told apart by the first twelve letters of a word', async () => {
    await insertCustomer(store.db, person(1, 'Kusumaningratih'));
    expect(await found('kusumaningratih')).toEqual([1]);
    expect(await found('kusumaningr')).toEqual([1]);
    expect(await found('kusumaningx')).toEqual([]);
    expect(Math.max(...(await tokensOf(1)).map((token) => token.length))).toBe(12);
  });

  it('follow a new name, and are found no more once erased: no word of theirs stays', async () => {
    await insertCustomer(store.db, person(1, 'Siti', { email: 'siti@bank.test' }));
    await updateCustomer(store.db, 'org', person(1, '').id, { full_name: 'Dewi' });
    expect(await found('dewi')).toEqual([1]);
    expect(await found('siti')).toEqual([1]); // the address still says so
    await updateCustomer(store.db, 'org', person(1, '').id, { status: 'archived' });
    expect(await found('dewi')).toEqual([1]);
    await updateCustomer(store.db, 'org', person(1, '').id, { full_name: '(erased)', email: null, erased_at: at });
    expect(await tokensOf(1)).toEqual([]);
    expect(await found('erased')).toEqual([]);
    expect(await findCustomer(store.db, 'org', person(1, '').id)).not.toBeNull();
  });

  it('come page by page and cursor by cursor, each once', async () => {
    const people = Array.from({ length: 25 }, (_, index) =>
      person(index + 1, `Siti ${index % 2 === 0 ? 'Ani' : 'Beta'}`),
    );
    for (const row of people) await insertCustomer(store.db, row);
    const search = { text: 'siti ani', nikIndex: null };
    const pages = [1, 2, 3].map((page) => searchCustomers(store.db, 'org', search, { by: 'page', page, limit: 6 }));
    const shown = await Promise.all(pages);
    expect(shown.map(({ total }) => total)).toEqual([13, 13, 13]);
    const expected = people.filter((_, index) => index % 2 === 0).map(({ id }) => id);
    expect(shown.flatMap(({ rows }) => rows.map(({ id }) => id))).toEqual([...expected].reverse());
    const walked: string[] = [];
    for (let after: { at: string; id: string } | null = null; ;) {
      const part = await searchCustomers(store.db, 'org', search, { by: 'cursor', after, limit: 6 });
      walked.push(...part.rows.map(({ id }) => id));
      if (part.next === null) break;
      after = part.next;
    }
    expect(walked).toEqual(expected);
  });

  it('cost a search what its page is long, however many there are', { timeout: 120_000 }, async () => {
    const many = engine === 'pglite' ? 4_000 : 20_000;
    await store.transaction(async (trx) => {
      for (let from = 0; from < many; from += 100) {
        const rows = Array.from({ length: 100 }, (_, index) => {
          const number = from + index;
          return person(number, `${number % 2 === 0 ? 'Siti' : 'Muhammad'} ${number === 77 ? 'Zulkarnain' : 'Adi'}`);
        });
        await trx.insertInto('customers').values(rows).execute();
        await indexCustomers(trx, rows);
      }
    });
    if (engine !== 'sqlite') await sql`analyze`.execute(store.db);
    expect(await found('muhammad zulk')).toEqual([77]);
    const page = await searchCustomerIds(store.db, 'org', 'siti', { by: 'page', page: 1, limit: 20 });
    expect(page.total).toBe(countedUpTo);
    expect(page.ids).toEqual(Array.from({ length: 20 }, (_, index) => person(many - 2 - 2 * index, '').id));
    const query = sql`select s.customer_id from customer_search as s where s.org_id = 'org' and s.token = 'siti'
      order by s.customer_id desc limit 20`;
    if (engine === 'sqlite') {
      const plan = JSON.stringify((await sql`explain query plan ${query}`.execute(store.db)).rows);
      expect(plan).toContain('SEARCH s USING PRIMARY KEY (org_id=? AND token=?)');
      expect(plan).not.toContain('TEMP B-TREE');
      return;
    }
    const plan = await sql<Record<string, string>>`explain (analyze, format text) ${query}`.execute(store.db);
    const lines = plan.rows.map((row) => Object.values(row)[0] ?? '');
    const scan = lines.find((line) => line.includes('customer_search_key'));
    // Rows that the scan gave before the page was full.
    expect(Number(/actual time=\S+ rows=([\d.]+)/.exec(scan ?? '')?.[1])).toBe(20);
  });
});
