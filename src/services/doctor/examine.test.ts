import { closeSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { putBlob } from '../../store/blobs.ts';
import { chosenEngine } from '../../store/testing/test-databases.ts';
import { databasePath, installationPath } from '../../vault/data-directory.ts';
import { beginRotation } from '../../vault/change-keys.ts';
import { fileKeyProvider } from '../../vault/key-providers/file-key-provider.ts';
import { makeRecoveryShares } from '../../vault/recovery.ts';
import { createBackup } from '../backup/create-backup.ts';
import { makeCheckpoint } from '../audit/checkpoints.ts';
import { temporaryInstallation } from '../../store/testing/temporary-installation.ts';
import type { ModelCheck } from '../models/check-models.ts';
import { addOrganisation, openTestHouse } from '../testing/test-house.ts';
import { examine, type ExamineOptions } from './examine.ts';
import { overall } from './finding.ts';

const gibibyte = 1024 ** 3;
const good: ModelCheck = { models: [], rolesWithout: [], complete: true };
let house: Awaited<ReturnType<typeof openTestHouse>>;
let bank: Awaited<ReturnType<typeof addOrganisation>>;
beforeEach(async () => {
  house = await openTestHouse();
  bank = await addOrganisation(house, 'Bank');
});
afterEach(() => house.close());

const data = (): string => join(house.directory, 'data');
const options = (change: Partial<ExamineOptions> = {}): ExamineOptions => ({
  dataDirectory: data(),
  keyProvider: fileKeyProvider({ directory: join(house.directory, 'keys') }),
  clock: () => house.now,
  models: () => Promise.resolve(good),
  freeBytes: () => 100 * gibibyte,
  ...change,
});
/** Findings that are not green, as `check state code`. */
async function wrong(change: Partial<ExamineOptions> = {}): Promise<string[]> {
  const findings = await examine(options(change));
  for (const one of findings) expect(one.state === 'green').toBe(one.remedy === null);
  return findings.filter((one) => one.state !== 'green').map((one) => `${one.check} ${one.state} ${one.code}`);
}
const later = (days: number): void => void (house.now = new Date(house.now.getTime() + days * 86_400_000));

async function makeWell(): Promise<void> {
  await makeRecoveryShares(options());
  const made = await createBackup(house.ctx, join(house.directory, 'first.bak'));
  if (!made.ok) throw new Error(made.error.code);
}

async function waitingCapture(): Promise<void> {
  const at = house.now.toISOString();
  const owner = { org_id: bank.orgId, customer_id: 'cus_1', kind: 'ktp', blob_id: 'blob_1', size: 1 };
  const blob = { id: 'blob_1', orgId: bank.orgId, customerId: 'cus_1', purpose: 'envelope', createdAt: at };
  await putBlob(house.ctx.store.db, { ...blob, bytes: new Uint8Array(1) });
  const state = { state: 'pending' as const, attempts: 0, next_attempt_at: at, lease_owner: null, lease_until: null };
  const rest = { last_error: null, result: null, captured_at: at, created_at: at, delivered_at: null };
  await house.ctx.store.db
    .insertInto('outbox')
    .values({ id: 'nonce-1', ...owner, ...state, ...rest })
    .execute();
}

describe.skipIf(chosenEngine() !== 'sqlite')('the doctor', () => {
  it('finds nothing in an installation that is well, and says what a new one lacks', async () => {
    expect(await wrong()).toEqual(['keys amber recovery_missing', 'backup amber backup_missing']);
    await makeWell();
    const findings = await examine(options());
    expect(overall(findings)).toBe('green');
    expect(findings.map((one) => one.check)).toEqual(
      expect.arrayContaining(['disk', 'writable', 'keys', 'database', 'audit', 'clock', 'outbox', 'backup', 'models']),
    );
  });

  it('does not believe a checkpoint whose signer only the database names', async () => {
    await makeWell();
    const stranger = await temporaryInstallation(() => house.now);
    const forged = await makeCheckpoint({ store: house.ctx.store, vault: stranger.vault, clock: () => house.now });
    await stranger.remove();
    expect(forged.ok).toBe(true);
    expect(await wrong()).toEqual(['audit red audit_broken']);
  });

  it('looks at disk, clock, models and backups against their limits', async () => {
    await makeWell();
    expect(await wrong({ freeBytes: () => gibibyte })).toEqual(['disk amber disk_low']);
    expect(await wrong({ freeBytes: () => 1000 })).toEqual(['disk red disk_low']);
    const models = (check: ModelCheck) => ({ models: () => Promise.resolve(check) });
    expect(await wrong(models({ ...good, complete: false }))).toEqual(['models amber models_refused']);
    const bare = { ...good, complete: false, rolesWithout: ['face-detector'] } as unknown as ModelCheck;
    expect(await wrong(models(bare))).toEqual(['models red models_missing']);
    const at = house.now;
    house.now = new Date(at.getTime() - 3_600_000);
    expect(await wrong()).toEqual(['clock red clock_behind']);
    house.now = at;
    later(9);
    expect(await wrong()).toEqual(['backup amber backup_old']);
    later(400);
    expect(await wrong()).toEqual(expect.arrayContaining(['clock amber clock_ahead', 'keys amber keys_old']));
  });

  it('looks at captures that wait and at rotations that did not end', async () => {
    await makeWell();
    await waitingCapture();
    later(2);
    expect(await wrong()).toEqual(['outbox amber outbox_old']);
    later(2);
    expect(await wrong()).toEqual(['outbox red outbox_old']);
    await beginRotation(options());
    expect(await wrong()).toContain('keys amber rotation_unfinished');
    later(16);
    expect(await wrong()).toContain('keys amber keys_retired');
  });

  it('finds changed audit rows, a lost journal and a damaged page', async () => {
    await makeWell();
    writeFileSync(join(data(), 'erasures.journal'), '{"version":1}\n');
    expect(await wrong()).toEqual([]);
    await sql`drop trigger audit_log_no_update`.execute(house.ctx.store.db);
    await sql`update audit_log set actor_id = 'x' where seq = 2`.execute(house.ctx.store.db);
    expect(await wrong()).toEqual(['audit red audit_broken']);
    await sql`pragma wal_checkpoint(truncate)`.execute(house.ctx.store.db);
    const path = databasePath(data());
    const descriptor = openSync(path, 'r+');
    writeSync(descriptor, Buffer.alloc(64, 0x5a), 0, 64, Math.floor(statSync(path).size / 2));
    closeSync(descriptor);
    expect(await wrong()).toEqual(['database red store_corrupted']);
  });

  it('says what keeps an installation from opening', async () => {
    await sql`insert into schema_migrations (id, name, applied_at) values (9999, 'from the future', '2030')`.execute(
      house.ctx.store.db,
    );
    expect(await wrong()).toContain('database red store_newer_version');
    await sql`delete from schema_migrations where id > 20`.execute(house.ctx.store.db);
    expect(await wrong()).toContain('database amber store_older_version');
    rmSync(join(house.directory, 'keys'), { recursive: true });
    expect(await wrong()).toEqual(['keys red key_missing']);
    rmSync(installationPath(data()));
    expect(await wrong()).toEqual(['keys red installation_missing']);
  });
});
