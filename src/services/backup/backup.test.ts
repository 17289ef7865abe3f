import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Result } from '../../contract/result.ts';
import { decryptedFiles } from '../../store/testing/decrypt-database.ts';
import { chosenEngine } from '../../store/testing/test-databases.ts';
import { databasePath } from '../../vault/data-directory.ts';
import { fileKeyProvider } from '../../vault/key-providers/file-key-provider.ts';
import { openVault } from '../../vault/open-vault.ts';
import { createCustomer } from '../create-customer.ts';
import { temporaryInstallation } from '../../store/testing/temporary-installation.ts';
import { makeCheckpoint } from '../audit/checkpoints.ts';
import { eraseCustomer } from '../erase-customer.ts';
import { rotateSigningKey } from '../keys/rotate-keys.ts';
import { openInstallation } from '../open-installation.ts';
import { addOrganisation, openTestHouse } from '../testing/test-house.ts';
import { verifyAudit } from '../verify-audit.ts';
import { createBackup } from './create-backup.ts';
import { noVisionAtAll } from './no-vision.ts';
import { restoreBackup } from './restore-backup.ts';

let house: Awaited<ReturnType<typeof openTestHouse>>;
let bank: Awaited<ReturnType<typeof addOrganisation>>;
let backups: string;
beforeEach(async () => {
  house = await openTestHouse();
  bank = await addOrganisation(house, 'Bank');
  backups = join(house.directory, 'backups');
  mkdirSync(backups);
});
afterEach(() => house.close());

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}
const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.error.code);
const keyProvider = () => fileKeyProvider({ directory: join(house.directory, 'keys') });
const clock = () => house.now;
const backUp = async (name = 'monday.bak') => valueOf(await createBackup(house.ctx, join(backups, name))).file;
const restore = (file: string, to = 'restored', journal?: string) =>
  restoreBackup({
    file,
    dataDirectory: join(house.directory, to),
    keyProvider: keyProvider(),
    clock,
    ...(journal === undefined ? {} : { journal }),
  });
const newCustomer = async (fullName: string) =>
  valueOf(await createCustomer(house.ctx, bank.actor('staff'), { fullName })).id;
const erase = async (customerId: string) =>
  valueOf(
    await eraseCustomer(house.ctx, bank.actor('compliance'), { customerId, reason: 'asked', requestedBy: 'dpo' }),
  );

async function plainBytes(directory: string): Promise<Buffer> {
  const vault = valueOf(await openVault({ dataDirectory: directory, keyProvider: keyProvider(), create: false }));
  return decryptedFiles(databasePath(directory), vault.databaseKeyHex());
}
async function inside<T>(directory: string, work: (names: readonly string[], rows: number) => T): Promise<T> {
  const opened = valueOf(
    await openInstallation({ dataDirectory: directory, keyProvider: keyProvider(), vision: noVisionAtAll, clock }),
  );
  const rows = await opened.context.store.db.selectFrom('customers').select('full_name').orderBy('full_name').execute();
  const log = await verifyAudit(opened.context.store);
  await opened.close();
  expect(log.intact).toBe(true);
  return work(
    rows.map((row) => row.full_name),
    log.rows,
  );
}

describe.skipIf(chosenEngine() !== 'sqlite')('a backup', () => {
  it('does not restore a log whose checkpoint was signed by a key only the database names', async () => {
    const stranger = await temporaryInstallation(clock);
    const forged = await makeCheckpoint({ store: house.ctx.store, vault: stranger.vault, clock });
    await stranger.remove();
    expect(forged.ok).toBe(true);
    expect(codeOf(await restore(await backUp()))).toBe('audit_broken');
  });

  it('is made while the counter works, encrypted, and comes back whole', async () => {
    await newCustomer('SITI RAHMAWATI');
    const file = await backUp();
    await newCustomer('BUDI SANTOSO');
    const bytes = readFileSync(file);
    for (const word of ['SITI', 'customers', 'SQLite format']) expect(bytes.includes(word)).toBe(false);
    expect(readdirSync(backups).sort()).toEqual(['erasures.journal', 'monday.bak']);
    const report = valueOf(await restore(file));
    expect(report).toMatchObject({ customersErased: 0, journalLinesNew: 0 });
    await inside(join(house.directory, 'restored'), (names) => expect(names).toEqual(['SITI RAHMAWATI']));
    const events = await house.ctx.store.db.selectFrom('audit_log').select('event').execute();
    expect(events.map((row) => row.event)).toContain('backup.created');
  });

  it('forgets, before it opens, whom the journal says was erased since', async () => {
    const id = await newCustomer('RATNAWULAN QUARTANTI');
    await newCustomer('BUDI SANTOSO');
    const file = await backUp();
    // Control: the same bytes restored without the newer journal still hold the name.
    cpSync(join(backups, 'erasures.journal'), join(house.directory, 'old.journal'));
    valueOf(await restore(file, 'control', join(house.directory, 'old.journal')));
    expect((await plainBytes(join(house.directory, 'control'))).includes('RATNAWULAN')).toBe(true);

    await erase(id);
    expect(valueOf(await restore(file))).toMatchObject({ customersErased: 1, journalLinesNew: 1 });
    const there = join(house.directory, 'restored');
    expect((await plainBytes(there)).includes('RATNAWULAN')).toBe(false);
    expect((await plainBytes(there)).includes('BUDI SANTOSO')).toBe(true);
    await inside(there, (names) => expect(names).toEqual(['BUDI SANTOSO', '[erased]']));
    const journal = readFileSync(join(backups, 'erasures.journal'), 'utf8');
    expect(journal).not.toContain(id);
    expect(journal).not.toContain('RATNAWULAN');
  });

  it('follows the journal across a new signing key of the desk', async () => {
    const id = await newCustomer('RATNAWULAN QUARTANTI');
    const file = await backUp();
    const change = { dataDirectory: join(house.directory, 'data'), keyProvider: keyProvider(), clock };
    valueOf(await rotateSigningKey(house.ctx, change));
    await erase(id);
    expect(valueOf(await restore(file))).toMatchObject({ customersErased: 1, journalLinesNew: 2 });
    const again = join(house.directory, 'restored');
    await inside(again, (names) => expect(names).toEqual(['[erased]']));
  });

  it('is refused where it was changed, cut off, or is none', async () => {
    await newCustomer('SITI RAHMAWATI');
    const file = await backUp();
    const good = readFileSync(file);
    const broken = join(backups, 'broken.bak');
    for (const at of [0, 8, 40, 400, Math.floor(good.length / 2), good.length - 1]) {
      const changed = Buffer.from(good);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(broken, changed);
      expect([at, codeOf(await restore(broken))]).toEqual([at, at === 0 ? 'not_a_backup' : 'backup_damaged']);
    }
    for (const length of [3, 9, 300, good.length - 1]) {
      writeFileSync(broken, good.subarray(0, length));
      expect(codeOf(await restore(broken))).toMatch(/^(not_a_backup|backup_damaged)$/);
    }
    writeFileSync(broken, Buffer.concat([good, Buffer.from('x')]));
    expect(codeOf(await restore(broken))).toBe('backup_damaged');
    expect(codeOf(await restore(join(backups, 'none.bak')))).toBe('unavailable');
    expect(existsSync(join(house.directory, 'restored'))).toBe(false);
    expect(readdirSync(house.directory).filter((name) => name.includes('restoring'))).toEqual([]);
  });

  it('is refused over data, without its journal, with an older one, and with the wrong key', async () => {
    const early = await newCustomer('EARLY');
    await backUp('first.bak');
    cpSync(join(backups, 'erasures.journal'), join(house.directory, 'older.journal'));
    await erase(early);
    const file = await backUp();
    mkdirSync(join(house.directory, 'full'));
    writeFileSync(join(house.directory, 'full', 'x'), '');
    expect(codeOf(await restore(file, 'full'))).toBe('not_empty');
    expect(codeOf(await restore(file, 'restored', join(house.directory, 'older.journal')))).toBe('journal_older');
    expect(codeOf(await restore(file, 'restored', join(house.directory, 'no.journal')))).toBe('journal_missing');
    const journal = join(backups, 'erasures.journal');
    const text = readFileSync(journal, 'utf8');
    writeFileSync(journal, text.replace('"seq":1', '"seq":2'));
    expect(codeOf(await restore(file))).toBe('journal_damaged');
    writeFileSync(journal, text);
    appendFileSync(journal, '{"half":');
    expect(codeOf(await restore(file))).toBe('ok');
    rmSync(join(house.directory, 'keys'), { recursive: true });
    expect(codeOf(await restore(file, 'again'))).toBe('key_missing');
    expect(codeOf(await createBackup(house.ctx, file))).toBe('file_exists');
  });
});
