/** What changed of a list, carried from head office to a branch that holds the issue before. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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

/** More entries than lie in one piece, twice over. */
const people = Array.from({ length: 1_200 }, (_, at) => `x${at},person,Tokoh Nomor ${at},pep`);
/** One gone at the front, one changed on the seam of two pieces, two moved, one new in the middle, one at the end. */
const next = [
  ...people.slice(1, 499),
  'x499,person,Tokoh Nomor Empat Sembilan,pep',
  ...people.slice(500, 700),
  'new,person,Retno Pringgodirdjo,pep',
  ...people.slice(700, 1_000),
  ...people.slice(1_001, 1_002),
  ...people.slice(1_000, 1_001),
  ...people.slice(1_002),
  'last,person,Karso Wiryodinoto,pep',
];

const at = (name: string): string => join(office.directory, name);

async function issue(rows: readonly string[]): Promise<void> {
  await writeFile(at('own.csv'), `id,type,name,topics\n${rows.join('\n')}\n`);
  const input = { path: at('own.csv'), format: 'loket-csv', listId: 'own' } as const;
  const done = await importList(office.ctx, sender.actor('admin'), input);
  if (!done.ok) throw new Error(done.error.message);
}

async function pack(name: string, since?: string) {
  const done = await exportPack(office.ctx, sender.actor('admin'), {
    listId: 'own',
    path: at(name),
    ...(since === undefined ? {} : { since: at(since) }),
  });
  if (!done.ok) throw new Error(done.error.message);
  return done.value;
}

const take = (path: string) =>
  importPack(branch.ctx, receiver.actor('admin'), { path, key: office.ctx.vault.desk.publicKey });

async function inForce() {
  const answer = await screenName(branch.ctx, { orgId: receiver.orgId, name: 'Retno Pringgodirdjo', type: 'person' });
  if (!answer.ok) return answer.error.code;
  return { version: answer.value.lists[0]?.version, hits: answer.value.hits.length };
}

async function rewritten(name: string, change: (lines: string[]) => string[]): Promise<string> {
  const lines = gunzipSync(await readFile(at('delta.pack')))
    .toString()
    .trimEnd()
    .split('\n');
  await writeFile(at(name), gzipSync(`${change(lines).join('\n')}\n`));
  return at(name);
}

let first: Awaited<ReturnType<typeof pack>>;
let delta: Awaited<ReturnType<typeof pack>>;
beforeAll(async () => {
  [office, branch] = [await openTestHouse(), await openTestHouse()];
  [sender, receiver] = [await addOrganisation(office, 'Office'), await addOrganisation(branch, 'Branch')];
  await issue(people);
  first = await pack('first.pack');
  await issue(next);
  delta = await pack('delta.pack', 'first.pack');
});
afterAll(async () => {
  await office.close();
  await branch.close();
});

describe('a pack of what changed', () => {
  it('carries what is new or changed in full, and the rest as places', async () => {
    expect(delta).toMatchObject({
      entries: 1_201,
      delta: { since: first.version, kept: 1_198, sent: 3, gone: 1 },
    });
    const lines = gunzipSync(await readFile(at('delta.pack')))
      .toString()
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => JSON.parse(line) as { keep?: unknown; name?: unknown; sourceId?: string });
    expect(lines.map((line) => line.keep ?? line.sourceId)).toEqual([
      [1, 498],
      'x499',
      [500, 200],
      'new',
      [700, 300],
      [1_001, 1],
      [1_000, 1],
      [1_002, 198],
      'last',
    ]);
    await pack('whole.pack');
    expect((await stat(at('delta.pack'))).size).toBeLessThan((await stat(at('whole.pack'))).size / 5);
  });

  it('is refused where the issue before is not in force, and changes nothing', async () => {
    expect(await take(at('delta.pack'))).toMatchObject({ ok: false, error: { code: 'lists_unavailable' } });
    expect(await inForce()).toBe('lists_unavailable');
    expect(await take(at('first.pack'))).toMatchObject({ ok: true, value: { version: first.version } });
  });

  it.each<[string, (lines: string[]) => string[], string]>([
    ['other places', (lines) => lines.map((line) => line.replace('[500,200]', '[501,200]')), 'list_malformed'],
    ['places beyond the end', (lines) => lines.map((line) => line.replace('1002,198', '1002,199')), 'list_truncated'],
    ['more than its head says', (lines) => [...lines, lines[2] ?? ''], 'list_malformed'],
    ['places that are none', (lines) => lines.map((line) => line.replace('[500,200]', '[500,-1]')), 'list_malformed'],
    ['an instruction less', (lines) => lines.filter((_, index) => index !== 3), 'list_malformed'],
    [
      'another base in its head',
      (lines) => lines.map((line) => line.replace(first.version, '2026-01-01-00000000')),
      'list_signature_invalid',
    ],
    [
      'layout of a whole pack',
      (lines) => lines.map((line) => line.replace('"layout":2', '"layout":1')),
      'list_wrong_format',
    ],
  ])('with %s is refused, and the issue before stays in force', async (_what, change, code) => {
    expect(await take(await rewritten('changed.pack', change))).toMatchObject({ ok: false, error: { code } });
    expect(await inForce()).toEqual({ version: first.version, hits: 0 });
  });

  it('makes the very issue of head office, and taken in again confirms it', async () => {
    const done = await take(at('delta.pack'));
    expect(done).toMatchObject({ ok: true, value: { entries: 1_201, version: delta.version, unchanged: false } });
    await expect.poll(inForce).toEqual({ version: delta.version, hits: 1 });
    const issued = (house: TestHouse) =>
      house.ctx.store.db
        .selectFrom('screening_packs')
        .select(['hash', 'entries'])
        .where('state', '=', 'active')
        .execute();
    expect(await issued(branch)).toEqual(await issued(office));
    expect(await take(at('delta.pack'))).toMatchObject({ ok: true, value: { unchanged: true } });
  });

  it('is written only against a whole pack of the same list', async () => {
    const since = (name: string) =>
      exportPack(office.ctx, sender.actor('admin'), { listId: 'own', path: at('x.pack'), since: at(name) });
    expect(await since('delta.pack')).toMatchObject({ ok: false, error: { code: 'list_wrong_format' } });
    expect(await since('own.csv')).toMatchObject({ ok: false, error: { code: 'list_wrong_format' } });
    expect(await since('nothing.pack')).toMatchObject({ ok: false, error: { code: 'list_not_found' } });
    const torn = gunzipSync(await readFile(at('first.pack')))
      .toString()
      .replace('Tokoh Nomor 7"', 'Tokoh Nomor X"');
    await writeFile(at('torn.pack'), gzipSync(torn));
    expect(await since('torn.pack')).toMatchObject({ ok: false, error: { code: 'list_malformed' } });
  });
});
