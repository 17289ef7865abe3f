/** `loket lists import` and `loket screen`, as programs. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeWorkbook } from '../connectors/watchlists/testing/write-workbook.ts';
import type { ScreeningAnswer } from '../contract/screening.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const ftm = fileURLToPath(new URL('../connectors/watchlists/fixtures/entities.ftm.json', import.meta.url));
let root: string;
let data: string;

function loket(...args: readonly string[]) {
  const env = { ...process.env, LOKET_PASSPHRASE: 'for the tests of the commands' };
  return spawnSync(process.execPath, [main, ...args, '--data', data], { encoding: 'utf8', env });
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'loket-screen-'));
  data = join(root, 'data');
  expect(loket('init', '--json').status).toBe(0);
}, 60_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('takes a DTTOT workbook in, and finds an alias of it', () => {
  const refused = loket('screen', 'Abu Gandewa');
  expect([refused.status, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toContain('no list is loaded');
  const path = join(root, 'dttot.xlsx');
  const head = ['Nama', 'Deskripsi', 'Terduga', 'Kode Densus', 'Tpt Lahir', 'Tgl Lahir', 'WN', 'Alamat'];
  const row = ['Karso Wiryodinoto alias Abu Gandewa', '', 'Orang', 'EDD-1', 'Solo', new Date('1961-04-17'), 'WNI', '-'];
  writeFileSync(path, writeWorkbook([['DTTOT'], head, row]));
  const done = loket('lists', 'import', path, '--format', 'dttot', '--json');
  expect([done.status, JSON.parse(done.stdout)]).toMatchObject([0, { listId: 'dttot', entries: 1 }]);
  const screened = loket('screen', 'Abu Gandewa', '--dob', '1961-04-17', '--json');
  expect(screened.status).toBe(1);
  const { hits } = JSON.parse(screened.stdout) as ScreeningAnswer;
  expect(hits).toMatchObject([{ score: 100, matchedName: 'Abu Gandewa', entry: { sourceId: 'EDD-1' } }]);
}, 60_000);

it('names the directors of a company, and says that one is a PEP', () => {
  expect(loket('lists', 'import', ftm, '--format', 'ftm').status).toBe(0);
  const asked = ['screen', 'Fiktif Bahari PT', '--type', 'entity'] as const;
  const screened = loket(...asked, '--json');
  expect(screened.status).toBe(1);
  const { hits } = JSON.parse(screened.stdout) as ScreeningAnswer;
  expect(hits).toHaveLength(1);
  const own = { listId: 'ftm', score: 100, topics: ['pep'], own: true };
  expect(hits[0]).toMatchObject({
    relatedPep: true,
    related: [{ name: 'Retno Pringgodirdjo', role: 'Komisaris', kind: 'director', pep: true, matches: [own] }],
  });
  const { stdout } = loket(...asked);
  expect(stdout).toContain('a director or shareholder is politically exposed (PEP)');
  expect(stdout).toContain('director: Retno Pringgodirdjo, Komisaris [ftm] PEP: ftm 100 (pep)');
}, 60_000);
