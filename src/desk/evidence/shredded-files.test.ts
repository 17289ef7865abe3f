/** Nothing of an erased person is readable in the decrypted files; the same search finds it before. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Result } from '../../contract/result.ts';
import { sealCapture } from './seal-capture.ts';
import { sampleDraft } from './testing/sample-capture.ts';
import { chosenEngine } from '../../store/testing/test-databases.ts';
import { decryptedFiles } from '../../store/testing/decrypt-database.ts';
import { createCustomer } from '../../services/create-customer.ts';
import { eraseCustomer } from '../../services/erase-customer.ts';
import { newHpkePair } from '../../vault/hpke.ts';
import { registerHeadOfficeKey } from '../../services/head-office/register-key.ts';
import { readJournal } from '../../services/journal/erasure-journal.ts';
import { ingestDeskCapture } from '../../services/ingest-desk-capture.ts';
import { picture } from '../../services/testing/fake-vision.ts';
import { addOrganisation, deskCapture, openTestHouse } from '../../services/testing/test-house.ts';
import { exportFolderOf } from '../../services/erasure/exported-files.ts';
import { openExports } from '../operations/exports.ts';
import { compactDatabase, compactionDue } from '../../services/erasure/forget-in-files.ts';

let house: Awaited<ReturnType<typeof openTestHouse>>;
let bank: Awaited<ReturnType<typeof addOrganisation>>;
beforeEach(async () => {
  house = await openTestHouse();
  bank = await addOrganisation(house, 'Bank');
});
afterEach(() => house.close());

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}
const data = (): string => join(house.directory, 'data');
const files = (): Buffer => decryptedFiles(house.ctx.store.path, house.ctx.vault.databaseKeyHex());

/** Words of one person that are of nobody else, as they are stored. */
const person = {
  fullName: 'RATNAWULAN QUARTANTI',
  nik: '3171015508900003',
  email: 'ratnawulan.q@surat.test',
  phone: '+6281299887766',
  externalRef: 'CIF-77123-RATNA',
};
const piece = 'PIECE-OF-AN-ENVELOPE-OF-HIS';
const words = [piece, 'RATNAWULAN', 'QUARTANTI', person.nik, 'ratnawulan', person.phone.slice(1), person.externalRef];

/** Every word that is found, with how often. */
function found(bytes: Buffer, searched: readonly (string | Buffer)[]): string[] {
  return searched.filter((word) => bytes.includes(word)).map((word) => (typeof word === 'string' ? word : 'bytes'));
}

/** The law would hold his data back: not this organisation's concern here. */
async function liftHold(): Promise<void> {
  await house.ctx.store.db
    .updateTable('organisations')
    .set((e) => ({ settings: e.fn('replace', ['settings', e.val('"enabled":true'), e.val('"enabled":false')]) }))
    .execute();
}

/** The same capture once more, half arrived. */
async function upload(nonce: string): Promise<void> {
  const at = house.now.toISOString();
  const owner = { org_id: bank.orgId, desk_id: bank.deskId, nonce };
  const { db } = house.ctx.store;
  await db
    .insertInto('desk_uploads')
    .values({ id: 'upl_1', ...owner, size: 99, sha256: 'a', received: 20, created_at: at, updated_at: at })
    .execute();
  await db
    .insertInto('desk_upload_parts')
    .values({ upload_id: 'upl_1', start: 0, bytes: Buffer.from(piece) })
    .execute();
}

async function live(): Promise<{ id: string; secrets: Buffer[] }> {
  const { id } = valueOf(await createCustomer(house.ctx, bank.actor('staff'), person));
  valueOf(await registerHeadOfficeKey(house.ctx, bank.actor('admin'), await newHpkePair()));
  valueOf(
    await ingestDeskCapture(house.ctx, {
      orgId: bank.orgId,
      deskId: bank.deskId,
      capture: deskCapture(house, 'ktp', id, [picture('card')]),
    }),
  );
  const draft = sampleDraft('ratna', { customerId: id });
  valueOf(await sealCapture(house.ctx, { ...draft, orgId: bank.orgId }));
  const { db } = house.ctx.store;
  await upload(draft.manifest.flashChallengeNonce ?? '');
  const keys = await db.selectFrom('customer_keys').select('wrapped_key').where('customer_id', '=', id).execute();
  const wraps = await db.selectFrom('head_office_wraps').select('wrapped').where('customer_id', '=', id).execute();
  const blobs = await db.selectFrom('sealed_blobs').select('bytes').where('customer_id', '=', id).execute();
  const secrets = [...keys.map((row) => row.wrapped_key), ...wraps.map((row) => row.wrapped)];
  return {
    id,
    secrets: [...secrets, ...blobs.map((row) => row.bytes.subarray(0, 64))].map((bytes) => Buffer.from(bytes ?? [])),
  };
}

describe.skipIf(chosenEngine() !== 'sqlite')('an erased person', () => {
  it('is in no page, free page, index, log or search row of the decrypted files; before, the same search finds all', async () => {
    const { id, secrets } = await live();
    expect(secrets.length).toBeGreaterThanOrEqual(4);
    expect(secrets.every((secret) => secret.length >= 60)).toBe(true);
    const before = files();
    expect(found(before, words)).toEqual(words);
    expect(found(before, secrets)).toHaveLength(secrets.length);

    const request = { customerId: id, reason: 'asked to', requestedBy: 'the person' };
    await liftHold();
    expect(valueOf(await eraseCustomer(house.ctx, bank.actor('compliance'), request)).status).toBe('erased');
    const after = files();
    expect(found(after, words)).toEqual([]);
    expect(found(after, secrets)).toEqual([]);
    expect(await compactionDue(house.ctx.store)).toBe(true);
    expect(await compactDatabase(house.ctx)).toBe(true);
    expect(await compactionDue(house.ctx.store)).toBe(false);
    expect(found(files(), [...words, ...secrets])).toEqual([]);
    expect(await compactDatabase(house.ctx)).toBe(false);
    // What is not his is still there: the search would find it.
    expect(found(files(), [bank.orgId, '[erased]'])).toHaveLength(2);
  });

  it('is named by pseudonym only in the journal, and nowhere beside the database', async () => {
    const { id } = await live();
    await liftHold();
    valueOf(
      await eraseCustomer(house.ctx, bank.actor('compliance'), { customerId: id, reason: 'asked', requestedBy: 'dpo' }),
    );
    const journal = valueOf(readJournal(join(data(), 'erasures.journal')));
    expect(journal.entries.map((entry) => entry.subjects)).toEqual([[house.ctx.vault.subjectId(bank.orgId, id)]]);
    for (const name of readdirSync(data())) {
      const bytes = readFileSync(join(data(), name));
      expect([name, ...found(bytes, [...words, id])]).toEqual([name]);
    }
  });

  it('is in no export that lies on this desk, nor in one under way; the log’s own export stays', async () => {
    const { id } = await live();
    const folder = exportFolderOf(data());
    const exports = openExports(house.ctx, folder, () => 'exp_1');
    const take = async (kind: 'customers' | 'audit') => {
      const begun = valueOf(await exports.begin(bank.actor('compliance'), kind, 'desk'));
      while (!valueOf(await exports.next(bank.actor('compliance'), begun.id)).done);
      return begun.fileName;
    };
    const log = await take('audit');
    const written = readFileSync(join(folder, await take('customers')));
    expect(found(written, ['RATNAWULAN', person.nik])).toHaveLength(2);
    house.now = new Date(house.now.getTime() + 1000);
    const underWay = valueOf(await exports.begin(bank.actor('compliance'), 'customers', 'desk'));
    valueOf(await exports.next(bank.actor('compliance'), underWay.id));
    await liftHold();
    valueOf(
      await eraseCustomer(house.ctx, bank.actor('compliance'), { customerId: id, reason: 'asked', requestedBy: 'dpo' }),
    );
    expect(readdirSync(folder)).toEqual([log]);
    expect(await exports.next(bank.actor('compliance'), underWay.id)).toMatchObject({ error: { code: 'unavailable' } });
    expect(readdirSync(folder)).toEqual([log]);
  });

  it('of a database without secure_delete would be found: the search sees free space', async () => {
    const { sql } = await import('kysely');
    await sql`pragma secure_delete=off`.execute(house.ctx.store.db);
    await sql`create table scrap (word text)`.execute(house.ctx.store.db);
    await sql`insert into scrap values ('LEFTOVERLEFTOVER')`.execute(house.ctx.store.db);
    await sql`delete from scrap`.execute(house.ctx.store.db);
    await sql`pragma wal_checkpoint(truncate)`.execute(house.ctx.store.db);
    expect(found(files(), ['LEFTOVERLEFTOVER'])).toEqual(['LEFTOVERLEFTOVER']);
  });
});
