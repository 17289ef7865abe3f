/** Head office and a desk as two installations over mutual TLS: what is published, what is believed, what is refused, what is wiped. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getSettings, patchSettings } from '../services/admin/settings.ts';
import { revokeDesk } from '../services/admin/desks.ts';
import { dayMs } from '../services/context.ts';
import { replaceFleetKey } from '../services/fleet/fleet-key.ts';
import { heldRules, readHeld } from '../services/fleet/held-settings.ts';
import { offerPack } from '../services/fleet/offer-pack.ts';
import { importList } from '../services/screening/import-list.ts';
import { exportPack } from '../services/screening/list-packs.ts';
import { newEd25519Pair } from '../vault/ed25519.ts';
import { seedSigner, signText } from '../vault/signed-text.ts';
import {
  closeHubAndDesk,
  desk,
  deskOrg,
  enrol,
  folder,
  hub,
  hubEvents,
  openHubAndDesk,
} from './testing/hub-and-desk.ts';
import {
  type Answered,
  admin,
  answerWith,
  deskEvents,
  heard,
  heartbeat,
  inDays,
  publish,
  seen,
  standBetween,
} from './testing/fleet-pair.ts';

beforeEach(async () => {
  await openHubAndDesk();
  await enrol();
  standBetween();
});
afterEach(closeHubAndDesk);

const problems = async () =>
  (await readHeld(desk.ctx.store.db, 'fleet.contact'))?.problems.map(({ code }) => code) ?? [];
const runs = async () => (await readHeld(desk.ctx.store.db, 'fleet.settings'))?.version ?? null;
describe('settings of head office', () => {
  it('reach the desk, are applied with policy and rules, reported, and not changed at the desk', async () => {
    expect((await seen()).state).toBe('never_seen');
    const version = await publish({ idleSeconds: 90, policy: { thresholds: { matchLow: 0.5 } } });
    expect((await heard()).problems).toEqual([]);
    expect(await heldRules(desk.ctx.store.db)).toMatchObject({ idleSeconds: 90 });
    const settings = await getSettings(desk.ctx, deskOrg.actor('admin'));
    expect(settings.ok && settings.value.thresholds.matchLow).toBe(0.5);
    expect(await patchSettings(desk.ctx, deskOrg.actor('admin'), { thresholds: { matchLow: 0.4 } })).toMatchObject({
      error: { code: 'settings_managed' },
    });
    expect((await patchSettings(desk.ctx, deskOrg.actor('admin'), { thresholds: { matchHigh: 0.6 } })).ok).toBe(true);
    expect((await seen()).findings.map(({ code }) => code)).toContain('fleet_settings_behind');
    await heard();
    const after = await seen();
    expect(after.report?.settings?.version).toBe(version);
    expect(after.findings.map(({ code }) => code)).not.toContain('fleet_settings_behind');
    expect(await deskEvents()).toContain('fleet.settings_applied');
    expect(await hubEvents('fleet.settings_published')).toHaveLength(1);
  });

  it('address one desk or another; the highest version that addresses a desk wins', async () => {
    await publish({ idleSeconds: 60 }, { branch: 'Medan' });
    await heard();
    expect(await runs()).toBeNull();
    const own = await publish({ idleSeconds: 70 }, { desk: desk.ctx.vault.desk.id });
    await heard();
    expect(await runs()).toBe(own);
    const all = await publish({ idleSeconds: 80 });
    await heard();
    expect([await runs(), (await heldRules(desk.ctx.store.db)).idleSeconds]).toEqual([all, 80]);
  });

  it('are refused when they are older than those the desk runs, and the old ones stay', async () => {
    await publish({ idleSeconds: 60 });
    const second = await publish({ idleSeconds: 70 });
    await heard();
    // Somebody puts an older state of the hub's database back.
    await hub.ctx.store.db.deleteFrom('fleet_settings').where('version', '=', second).execute();
    expect((await heard()).problems).toMatchObject([{ code: 'settings_rollback' }]);
    expect([await runs(), (await heldRules(desk.ctx.store.db)).idleSeconds]).toEqual([second, 70]);
    await heard();
    expect((await seen()).findings).toContainEqual({ code: 'fleet_problem', level: 'red', about: 'settings_rollback' });
    expect((await deskEvents()).filter((event) => event === 'fleet.settings_refused')).toHaveLength(1);
  });

  it('are not offered once they expired, and a desk says that what it runs has lapsed', async () => {
    await publish({ idleSeconds: 60 }, { expiresAt: inDays(1) });
    await heard();
    hub.now = new Date(hub.now.getTime() + 2 * dayMs);
    expect((await heard()).problems).toMatchObject([{ code: 'settings_lapsed' }]);
    expect((await heldRules(desk.ctx.store.db)).idleSeconds).toBe(60);
  });

  it('signed by another key, or held back by whoever stands between, are refused', async () => {
    await publish({ idleSeconds: 60 });
    const rogue = seedSigner(newEd25519Pair().seed);
    answerWith(({ settings, ...rest }) => ({
      ...rest,
      settings: settings && signText(rogue, JSON.parse(settings.text) as object),
    }));
    expect((await heard()).problems).toMatchObject([{ code: 'settings_signature_invalid' }]);
    answerWith((data) => ({ ...data, settings: null }));
    expect((await heard()).problems).toMatchObject([{ code: 'settings_withheld' }]);
    answerWith((data) => ({ ...data, directive: signText(rogue, JSON.parse(data.directive.text) as object) }));
    expect(await heartbeat()).toMatchObject({ error: { code: 'directive_invalid' } });
    answerWith((data) => ({
      ...data,
      fleetKey: signText(rogue, { ...(JSON.parse(data.fleetKey.text) as object), generation: 9 }),
    }));
    expect(await heartbeat()).toMatchObject({ error: { code: 'fleet_key_untrusted' } });
    expect(await runs()).toBeNull();
    // The positive control: the honest answer is taken.
    answerWith((data) => data);
    expect((await heard()).problems).toEqual([]);
    expect(await runs()).toBe(1);
  });

  it('an answer that was recorded is not believed again', async () => {
    let kept: Answered | null = null;
    answerWith((data) => (kept = data));
    await heard();
    await publish({ idleSeconds: 60 });
    answerWith(() => kept as Answered);
    expect(await heartbeat()).toMatchObject({ error: { code: 'directive_stale' } });
    expect(await problems()).toContain('directive_stale');
  });

  it('go on under a new fleet key the hub vouches for, and never back to the old one', async () => {
    let old: Answered | null = null;
    answerWith((data) => (old = data));
    await heard();
    answerWith((data) => data);
    await replaceFleetKey(hub.ctx, admin());
    const version = await publish({ idleSeconds: 60 });
    await heard();
    expect(await runs()).toBe(version);
    answerWith((data) => ({ ...data, fleetKey: (old as unknown as Answered).fleetKey }));
    expect(await heartbeat()).toMatchObject({ error: { code: 'fleet_key_rollback' } });
  });

  it('that the desk cannot hold change nothing at all', async () => {
    await desk.ctx.store.transaction((trx) =>
      trx
        .updateTable('organisations')
        .set({ settings: JSON.stringify(broken(deskSettings)) })
        .execute(),
    );
    await publish({ policy: { thresholds: { matchLow: 0.5 } } });
    expect((await heard()).problems).toMatchObject([{ code: 'settings_invalid' }]);
    expect(await runs()).toBeNull();
  });
});

let deskSettings: Record<string, unknown> = {};
beforeEach(async () => {
  const settings = await getSettings(desk.ctx, deskOrg.actor('admin'));
  deskSettings = settings.ok ? (settings.value as unknown as Record<string, unknown>) : {};
});
const broken = (settings: Record<string, unknown>): object => ({ ...settings, review: { slaMinutes: 0 } });

describe('packs of head office', () => {
  const csv = 'id,type,name,topics\n1,person,BUDI SANTOSO,pep\n';

  async function offerList(issue: string): Promise<void> {
    const source = join(folder, `${issue}.csv`);
    const pack = join(folder, `${issue}.pack`);
    await writeFile(source, csv.replace('BUDI', `BUDI ${issue.toUpperCase()}`));
    const imported = await importList(hub.ctx, admin(), { path: source, format: 'loket-csv', listId: 'internal' });
    if (!imported.ok) throw new Error(imported.error.message);
    const made = await exportPack(hub.ctx, admin(), { listId: 'internal', path: pack });
    if (!made.ok) throw new Error(made.error.message);
    const offered = await offerPack(hub.ctx, admin(), { path: pack, manifest: null });
    if (!offered.ok) throw new Error(offered.error.message);
  }
  const active = async () =>
    await desk.ctx.store.db
      .selectFrom('screening_packs')
      .select(['list_id', 'version'])
      .where('state', '=', 'active')
      .execute();

  it('are fetched, proven, put in force once, and reported', async () => {
    await offerList('first');
    expect((await heard()).problems).toEqual([]);
    expect(await active()).toMatchObject([{ list_id: 'internal' }]);
    await heard();
    expect((await seen()).report?.packs).toEqual([{ kind: 'list', name: 'internal', sequence: 1 }]);
    const [before] = await active();
    await offerList('second');
    await heard();
    expect((await active())[0]?.version).not.toBe(before?.version);
    expect((await deskEvents()).filter((event) => event === 'fleet.pack_taken')).toHaveLength(2);
    expect(existsSync(join(desk.ctx.dataDirectory ?? '', 'fleet', 'any'))).toBe(false);
  });

  it('with other bytes than were offered are refused and the old list stays', async () => {
    await offerList('first');
    await heard();
    const before = await active();
    await offerList('second');
    await hub.ctx.store.db
      .updateTable('fleet_packs')
      .set({ sha256: '0'.repeat(64) })
      .where('sequence', '=', 2)
      .execute();
    expect((await heard()).problems).toMatchObject([{ code: 'pack_differs', about: 'internal' }]);
    expect(await active()).toEqual(before);
  });

  it('of an earlier offer are refused', async () => {
    await offerList('first');
    await offerList('second');
    await heard();
    const before = await active();
    await hub.ctx.store.db.updateTable('fleet_packs').set({ state: 'withdrawn' }).where('sequence', '=', 2).execute();
    expect((await heard()).problems).toMatchObject([{ code: 'pack_rollback' }]);
    expect(await active()).toEqual(before);
  });
});

describe('a revoked desk', () => {
  it('is refused with the next request, on the connection it has open', async () => {
    await heard();
    await revokeDesk(hub.ctx, admin(), desk.ctx.vault.desk.id, 'stolen');
    expect(await heartbeat()).toMatchObject({ error: { code: 'unauthenticated' } });
    expect((await seen()).state).toBe('revoked');
    expect((await seen()).revokeReason).toBe('stolen');
  });
});
