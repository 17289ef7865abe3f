/** A desk and its hub as two installations: enrolment, mutual TLS, delivery on the line and on a disk, and what goes wrong. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeskDelivery } from '../contract/desk/delivery.ts';
import { readNoteKey } from '../core/audit/checkpoint.ts';
import { cosignAtHub } from '../desk/sync/cosigning.ts';
import { acknowledgeFromDisk, exportOutbox } from '../desk/sync/disk-transfer.ts';
import { enrolWithHub, hubLink } from '../desk/sync/hub-link.ts';
import { outboxCeiling, setOutboxCeiling } from '../desk/sync/outbox-ceiling.ts';
import { bundleStates, listOutbox } from '../desk/sync/outbox-views.ts';
import { noteOutcomes } from '../desk/sync/reversals.ts';
import { issueDeskCode, revokeDesk } from '../services/admin/desks.ts';
import { dayMs } from '../services/context.ts';
import { importFromDisk } from '../services/desk-delivery/disk-exchange.ts';
import { latestCheckpoint } from '../store/repositories/checkpoints.ts';
import { verifyNote } from '../vault/signed-note.ts';

import {
  app,
  bank,
  ca,
  closeHubAndDesk,
  desk,
  deskOrg,
  enrol,
  hub,
  hubEvents,
  openHubAndDesk,
  pumpOf,
  seal,
  url,
} from './testing/hub-and-desk.ts';

beforeEach(openHubAndDesk);
afterEach(closeHubAndDesk);

async function stateOf(nonce: string) {
  return (await bundleStates(desk.ctx.store, deskOrg.orgId, [nonce]))[0];
}
const hubCaptures = () => hub.ctx.store.db.selectFrom('captures').select(['nonce', 'org_id', 'desk_id']).execute();
describe('a desk and its hub', () => {
  it('enrols with a one-time code, delivers over mutual TLS, once, and shows the official answer', async () => {
    await enrol();
    const nonces = [await seal('one'), await seal('two')];
    expect(await pumpOf(desk.ctx).drain()).toBe(2);
    for (const nonce of nonces) {
      expect(await stateOf(nonce)).toMatchObject({ state: 'delivered', delivery: { nonce, replayed: false } });
    }
    expect((await hubCaptures()).map(({ nonce }) => nonce).sort()).toEqual([...nonces].sort());
    expect((await hubCaptures())[0]).toMatchObject({ org_id: bank.orgId, desk_id: desk.ctx.vault.desk.id });
    // What is left of the key it travelled under: nothing.
    const kept = await desk.ctx.store.db
      .selectFrom('installation')
      .select('key')
      .where('key', 'like', 'transit.%')
      .execute();
    expect(kept).toEqual([]);
  });

  it('refuses a used code, and a desk without or with a revoked certificate; its captures wait', async () => {
    const { code } = await issueDeskCode(hub.ctx, bank.actor('admin'), 'Loket 3');
    expect(await enrolWithHub(desk.ctx, { url, code: 'AAAA-AAAA-AAAA-AAAA', ca })).toMatchObject({
      error: { code: 'enrolment_code_invalid' },
    });
    expect(await hubLink(desk.ctx)).toBeNull();
    const nonce = await seal('one');
    await pumpOf(desk.ctx).drain();
    expect(await stateOf(nonce)).toMatchObject({ state: 'pending', lastError: 'hub_not_enrolled' });

    expect((await enrolWithHub(desk.ctx, { url, code, ca })).ok).toBe(true);
    expect(await enrolWithHub(desk.ctx, { url, code, ca })).toMatchObject({
      error: { code: 'enrolment_code_invalid' },
    });
    await revokeDesk(hub.ctx, bank.actor('admin'), desk.ctx.vault.desk.id);
    const pump = pumpOf(desk.ctx);
    await pump.kick();
    await pump.drain();
    expect(await stateOf(nonce)).toMatchObject({ state: 'pending', lastError: 'unauthenticated' });
    expect(await hubCaptures()).toEqual([]);
  });

  it('delivers days later with its own challenges, once, and repeats answer the original result', async () => {
    await enrol();
    const nonce = await seal('late');
    // Hub and desk meet again after four days: the challenge ran out long ago, the capture was in time.
    hub.now = new Date(hub.now.getTime() + 4 * dayMs);
    desk.now = new Date(hub.now);
    await pumpOf(desk.ctx).drain();
    const first = (await stateOf(nonce))?.delivery as DeskDelivery;
    expect(first.replayed).toBe(false);
    await desk.ctx.store.transaction((trx) =>
      trx
        .updateTable('outbox')
        .set({ state: 'pending', delivered_at: null, result: null })
        .where('id', '=', nonce)
        .execute(),
    );
    await pumpOf(desk.ctx).drain();
    expect((await stateOf(nonce))?.delivery).toEqual({ ...first, replayed: true });
    expect(await hubCaptures()).toHaveLength(1);
  });

  it('sends a large capture in parts and goes on after a break, in the next process too, with equal bytes', async () => {
    await enrol();
    const nonce = await seal('large', { size: 700_000 });
    let requests = 0;
    app.server.prependListener('request', (request, response) => {
      // The line breaks in the middle of the third part.
      if (request.url?.endsWith('/parts') === true && ++requests === 3) response.socket?.destroy();
    });
    const options = { partBytes: 100_000, singleRequestBytes: 50_000 };
    await pumpOf(desk.ctx, options).drain();
    expect(await stateOf(nonce)).toMatchObject({ state: 'pending', lastError: 'unavailable' });
    const [half] = await hub.ctx.store.db.selectFrom('desk_uploads').selectAll().execute();
    expect(Number(half?.received)).toBeGreaterThanOrEqual(200_000);
    const pump = pumpOf(desk.ctx, options);
    const shares: number[] = [];
    pump.onProgress(({ sent }) => void (sent === undefined || shares.push(sent.bytes / sent.of)));
    await pump.kick();
    await pump.drain();
    expect(await stateOf(nonce)).toMatchObject({ state: 'delivered' });
    // The screen sees it go on from where it broke off.
    expect(shares[0]).toBeGreaterThan(0.2);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(pump.sent(nonce)).toBeNull();
    // Eight parts in all, the broken one sent twice at most: nothing began anew.
    expect(requests).toBeLessThanOrEqual(9);
    expect(await hub.ctx.store.db.selectFrom('desk_uploads').selectAll().execute()).toEqual([]);
  });

  it('keeps to its bandwidth', async () => {
    await enrol();
    await seal('large', { size: 300_000 });
    let slept = 0;
    const sleep = (ms: number): Promise<void> => {
      slept += ms;
      desk.now = new Date(desk.now.getTime() + ms);
      return Promise.resolve();
    };
    const ceiling = () => outboxCeiling(desk.ctx.store.db);
    const choice = { orgId: deskOrg.orgId, by: 'usr_1', now: desk.now, bytesPerSecond: 100_000 };
    expect(await setOutboxCeiling(desk.ctx.store, choice)).toBe(true);
    await pumpOf(desk.ctx, { ceiling, singleRequestBytes: 10_000, partBytes: 50_000, sleep }).drain();
    // 400 kB of base64, of which the first second's worth is free.
    expect(slept).toBeGreaterThan(2_900);
    expect(slept).toBeLessThan(3_600);
  });

  it('refuses the second of two machines that sign with one desk key, and writes it down', async () => {
    await enrol();
    const { db } = desk.ctx.store;
    const before = await db.selectFrom('installation').selectAll().where('key', 'like', 'desk.bundles.%').execute();
    const mine = await seal('mine');
    await pumpOf(desk.ctx).drain();
    // The clone was taken before that capture: its counter begins where ours began.
    await desk.ctx.store.transaction(async (trx) => {
      await trx.deleteFrom('installation').where('key', 'like', 'desk.bundles.%').execute();
      for (const row of before) await trx.insertInto('installation').values(row).execute();
    });
    const theirs = await seal('theirs');
    await pumpOf(desk.ctx).drain();
    expect(await stateOf(mine)).toMatchObject({ state: 'delivered' });
    expect(await stateOf(theirs)).toMatchObject({ state: 'refused', lastError: 'desk_forked' });
    expect(await hubEvents('desk.forked')).toHaveLength(1);
    expect(await hubCaptures()).toHaveLength(1);
  });

  it('opens the case again where the official verdict contradicts what the customer was told', async () => {
    await enrol();
    const told = await seal('told', { scene: 'still' });
    const agreed = await seal('agreed', { scene: 'still' });
    const draft = { orgId: deskOrg.orgId, operatorId: deskOrg.people.staff.id };
    await noteOutcomes(desk.ctx, draft, [
      { nonce: told, outcome: 'verified' },
      { nonce: agreed, outcome: 'review' },
    ]);
    await pumpOf(desk.ctx).drain();
    const { reversals } = await listOutbox(desk.ctx.store, deskOrg.orgId, true);
    expect(reversals).toHaveLength(1);
    expect(reversals?.[0]).toMatchObject({ nonce: told, from: 'verified', customerId: 'cus_told' });
    expect(reversals?.[0]?.to).not.toBe('verified');
    expect(reversals?.[0]?.reasons[0]).toMatchObject({ code: 'verdict_reversed' });
  });
});

describe('the hub as witness', () => {
  it('cosigns a log that grew and refuses one that was rewritten, on record', async () => {
    await enrol();
    await seal('one');
    expect(await cosignAtHub(desk.ctx)).toMatchObject({ ok: true });
    await seal('two');
    const done = await cosignAtHub(desk.ctx);
    expect(done.ok).toBe(true);
    const link = await hubLink(desk.ctx);
    const key = readNoteKey(link?.hubKey ?? '') ?? expect.fail();
    const latest = await latestCheckpoint(desk.ctx.store.db);
    expect(verifyNote(latest?.note ?? '', [key])?.signedBy).toEqual([key]);
    expect(await hubEvents('checkpoint.cosigned')).toHaveLength(2);

    // A restored backup: the desk's tree is built anew from rows that say something else.
    await hub.ctx.store.transaction((trx) =>
      trx
        .updateTable('desk_checkpoints')
        .set({ root: 'ab'.repeat(32) })
        .execute(),
    );
    await seal('three');
    expect(await cosignAtHub(desk.ctx)).toMatchObject({ ok: false, error: { code: 'checkpoint_forked' } });
    expect(await hubEvents('checkpoint.refused')).toHaveLength(1);
  });
});

describe('by disk', () => {
  it('moves what waits, twice without harm, and the acknowledgement ends the waiting', async () => {
    await enrol();
    const nonces = [await seal('one'), await seal('two')];
    const made = await exportOutbox(desk.ctx, deskOrg.orgId);
    if (!made.ok) return expect.fail(made.error.code);
    expect(made.value).toMatchObject({ captures: 2, unreadable: [] });
    expect(Buffer.from(made.value.file).includes('RAHMAWATI')).toBe(false);
    const first = await importFromDisk(hub.ctx, made.value.file);
    const second = await importFromDisk(hub.ctx, made.value.file);
    if (!first.ok || !second.ok) return expect.fail('not imported');
    expect(await hubCaptures()).toHaveLength(2);
    expect(second.value.answers.map(({ delivery }) => delivery?.captureId)).toEqual(
      first.value.answers.map(({ delivery }) => delivery?.captureId),
    );
    expect(await acknowledgeFromDisk(desk.ctx, second.value.acknowledgement)).toEqual({
      ok: true,
      value: { delivered: 2, refused: 0 },
    });
    expect(await acknowledgeFromDisk(desk.ctx, first.value.acknowledgement)).toEqual({
      ok: true,
      value: { delivered: 0, refused: 0 },
    });
    for (const nonce of nonces) expect(await stateOf(nonce)).toMatchObject({ state: 'delivered' });
    expect(await exportOutbox(desk.ctx, deskOrg.orgId)).toMatchObject({ error: { code: 'not_found' } });
  });

  it('refuses files and acknowledgements that were changed or made by somebody else', async () => {
    await enrol();
    await seal('one');
    const made = await exportOutbox(desk.ctx, deskOrg.orgId);
    if (!made.ok) return expect.fail(made.error.code);
    const { file } = made.value;
    const flipped = file.map((byte, index) => (index === file.length - 200 ? byte ^ 1 : byte));
    const bad = await importFromDisk(hub.ctx, flipped);
    expect(bad.ok ? bad.value.answers[0]?.refusal : bad.error.code).toMatch(/signature_invalid|payload_unreadable/);
    expect(await importFromDisk(hub.ctx, new Uint8Array([1, 2, 3]))).toMatchObject({
      error: { code: 'payload_unreadable' },
    });
    const taken = await importFromDisk(hub.ctx, file);
    if (!taken.ok) return expect.fail(taken.error.code);
    const forged = taken.value.acknowledgement.map((byte, index) =>
      index === taken.value.acknowledgement.length - 20 ? byte ^ 1 : byte,
    );
    expect((await acknowledgeFromDisk(desk.ctx, forged)).ok).toBe(false);
  });
});
