import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Result } from '../../contract/result.ts';
import { verifyEd25519Bytes } from '../../vault/ed25519.ts';
import { createCustomer } from '../create-customer.ts';
import { ingestDeskCapture } from '../ingest-desk-capture.ts';
import { picture } from '../testing/fake-vision.ts';
import { addOrganisation, deskCapture, openTestHouse } from '../testing/test-house.ts';
import { verifyAudit } from '../verify-audit.ts';
import { runDailyJob } from './run-daily-job.ts';

let house: Awaited<ReturnType<typeof openTestHouse>>;
let bank: Awaited<ReturnType<typeof addOrganisation>>;
beforeEach(async () => {
  house = await openTestHouse();
  bank = await addOrganisation(house, 'Bank');
});
afterEach(() => house.close());

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}
const db = () => house.ctx.store.db;
const later = (days: number): void => void (house.now = new Date(house.now.getTime() + days * 86_400_000));
const run = async () => valueOf(await runDailyJob(house.ctx, { again: true }));
const newCustomer = async (fullName = 'SITI RAHMAWATI') =>
  valueOf(await createCustomer(house.ctx, bank.actor('staff'), { fullName })).id;

async function refuse(customerId: string): Promise<void> {
  const capture = deskCapture(house, 'ktp', customerId, [picture('no-card')]);
  valueOf(await ingestDeskCapture(house.ctx, { orgId: bank.orgId, deskId: bank.deskId, capture }));
  const at = house.now.toISOString();
  const { id } = await db()
    .selectFrom('verifications')
    .select('id')
    .where('customer_id', '=', customerId)
    .executeTakeFirstOrThrow();
  await db().deleteFrom('review_cases').where('customer_id', '=', customerId).execute();
  const times = { due_at: at, created_at: at, updated_at: at };
  const who = { org_id: bank.orgId, customer_id: customerId, assignee_id: null, operator_id: null };
  await db()
    .insertInto('review_cases')
    .values({ id: `rev_${customerId}`, ...who, verification_id: id, reasons: '[]', status: 'rejected', ...times })
    .execute();
  await db().updateTable('customers').set({ kyc_level: 'none' }).where('id', '=', customerId).execute();
}
const standing = async (id: string) =>
  (await db().selectFrom('customers').select(['status', 'full_name']).where('id', '=', id).executeTakeFirstOrThrow())
    .status;

describe('applicants who were refused', () => {
  it('are a class of their own: erased with a certificate after a year, and not a day before', async () => {
    const refused = await newCustomer();
    const accepted = await newCustomer('BUDI SANTOSO');
    await refuse(refused);
    expect(await run()).toMatchObject({ refusedNoted: 1, refusedErased: 0 });
    expect(await run()).toMatchObject({ refusedNoted: 0, refusedErased: 0 });
    later(364);
    expect(await run()).toMatchObject({ refusedErased: 0 });
    later(1);
    expect(await run()).toMatchObject({ refusedErased: 1 });
    expect(await standing(refused)).toBe('archived');
    expect(await standing(accepted)).toBe('active');
    const erasure = await db().selectFrom('erasures').selectAll().executeTakeFirstOrThrow();
    expect(erasure).toMatchObject({ customer_id: refused, state: 'erased', requested_by: 'retention' });
    expect(await db().selectFrom('erasure_journal').select('seq').execute()).toHaveLength(1);
  });

  it('leave the class when they are accepted after all', async () => {
    const id = await newCustomer();
    await refuse(id);
    await run();
    await db().updateTable('customers').set({ kyc_level: 'basic' }).where('id', '=', id).execute();
    later(400);
    expect(await run()).toMatchObject({ refusedErased: 0 });
    expect(await db().selectFrom('refused_applicants').selectAll().execute()).toEqual([]);
  });
});

describe('records whose seven years are over', () => {
  it('go behind a signed checkpoint, and the rest of the log still checks from there on', async () => {
    const id = await newCustomer();
    const capture = deskCapture(house, 'ktp', id, [picture('card')]);
    valueOf(await ingestDeskCapture(house.ctx, { orgId: bank.orgId, deskId: bank.deskId, capture }));
    const before = await verifyAudit(house.ctx.store);
    expect(before.intact).toBe(true);
    later(2000);
    const young = await newCustomer('BUDI SANTOSO');
    later(558);
    const report = await run();
    expect(report?.auditPurged).toBe(before.rows);
    expect(report?.recordsPurged).toBeGreaterThan(2);
    const left = await db().selectFrom('verifications').select('customer_id').execute();
    expect(left.filter((row) => row.customer_id === id)).toEqual([]);
    expect(await standing(young)).toBe('active');
    const after = await verifyAudit(house.ctx.store);
    expect(after).toMatchObject({ intact: true });
    expect(after.rows).toBeGreaterThan(0);
    for (const point of await db().selectFrom('retention_checkpoints').selectAll().execute()) {
      const bytes = new TextEncoder().encode(point.statement);
      expect(verifyEd25519Bytes(bytes, point.signature, house.ctx.vault.desk.publicKey)).toBe(true);
      expect(JSON.parse(point.statement)).toMatchObject({ kind: point.kind, before: point.before });
    }
    expect(await run()).toMatchObject({ recordsPurged: 0, auditPurged: 0 });
  });

  it('stay a day longer when the day has not come', async () => {
    const id = await newCustomer();
    later(2556);
    expect(await run()).toMatchObject({ recordsPurged: 0, auditPurged: 0 });
    expect(await standing(id)).toBe('active');
  });
});
