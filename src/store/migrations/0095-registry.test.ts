import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { insertAccess, type RegistryAccessRow } from '../repositories/registry-access.ts';
import { temporaryInstallation, type TemporaryInstallation } from '../testing/temporary-installation.ts';

let house: TemporaryInstallation;
const now = '2026-11-20T03:00:00.000Z';
beforeEach(async () => {
  house = await temporaryInstallation();
  await house.store.db
    .insertInto('organisations')
    .values({ id: 'org_1', name: 'Bank', branch: 'B', settings: '{}', created_at: now, updated_at: now })
    .execute();
});
afterEach(() => house.remove());

const access: RegistryAccessRow = {
  id: 'rga_1',
  org_id: 'org_1',
  occurred_at: now,
  asker: 'desk:1',
  actor_kind: 'desk',
  actor_id: '1',
  purpose: 'onboarding',
  source: 'glair',
  subject: 'x',
  outcome: 'found',
  charged: 1,
  ms: 12,
};

describe('step 95', () => {
  it('keeps the access log as it was written', async () => {
    const { store } = house;
    await store.transaction((trx) => insertAccess(trx, access));
    await expect(store.db.updateTable('registry_access').set({ outcome: 'not_found' }).execute()).rejects.toThrow();
    await expect(store.db.deleteFrom('registry_access').execute()).rejects.toThrow();
    expect(await store.db.selectFrom('registry_access').select('outcome').execute()).toEqual([{ outcome: 'found' }]);
  });

  it('holds a person of an organisation once, and knows only the four sources', async () => {
    const { db } = house.store;
    const person = {
      org_id: 'org_1',
      nik_index: 'a',
      row_sealed: new Uint8Array(1),
      row_hash: 'h',
      import_id: 'rgi_1',
      line: 2,
      updated_at: now,
    };
    await db.insertInto('registry_people').values(person).execute();
    await expect(db.insertInto('registry_people').values(person).execute()).rejects.toThrow();
    const source = {
      id: 'rgs_1',
      org_id: 'org_1',
      kind: 'somebody',
      position: 1,
      base_url: null,
      credentials_sealed: null,
      options: '{}',
      created_at: now,
      updated_at: now,
    };
    await expect(db.insertInto('registry_sources').values(source).execute()).rejects.toThrow();
  });
});
