import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../contract/vocabulary.ts';
import { listAuditRows } from '../../store/repositories/audit-rows.ts';
import { createPerson } from '../admin/people.ts';
import { patchSettings } from '../admin/settings.ts';
import type { Actor } from '../context.ts';
import { createCustomer } from '../create-customer.ts';
import { ingestDeskCapture } from '../ingest-desk-capture.ts';
import { openReview } from '../open-review.ts';
import { enrol } from '../references.ts';
import { picture, templateOf, type Scene } from '../testing/fake-vision.ts';
import { addOrganisation, deskCapture, openTestHouse, password, turnLeft } from '../testing/test-house.ts';
import type { BundleManifest, Evidence } from '../../contract/bundle.ts';
import { assignCases } from './assign-cases.ts';
import { caseDetail } from './case-detail.ts';
import { decideBatch } from './decide-batch.ts';
import { viewQueue } from './view-queue.ts';

let house: Awaited<ReturnType<typeof openTestHouse>>;
let bank: Awaited<ReturnType<typeof addOrganisation>>;
beforeAll(async () => {
  house = await openTestHouse();
  bank = await addOrganisation(house, 'Bank');
});
afterAll(() => house.close());

const supervisor = (): Actor => bank.actor('supervisor');

async function newCustomer(fullName = 'SITI RAHMAWATI'): Promise<string> {
  const made = await createCustomer(house.ctx, bank.actor('staff'), { fullName });
  if (!made.ok) throw new Error(made.error.code);
  return made.value.id;
}

interface Given {
  readonly kind?: 'ktp' | 'face';
  readonly scene?: Scene;
  readonly operator?: Role;
  readonly evidence?: Evidence;
  readonly change?: Partial<BundleManifest>;
  readonly customerId?: string;
}

/** A capture that ends in review; answers its case. */
async function flagged(given: Given = {}): Promise<{ readonly caseId: string; readonly customerId: string }> {
  const customerId = given.customerId ?? (await newCustomer());
  const evidence = { operatorId: bank.people[given.operator ?? 'staff'].id, ...given.evidence };
  const kind = given.kind ?? 'face';
  const shown = picture(given.scene ?? 'still', `${Math.random()}`);
  const capture = deskCapture(house, kind, customerId, [shown], evidence, given.change);
  const done = await ingestDeskCapture(house.ctx, { orgId: bank.orgId, deskId: bank.deskId, capture });
  if (!done.ok) throw new Error(done.error.code);
  const rows = await house.ctx.store.db
    .selectFrom('review_cases')
    .select('id')
    .where('customer_id', '=', customerId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  const caseId = rows[0]?.id;
  if (caseId === undefined) throw new Error('no case was opened');
  return { caseId, customerId };
}

const events = async (objectId: string): Promise<readonly string[]> =>
  (await listAuditRows(house.ctx.store.db, bank.orgId, { objectId }, { by: 'page', page: 1, limit: 50 })).rows.map(
    (row) => row.event,
  );

describe('the queue', () => {
  it('shows what is due first, with its age against the SLA, its desk and who captured it', async () => {
    house.now = new Date('2026-11-20T03:00:00.000Z');
    const first = await flagged();
    house.now = new Date('2026-11-20T03:25:00.000Z');
    const second = await flagged();
    house.now = new Date('2026-11-20T03:32:00.000Z');
    const view = await viewQueue(house.ctx, supervisor(), { status: 'undecided' });
    const mine = view.rows.filter((row) => [first.caseId, second.caseId].includes(row.id));
    expect(mine.map((row) => [row.id, row.age?.state, row.age?.minutes])).toEqual([
      [first.caseId, 'overdue', 2],
      [second.caseId, 'in_time', 23],
    ]);
    expect(mine[0]).toMatchObject({ desk: 'desk-1', operator: 'staff of Bank', ownCapture: false, assignee: null });
    expect(view.counts.overdue).toBeGreaterThanOrEqual(1);
    expect(view.slaMinutes).toBe(30);
    const late = await viewQueue(house.ctx, supervisor(), { status: 'undecided', overdue: true });
    expect(late.rows.map((row) => row.id)).toContain(first.caseId);
    expect(late.rows.map((row) => row.id)).not.toContain(second.caseId);
  });

  it('counts the SLA in the hours the organisation set', async () => {
    const admin = bank.actor('admin');
    const hours = { opens: 600, closes: 660, days: [0, 1, 2, 3, 4, 5, 6], utcOffsetMinutes: 480 } as const;
    const set = await patchSettings(house.ctx, admin, { review: { openingHours: hours } });
    expect(set.ok).toBe(true);
    const wrong = await patchSettings(house.ctx, admin, { review: { openingHours: { opens: 700 } } });
    expect(wrong).toMatchObject({ ok: false, error: { code: 'validation_failed' } });
    // 10:50 in Makassar, ten minutes before the hour ends: twenty are left for tomorrow.
    house.now = new Date('2026-11-21T02:50:00.000Z');
    const { caseId } = await flagged();
    const { rows } = await viewQueue(house.ctx, supervisor(), { status: 'undecided' });
    expect(rows.find(({ id }) => id === caseId)).toMatchObject({
      dueAt: '2026-11-22T02:20:00.000Z',
      age: { state: 'in_time', minutes: 30, age: 0 },
    });
    await patchSettings(house.ctx, admin, { review: { openingHours: null } });
    house.now = new Date('2026-11-20T03:32:00.000Z');
  });

  it('narrows by reason, desk and assignee, and says what there is to narrow by', async () => {
    const plain = await flagged();
    const odd = await flagged({ evidence: { exception: 'customer_unable' }, kind: 'ktp', scene: 'card' });
    const ids = async (filter: object) =>
      (await viewQueue(house.ctx, supervisor(), { status: 'undecided', ...filter })).rows.map((row) => row.id);
    expect(await ids({ reason: 'exception_path' })).toEqual([odd.caseId]);
    expect(await ids({ deskId: bank.deskId })).toEqual(expect.arrayContaining([plain.caseId, odd.caseId]));
    expect(await ids({ deskId: 'dsk_other' })).toEqual([]);
    const view = await viewQueue(house.ctx, supervisor(), { status: 'undecided' });
    expect(view.reasons.find(({ code }) => code === 'exception_path')).toEqual({ code: 'exception_path', count: 1 });
    expect(view.people.map(({ role }) => role).sort()).toEqual(['compliance', 'supervisor']);
    expect(await ids({ assignee: 'me' })).toEqual([]);
    expect((await assignCases(house.ctx, supervisor(), { ids: [plain.caseId], to: supervisor().id ?? '' })).ok).toBe(
      true,
    );
    expect(await ids({ assignee: 'me' })).toEqual([plain.caseId]);
    expect(await ids({ assignee: 'nobody' })).not.toContain(plain.caseId);
  });

  it('is empty for another organisation', async () => {
    const { caseId } = await flagged();
    const rival = await addOrganisation(house, 'Rival');
    expect((await viewQueue(house.ctx, rival.actor('supervisor'), { status: 'undecided' })).rows).toEqual([]);
    expect(await caseDetail(house.ctx, rival.actor('supervisor'), caseId)).toMatchObject({
      ok: false,
      error: { code: 'not_found' },
    });
    expect(await assignCases(house.ctx, rival.actor('supervisor'), { ids: [caseId] })).toMatchObject({ ok: false });
  });
});

describe('assigning', () => {
  it('is taken, given and released on the record, and refused for who captured', async () => {
    const { caseId } = await flagged();
    const { id: mine } = bank.people.supervisor;
    expect(await assignCases(house.ctx, supervisor(), { ids: [caseId], to: mine })).toEqual({ ok: true, value: 1 });
    const given = { ids: [caseId], to: bank.people.compliance.id };
    expect((await assignCases(house.ctx, supervisor(), given)).ok).toBe(true);
    expect(await assignCases(house.ctx, supervisor(), { ids: [caseId], to: mine })).toMatchObject({
      ok: false,
      error: { code: 'already_assigned', details: { caseId } },
    });
    expect((await assignCases(house.ctx, supervisor(), { ids: [caseId] })).ok).toBe(true);
    expect(await events(caseId)).toEqual(['review.released', 'review.assigned', 'review.assigned', 'review.opened']);

    // A colleague, so that the supervisor's own capture stays at the branch.
    const colleague = await createPerson(house.ctx, bank.actor('admin'), {
      role: 'supervisor',
      fullName: 'Second Supervisor',
      email: 'second@bank.test',
      password,
    });
    expect(colleague.ok).toBe(true);
    const own = await flagged({ operator: 'supervisor' });
    const other = await flagged();
    const both = { ids: [other.caseId, own.caseId], to: mine };
    expect(await assignCases(house.ctx, supervisor(), both)).toMatchObject({ ok: false, error: { code: 'four_eyes' } });
    // All or none: the case before the refused one was not taken either.
    const view = await viewQueue(house.ctx, supervisor(), { status: 'undecided' });
    expect(view.rows.find((row) => row.id === other.caseId)?.assignee).toBeNull();
    expect(view.rows.find((row) => row.id === own.caseId)).toMatchObject({
      ownCapture: true,
      notInBatch: 'own_capture',
    });
  });
});

describe('several cases at once', () => {
  const calm = (evidence: Evidence = {}) =>
    flagged({
      kind: 'ktp',
      scene: 'card',
      evidence: {
        ...evidence,
        camera: { label: 'c', fingerprint: 'f', width: 1, height: 1, frameRate: 1, pinned: true, simulated: false },
      },
    });
  const approve = (ids: readonly string[], given: string | undefined = password) =>
    decideBatch(house.ctx, supervisor(), {
      ids,
      decision: 'approve',
      reasonCode: 'data_confirmed',
      reason: 'Data dicocokkan dengan kartu.',
      password: given,
    });
  /** Turns a flagged case into one with remarks only, as reading at another threshold would have made it. */
  const calmed = async (caseId: string): Promise<void> => {
    const { db } = house.ctx.store;
    const reasons = JSON.stringify([{ code: 'field_uncertain', gate: 'ktp', field: 'address' }]);
    await db.updateTable('review_cases').set({ reasons }).where('id', '=', caseId).execute();
  };

  it('are approved with one password once each was opened, with a decision and an audit row each', async () => {
    const cases = [
      await calm({ exception: 'camera_unavailable' }),
      await calm({ exception: 'camera_unavailable' }),
    ].map(({ caseId }) => caseId);
    expect(await approve(cases)).toMatchObject({
      ok: false,
      error: { code: 'batch_unsafe', details: { cases: cases.map((id) => ({ id, why: 'needs_a_look' })) } },
    });
    for (const id of cases) await calmed(id);
    expect(await approve(cases)).toMatchObject({
      ok: false,
      error: { details: { cases: cases.map((id) => ({ id, why: 'not_seen' })) } },
    });
    for (const id of cases) expect((await openReview(house.ctx, supervisor(), id)).ok).toBe(true);
    expect(await approve(cases, 'not the password')).toMatchObject({
      ok: false,
      error: { code: 'invalid_credentials' },
    });
    expect(await approve(cases)).toEqual({ ok: true, value: 2 });
    for (const id of cases) expect(await events(id)).toContain('review.decided');
    const decided = await viewQueue(house.ctx, supervisor(), { status: 'decided' });
    expect(decided.rows.filter((row) => cases.includes(row.id)).map((row) => row.status)).toEqual([
      'approved',
      'approved',
    ]);
  });

  it('are none of them decided when one is not safe', async () => {
    const safe = await calm({ exception: 'camera_unavailable' });
    await calmed(safe.caseId);
    const doubtful = await flagged({ scene: 'still' });
    for (const { caseId } of [safe, doubtful]) await openReview(house.ctx, supervisor(), caseId);
    expect(await approve([safe.caseId, doubtful.caseId])).toMatchObject({
      ok: false,
      error: { code: 'batch_unsafe', details: { cases: [{ id: doubtful.caseId }] } },
    });
    expect(await events(safe.caseId)).not.toContain('review.decided');
  });

  it('are escalated together without having been opened, and need a proof all the same', async () => {
    const cases = [await flagged(), await flagged()].map(({ caseId }) => caseId);
    const request = {
      ids: cases,
      decision: 'escalate',
      reasonCode: 'second_opinion',
      reason: 'Mohon dilihat.',
    } as const;
    expect(await decideBatch(house.ctx, supervisor(), request)).toMatchObject({
      ok: false,
      error: { code: 'reauthentication_required' },
    });
    expect(await decideBatch(house.ctx, supervisor(), { ...request, password })).toEqual({ ok: true, value: 2 });
    const view = await viewQueue(house.ctx, supervisor(), { status: 'escalated' });
    expect(view.rows.map((row) => row.id)).toEqual(expect.arrayContaining(cases));
  });
});

describe('a session that was handed on', () => {
  it('is as much the first colleague’s own as the last one’s', async () => {
    const first = bank.people.supervisor.id;
    const operators = [
      { id: first, from: house.now.toISOString() },
      { id: bank.people.staff.id, from: house.now.toISOString() },
    ];
    const { caseId } = await flagged({ evidence: { operators } });
    const view = await viewQueue(house.ctx, supervisor(), { status: 'undecided' });
    expect(view.rows.find((row) => row.id === caseId)).toMatchObject({ ownCapture: true, notInBatch: 'own_capture' });
    expect(await assignCases(house.ctx, bank.actor('compliance'), { ids: [caseId], to: first })).toMatchObject({
      ok: false,
      error: { code: 'four_eyes' },
    });
  });
});

describe('what stands around a case', () => {
  it('names who changed which field, what was out of the ordinary, and what happened', async () => {
    const customerId = await newCustomer();
    const by = bank.people.staff.id;
    const correction = { field: 'address', from: 'JL LAMA', to: 'JL BARU 7', by, at: house.now.toISOString() } as const;
    const { caseId } = await flagged({
      customerId,
      kind: 'ktp',
      scene: 'card',
      operator: 'supervisor',
      evidence: {
        exception: 'customer_unable',
        consent: {
          version: '2026-1',
          hash: 'a'.repeat(64),
          language: 'id',
          purposes: ['identity_verification'],
          acceptedAt: house.now.toISOString(),
        },
        signature: {
          method: 'drawn',
          strokes: [[10, 20, 30, 40]],
          consentHash: 'b'.repeat(64),
          at: house.now.toISOString(),
        },
        source: 'scanner_folder',
        reading: { original: {}, confidence: {}, corrections: [correction], typedByHand: true },
      },
      change: { ocrFields: { fullName: 'SITI RAHMAWATI', address: 'JL BARU 7' } },
    });
    const detail = await caseDetail(house.ctx, bank.actor('compliance'), caseId);
    if (!detail.ok) throw new Error(detail.error.code);
    const { fields, marks, consent, history, audit } = detail.value;
    expect(fields.find(({ name }) => name === 'address')).toMatchObject({
      value: 'JL BARU 7',
      correctedBy: 'staff of Bank',
      correctedAt: correction.at,
    });
    expect(marks).toEqual(
      expect.arrayContaining([
        { kind: 'typed_by_hand' },
        { kind: 'exception', ground: 'customer_unable' },
        { kind: 'source', source: 'scanner_folder' },
        { kind: 'operators', names: expect.arrayContaining(['supervisor of Bank', 'staff of Bank']) as string[] },
      ]),
    );
    // Signed under another text than the consent names: shown, and said.
    expect(consent).toMatchObject({
      version: '2026-1',
      purposes: ['identity_verification'],
      signature: { method: 'drawn', strokes: [[10, 20, 30, 40]], sameText: false },
    });
    expect(history.verifications.some(({ ofThisCase }) => ofThisCase)).toBe(true);
    expect(audit.map(({ event }) => event)).toEqual(expect.arrayContaining(['review.opened', 'ktp.captured']));
    expect(JSON.stringify(audit)).not.toContain('SITI');
  });

  it('shows the other customer with this face, and puts the look on his record', async () => {
    const other = await newCustomer('DEWI LAIN');
    await house.ctx.store.transaction((trx) =>
      enrol(house.ctx, trx, supervisor(), {
        customerId: other,
        source: 'onboarding_selfie',
        template: templateOf(1),
        captureId: null,
        supersede: true,
      }),
    );
    const { caseId } = await flagged({ scene: 'stranger', evidence: { prompts: [turnLeft] } });
    const detail = await caseDetail(house.ctx, supervisor(), caseId);
    if (!detail.ok) throw new Error(detail.error.code);
    expect(detail.value.duplicates).toContainEqual(
      expect.objectContaining({ customerId: other, fullName: 'DEWI LAIN', by: 'face', similarity: 1 }),
    );
    const subject = house.ctx.vault.subjectId(bank.orgId, other);
    const seen = await listAuditRows(house.ctx.store.db, bank.orgId, { subject }, { by: 'page', page: 1, limit: 5 });
    expect(seen.rows[0]).toMatchObject({ event: 'customer.viewed', detail: JSON.stringify({ as: 'duplicate' }) });
    const view = await viewQueue(house.ctx, supervisor(), { status: 'undecided' });
    expect(view.rows.find((row) => row.id === caseId)?.notInBatch).toBe('duplicates');
  });

  it('says when a case went to compliance because nobody else was there to decide', async () => {
    house.now = new Date('2026-11-20T04:00:00.000Z');
    await house.ctx.store.db
      .updateTable('users')
      .set({ disabled: 1 })
      .where('full_name', '=', 'Second Supervisor')
      .execute();
    const { caseId } = await flagged({ operator: 'supervisor' });
    const detail = await caseDetail(house.ctx, bank.actor('compliance'), caseId);
    expect(detail.ok && detail.value.marks).toContainEqual({ kind: 'lone_supervisor' });
  });
});
