/** How SQLite runs the lists: each by an index in the list's own order, whatever the size of the table. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../open-store.ts';
import type { Database } from '../schema.ts';
import { openSqlite, sqliteEngine, type SqliteHandle } from '../sqlite-dialect.ts';
import { createTransactionScope } from '../transaction-scope.ts';
import { customerRow } from '../testing/customer-row.ts';
import { findApiKeyByHash } from './api-keys.ts';
import { listAuditRows } from './audit-rows.ts';
import { findCustomerByExternalRef, insertCustomer, listCustomers, searchCustomers } from './customers.ts';
import { listEnrolments } from './enrolments.ts';
import { listReviewCases } from './reviews.ts';
import { listCustomerTierEvents, listTierEvents } from './tier-events.ts';
import type { Db, Slice } from './types.ts';
import { listEffectiveVerifications, listVerifications } from './verifications.ts';

let directory: string;
let handle: SqliteHandle;
let db: Db;
const asked: { readonly sql: string; readonly parameters: readonly unknown[] }[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loket-plans-'));
  const options = { path: join(directory, 'loket.db'), keyHex: randomBytes(32).toString('hex') };
  const made = await openStore({ ...options, clock: () => new Date() });
  if (!made.ok) throw new Error(made.error.code);
  await made.value.close();
  handle = openSqlite(options);
  db = new Kysely<Database>({ dialect: sqliteEngine(overheard(handle), createTransactionScope()).dialect });
});
afterAll(async () => {
  await db.destroy();
  await rm(directory, { recursive: true, force: true });
});

/** The same handle; what its statements are asked is noted, whichever way it comes. */
function overheard(real: SqliteHandle): SqliteHandle {
  return new Proxy(real, {
    get(target, name) {
      const member = Reflect.get(target, name) as unknown;
      if (name !== 'prepare') return typeof member === 'function' ? member.bind(target) : member;
      return (sql: string) => {
        const statement = target.prepare<unknown[]>(sql);
        const all = statement.all.bind(statement);
        return Object.assign(statement, {
          all: (...parameters: unknown[]) => {
            asked.push({ sql, parameters });
            return all(...parameters);
          },
        });
      };
    },
  });
}

/** Steps of the plan of everything `work` asks the database, totals aside: those have to count. */
async function plan(work: () => Promise<unknown>): Promise<string[]> {
  asked.length = 0;
  await work();
  const queries = asked.filter((query) => !query.sql.includes('count(*)'));
  expect(queries.length).toBeGreaterThan(0);
  return queries.flatMap((query) =>
    (handle.prepare(`explain query plan ${query.sql}`).all(...query.parameters) as { detail: string }[]).map(
      (step) => step.detail,
    ),
  );
}

const page: Slice = { by: 'page', page: 1, limit: 20 };
const first: Slice = { by: 'cursor', after: null, limit: 20 };
const later: Slice = { by: 'cursor', after: { at: '2026-11-20T03:00:00.000Z', id: 'x' }, limit: 20 };
const customerId = 'cus_x';

const lists: Record<string, (slice: Slice) => Promise<unknown>> = {
  'all verifications': (slice) => listVerifications(db, 'org', {}, slice),
  "a customer's verifications": (slice) => listVerifications(db, 'org', { customerId }, slice),
  'verifications by method': (slice) => listVerifications(db, 'org', { method: 'step_up' }, slice),
  'all tier events': (slice) => listTierEvents(db, 'org', {}, slice),
  "a customer's tier events": (slice) => listTierEvents(db, 'org', { customerId }, slice),
  'all enrolments': (slice) => listEnrolments(db, 'org', {}, slice),
  "a customer's enrolments": (slice) => listEnrolments(db, 'org', { customerId }, slice),
  'all customers': (slice) => listCustomers(db, 'org', {}, slice),
  'the audit log': (slice) => listAuditRows(db, 'org', {}, slice),
  'the review queue': (slice) => listReviewCases(db, 'org', {}, slice),
};

describe.each(Object.entries(lists))('%s', (_name, list) => {
  it.each([
    ['by page', page],
    ['from the beginning', first],
    ['from a cursor', later],
  ])('%s: no sort, no walk through the table', async (_how, slice) => {
    const steps = await plan(() => list(slice));
    expect(steps.filter((step) => /TEMP B-TREE|^SCAN/.test(step))).toEqual([]);
  });
});

it("looks for one customer's records under his id, not among the organisation's", async () => {
  const steps = await plan(async () => {
    await listEffectiveVerifications(db, 'org', customerId);
    await listCustomerTierEvents(db, 'org', customerId);
    await listVerifications(db, 'org', { customerId }, page);
  });
  for (const step of steps.filter((one) => /verifications|tier_events/.test(one)))
    expect(step).toContain('org_id=? AND customer_id=?');
});

it('reads the customers a search found by their ids', async () => {
  const at = '2026-11-20T03:00:00.000Z';
  await db
    .insertInto('organisations')
    .values({ id: 'org', name: 'Bank', branch: 'Jakarta', settings: '{}', created_at: at, updated_at: at })
    .execute();
  for (let n = 10; n < 40; n += 1) await insertCustomer(db, customerRow(`cus_${n}`, { full_name: 'SITI' }));
  const steps = await plan(() => searchCustomers(db, 'org', { text: 'siti', nikIndex: null }, first));
  const reads = steps.filter((step) => step.includes(' customers '));
  expect(reads.at(-1)).toContain('(id=?)');
  expect(reads.filter((step) => !step.startsWith('SEARCH'))).toEqual([]);
});

it('finds a key and an external reference by their own index', async () => {
  const steps = await plan(async () => {
    await findApiKeyByHash(db, 'hash');
    await findCustomerByExternalRef(db, 'org', 'core-1');
  });
  expect(steps.filter((step) => step.startsWith('SCAN'))).toEqual([]);
  expect(steps.join('\n')).toContain('external_ref=?');
  expect(steps.join('\n')).toContain('key_hash=?');
});
