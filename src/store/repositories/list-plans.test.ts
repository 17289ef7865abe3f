/** How SQLite runs the lists: each by an index in the list's own order, whatever the size of the table. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, type CompiledQuery } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../open-store.ts';
import type { Database } from '../schema.ts';
import { openSqlite, sqliteDialect, type SqliteHandle } from '../sqlite-dialect.ts';
import { createTransactionScope } from '../transaction-scope.ts';
import { findApiKeyByHash } from './api-keys.ts';
import { listAuditRows } from './audit-rows.ts';
import { findCustomerByExternalRef, listCustomers } from './customers.ts';
import { listEnrolments } from './enrolments.ts';
import { listReviewCases } from './reviews.ts';
import { listCustomerTierEvents, listTierEvents } from './tier-events.ts';
import type { Db, Slice } from './types.ts';
import { listEffectiveVerifications, listVerifications } from './verifications.ts';

let directory: string;
let handle: SqliteHandle;
let db: Db;
const asked: CompiledQuery[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'loket-plans-'));
  const options = { path: join(directory, 'loket.db'), keyHex: randomBytes(32).toString('hex') };
  const made = await openStore({ ...options, clock: () => new Date() });
  if (!made.ok) throw new Error(made.error.code);
  await made.value.close();
  handle = openSqlite(options);
  const log = (event: { query: CompiledQuery }): void => void asked.push(event.query);
  db = new Kysely<Database>({ dialect: sqliteDialect(handle, createTransactionScope()), log });
});
afterAll(async () => {
  await db.destroy();
  await rm(directory, { recursive: true, force: true });
});

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

it('finds a key and an external reference by their own index', async () => {
  const steps = await plan(async () => {
    await findApiKeyByHash(db, 'hash');
    await findCustomerByExternalRef(db, 'org', 'core-1');
  });
  expect(steps.filter((step) => step.startsWith('SCAN'))).toEqual([]);
  expect(steps.join('\n')).toContain('external_ref=?');
  expect(steps.join('\n')).toContain('key_hash=?');
});
