/** The minutes of a hit, taken away from the review desk: by the page, or written by the desk where the page may not save. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Result } from '../../contract/result.ts';
import type { TakenText } from '../../contract/desk/call.ts';
import { createCustomer } from '../../services/create-customer.ts';
import { ingestDeskCapture } from '../../services/ingest-desk-capture.ts';
import { importList } from '../../services/screening/import-list.ts';
import { picture } from '../../services/testing/fake-vision.ts';
import {
  addOrganisation,
  deskCapture,
  openTestHouse,
  password,
  type TestHouse,
} from '../../services/testing/test-house.ts';
import { createDeskHandlers, type Desk } from '../desk-handlers.ts';
import { openDeskDoor, type DeskDoor } from '../desk-door.ts';
import { createEmbeddedSink } from '../embedded-sink.ts';
import { createOutboxPump } from '../sync/outbox-pump.ts';

let house: TestHouse;
let desk: Desk;
let door: DeskDoor;
let caseId: string;

beforeAll(async () => {
  house = await openTestHouse();
  const { ctx } = house;
  const bank = await addOrganisation(house, 'Bank');
  const path = join(house.directory, 'own.csv');
  await writeFile(path, 'id,type,name,topics\nx1,person,Siti Rahajoe Lestari,terrorism\n');
  await importList(ctx, bank.actor('admin'), { path, format: 'loket-csv', listId: 'own' });
  const made = await createCustomer(ctx, bank.actor('staff'), { fullName: 'SITI RAHAYU LESTARI' });
  if (!made.ok) throw new Error(made.error.code);
  const capture = deskCapture(house, 'ktp', made.value.id, [picture('card', 'real')]);
  const held = await ingestDeskCapture(ctx, { orgId: bank.orgId, deskId: bank.deskId, capture });
  if (!held.ok) throw new Error(held.error.code);
  caseId = held.value.reviewCaseId ?? '';
  desk = createDeskHandlers({
    ctx,
    pump: createOutboxPump({ store: ctx.store, vault: ctx.vault, sink: createEmbeddedSink(ctx), clock: ctx.clock }),
    simulator: null,
    config: {
      address: () => 'http://localhost:0',
      idleSeconds: 3_600,
      exportFolder: join(house.directory, 'exports'),
    },
  });
  await desk.start();
  door = openDeskDoor(desk, 'window-1');
});
afterAll(async () => {
  desk.close();
  await house.close();
});

const minutes = async (id: string, to: 'page' | 'desk') =>
  (await door.call('review.minutes', { id, to })) as Result<TakenText>;
const signIn = (role: 'staff' | 'supervisor') => door.call('auth.signIn', { email: `${role}@bank.test`, password });

it('is nothing for the counter, and nothing without hits', async () => {
  await signIn('staff');
  expect(await minutes(caseId, 'page')).toMatchObject({ ok: false, error: { code: 'forbidden' } });
  await signIn('supervisor');
  expect(await minutes('rev_unknown', 'page')).toMatchObject({ ok: false, error: { code: 'not_found' } });
});

it('goes to the page as text, or whole and private into the desk’s folder; both looks are recorded', async () => {
  await signIn('supervisor');
  const page = await minutes(caseId, 'page');
  expect(page).toMatchObject({ ok: true, value: { savedAs: null } });
  const said = page.ok ? (page.value.text ?? '') : '';
  expect(said).toContain('BERITA ACARA');
  expect(said).toContain('SITI RAHAYU LESTARI');
  const written = await minutes(caseId, 'desk');
  const path = written.ok ? (written.value.savedAs ?? '') : '';
  expect(path).toMatch(/exports[\\/]loket-berita_acara-[\d-]{19}\.txt$/);
  expect(await readFile(path, 'utf8')).toBe(said);
  expect((await stat(path)).mode & 0o077).toBe(0);
  const looks = await house.ctx.store.db
    .selectFrom('audit_log')
    .select('id')
    .where('event', '=', 'evidence.viewed')
    .where('object_id', '=', caseId)
    .execute();
  expect(looks).toHaveLength(2);
});
