/**
 * Audit rows outlive the customer's erasure, so nothing in them may say who he was. (Why and by whom an erasure was asked for
 * stands in its row: that is documented, and about the request, not the customer.)
 */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { captureKtp } from '../capture-ktp.ts';
import { createCustomer } from '../create-customer.ts';
import { eraseCustomer } from '../erase-customer.ts';
import { ingestDeskCapture } from '../ingest-desk-capture.ts';
import { issueChallenge } from '../issue-challenge.ts';
import { searchCustomers } from '../search-customers.ts';
import { picture } from '../testing/fake-vision.ts';
import {
  addOrganisation,
  deskCapture,
  openTestHouse,
  signedBundle,
  turnLeft,
  type TestHouse,
} from '../testing/test-house.ts';

let house: TestHouse;
beforeEach(async () => void (house = await openTestHouse()));
afterEach(() => house.close());

it('names nobody: no name, NIK, address, phone or customer id in any row', async () => {
  const bank = await addOrganisation(house, 'Bank');
  const { actor } = await bank.key();
  const person = {
    fullName: 'SITI RAHMAWATI KUSUMA',
    nik: '3173055708850001',
    email: 'siti.rahmawati@surel.test',
    phone: '+6281234567890',
    externalRef: 'CIF-778899',
  };
  const made = await createCustomer(house.ctx, actor, person);
  if (!made.ok) return expect.fail(made.error.code);
  const { id } = made.value;
  const challenge = await issueChallenge(house.ctx, actor, { customerId: id, purpose: 'ktp' });
  if (!challenge.ok) return expect.fail(challenge.error.code);
  const bundle = signedBundle(house, challenge.value, [picture('card', 'one')]);
  await captureKtp(house.ctx, actor, { customerId: id, bundle });
  const capture = deskCapture(house, 'face', id, [picture('alive', 'two')], { prompts: [turnLeft] });
  await ingestDeskCapture(house.ctx, { orgId: bank.orgId, deskId: bank.deskId, capture });
  await searchCustomers(house.ctx, bank.actor('staff'), person.nik, { by: 'page', page: 1, limit: 10 });
  await eraseCustomer(house.ctx, actor, { customerId: id, reason: 'moved abroad', requestedBy: 'Ibu Kartini' });
  const rows = await house.ctx.store.db.selectFrom('audit_log').selectAll().execute();
  expect(rows.length).toBeGreaterThan(8);
  const text = JSON.stringify(rows).toUpperCase();
  for (const secret of [...Object.values(person), 'SITI', 'KUSUMA', id, '1985-08-17'])
    expect(text.includes(secret.toUpperCase()), secret).toBe(false);
  // Control: the customer is in the log, under a keyed pseudonym.
  const subject = house.ctx.vault.subjectId(bank.orgId, id);
  expect(rows.filter((row) => row.subject === subject).length).toBeGreaterThan(2);
});
