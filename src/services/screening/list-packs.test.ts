/** A list carried from head office to a branch: two installations, one file. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as rest } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addOrganisation, openTestHouse, type TestHouse, type TestOrganisation } from '../testing/test-house.ts';
import { importList } from './import-list.ts';
import { exportPack, importPack } from './list-packs.ts';
import { screenName } from './screen-name.ts';

let office: TestHouse;
let branch: TestHouse;
let sender: TestOrganisation;
let receiver: TestOrganisation;
let pack: Buffer;
let key: string;

/** More entries than lie in one piece. */
const rows = Array.from({ length: 600 }, (_, at) => `x${at},person,Tokoh Nomor ${at},pep`);
const csv = `id,type,name,topics\n${rows.join('\n')}\nlast,person,Karso Wiryodinoto,pep\n`;

beforeAll(async () => {
  [office, branch] = [await openTestHouse(), await openTestHouse()];
  [sender, receiver] = [await addOrganisation(office, 'Office'), await addOrganisation(branch, 'Branch')];
  const path = join(office.directory, 'own.csv');
  await writeFile(path, csv);
  const facts = { title: 'PEP of the bank', source: 'compliance', licence: 'own', publishedAt: '2026-11-01' };
  const done = await importList(office.ctx, sender.actor('admin'), {
    path,
    format: 'loket-csv',
    listId: 'own',
    ...facts,
  });
  expect(done).toMatchObject({ ok: true, value: { entries: 601 } });
  const file = join(office.directory, 'own.pack');
  const made = await exportPack(office.ctx, sender.actor('admin'), { listId: 'own', path: file });
  if (!made.ok) throw new Error(made.error.code);
  key = made.value.signedBy;
  pack = await readFile(file);
});
afterAll(async () => {
  await office.close();
  await branch.close();
});

async function take(bytes: Uint8Array, trusted: string | undefined = key) {
  const path = join(branch.directory, 'arrived.pack');
  await writeFile(path, bytes);
  return importPack(branch.ctx, receiver.actor('admin'), { path, key: trusted });
}
const ask = (house: TestHouse, bank: TestOrganisation, name = 'Karso Wiryodinoto') =>
  screenName(house.ctx, { orgId: bank.orgId, name, type: 'person' });
const changed = (from: string, to: string): Buffer => {
  const text = gunzipSync(pack).toString();
  expect(text).toContain(from);
  return gzipSync(text.replace(from, to));
};

describe('a signed pack', () => {
  it.each<[string, () => Uint8Array, string]>([
    ['another name in an entry', () => changed('Karso Wiryodinoto', 'Karso Wiryodinata'), 'list_malformed'],
    [
      'an entry less',
      () => changed(/\n[^\n]*Tokoh Nomor 7"[^\n]*/u.exec(gunzipSync(pack).toString())?.[0] ?? '-', ''),
      'list_malformed',
    ],
    ['a younger date in its head', () => changed('2026-11-01', '2026-11-19'), 'list_signature_invalid'],
    ['half of the file', () => pack.subarray(0, pack.length / 2), 'list_truncated'],
    ['no pack', () => Buffer.from(csv), 'list_wrong_format'],
  ])('with %s is refused whole', async (_what, bytes, code) => {
    expect(await take(bytes())).toMatchObject({ ok: false, error: { code } });
    expect(await ask(branch, receiver)).toMatchObject({ ok: false, error: { code: 'lists_unavailable' } });
  });

  it('is taken from nobody whose key was not told', async () => {
    const refused = { ok: false, error: { code: 'list_signature_invalid' } };
    expect(await take(pack, branch.ctx.vault.desk.publicKey)).toMatchObject(refused);
    const path = join(branch.directory, 'arrived.pack');
    expect(await importPack(branch.ctx, receiver.actor('admin'), { path })).toMatchObject(refused);
  });

  it('brings provenance, version, hash and age along: carried later, it is no younger', async () => {
    const sent = await ask(office, sender);
    if (!sent.ok) throw new Error(sent.error.code);
    expect(sent.value.lists).toMatchObject([
      { ageDays: 0, age: 'green', version: expect.stringMatching(/^2026-11-01-/u) },
    ]);
    branch.now = new Date(office.now.getTime() + 12 * 86_400_000);
    expect(await take(pack)).toMatchObject({ ok: true, value: { entries: 601, unchanged: false } });
    const answer = await ask(branch, receiver);
    if (!answer.ok) throw new Error(answer.error.code);
    expect(answer.value.hits).toMatchObject([{ score: 100, matchedName: 'Karso Wiryodinoto' }]);
    const { hash, version } = sent.value.lists[0] ?? {};
    expect(answer.value.lists).toMatchObject([
      { listId: 'own', title: 'PEP of the bank', publishedAt: '2026-11-01', hash, version, ageDays: 12, age: 'amber' },
    ]);
    expect(await take(pack)).toMatchObject({ ok: true, value: { unchanged: true } });
    const row = await branch.ctx.store.db
      .selectFrom('screening_packs')
      .select(['source', 'licence', 'signed_by'])
      .where('state', '=', 'active')
      .executeTakeFirstOrThrow();
    expect(row).toEqual({ source: 'compliance', licence: 'own', signed_by: key });
  });
});

it('a new issue is taken in while questions are answered, each by the old one or the new', async () => {
  const path = join(office.directory, 'next.csv');
  await writeFile(path, csv.replace('Karso Wiryodinoto', 'Retno Pringgodirdjo'));
  const before = await versionAndHits();
  let done = false;
  const loading = importList(office.ctx, sender.actor('admin'), { path, format: 'loket-csv', listId: 'own' }).finally(
    () => (done = true),
  );
  let asked = 0;
  while (!done) {
    // The new issue counts a moment before the import's promise is kept, so that an answer here may be of either one.
    for (const [name, inOld] of [
      ['Karso Wiryodinoto', true],
      ['Retno Pringgodirdjo', false],
    ] as const) {
      const { version, hits } = await versionAndHits(name);
      expect(hits).toBe((version === before.version) === inOld ? 1 : 0);
    }
    asked += 1;
    // Questions answered from memory would not let the file be read.
    await rest();
  }
  expect(await loading).toMatchObject({ ok: true, value: { unchanged: false } });
  expect(asked).toBeGreaterThan(0);
  await expect.poll(() => versionAndHits('Retno Pringgodirdjo').then(({ hits }) => hits)).toBe(1);
  expect((await versionAndHits()).version).not.toBe(before.version);
});

async function versionAndHits(name?: string) {
  const answer = await ask(office, sender, name);
  if (!answer.ok) throw new Error(answer.error.code);
  return { version: answer.value.lists[0]?.version, hits: answer.value.hits.length };
}
