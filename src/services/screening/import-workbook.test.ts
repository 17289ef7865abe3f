/** The sheets of PPATK as Excel workbooks, from the file to a hit. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeWorkbook, zipWorkbook, type SheetCell } from '../../connectors/watchlists/testing/write-workbook.ts';
import type { ListFormat } from '../../contract/screening.ts';
import { addOrganisation, openTestHouse, type TestOrganisation } from '../testing/test-house.ts';
import { importList } from './import-list.ts';
import { screenName } from './screen-name.ts';

let house: Awaited<ReturnType<typeof openTestHouse>>;
let bank: TestOrganisation;
beforeAll(async () => {
  house = await openTestHouse();
});
afterAll(() => house.close());

const columns = [
  'Nama',
  'Deskripsi',
  'Terduga\n(Orang/Korporasi)',
  'Kode Densus',
  'Tempat Lahir',
  'Tanggal Lahir',
  'Warga Negara',
  'Alamat',
];

/** Names and numbers are made up. */
function sheet(code: string): readonly (readonly SheetCell[])[] {
  const two = 'Karso Wiryodinoto alias Abu Gandewa alias Karsa Wirjodinoto';
  const places = 'Wonogiri / Boyolali';
  const dates = '1 Januari 1970 / 2 Februari 1971';
  return [
    ['DAFTAR TERDUGA'],
    ['Lampiran Surat Nomor 12/XI/2026', null, null, 'Rahasia'],
    columns,
    [
      two,
      'NIK 3312010101700001; bengkel "A&B" <lama>',
      'Orang',
      `${code}-001`,
      places,
      dates,
      'Indonesia',
      'Jl. Mawar 1',
    ],
    [null, null, null, null, null, null, null, null],
    ['Retno Pringgodirdjo', null, 'Orang', `${code}-002`, 'Solo', new Date('1961-04-17'), 'Malaysia / Indonesia', '-'],
    ['Sastro Kertopati', null, 'Orang', 3, 'Blora', 1968, null, null],
    ['PT Gandewa Wiryatama als. CV Gandewa', 'yayasan', 'Korporasi', `${code}-004`, '-', '-', '-', 'Jl. Melati 2'],
  ];
}

async function importSheet(bytes: Uint8Array, format: ListFormat = 'dttot') {
  const path = join(house.directory, 'daftar.xlsx');
  await writeFile(path, bytes);
  return importList(house.ctx, bank.actor('admin'), { path, format });
}

async function hitsOf(name: string, type: 'person' | 'entity' = 'person') {
  const answer = await screenName(house.ctx, { orgId: bank.orgId, name, type });
  if (!answer.ok) throw new Error(answer.error.code);
  return answer.value.hits;
}

describe.each([
  ['dttot', 'terrorism', 'EDD'],
  ['dppspm', 'proliferation', 'PPS'],
] as const)('%s as a workbook', (format, topic, code) => {
  beforeAll(async () => {
    bank = await addOrganisation(house, format);
    const done = await importSheet(writeWorkbook(sheet(code)), format);
    expect(done).toMatchObject({ ok: true, value: { entries: 4, unchanged: false } });
  });
  const own = async (...asked: Parameters<typeof hitsOf>) => (await hitsOf(...asked)).map(({ entry }) => entry);

  it('finds a person by an alias, with everything the row says', async () => {
    const [entry, ...others] = await own('Abu Gandewa');
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      sourceId: `${code}-001`,
      type: 'person',
      topics: ['sanction', topic],
      names: ['Karso Wiryodinoto', 'Abu Gandewa', 'Karsa Wirjodinoto'],
      birthDates: [
        { year: 1970, month: 1, day: 1 },
        { year: 1971, month: 2, day: 2 },
      ],
      birthPlaces: ['Wonogiri', 'Boyolali'],
      countries: ['id'],
      idNumbers: ['3312010101700001'],
      addresses: ['Jl. Mawar 1'],
      remarks: 'NIK 3312010101700001; bengkel "A&B" <lama>',
    });
  });

  it('reads a date that is a number with a style, a bare year and a numeric code', async () => {
    const [retno] = await own('Retno Pringgodirdjo');
    expect(retno).toMatchObject({ birthDates: [{ year: 1961, month: 4, day: 17 }], countries: ['my', 'id'] });
    const [sastro] = await own('Sastro Kertopati');
    expect(sastro).toMatchObject({ sourceId: '3', birthDates: [{ year: 1968 }], countries: [] });
  });

  it('knows a company', async () => {
    const [company] = await own('CV Gandewa', 'entity');
    expect(company).toMatchObject({
      type: 'entity',
      names: ['PT Gandewa Wiryatama', 'CV Gandewa'],
      birthDates: [],
      birthPlaces: [],
      countries: [],
    });
  });
});

describe('a workbook that is not what it should be', () => {
  const good = writeWorkbook(sheet('EDD'));
  beforeAll(async () => {
    bank = await addOrganisation(house, 'Another');
    expect(await importSheet(good)).toMatchObject({ ok: true });
  });
  const sheetXml = (rows: string) =>
    zipWorkbook({ 'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${rows}</sheetData></worksheet>` });
  const text = (place: string, value: string) => `<c r="${place}" t="inlineStr"><is><t>${value}</t></is></c>`;

  it.each([
    ['cut short', good.subarray(0, good.length - 200), 'list_truncated'],
    ['cut in half', good.subarray(0, good.length / 2), 'list_truncated'],
    ['empty', new Uint8Array(), 'list_malformed'],
    ['another archive', zipWorkbook({ 'xl/workbook.xml': '<nothing/>' }), 'list_malformed'],
    [
      'without the columns',
      writeWorkbook([
        ['Cabang', 'Saldo', 'Tanggal'],
        ['Solo', 12, 'kemarin'],
      ]),
      'list_wrong_format',
    ],
    ['the head alone', writeWorkbook([columns]), 'list_empty'],
    ['a kilobyte that is a hundred megabytes', sheetXml(' '.repeat(100 * 1024 * 1024)), 'list_too_large'],
    [
      'a row a billion rows down',
      sheetXml(`<row r="1">${text('A1', 'Nama')}</row><row r="1000000000">${text('A1000000000', 'x')}</row>`),
      'list_malformed',
    ],
    ['a row a million rows down', sheetXml(`<row r="1048576">${text('A1048576', 'Nama')}</row>`), 'list_too_large'],
    ['a column sixteen thousand to the right', sheetXml(`<row r="1">${text('XFD1', 'Nama')}</row>`), 'list_too_large'],
  ])('%s: refused, the list in force stays', async (_what, bytes, code) => {
    expect(await importSheet(bytes)).toMatchObject({ ok: false, error: { code } });
    expect(await hitsOf('Abu Gandewa')).not.toEqual([]);
  });

  it('never unpacks more than a part declares', async () => {
    const lying = Buffer.from(good);
    // The directory says 16 bytes for the sheet.
    const at = lying.lastIndexOf('xl/worksheets/sheet1.xml') - 46;
    lying.writeUInt32LE(16, at + 24);
    expect(await importSheet(lying)).toMatchObject({ ok: false, error: { code: 'list_malformed' } });
    expect(await hitsOf('Abu Gandewa')).not.toEqual([]);
  });
});

it('a workbook with people on one sheet, companies on the next and notes on the third is read whole', async () => {
  bank = await addOrganisation(house, 'Sheets');
  const person = ['Karso Wiryodinoto', null, 'Orang', 'E-1'];
  const company = ['Korporasi', 'E-2', null, 'PT Gandewa Wiryatama'];
  const otherHead = ['Terduga', 'Kode Densus', 'Deskripsi', 'Nama'];
  const bytes = writeWorkbook([columns, person], [['KORPORASI'], otherHead, company], [['Catatan: rahasia']]);
  expect(await importSheet(bytes)).toMatchObject({ ok: true, value: { entries: 2 } });
  expect((await hitsOf('Gandewa Wiryatama', 'entity'))[0]?.entry.sourceId).toBe('E-2');
  const lost = Array.from({ length: 21 }, (_, at) => [`Orang ${at}`]);
  expect(await importSheet(writeWorkbook([columns, person], lost))).toMatchObject({
    ok: false,
    error: { code: 'list_wrong_format' },
  });
});
