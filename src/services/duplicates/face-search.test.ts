/** The bank's search, through pgvector in a real PostgreSQL inside the process. */
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '../context.ts';
import { eraseCustomer } from '../erase-customer.ts';
import { addOrganisation, openTestHouse, type TestHouse, type TestOrganisation } from '../testing/test-house.ts';
import { enrolledPeople, type EnrolledPeople } from './testing/enrolled-people.ts';
import { faceSearchOf, openFaceSearch, tendFaceSearch } from './face-search.ts';

let house: TestHouse;
let own: TestOrganisation;
let actor: Actor;
let customer: EnrolledPeople['customer'];
let enrolled: EnrolledPeople['enrolled'];
let look: EnrolledPeople['look'];

beforeEach(async () => {
  house = await openTestHouse({ engine: 'pglite' });
  own = await addOrganisation(house, 'Bank');
  actor = (await own.key()).actor;
  ({ customer, enrolled, look } = enrolledPeople(house, actor));
});
afterEach(() => house.close());

async function kept(): Promise<readonly { enrolment_id: string; turned: string | null }[]> {
  const rows = await sql<{ enrolment_id: string; turned: string | null }>`
    select enrolment_id, turned::text as turned from face_vectors order by 1`.execute(house.ctx.store.db);
  return rows.rows;
}

describe('the search through pgvector', () => {
  it('finds what was enrolled before it and since, in its own organisation only', async () => {
    const first = await customer();
    const before = await enrolled(first, 3);
    expect(faceSearchOf(house.ctx)).toBe('exact');
    expect(await openFaceSearch(house.ctx)).toMatch(/^pgvector 0\.\d+/);
    const second = await customer();
    const since = await enrolled(second, 7);
    const third = await customer();
    expect((await look(third, 3)).hits).toEqual([
      { enrolmentId: before, customerId: first, similarity: expect.closeTo(1, 5) as number },
    ]);
    expect((await look(third, 7)).hits.map((hit) => hit.enrolmentId)).toEqual([since]);
    expect((await look(third, 9)).hits).toEqual([]);
    expect((await look(first, 3)).hits).toEqual([]);
    expect((await look(third, 3)).enrolled).toBe(2);
    const other = await addOrganisation(house, 'Other');
    expect((await look('cus_x', 3, other.orgId)).hits).toEqual([]);
  });

  it('holds no template that can be read: each is turned by a key of the installation', async () => {
    await openFaceSearch(house.ctx);
    await enrolled(await customer(), 3);
    expect(await kept()).toEqual([expect.objectContaining({ turned: null })]);
    await look('cus_x', 3);
    const [row] = await kept();
    const cells = JSON.parse(row?.turned ?? '[]') as number[];
    expect(cells).toHaveLength(512);
    // The template is one axis; turned, no axis stands out.
    expect(Math.max(...cells.map(Math.abs))).toBeLessThan(0.5);
    expect(cells.filter((cell) => Math.abs(cell) > 0.001).length).toBeGreaterThan(450);
  });

  it('loses a retired and an erased template in the transaction that ends it', async () => {
    await openFaceSearch(house.ctx);
    const first = await customer();
    const older = await enrolled(first, 3);
    const newer = await enrolled(first, 4);
    expect((await kept()).map((row) => row.enrolment_id)).toEqual([newer]);
    expect(older).not.toBe(newer);
    expect((await look('cus_x', 4)).hits).toHaveLength(1);
    const erased = await eraseCustomer(house.ctx, own.actor('compliance'), {
      customerId: first,
      reason: 'asked for it',
      requestedBy: 'dpo',
    });
    expect(erased.ok && erased.value.erasedAt).not.toBeNull();
    expect(await kept()).toEqual([]);
    expect((await look('cus_x', 4)).hits).toEqual([]);
  });

  it('a job turns what waits; a search that finds too much waiting is exact meanwhile', async () => {
    const first = await customer();
    await enrolled(first, 3);
    await openFaceSearch(house.ctx);
    // As many as an older program, or an import, may have left: more than a capture should pay for.
    await sql`insert into enrolments select 'fe_copy_' || n, org_id, customer_id, source, model_id, template, face_width_px, active,
      fallback_stub, retire_reason, capture_id, photo_blob_id, created_at, retired_at
      from enrolments, generate_series(1, 450) as n`.execute(house.ctx.store.db);
    const second = await customer();
    expect((await look(second, 3)).hits.map((hit) => hit.customerId)).toContain(first);
    expect((await kept()).some((row) => row.turned === null)).toBe(true);
    expect(await tendFaceSearch(house.ctx, new AbortController().signal)).toBeGreaterThan(0);
    expect((await kept()).every((row) => row.turned !== null)).toBe(true);
    expect((await look(second, 3)).hits.map((hit) => hit.customerId)).toContain(first);
  });
});
