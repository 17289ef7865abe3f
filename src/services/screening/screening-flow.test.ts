import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeskDelivery } from '../../contract/desk/delivery.ts';
import { isFrozen } from '../../store/repositories/screening-hits.ts';
import { listRuns } from '../../store/repositories/screening-runs.ts';
import { createCustomer } from '../create-customer.ts';
import { decideReview } from '../decide-review.ts';
import { ingestDeskCapture } from '../ingest-desk-capture.ts';
import { openReview } from '../open-review.ts';
import { changeSettings } from '../set-up-organisation.ts';
import { picture } from '../testing/fake-vision.ts';
import { addOrganisation, deskCapture, openTestHouse, password, type TestOrganisation } from '../testing/test-house.ts';
import { importList } from './import-list.ts';
import { removeList } from './manage-lists.ts';
import { workOnRun } from './run-over-base.ts';
import { screenName } from './screen-name.ts';

let house: Awaited<ReturnType<typeof openTestHouse>>;
beforeEach(async () => {
  house = await openTestHouse();
});
afterEach(() => house.close());

/** Whom the drawn card names. */
const holder = 'SITI RAHAYU LESTARI';
const head = 'id,type,name,aliases,topics,birth_date\n';

async function importRows(bank: TestOrganisation, rows: string, listId = 'own') {
  const path = join(house.directory, `${listId}.csv`);
  await writeFile(path, head + rows);
  const done = await importList(house.ctx, bank.actor('admin'), { path, format: 'loket-csv', listId });
  if (!done.ok) throw new Error(`${done.error.code}: ${done.error.message}`);
  return done.value;
}

async function customer(bank: TestOrganisation, fullName: string, nik?: string): Promise<string> {
  const made = await createCustomer(house.ctx, bank.actor('staff'), {
    fullName,
    ...(nik === undefined ? {} : { nik }),
  });
  if (!made.ok) throw new Error(made.error.code);
  return made.value.id;
}

let frames = 0;
async function card(bank: TestOrganisation, customerId: string): Promise<DeskDelivery> {
  frames += 1;
  const capture = deskCapture(house, 'ktp', customerId, [picture('card', `real ${frames}`)]);
  const done = await ingestDeskCapture(house.ctx, { orgId: bank.orgId, deskId: bank.deskId, capture });
  if (!done.ok) throw new Error(done.error.code);
  return done.value;
}

async function decide(bank: TestOrganisation, caseId: string, decision: 'approve' | 'reject') {
  const reasonCode = decision === 'approve' ? 'original_seen' : 'not_live';
  const reason = 'looked at the list entry';
  return decideReview(house.ctx, bank.actor('supervisor'), { caseId, decision, reasonCode, reason, password });
}

describe('screening at onboarding', () => {
  it('lets an unscreened customer pass where the bank does not require lists, and never where it does', async () => {
    const bank = await addOrganisation(house, 'Bank');
    const id = await customer(bank, holder);
    expect((await card(bank, id)).card?.verdict).toBe('passed');
    const changed = await changeSettings(house.ctx, bank.actor('admin'), { 'screening.required': 'true' });
    expect(changed).toMatchObject({ ok: true });
    const held = await card(bank, id);
    expect(held.card?.verdict).toBe('requires_review');
    expect(held.reasons.map(({ code }) => code)).toContain('record_check');
    expect(held.reviewCaseId).not.toBeNull();
  });

  it('sends a hit to review, frozen, and tells the desk nothing but that a supervisor looks', async () => {
    const bank = await addOrganisation(house, 'Bank');
    await importRows(bank, 'x1,person,Siti Rahajoe Lestari,,terrorism,\n');
    const id = await customer(bank, holder);
    const held = await card(bank, id);
    expect(held.card?.verdict).toBe('requires_review');
    expect(held.kycLevel).toBe('none');
    expect(held.reasons.map(({ code }) => code)).toContain('record_check');
    expect(JSON.stringify(held).toLowerCase()).not.toMatch(/rahaj|sanction|terror|screening|"own"/u);
    expect(await isFrozen(house.ctx.store.db, bank.orgId, id)).toBe(true);
    const caseId = held.reviewCaseId ?? '';
    const view = await openReview(house.ctx, bank.actor('supervisor'), caseId);
    if (!view.ok) throw new Error(view.error.code);
    const hit = { listId: 'own', matchedName: 'Siti Rahajoe Lestari' };
    expect(view.value.screening).toMatchObject({ frozen: true, hits: [hit] });
    expect(await decide(bank, caseId, 'approve')).toMatchObject({ ok: true, value: { toStatus: 'verified' } });
    expect(await isFrozen(house.ctx.store.db, bank.orgId, id)).toBe(false);
    // Cleared is cleared: the same pair is not raised again.
    expect((await card(bank, id)).card?.verdict).toBe('passed');
  });

  it('lets who is on no list pass', async () => {
    const bank = await addOrganisation(house, 'Bank');
    await importRows(bank, 'x1,person,Karso Wiryodinoto,,terrorism,\n');
    expect((await card(bank, await customer(bank, holder))).card?.verdict).toBe('passed');
  });

  it('keeps who was confirmed frozen, and never lets him rise', async () => {
    const bank = await addOrganisation(house, 'Bank');
    await importRows(bank, `x1,person,${holder},,proliferation,\n`);
    const id = await customer(bank, holder);
    const held = await card(bank, id);
    expect(await decide(bank, held.reviewCaseId ?? '', 'reject')).toMatchObject({ ok: true });
    expect(await isFrozen(house.ctx.store.db, bank.orgId, id)).toBe(true);
    await removeList(house.ctx, bank.actor('admin'), 'own');
    const again = await card(bank, id);
    expect(again.card?.verdict).toBe('passed');
    expect(again.kycLevel).toBe('none');
  });

  it('counts a list too old as missing', async () => {
    const bank = await addOrganisation(house, 'Fourth', 'live');
    await importRows(bank, 'x1,person,Karso Wiryodinoto,,pep,\n');
    const ask = () => screenName(house.ctx, { orgId: bank.orgId, name: 'Karso Wiryodinoto', type: 'person' });
    expect(await ask()).toMatchObject({ ok: true, value: { hits: [{ score: 100 }], lists: [{ age: 'green' }] } });
    const today = house.now;
    house.now = new Date(today.getTime() + 10 * 86_400_000);
    expect(await ask()).toMatchObject({ ok: true, value: { lists: [{ age: 'amber' }] } });
    house.now = new Date(today.getTime() + 40 * 86_400_000);
    expect(await ask()).toMatchObject({ ok: false, error: { code: 'lists_unavailable' } });
    house.now = today;
  });
});

describe('a new issue', () => {
  it('answers with the new names at once, and with none of a file that breaks off', async () => {
    const bank = await addOrganisation(house, 'Fifth');
    const ask = async (name: string) => {
      const answer = await screenName(house.ctx, { orgId: bank.orgId, name, type: 'person' });
      return answer.ok ? answer.value.hits.length : answer.error.code;
    };
    expect(await ask('Karso Wiryodinoto')).toBe('lists_unavailable');
    await importRows(bank, 'x1,person,Karso Wiryodinoto,,pep,\n');
    expect(await ask('Karso Wiryodinoto')).toBe(1);
    const path = join(house.directory, 'torn.csv');
    await writeFile(path, `${head}x1,person,Retno Pringgodirdjo,,pep,\nx2,person,"Torn`);
    const torn = await importList(house.ctx, bank.actor('admin'), { path, format: 'loket-csv', listId: 'own' });
    expect(torn).toMatchObject({ ok: false, error: { code: 'list_truncated', details: { line: 3 } } });
    expect(await ask('Karso Wiryodinoto')).toBe(1);
    expect(await ask('Retno Pringgodirdjo')).toBe(0);
    await importRows(bank, 'x1,person,Retno Pringgodirdjo,,pep,\n');
    await screenName(house.ctx, { orgId: bank.orgId, name: 'Retno Pringgodirdjo', type: 'person' });
    await expect.poll(() => ask('Retno Pringgodirdjo')).toBe(1);
    expect(await ask('Karso Wiryodinoto')).toBe(0);
    expect(await removeList(house.ctx, bank.actor('admin'), 'own')).toMatchObject({ ok: true });
  });

  it('is held against the customers kept here: in batches, resumable, by one worker, each pair once', async () => {
    const bank = await addOrganisation(house, 'Sixth');
    const listed = await customer(bank, holder);
    await card(bank, listed);
    for (let at = 0; at < 60; at += 1) await customer(bank, `NASABAH NOMOR ${at}`);
    const done = await importRows(bank, `x1,person,${holder},,terrorism,\n`);
    expect(done.runId).not.toBeNull();
    let asked = 0;
    const stopped = await workOnRun(house.ctx, { shouldStop: () => (asked += 1) > 1 });
    expect(stopped).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    const [half] = await listRuns(house.ctx.store.db, bank.orgId, 1);
    expect(half).toMatchObject({ state: 'running', screened: 50, total: 61 });
    const both = await Promise.all([workOnRun(house.ctx), workOnRun(house.ctx)]);
    expect(both.filter((one) => one.ok && one.value !== null)).toHaveLength(1);
    const [run] = await listRuns(house.ctx.store.db, bank.orgId, 1);
    expect(run).toMatchObject({ state: 'done', screened: 61, hits: 1 });
    expect(await isFrozen(house.ctx.store.db, bank.orgId, listed)).toBe(true);
    // The same issue again confirms it and screens nobody; a longer one does not raise the same pair.
    expect((await importRows(bank, `x1,person,${holder},,terrorism,\n`)).unchanged).toBe(true);
    await importRows(bank, `x1,person,${holder},,terrorism,\nx2,person,Retno Pringgodirdjo,,pep,\n`);
    expect(await workOnRun(house.ctx)).toMatchObject({ ok: true, value: { screened: 61, hits: 0 } });
  });
});
