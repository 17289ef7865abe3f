import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCustomer } from '../create-customer.ts';
import { eraseCustomer } from '../erase-customer.ts';
import { getKyc } from '../get-kyc.ts';
import { ingestDeskCapture } from '../ingest-desk-capture.ts';
import { exportFolderOf, exportStamp } from '../erasure/exported-files.ts';
import { issueChallenge } from '../issue-challenge.ts';
import { signIn } from '../sign-in.ts';
import { picture } from '../testing/fake-vision.ts';
import { addOrganisation, deskCapture, openTestHouse, password, turnLeft } from '../testing/test-house.ts';
import { takeJobLease } from '../../store/repositories/job-leases.ts';
import { dailyJobName, dayOf, runDailyJob } from './run-daily-job.ts';

let house: Awaited<ReturnType<typeof openTestHouse>>;
let bank: Awaited<ReturnType<typeof addOrganisation>>;
beforeEach(async () => {
  house = await openTestHouse();
  bank = await addOrganisation(house, 'Bank');
});
afterEach(() => house.close());

const db = () => house.ctx.store.db;
const later = (days: number): void => void (house.now = new Date(house.now.getTime() + days * 86_400_000));

async function run(again = false) {
  const done = await runDailyJob(house.ctx, { again });
  if (!done.ok) throw new Error(done.error.code);
  return done.value;
}

async function newCustomer(): Promise<string> {
  const made = await createCustomer(house.ctx, bank.actor('staff'), { fullName: 'SITI RAHMAWATI' });
  if (!made.ok) throw new Error(made.error.code);
  return made.value.id;
}

async function deliver(kind: 'ktp' | 'face' | 'step_up', customerId: string): Promise<void> {
  const frames = [picture(kind === 'ktp' ? 'card' : 'alive', kind)];
  const capture = deskCapture(house, kind, customerId, frames, { prompts: [turnLeft] });
  const done = await ingestDeskCapture(house.ctx, { orgId: bank.orgId, deskId: bank.deskId, capture });
  if (!done.ok) throw new Error(done.error.code);
}

const framesOf = async (customerId: string) =>
  (
    await db().selectFrom('captures').select(['kind', 'frames_blob_id']).where('customer_id', '=', customerId).execute()
  ).map((row) => [row.kind, row.frames_blob_id === '__retired__']);

async function events(event: string) {
  const rows = await db()
    .selectFrom('audit_log')
    .select('detail')
    .where('event', '=', event as never)
    .execute();
  return rows.map((row) => JSON.parse(row.detail) as Record<string, unknown>);
}

describe('the daily job', () => {
  it('lets a tier fall to basic a year after the last check, once, with an event', async () => {
    const id = await newCustomer();
    await deliver('ktp', id);
    later(364);
    expect(await run()).toMatchObject({ tiersExpired: 0 });
    later(2);
    expect(await run()).toMatchObject({ tiersExpired: 1 });
    const kyc = await getKyc(house.ctx, bank.actor('staff'), id);
    expect(kyc.ok && kyc.value.history[0]).toMatchObject({ fromTier: 'standard', toTier: 'basic', actorUserId: null });
    later(1);
    expect(await run()).toMatchObject({ tiersExpired: 0 });
  });

  it('shreds step-up frames after 90 days and onboarding frames after 3 years; the records stay', async () => {
    const id = await newCustomer();
    await deliver('ktp', id);
    await deliver('step_up', id);
    later(91);
    expect(await run()).toMatchObject({ framesRetired: 1 });
    expect(await framesOf(id)).toEqual(
      expect.arrayContaining([
        ['ktp', false],
        ['step_up', true],
      ]),
    );
    later(3 * 365);
    expect(await run()).toMatchObject({ framesRetired: 1 });
    expect(await db().selectFrom('sealed_blobs').select('id').where('customer_id', '=', id).execute()).toEqual([]);
    expect(await db().selectFrom('verifications').select('id').where('customer_id', '=', id).execute()).not.toEqual([]);
    expect((await events('retention.purged')).map((detail) => [detail['class'], detail['count']])).toEqual([
      ['step_up', 1],
      ['onboarding', 1],
    ]);
  });

  it('erases a restricted customer when his hold has ended, and not a day before', async () => {
    const id = await newCustomer();
    await deliver('ktp', id);
    const asked = await eraseCustomer(house.ctx, bank.actor('compliance'), {
      customerId: id,
      reason: 'he left',
      requestedBy: 'himself',
    });
    const holdUntil = asked.ok ? (asked.value.holdUntil ?? '') : '';
    house.now = new Date(Date.parse(holdUntil) - 1000);
    expect(await run()).toMatchObject({ customersErased: 0 });
    house.now = new Date(holdUntil);
    expect(await run(true)).toMatchObject({ customersErased: 1 });
    const row = await db().selectFrom('erasures').selectAll().where('customer_id', '=', id).executeTakeFirstOrThrow();
    expect(row).toMatchObject({ state: 'erased', erased_at: holdUntil });
    expect(JSON.parse(row.certificate ?? '{}')).toMatchObject({ customerId: id, requestedBy: 'himself' });
    const customer = await db().selectFrom('customers').select(['full_name', 'status']).executeTakeFirstOrThrow();
    expect(customer).toEqual({ full_name: '[erased]', status: 'archived' });
  });

  it('sweeps ended sessions and challenges', async () => {
    await signIn(house.ctx, { email: 'staff@bank.test', password, channel: 'api' });
    await issueChallenge(house.ctx, bank.actor('staff'), { customerId: await newCustomer(), purpose: 'face' });
    expect(await run()).toMatchObject({ sessionsDeleted: 0, challengesDeleted: 0 });
    later(2);
    expect(await run()).toMatchObject({ sessionsDeleted: 1, challengesDeleted: 1 });
  });

  it('destroys exports that lay on the desk for more than a week', async () => {
    const folder = exportFolderOf(house.ctx.dataDirectory ?? '');
    mkdirSync(folder);
    const names = ['customers', 'audit'].map((kind) => `loket-${kind}-${exportStamp(house.now.toISOString())}.csv`);
    const minutes = `loket-berita_acara-${exportStamp(house.now.toISOString())}.txt`;
    for (const name of [...names, minutes, `loket-${house.now.toISOString().slice(0, 10)}.csv`, 'somebody’s own.csv'])
      writeFileSync(join(folder, name), 'NIK');
    later(7);
    expect(await run()).toMatchObject({ exportsDeleted: 0 });
    later(1);
    expect(await run()).toMatchObject({ exportsDeleted: 3 });
    expect(readdirSync(folder).sort()).toEqual([names[1], 'somebody’s own.csv']);
  });

  it('is done once a day, by one of those who try at once', async () => {
    const reports = await Promise.all([run(), run(), run()]);
    expect(reports.filter((report) => report !== null)).toHaveLength(1);
    expect(await run()).toBeNull();
    expect(await run(true)).not.toBeNull();
    later(1);
    expect(await run()).not.toBeNull();
  });

  it('waits for the lease of another process, and takes over when that one died', async () => {
    const now = house.now.toISOString();
    const lease = { name: dailyJobName, holder: 'another', day: dayOf(now), now, leaseUntil: now, again: false };
    const leaseUntil = new Date(house.now.getTime() + 600_000).toISOString();
    expect(await house.ctx.store.transaction((trx) => takeJobLease(trx, { ...lease, leaseUntil }))).toBe(true);
    expect(await run(true)).toBeNull();
    house.now = new Date(house.now.getTime() + 600_000);
    expect(await run()).not.toBeNull();
  });

  it('counts days by the clock of Jakarta', () => {
    expect([dayOf('2026-11-20T16:59:59.000Z'), dayOf('2026-11-20T17:00:00.000Z')]).toEqual([
      '2026-11-20',
      '2026-11-21',
    ]);
  });
});
