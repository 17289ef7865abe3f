import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Result } from '../../contract/result.ts';
import { writeInstallationValue } from '../../store/installation-values.ts';
import type { KeyChange } from '../../vault/change-keys.ts';
import { fileKeyProvider } from '../../vault/key-providers/file-key-provider.ts';
import { createCustomer } from '../create-customer.ts';
import { ingestDeskCapture } from '../ingest-desk-capture.ts';
import { picture } from '../testing/fake-vision.ts';
import { addOrganisation, deskCapture, openTestHouse } from '../testing/test-house.ts';
import { createWebhook } from '../webhooks/manage-webhooks.ts';
import { takeWaitingDatabaseKey } from './database-key-job.ts';
import { wrappingGenerations } from './rewrap-customer-keys.ts';
import { rotateKeys, rotateSigningKey } from './rotate-keys.ts';

let house: Awaited<ReturnType<typeof openTestHouse>>;
let bank: Awaited<ReturnType<typeof addOrganisation>>;
let change: KeyChange;
beforeEach(async () => {
  house = await openTestHouse();
  bank = await addOrganisation(house, 'Bank');
  change = {
    dataDirectory: join(house.directory, 'data'),
    keyProvider: fileKeyProvider({ directory: join(house.directory, 'keys') }),
    clock: () => house.now,
  };
});
afterEach(() => house.close());

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}
const rotate = async () => valueOf(await rotateKeys(change, (work) => work(house.ctx)));
const newCustomer = async () =>
  valueOf(await createCustomer(house.ctx, bank.actor('staff'), { fullName: 'SITI RAHMAWATI' })).id;
const deliver = (capture: ReturnType<typeof deskCapture>) =>
  ingestDeskCapture(house.ctx, { orgId: bank.orgId, deskId: bank.deskId, capture });

describe('rotation beside a running counter', () => {
  it('moves every customer and secret to the new keys, and the database when nobody has it open', async () => {
    const ids = [await newCustomer(), await newCustomer()];
    valueOf(
      await createWebhook(house.ctx, bank.actor('admin'), {
        url: 'https://hook.bank.test/x',
        events: ['customer.erased'],
      }),
    );
    const report = await rotate();
    const database = house.ctx.store.engine === 'sqlite' ? 'pending' : 'none';
    expect(report).toMatchObject({ begun: true, customerKeys: ids.length, secrets: 1, unreadableSecrets: 0, database });
    expect(await wrappingGenerations(house.ctx)).toEqual(new Set([2]));
    for (const id of ids) expect((await deliver(deskCapture(house, 'ktp', id, [picture('card')]))).ok).toBe(true);
    house.now = new Date(house.now.getTime() + 8 * 86_400_000);
    const again = await rotate();
    expect(again.forgotten).toEqual(['customer-wrapping/1']);
    expect(house.ctx.vault.inventory().map((key) => key.id)).toEqual(
      expect.arrayContaining(['secrets/1', 'secrets/2']),
    );
    const log = await house.ctx.store.db.selectFrom('audit_log').select('event').execute();
    expect(log.filter((row) => row.event === 'keys.rotated')).toHaveLength(2);
  });

  it('gives the database its key in the program that has it open, and says so once', async (test) => {
    test.skip(house.ctx.store.engine !== 'sqlite', 'a server keeps its own encryption');
    await rotate();
    const waits = house.ctx.vault.databaseKeysHex();
    expect(waits).toHaveLength(2);
    expect(await takeWaitingDatabaseKey(house.ctx, change.keyProvider)).toEqual({ ok: true, value: true });
    expect(house.ctx.vault.databaseKeysHex()).toEqual([waits[1]]);
    expect(house.ctx.vault.inventory().map((key) => `${key.id} ${key.state}`)).toContain('database/2 current');
    const id = await newCustomer();
    expect((await deliver(deskCapture(house, 'ktp', id, [picture('card')]))).ok).toBe(true);
    expect(await takeWaitingDatabaseKey(house.ctx, change.keyProvider)).toEqual({ ok: true, value: false });
    const told = await house.ctx.store.db
      .selectFrom('audit_log')
      .select('detail')
      .where('event', '=', 'keys.rotated')
      .execute();
    expect(told.map((row) => row.detail).filter((detail) => detail.includes('"rekeyed"'))).toHaveLength(1);
  });

  it('counts a secret that does not open, and keeps the keys of secrets for good', async () => {
    const hook = { url: 'https://hook.bank.test/x', events: ['customer.erased' as const] };
    valueOf(await createWebhook(house.ctx, bank.actor('admin'), hook));
    await house.ctx.store.db
      .updateTable('webhook_secrets')
      .set({ secret_sealed: new Uint8Array(80) })
      .execute();
    await rotate();
    house.now = new Date(house.now.getTime() + 8 * 86_400_000);
    const again = await rotate();
    expect(again.unreadableSecrets).toBe(1);
    expect(again.forgotten).not.toContain('secrets/1');
  });

  it('of the signing key loses no capture that was signed before', async () => {
    const id = await newCustomer();
    const before = deskCapture(house, 'ktp', id, [picture('card')]);
    house.now = new Date(house.now.getTime() + 1000);
    const done = valueOf(await rotateSigningKey(house.ctx, change));
    expect(house.ctx.vault.desk.publicKey).toBe(done.publicKey);
    expect((await deliver(before)).ok).toBe(true);
    house.now = new Date(house.now.getTime() + 120_000);
    expect((await deliver(deskCapture(house, 'ktp', id, [picture('card')]))).ok).toBe(true);
    const old = done.previous;
    await house.ctx.store.db
      .updateTable('desk_signing_keys')
      .set({ valid_until: '2026-11-19T00:00:00.000Z' })
      .where('public_key', '=', old)
      .execute();
    house.now = new Date(house.now.getTime() + 120_000);
    const late = deskCapture(house, 'ktp', id, [picture('card')]);
    const forged = {
      ...late,
      bundle: { ...late.bundle, manifest: { ...late.bundle.manifest, signature: 'A'.repeat(86) } },
    };
    expect(await deliver(forged)).toMatchObject({ ok: false, error: { code: 'signature_invalid' } });
  });

  it('of the signing key is refused where a hub knows the desk by it', async () => {
    const { publicKey } = house.ctx.vault.desk;
    await house.ctx.store.transaction((trx) => writeInstallationValue(trx, 'hub.link', { url: 'https://hub.test' }));
    const refused = await rotateSigningKey(house.ctx, change);
    expect(refused).toMatchObject({ ok: false, error: { code: 'hub_enrolled' } });
    expect(house.ctx.vault.desk.publicKey).toBe(publicKey);
  });
});
