/** The registry of a desk behind a hub: the desk asks, the hub keeps the verdict. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askingSink, runHubQuestions } from '../desk/registry/hub-questions.ts';
import { postVerdict } from '../desk/registry/post-verdict.ts';
import { createHttpSink } from '../desk/sync/http-sink.ts';
import { hubLink } from '../desk/sync/hub-link.ts';
import { createOutboxPump } from '../desk/sync/outbox-pump.ts';
import { minuteMs } from '../services/context.ts';
import { importPopulation } from '../services/registry/import-population.ts';
import { changeSettings } from '../services/set-up-organisation.ts';
import { picture } from '../services/testing/fake-vision.ts';

import {
  app,
  bank,
  closeHubAndDesk,
  desk,
  deskOrg,
  enrol,
  folder,
  hub,
  hubEvents,
  openHubAndDesk,
  seal,
} from './testing/hub-and-desk.ts';

beforeEach(openHubAndDesk);
afterEach(closeHubAndDesk);

describe('the registry of a desk behind a hub', () => {
  const nik = '3273016107900001';
  const allow = (on: boolean) =>
    changeSettings(hub.ctx, bank.actor('admin'), { 'capabilities.dukcapilEnabled': String(on) });
  let nudged: number;
  const deliver = async (about: string, options: Parameters<typeof seal>[1]): Promise<void> => {
    await seal(about, options);
    const sink = askingSink(desk.ctx, createHttpSink({ ctx: desk.ctx }), () => (nudged += 1));
    await createOutboxPump({ store: desk.ctx.store, vault: desk.ctx.vault, sink, clock: desk.ctx.clock }).drain();
  };
  const question = () => desk.ctx.store.db.selectFrom('desk_registry_questions').selectAll().executeTakeFirst();
  const asked = () => desk.ctx.store.db.selectFrom('registry_access').selectAll().execute();
  const level = async () =>
    (await hub.ctx.store.db.selectFrom('customers').select('kyc_level').executeTakeFirst())?.kyc_level;
  const wait = (minutes: number) => (desk.now = new Date(desk.now.getTime() + minutes * minuteMs));
  const importTable = async (): Promise<void> => {
    const file = join(folder, 'people.csv');
    await writeFile(file, `nik,name,birth_date,photo\n${nik},SITI RAHMAWATI,1990-07-21,siti.jpg\n`);
    await writeFile(join(folder, 'siti.jpg'), picture('still', 'official'));
    const done = await importPopulation(desk.ctx, deskOrg.actor('admin'), { file, photos: folder });
    if (!done.ok) expect.fail(done.error.code);
  };

  beforeEach(async () => {
    nudged = 0;
    await enrol();
  });

  it('is asked by the desk; an outage leaves the tier, a lost answer asks nobody twice, the upgrade comes by itself', async () => {
    await allow(true);
    await deliver('one', { nik });
    expect(nudged).toBe(1);
    const before = await level();
    expect(before).toBe('basic');
    expect(await runHubQuestions(desk.ctx)).toEqual({ confirmed: 0, declined: 0, waiting: 1 });
    const [noted] = await desk.ctx.store.db
      .selectFrom('audit_log')
      .selectAll()
      .where('event', '=', 'registry.unavailable')
      .execute();
    expect(JSON.parse(noted?.detail ?? '')).toMatchObject({ reason: 'no_source', fallback: 'ktp', tier: before });
    expect(Buffer.from((await question())?.subject_sealed ?? []).includes('RAHMAWATI')).toBe(false);
    // The registry is back; the line to the hub breaks while the verdict is under way.
    await importTable();
    wait(16);
    let broken = 0;
    app.server.prependListener('request', (request, response) => {
      if (request.url?.endsWith('/nik/dukcapil') === true && ++broken === 1) response.socket?.destroy();
    });
    expect(await runHubQuestions(desk.ctx)).toMatchObject({ waiting: 1 });
    expect(await level()).toBe('basic');
    wait(31);
    expect(await runHubQuestions(desk.ctx)).toMatchObject({ confirmed: 1 });
    expect(await level()).toBe('standard');
    expect(await asked()).toMatchObject([{ purpose: 'tier_upgrade', source: 'imported', outcome: 'found' }]);
    const events = await hubEvents('dukcapil.ingested');
    expect(events).toMatchObject([{ actor_kind: 'desk', actor_id: desk.ctx.vault.desk.id }]);
    expect(await question()).toMatchObject({
      state: 'confirmed',
      subject_sealed: null,
      selfie_sealed: null,
      verdict_sealed: null,
    });
    // Confirmed: the next capture of the same person asks nobody.
    await deliver('two', { nik });
    expect(nudged).toBe(1);
  });

  it('is not asked where the bank does not want it, and what it takes back is final', async () => {
    await deliver('one', { nik });
    expect(nudged).toBe(0);
    await allow(true);
    await deliver('two', { nik });
    expect(nudged).toBe(1);
    await importTable();
    await allow(false);
    expect(await runHubQuestions(desk.ctx)).toMatchObject({ declined: 1 });
    expect(await question()).toMatchObject({ last_reason: 'capability_disabled', subject_sealed: null });
  });

  it('says nothing about customers this desk never captured', async () => {
    await allow(true);
    const link = await hubLink(desk.ctx);
    if (link === null) return expect.fail('not enrolled');
    await deliver('one', { nik });
    await hub.ctx.store.transaction((trx) => trx.updateTable('captures').set({ desk_id: 'dsk_other' }).execute());
    const { id } = await hub.ctx.store.db.selectFrom('customers').select('id').executeTakeFirstOrThrow();
    expect(await postVerdict(link, { customerId: id, valid: true })).toMatchObject({
      error: { code: 'not_found', details: { final: true } },
    });
    expect(await level()).toBe('basic');
  });
});
