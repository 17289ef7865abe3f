import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../store.ts';
import { enginesUnderTest, type TestDatabase } from '../testing/test-databases.ts';
import { draftIdsOf } from './erasures.ts';

const at = '2026-11-20T03:00:00.000Z';

describe.each(enginesUnderTest)('an erasure on $name', ({ ready, database }) => {
  let place: TestDatabase;
  let store: Store;
  beforeEach(async ({ skip }) => {
    skip(!ready);
    place = await database(() => new Date(at));
    const opened = await place.open();
    if (!opened.ok) throw new Error(opened.error.code);
    store = opened.value;
  });
  afterEach(async () => {
    if (!ready) return;
    await store.close();
    await place.remove();
  });

  const delivered = (id: string, draftId: string, customerId: string) =>
    store.db
      .insertInto('outbox')
      .values({
        id,
        org_id: 'org',
        customer_id: draftId,
        kind: 'ktp',
        blob_id: `blob_${id}`,
        size: 1,
        state: 'delivered',
        attempts: 1,
        next_attempt_at: at,
        lease_owner: null,
        lease_until: null,
        last_error: null,
        result: JSON.stringify({ captureId: 'cap', customerId }),
        captured_at: at,
        created_at: at,
        delivered_at: at,
      })
      .execute();

  it('finds the drafts that turned out to be this customer, and nobody else’s', async () => {
    await delivered('n1', 'cus_DRAFT', 'cus_A');
    await delivered('n2', 'cus_DRAFT', 'cus_A');
    await delivered('n3', 'cus_A', 'cus_A');
    await delivered('n4', 'cus_OTHER', 'cusXA');
    await delivered('n5', 'cus_THIRD', 'cus_AB');
    expect(await draftIdsOf(store.db, 'org', 'cus_A')).toEqual(['cus_DRAFT']);
    expect(await draftIdsOf(store.db, 'elsewhere', 'cus_A')).toEqual([]);
  });
});
