import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../store.ts';
import { enginesUnderTest, type TestDatabase } from '../testing/test-databases.ts';
import { listCount } from './list-counts.ts';

const at = '2026-11-20T03:00:00.000Z';

describe.each(enginesUnderTest.filter(({ ready }) => ready))('totals kept on $name', ({ database }) => {
  let place: TestDatabase;
  let store: Store;
  beforeAll(async () => {
    place = await database(() => new Date(at));
    const opened = await place.open();
    if (!opened.ok) throw new Error(opened.error.code);
    store = opened.value;
    for (const id of ['org', 'rival'])
      await store.db
        .insertInto('organisations')
        .values({ id, name: id, branch: 'A', settings: '{}', created_at: at, updated_at: at })
        .execute();
  });
  afterAll(async () => {
    await store.close();
    await place.remove();
  });

  const customer = (id: string, org_id: string, kyc_level: string, status: 'active' | 'archived' = 'active') => ({
    id,
    org_id,
    full_name: 'SITI',
    nik: null,
    nik_index: null,
    nik_metadata: null,
    email: null,
    phone: null,
    external_ref: null,
    status,
    kyc_level,
    kyc_last_verified_at: null,
    kyc_expires_at: null,
    data_residency: 'id-jkt-1',
    created_at: at,
    updated_at: at,
    erased_at: null,
  });
  const counted = async (by: { a?: string; b?: string } = {}): Promise<readonly number[]> => [
    await listCount(store.db, 'org', 'customers', by),
    await listCount(store.db, 'rival', 'customers', by),
  ];

  it('are what counting would say after rows came, changed and went, and after a transaction that failed', async () => {
    const { db } = store;
    expect(await counted()).toEqual([0, 0]);
    await db
      .insertInto('customers')
      .values([
        customer('c1', 'org', 'none'),
        customer('c2', 'org', 'basic'),
        customer('c3', 'org', 'basic'),
        customer('c4', 'rival', 'basic'),
      ])
      .execute();
    expect(await counted()).toEqual([3, 1]);
    expect(await counted({ a: 'basic' })).toEqual([2, 1]);
    await db.updateTable('customers').set({ kyc_level: 'standard' }).where('id', '=', 'c2').execute();
    await db.updateTable('customers').set({ status: 'archived' }).where('id', '=', 'c3').execute();
    await db.updateTable('customers').set({ full_name: 'DEWI' }).where('org_id', '=', 'org').execute();
    expect([await counted({ a: 'basic' }), await counted({ a: 'standard' })]).toEqual([
      [1, 1],
      [1, 0],
    ]);
    expect([await counted({ b: 'archived' }), await counted({ a: 'basic', b: 'archived' })]).toEqual([
      [1, 0],
      [1, 0],
    ]);
    const failing = store.transaction(async (trx) => {
      await trx
        .insertInto('customers')
        .values(customer('c5', 'org', 'none'))
        .execute();
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await db.deleteFrom('customers').where('id', '=', 'c1').execute();
    expect(await counted()).toEqual([2, 1]);
    const real = await sql<{ n: number }>`select count(*) as n from customers where org_id = 'org'`.execute(db);
    expect(Number(real.rows[0]?.n)).toBe(2);
  });
});
