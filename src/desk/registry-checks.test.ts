import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEmbeddedSink } from './embedded-sink.ts';
import type { RegistryAnswer } from '../contract/registry.ts';
import { printedNik } from '../core/ktp/testing/compose-reading.ts';
import { findCustomer } from '../store/repositories/customers.ts';
import { createCustomer } from '../services/create-customer.ts';
import { dayMs, minuteMs } from '../services/context.ts';
import { runDailyJob } from '../services/daily-job/run-daily-job.ts';
import { dukcapilStanding } from '../services/read-dukcapil.ts';
import { changeSettings } from '../services/set-up-organisation.ts';
import { picture } from '../services/testing/fake-vision.ts';
import {
  addOrganisation,
  deskCapture,
  openTestHouse,
  type TestHouse,
  type TestOrganisation,
} from '../services/testing/test-house.ts';
import { queueRegistryCheck, runDueChecks, verdictFrom } from '../services/registry/check-customers.ts';
import { importPopulation } from '../services/registry/import-population.ts';
import { connectSource } from '../services/registry/registry-sources.ts';
import { semesterReport } from '../services/registry/semester-report.ts';

let house: TestHouse;
let bank: TestOrganisation;
let folder: string;
const servers: Server[] = [];
beforeEach(async () => {
  house = await openTestHouse();
  bank = await addOrganisation(house, 'Bank');
  folder = await mkdtemp(join(tmpdir(), 'loket-checks-'));
  await allow(true);
});
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  await house.close();
  await rm(folder, { recursive: true });
});

const nik = '3273016107900001';
const allow = async (on: boolean) => {
  const done = await changeSettings(house.ctx, bank.actor('admin'), { 'capabilities.dukcapilEnabled': String(on) });
  if (!done.ok) throw new Error(done.error.message);
};

async function table(
  name = 'SITI RAHMAWATI',
  scene: 'still' | 'stranger' = 'still',
  of: { nik: string; birthDate: string } = { nik, birthDate: '1990-07-21' },
): Promise<void> {
  const file = join(folder, 'people.csv');
  await writeFile(file, `nik,name,birth_date,photo\n${of.nik},${name},${of.birthDate},siti.jpg\n`);
  await writeFile(join(folder, 'siti.jpg'), picture(scene, 'official'));
  const done = await importPopulation(house.ctx, bank.actor('admin'), { file, photos: folder });
  if (!done.ok) throw new Error(done.error.message);
}

async function siti(): Promise<string> {
  const made = await createCustomer(house.ctx, bank.actor('staff'), { fullName: 'SITI RAHMAWATI', nik });
  if (!made.ok) throw new Error(made.error.code);
  return made.value.id;
}

const customer = async (id: string) => (await findCustomer(house.ctx.store.db, bank.orgId, id))!;
const check = (id: string) =>
  house.ctx.store.db.selectFrom('registry_checks').selectAll().where('customer_id', '=', id).executeTakeFirstOrThrow();
const queue = (id: string) => queueRegistryCheck(house.ctx, { orgId: bank.orgId, customerId: id, deskId: bank.deskId });
const later = (ms: number) => (house.now = new Date(house.now.getTime() + ms));
const audits = (event: string) =>
  house.ctx.store.db
    .selectFrom('audit_log')
    .select(['detail', 'actor_kind'])
    .where('event', '=', event as never)
    .execute();

describe('the desk asks', () => {
  it('beside each capture it delivers, where the organisation has the capability', async () => {
    let nudged = 0;
    const sink = createEmbeddedSink(house.ctx, { onRegistryCheck: () => (nudged += 1) });
    const id = await siti();
    await allow(false);
    const first = deskCapture(house, 'face', id, [picture('alive', '1')]);
    expect((await sink.deliver(bank.orgId, bank.deskId, first)).ok).toBe(true);
    expect(nudged).toBe(0);
    await allow(true);
    const second = deskCapture(house, 'face', id, [picture('alive', '2')]);
    expect((await sink.deliver(bank.orgId, bank.deskId, second)).ok).toBe(true);
    // The same again is a replay: nobody is asked twice.
    expect(await sink.deliver(bank.orgId, bank.deskId, second)).toMatchObject({ value: { replayed: true } });
    expect(nudged).toBe(1);
    expect(await check(id)).toMatchObject({ state: 'waiting', desk_id: bank.deskId });
  });

  it('and posts a confirmation with the photo, which makes the customer standard', async () => {
    await table();
    const id = await siti();
    const sink = createEmbeddedSink(house.ctx);
    await sink.deliver(bank.orgId, bank.deskId, deskCapture(house, 'face', id, [picture('alive')]));
    expect((await customer(id)).kyc_level).toBe('basic');
    expect(await runDueChecks(house.ctx)).toEqual({ confirmed: 1, declined: 0, waiting: 0 });
    expect((await customer(id)).kyc_level).toBe('standard');
    const row = await check(id);
    expect(row).toMatchObject({ state: 'confirmed', attempts: 1, verification_id: expect.stringMatching(/^ver_/) });
    const enrolment = await house.ctx.store.db
      .selectFrom('enrolments')
      .selectAll()
      .where('source', '=', 'dukcapil')
      .executeTakeFirst();
    expect(enrolment).toMatchObject({ customer_id: id, active: 1 });
    const access = await house.ctx.store.db.selectFrom('registry_access').selectAll().execute();
    expect(access).toMatchObject([
      { asker: `desk:${bank.deskId}`, purpose: 'onboarding', source: 'imported', outcome: 'found' },
    ]);
    expect(await runDueChecks(house.ctx)).toEqual({ confirmed: 0, declined: 0, waiting: 0 });
  });

  it.each([
    ['another name', () => table('SOMEBODY ELSE'), 'the name differs from the registry'],
    ['another face', () => table('SITI RAHMAWATI', 'stranger'), 'the face differs from the registry photo'],
  ])('and posts a decline with its reason: %s', async (_name, prepare, reason) => {
    await prepare();
    const id = await siti();
    const capture = deskCapture(house, 'face', id, [picture('alive')]);
    await createEmbeddedSink(house.ctx).deliver(bank.orgId, bank.deskId, capture);
    expect(await runDueChecks(house.ctx)).toMatchObject({ declined: 1 });
    expect((await customer(id)).kyc_level).toBe('basic');
    expect(await check(id)).toMatchObject({ state: 'declined' });
    expect(await declineReason(id)).toBe(reason);
    expect((await audits('dukcapil.ingested')).map(({ detail }) => JSON.parse(detail) as object)).toMatchObject([
      { valid: false },
    ]);
  });

  it('no more about a customer who is archived', async () => {
    await table();
    const id = await siti();
    await queue(id);
    await house.ctx.store.db.updateTable('customers').set({ status: 'archived' }).where('id', '=', id).execute();
    await runDueChecks(house.ctx);
    expect(await check(id)).toMatchObject({
      state: 'declined',
      last_reason: 'customer_not_active',
      verification_id: null,
    });
    expect(await house.ctx.store.db.selectFrom('registry_access').selectAll().execute()).toEqual([]);
  });
});

/** As analysts read it on the customer's page. */
async function declineReason(id: string): Promise<string | null> {
  return (await dukcapilStanding(house.ctx, bank.actor('analyst'), id))?.reason ?? null;
}

describe('an outage', () => {
  it('leaves the tier of the card, tells the audit log, and upgrades by itself when the registry is back', async () => {
    const made = await createCustomer(house.ctx, bank.actor('staff'), {
      fullName: 'SITI RAHAYU LESTARI',
      nik: printedNik,
    });
    const id = made.ok ? made.value.id : '';
    const card = deskCapture(house, 'ktp', id, [picture('card')]);
    await createEmbeddedSink(house.ctx).deliver(bank.orgId, bank.deskId, card);
    const before = (await customer(id)).kyc_level;
    expect(before).toBe('standard');
    expect(await runDueChecks(house.ctx)).toMatchObject({ waiting: 1 });
    expect((await customer(id)).kyc_level).toBe(before);
    const [noted] = await audits('registry.unavailable');
    expect(JSON.parse(noted?.detail ?? '')).toMatchObject({
      reason: 'no_source',
      fallback: 'ktp',
      tier: before,
      attempt: 1,
    });
    expect(noted?.actor_kind).toBe('desk');
    // Not due yet; then the nightly job asks again, the table being there now.
    expect(await runDueChecks(house.ctx)).toMatchObject({ waiting: 0, confirmed: 0 });
    await table('SITI RAHAYU LESTARI', 'still', { nik: printedNik, birthDate: '1992-11-05' });
    later(dayMs);
    const night = await runDailyJob(house.ctx);
    expect(night).toMatchObject({ ok: true, value: { registryVerdicts: 1 } });
    expect(await check(id)).toMatchObject({ state: 'confirmed' });
    const access = await house.ctx.store.db.selectFrom('registry_access').select('purpose').execute();
    expect(access).toEqual([{ purpose: 'tier_upgrade' }]);
  });

  it('is asked about at growing intervals, never more than a day apart', async () => {
    const id = await siti();
    await queue(id);
    const pauses: number[] = [];
    for (let n = 0; n < 9; n += 1) {
      await runDueChecks(house.ctx);
      const pause = Date.parse((await check(id)).next_attempt_at) - house.now.getTime();
      pauses.push(pause / minuteMs);
      later(pause);
    }
    expect(pauses).toEqual([15, 30, 60, 120, 240, 480, 960, 1440, 1440]);
  });

  it('of a vendor that is down is no "not found"', async () => {
    const down = createServer((_request, response) => void response.writeHead(503).end('{}'));
    servers.push(down);
    await new Promise<void>((resolve) => down.listen(0, '127.0.0.1', resolve));
    await connectSource(house.ctx, bank.actor('admin'), {
      kind: 'iluma',
      baseUrl: `http://127.0.0.1:${(down.address() as AddressInfo).port}`,
      credentials: { apiKey: 'k' },
    });
    const id = await siti();
    await queue(id);
    await runDueChecks(house.ctx);
    expect(await check(id)).toMatchObject({ state: 'waiting', verification_id: null });
    expect(await audits('dukcapil.ingested')).toEqual([]);
  });
});

describe('a verdict', () => {
  const found = { found: true, source: 'iluma', raw: {} } as const;
  it.each<[string, RegistryAnswer, boolean | string]>([
    ['a fact nobody judged is no confirmation', { ...found, fields: {}, face: 'not_asked' }, 'answer_incomplete'],
    ['no face is no comparison', { ...found, fields: { name: true }, face: 'no_face' }, 'face_not_compared'],
    ['a score is needed', { ...found, fields: { name: true }, face: 'compared' }, 'face_not_compared'],
    ['just below', { ...found, fields: { name: true }, face: 'compared', faceScore: 74.99 }, false],
    ['just there', { ...found, fields: { name: true }, face: 'compared', faceScore: 75 }, true],
    ['unknown NIK', { found: false, source: 'glair', raw: {} }, false],
    ['silence', { unavailable: true, reason: 'timeout', source: 'glair' }, 'timeout'],
  ])('%s', (_name, answer, expected) => {
    const verdict = verdictFrom('cus_1', answer);
    expect(typeof verdict === 'string' ? verdict : verdict.valid).toBe(expected);
  });
});

describe('the semester report', () => {
  it('counts questions and people by month, asker, purpose, source and outcome, in Jakarta’s half year', async () => {
    await table();
    const id = await siti();
    await queue(id);
    await runDueChecks(house.ctx);
    const report = await semesterReport(house.ctx, bank.actor('compliance'), '2026-2');
    expect(report).toMatchObject({ ok: true, value: { questions: 1 } });
    const lines = report.ok ? report.value.csv.trim().split('\r\n') : [];
    expect(lines).toEqual([
      'semester,month,asker,purpose,source,outcome,questions,people,charged',
      `2026-2,2026-11,desk:${bank.deskId},onboarding,imported,found,1,1,0`,
    ]);
    expect(await semesterReport(house.ctx, bank.actor('compliance'), '2026-1')).toMatchObject({
      value: { questions: 0 },
    });
    expect(await semesterReport(house.ctx, bank.actor('compliance'), '2026')).toMatchObject({ ok: false });
    expect(await audits('registry.reported')).toHaveLength(2);
  });
});
