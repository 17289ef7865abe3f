import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAuditRows } from '../../store/repositories/audit-rows.ts';
import { setReauthenticated } from '../../store/repositories/sessions.ts';
import { sha256 } from '../../vault/random.ts';
import { createCustomer } from '../create-customer.ts';
import { customerFile, eraseFromPage } from '../customer-file.ts';
import { decideReview } from '../decide-review.ts';
import { ingestDeskCapture } from '../ingest-desk-capture.ts';
import { searchCustomers } from '../search-customers.ts';
import { signIn } from '../sign-in.ts';
import { picture, type Scene } from '../testing/fake-vision.ts';
import { addOrganisation, deskCapture, openTestHouse, password, turnLeft } from '../testing/test-house.ts';
import { viewDashboard } from './view-dashboard.ts';

let house: Awaited<ReturnType<typeof openTestHouse>>;
let bank: Awaited<ReturnType<typeof addOrganisation>>;
const made: string[] = [];

async function onboard(scene: Scene): Promise<void> {
  const customer = await createCustomer(house.ctx, bank.actor('staff'), {
    fullName: 'SITI RAHMAWATI',
    phone: `+62812000000${made.length}`,
    externalRef: `CIF-${made.length}`,
  });
  if (!customer.ok) throw new Error(customer.error.code);
  made.push(customer.value.id);
  const evidence = { operatorId: bank.people.staff.id };
  const captures = [
    deskCapture(house, 'ktp', customer.value.id, [picture('card', `${made.length}`)], evidence),
    deskCapture(house, 'face', customer.value.id, [picture(scene, `${made.length}`)], {
      ...evidence,
      prompts: [turnLeft],
    }),
  ];
  for (const capture of captures) {
    const done = await ingestDeskCapture(house.ctx, { orgId: bank.orgId, deskId: bank.deskId, capture });
    if (!done.ok) throw new Error(done.error.code);
  }
}

beforeAll(async () => {
  house = await openTestHouse();
  bank = await addOrganisation(house, 'Bank');
  await onboard('alive');
  await onboard('still');
  await onboard('replay');
  house.now = new Date(house.now.getTime() + 20 * 60_000);
  const [waiting] = await house.ctx.store.db
    .selectFrom('review_cases')
    .select('id')
    .where('customer_id', '=', made[1] ?? '')
    .where('status', '=', 'open')
    .orderBy('created_at', 'desc')
    .execute();
  const decided = await decideReview(house.ctx, bank.actor('supervisor'), {
    caseId: waiting?.id ?? '',
    decision: 'reject',
    reasonCode: 'not_live',
    reason: 'Gambar diam.',
    password,
  });
  if (!decided.ok) throw new Error(decided.error.code);
});
afterAll(() => house.close());

const view = async (request: { days: number; deskId?: string }) => {
  const seen = await viewDashboard(house.ctx, bank.actor('supervisor'), request);
  if (!seen.ok) throw new Error(seen.error.code);
  return seen.value;
};

describe('the dashboard', () => {
  it('counts what the record holds', async () => {
    const seen = await view({ days: 1 });
    const { db } = house.ctx.store;
    const rows = await db.selectFrom('verifications').select(['method', 'score', 'status']).execute();
    const liveness = rows.filter((row) => row.method === 'face_liveness' && row.score !== null);
    expect(seen.liveness.total).toBe(liveness.length);
    expect(seen.liveness.buckets[19]?.verified).toBe(liveness.filter((row) => row.status === 'verified').length);
    expect(seen.match.ticks.map(({ at }) => Math.round(at))).toEqual([28, 45, 55]);
    expect(seen.funnel[0]).toEqual({ tier: 'none', customers: 3 });
    expect(seen.decisions).toEqual([{ decision: 'reject', reasonCode: 'not_live', cases: 1 }]);
    const cases = await db.selectFrom('review_cases').select(['status', 'reasons']).execute();
    expect(seen.casesOpened).toBe(cases.length);
    expect(seen.queue.waiting).toBe(cases.filter((row) => row.status === 'open').length);
    expect(seen.queue.buckets.reduce((sum, one) => sum + one.cases, 0)).toBe(seen.queue.waiting);
    expect(seen.queue.medianMinutes).toBe(20);
    for (const { code, cases: count } of seen.causes)
      expect(count).toBe(cases.filter((row) => row.reasons.includes(`"${code}"`)).length);
    expect(seen.activity).toEqual([{ desk: 'desk-1', captures: 6, customers: 3, cases: cases.length }]);
    expect(seen.perDay).toEqual([{ day: '2026-11-20', captures: 6 }]);
  });

  it('is narrowed by period and desk, refuses a desk of nobody, and is on the record', async () => {
    expect((await view({ days: 7, deskId: bank.deskId })).activity[0]?.captures).toBe(6);
    expect(await viewDashboard(house.ctx, bank.actor('supervisor'), { days: 7, deskId: 'dsk_none' })).toMatchObject({
      ok: false,
      error: { code: 'not_found' },
    });
    const before = house.now;
    house.now = new Date('2026-11-25T03:00:00.000Z');
    const later = await view({ days: 1 });
    expect([later.funnel[0]?.customers, later.liveness.total, later.casesOpened]).toEqual([0, 0, 0]);
    expect(later.queue.waiting).toBeGreaterThan(0);
    house.now = before;
    const page = { by: 'page', page: 1, limit: 5 } as const;
    const rows = await listAuditRows(house.ctx.store.db, bank.orgId, { event: 'dashboard.viewed' }, page);
    expect(rows.rows[0]?.actor_id).toBe(bank.people.supervisor.id);
  });

  it('shows another organisation nothing of it', async () => {
    const rival = await addOrganisation(house, 'Rival');
    const seen = await viewDashboard(house.ctx, rival.actor('supervisor'), { days: 30 });
    expect(seen.ok && [seen.value.funnel[0]?.customers, seen.value.queue.waiting, seen.value.activity]).toEqual([
      0,
      0,
      [],
    ]);
  });
});

describe('finding a customer', () => {
  const found = async (q: string) =>
    (await searchCustomers(house.ctx, bank.actor('staff'), q, { by: 'page', page: 1, limit: 10 })).rows.map(
      ({ id }) => id,
    );

  it.each(['+628120000001', '08120000001', '0812-0000-001', '62 812 0000 001', 'CIF-1'])('by %s', async (q) => {
    expect(await found(q)).toEqual([made[1]]);
  });

  it('by a name still finds all who have it', async () => {
    expect(await found('rahma')).toHaveLength(3);
    expect(await found('08129999999')).toEqual([]);
  });
});

describe('the customer page', () => {
  it('holds what is kept, and the look at it', async () => {
    const seen = await customerFile(house.ctx, bank.actor('supervisor'), made[0] ?? '');
    if (!seen.ok) throw new Error(seen.error.code);
    expect(seen.value.references.map(({ source }) => source)).toContain('ktp_extract');
    expect(seen.value.phone).toBe('+628120000000');
    expect(seen.value.dukcapil).toBeNull();
    expect(seen.value.audit[0]?.event).toBe('customer.viewed');
    expect(seen.value.audit.map(({ event }) => event)).toContain('ktp.captured');
    const staff = await customerFile(house.ctx, bank.actor('staff'), made[0] ?? '');
    expect(staff.ok && 'dukcapil' in staff.value).toBe(false);
  });

  it('erases only after a proof, and says what is left', async () => {
    const request = { id: made[2] ?? '', reason: 'permintaan nasabah', requestedBy: 'nasabah' };
    expect(await eraseFromPage(house.ctx, bank.actor('compliance'), { ...request, password: 'wrong' })).toMatchObject({
      ok: false,
      error: { code: 'invalid_credentials' },
    });
    const done = await eraseFromPage(house.ctx, bank.actor('compliance'), { ...request, password });
    if (!done.ok) throw new Error(done.error.code);
    const { erasure, phone, nikTail } = done.value;
    expect(erasure?.state === 'erased' || erasure?.holdUntil !== null).toBe(true);
    if (erasure?.state === 'erased') expect([phone, nikTail]).toEqual([null, null]);
    const again = await eraseFromPage(house.ctx, bank.actor('compliance'), { ...request, password });
    expect(again).toMatchObject({ ok: false, error: { code: 'customer_archived' } });
  });

  it('erases by a passkey’s fresh proof in place of the password, which is spent by it', async () => {
    const actor = bank.actor('compliance');
    const email = 'compliance@bank.test';
    const session = await signIn(house.ctx, { email, password, channel: 'station' });
    if (!session.ok) throw new Error(session.error.code);
    const proof = { sessionTokenHash: sha256(session.value.session.token) };
    const request = { id: made[1] ?? '', reason: 'permintaan nasabah', requestedBy: 'nasabah' };
    const refused = { ok: false, error: { code: 'reauthentication_required' } };
    expect(await eraseFromPage(house.ctx, actor, request)).toMatchObject(refused);
    // Signed in a moment ago is no proof for this.
    expect(await eraseFromPage(house.ctx, actor, { ...request, ...proof })).toMatchObject(refused);
    await setReauthenticated(house.ctx.store.db, proof.sessionTokenHash, house.now.toISOString(), 'passkey');
    expect(await eraseFromPage(house.ctx, bank.actor('admin'), { ...request, ...proof })).toMatchObject(refused);
    expect(await eraseFromPage(house.ctx, actor, { ...request, ...proof })).toMatchObject({ ok: true });
    const next = { ...request, id: made[0] ?? '', ...proof };
    expect(await eraseFromPage(house.ctx, actor, next)).toMatchObject(refused);
  });
});
