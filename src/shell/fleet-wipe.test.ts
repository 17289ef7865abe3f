/** Wiping a desk's keys from head office: what is saved, what is gone, what is said, and what a power cut leaves. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildApi } from '../api/build-api.ts';
import { carryOutWipe, wipeIsDue } from '../desk/fleet/carry-out-wipe.ts';
import { createFleetRunner } from '../desk/fleet/fleet-runner.ts';
import { heldOrder } from '../desk/fleet/held-order.ts';
import { sendReceipt } from '../desk/fleet/send-receipt.ts';
import { deskHealth } from '../desk/sync/desk-health.ts';
import { revokeDesk } from '../services/admin/desks.ts';
import { minuteMs } from '../services/context.ts';
import { importFromDisk } from '../services/desk-delivery/disk-exchange.ts';
import { readHeld } from '../services/fleet/held-settings.ts';
import { cancelWipe, orderWipe } from '../services/fleet/wipes.ts';
import { openInstallation } from '../services/open-installation.ts';
import { fakeVision } from '../services/testing/fake-vision.ts';
import { writeInstallationValue } from '../store/installation-values.ts';
import { newEd25519Pair } from '../vault/ed25519.ts';
import { fileKeyProvider } from '../vault/key-providers/file-key-provider.ts';
import { seedSigner, signText } from '../vault/signed-text.ts';
import { readWipeNote, type WipeStep } from '../vault/wipe-keys.ts';
import {
  bank,
  closeHubAndDesk,
  desk,
  deskOrg,
  enrol,
  hub,
  hubEvents,
  openHubAndDesk,
  pumpOf,
  seal,
} from './testing/hub-and-desk.ts';
import {
  type Answered,
  admin,
  answerWith,
  heard,
  heartbeat,
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

const keys = () => fileKeyProvider({ directory: join(desk.directory, 'keys') });
const data = () => join(desk.directory, 'data');
async function opens(): Promise<string> {
  const opened = await openInstallation({
    dataDirectory: data(),
    keyProvider: keys(),
    vision: fakeVision(),
    ...desk.database,
  });
  if (!opened.ok) return opened.error.code;
  await opened.value.close();
  return 'opens';
}
async function order(mode: 'deliver_first' | 'immediately', graceMinutes?: number): Promise<void> {
  const done = await orderWipe(hub.ctx, admin(), desk.ctx.vault.desk.id, {
    mode,
    reason: 'counter closed',
    ...(graceMinutes === undefined ? {} : { graceMinutes }),
  });
  if (!done.ok) throw new Error(done.error.code);
}
async function held() {
  const found = await heldOrder(desk.ctx.store.db);
  if (found === null) throw new Error('no order');
  return found;
}
const wipeParts = (fault?: (before: WipeStep) => void) => ({
  ctx: desk.ctx,
  orgId: deskOrg.orgId,
  dataDirectory: data(),
  keyProvider: keys(),
  ...(fault === undefined ? {} : { fault }),
});

describe('wiping a desk', () => {
  it('delivers first, destroys every key, and hands in a receipt; before it everything was readable', async () => {
    await seal('one');
    expect(await opens()).toBe('opens');
    await order('deliver_first');
    const runner = createFleetRunner({
      ctx: desk.ctx,
      orgId: () => Promise.resolve(deskOrg.orgId),
      keyProvider: keys(),
      deliver: () => pumpOf(desk.ctx).drain(),
      beforeWipe: () => Promise.resolve(),
      afterWipe: () => undefined,
    });
    await runner.once();
    expect(await hub.ctx.store.db.selectFrom('captures').select('nonce').execute()).toHaveLength(1);
    expect(await opens()).toBe('desk_wiped');
    expect(existsSync(join(data(), 'installation.json'))).toBe(false);
    expect(readdirSync(join(desk.directory, 'keys'))).toEqual([]);
    // On PostgreSQL the records are the server's, and there is no such file.
    const records = join(data(), 'loket.db');
    expect(existsSync(records) && readFileSync(records).includes('SITI RAHMAWATI')).toBe(false);
    expect((await sendReceipt(data())).ok).toBe(true);
    const after = await seen();
    expect([after.state, after.status, after.wipe?.state]).toEqual(['wiped', 'revoked', 'acknowledged']);
    expect(after.wipe?.receipt).toMatchObject({ undelivered: 0, rescued: 0 });
    expect(readWipeNote(data())).toMatchObject({ state: 'acknowledged' });
    for (const event of ['desk.wipe_ordered', 'desk.wipe_sent', 'desk.wipe_acknowledged'])
      expect(await hubEvents(event)).toHaveLength(1);
    // Once more does no harm, and has nothing to send.
    expect(await sendReceipt(data())).toMatchObject({ error: { code: 'not_found' } });
  });

  it('waits for its time of grace while captures wait, begins no customer meanwhile, then seals them for the hub', async () => {
    const nonce = await seal('late');
    await order('deliver_first', 30);
    await heard();
    expect((await deskHealth(desk.ctx, deskOrg.orgId)).wipeOrdered).toBe(true);
    expect(await wipeIsDue(desk.ctx, deskOrg.orgId, await held())).toBe(false);
    desk.now = new Date(desk.now.getTime() + 31 * minuteMs);
    expect(await wipeIsDue(desk.ctx, deskOrg.orgId, await held())).toBe(true);
    const done = await carryOutWipe(wipeParts(), await held());
    expect(done).toMatchObject({ value: { undelivered: 1, rescued: 1 } });
    expect(await opens()).toBe('desk_wiped');
    expect((await sendReceipt(data())).ok).toBe(true);
    expect((await seen()).status).toBe('active');
    const saved = readFileSync(join(data(), 'undelivered-1.lkt'));
    const taken = await importFromDisk(hub.ctx, new Uint8Array(saved));
    expect(taken.ok && taken.value.answers.map((one) => [one.nonce, one.refusal])).toEqual([[nonce, null]]);
  });

  it('at once leaves no file, and says how many captures went', async () => {
    await seal('lost');
    await order('immediately');
    await heard();
    expect(await wipeIsDue(desk.ctx, deskOrg.orgId, await held())).toBe(true);
    expect(await carryOutWipe(wipeParts(), await held())).toMatchObject({ value: { undelivered: 1, rescued: 0 } });
    expect(readdirSync(data()).filter((name) => name.endsWith('.lkt'))).toEqual([]);
    expect((await sendReceipt(data())).ok).toBe(true);
    expect((await seen()).wipe?.receipt).toMatchObject({ undelivered: 1, mode: 'immediately' });
  });

  it('reaches a desk that was revoked, and tells it nothing else', async () => {
    await publish({ idleSeconds: 60 });
    await order('immediately');
    await revokeDesk(hub.ctx, admin(), desk.ctx.vault.desk.id, 'stolen');
    await heard();
    expect(await readHeld(desk.ctx.store.db, 'fleet.settings')).toBeNull();
    expect((await seen()).state).toBe('wiping');
    expect((await carryOutWipe(wipeParts(), await held())).ok).toBe(true);
    expect((await sendReceipt(data())).ok).toBe(true);
    expect((await seen()).state).toBe('wiped');
  });

  it('is taken back while the desk still waits', async () => {
    await seal('one');
    await order('deliver_first');
    await heard();
    expect((await cancelWipe(hub.ctx, admin(), desk.ctx.vault.desk.id)).ok).toBe(true);
    await heard();
    expect(await heldOrder(desk.ctx.store.db)).toBeNull();
    expect((await deskHealth(desk.ctx, deskOrg.orgId)).wipeOrdered).toBe(false);
    expect(await opens()).toBe('opens');
  });

  it('means the installation whose key it names: an order of before a new enrolment is refused', async () => {
    await order('immediately');
    const before = desk.ctx.vault.desk.publicKey;
    await hub.ctx.store.db
      .updateTable('desks')
      .set({ public_key: newEd25519Pair().publicKey })
      .where('id', '=', desk.ctx.vault.desk.id)
      .execute();
    // The desk's own signature does not count any more: it is answered nothing at all.
    expect(await heartbeat()).toMatchObject({ error: { code: 'signature_invalid' } });
    await hub.ctx.store.db
      .updateTable('desks')
      .set({ public_key: before })
      .where('id', '=', desk.ctx.vault.desk.id)
      .execute();
    let kept: Answered | null = null;
    answerWith((answer) => (kept = answer));
    await heard();
    await desk.ctx.store.transaction((trx) => writeInstallationValue(trx, 'fleet.wipe', { order: null }));
    await cancelWipe(hub.ctx, admin(), desk.ctx.vault.desk.id);
    answerWith(() => kept as unknown as Answered);
    expect(await heartbeat()).toMatchObject({ error: { code: 'directive_stale' } });
    expect(await heldOrder(desk.ctx.store.db)).toBeNull();
    expect(await opens()).toBe('opens');
  });

  it.each(['installation', 'key_file', 'folders', 'note'] as const)(
    'that broke off before its step “%s” opens nothing any more and is ended by the next start',
    async (step) => {
      await order('immediately');
      await heard();
      const power = (before: WipeStep): void => {
        if (before === step) throw new Error('power cut');
      };
      await expect(carryOutWipe(wipeParts(power), await held())).rejects.toThrow('power cut');
      expect(readWipeNote(data())).toMatchObject({ state: 'destroying' });
      expect(await opens()).toBe('desk_wiped');
      expect(existsSync(join(data(), 'installation.json'))).toBe(false);
      expect(readdirSync(join(desk.directory, 'keys'))).toEqual([]);
      expect(readWipeNote(data())).toMatchObject({ state: 'destroyed' });
      expect((await sendReceipt(data())).ok).toBe(true);
    },
  );

  it('cannot be acknowledged by anybody but the desk', async () => {
    await order('immediately');
    const api = await buildApi({ context: hub.ctx });
    const forged = signText(seedSigner(newEd25519Pair().seed), {
      kind: 'loket-wipe-receipt',
      layout: 1,
      orderId: (await seen()).wipe?.id ?? '',
      orgId: bank.orgId,
      deskId: desk.ctx.vault.desk.id,
      installationId: 'ins_x',
      at: hub.now.toISOString(),
      mode: 'immediately',
      undelivered: 0,
      rescued: 0,
      files: [],
      keys: [],
      auditRows: 1,
    });
    const answer = await api.inject({ method: 'POST', url: '/api/kiosk/fleet/receipts', payload: { receipt: forged } });
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([422, 'signature_invalid']);
    expect((await seen()).wipe?.state).toBe('ordered');
    await api.close();
  });
});
