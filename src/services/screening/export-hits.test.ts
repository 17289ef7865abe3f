/** Papers about hits: the report of all, and the minutes of one case from the bank's template. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCustomer } from '../create-customer.ts';
import { ingestDeskCapture } from '../ingest-desk-capture.ts';
import { picture } from '../testing/fake-vision.ts';
import {
  addOrganisation,
  deskCapture,
  openTestHouse,
  type TestHouse,
  type TestOrganisation,
} from '../testing/test-house.ts';
import { draftMinutes, exportHits, type HitExportRow } from './export-hits.ts';
import { importList } from './import-list.ts';

let house: TestHouse;
let bank: TestOrganisation;
let caseId: string;
let customerId: string;

beforeAll(async () => {
  house = await openTestHouse();
  bank = await addOrganisation(house, 'Bank');
  const path = join(house.directory, 'own.csv');
  await writeFile(path, 'id,type,name,topics\nx1,person,Siti Rahajoe Lestari,terrorism\n');
  await importList(house.ctx, bank.actor('admin'), { path, format: 'loket-csv', listId: 'own' });
  const made = await createCustomer(house.ctx, bank.actor('staff'), { fullName: 'SITI RAHAYU LESTARI' });
  if (!made.ok) throw new Error(made.error.code);
  customerId = made.value.id;
  const capture = deskCapture(house, 'ktp', customerId, [picture('card', 'real')]);
  const held = await ingestDeskCapture(house.ctx, { orgId: bank.orgId, deskId: bank.deskId, capture });
  if (!held.ok) throw new Error(held.error.code);
  caseId = held.value.reviewCaseId ?? '';
});
afterAll(() => house.close());

async function report(of: TestOrganisation): Promise<readonly HitExportRow[]> {
  const rows: HitExportRow[] = [];
  for await (const row of exportHits(house.ctx, of.actor('supervisor'))) rows.push(row);
  return rows;
}

it('the report names customer, case, list entry and state, of this organisation alone, and is recorded', async () => {
  const row = { state: 'open', listId: 'own', matchedName: 'Siti Rahajoe Lestari', topics: 'terrorism' };
  const whom = { customerId, customerName: 'SITI RAHAYU LESTARI', caseId, decidedAt: '' };
  expect(await report(bank)).toMatchObject([{ ...row, ...whom }]);
  expect(await report(await addOrganisation(house, 'Other'))).toEqual([]);
  const recorded = await house.ctx.store.db
    .selectFrom('audit_log')
    .select('detail')
    .where('event', '=', 'export.created')
    .where('org_id', '=', bank.orgId)
    .execute();
  expect(recorded).toHaveLength(1);
  expect(JSON.stringify(recorded)).not.toContain('SITI');
});

it('the minutes are drawn up from the template that comes along, every place filled', async () => {
  const minutes = await draftMinutes(house.ctx, bank.actor('supervisor'), { caseId });
  if (!minutes.ok) throw new Error(minutes.error.code);
  expect(minutes.value).not.toMatch(/\{\w+\}/u);
  expect(minutes.value).toContain(`Nomor kasus        : ${caseId}`);
  expect(minutes.value).toContain(`SITI RAHAYU LESTARI (${customerId})`);
  expect(minutes.value).toMatch(/Pembekuan +: ya/u);
  expect(minutes.value).toMatch(/- own: Siti Rahajoe Lestari \[terrorism\], skor \d+, open/u);
  expect(minutes.value).toMatch(/- own \S+, SHA-256 [0-9a-f]{64}/u);
  const other = await addOrganisation(house, 'Third');
  const foreign = await draftMinutes(house.ctx, other.actor('supervisor'), { caseId });
  expect(foreign).toMatchObject({ ok: false, error: { code: 'not_found' } });
});

it('a bank’s own template takes the place of ours', async () => {
  const own = { caseId, template: 'Kasus {case}, {unknown}' };
  expect(await draftMinutes(house.ctx, bank.actor('supervisor'), own)).toEqual({
    ok: true,
    value: `Kasus ${caseId}, {unknown}`,
  });
});
