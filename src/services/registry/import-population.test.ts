import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importedSource } from '../../connectors/registry-source/imported.ts';
import type { ImportReport, RegistryQuery } from '../../contract/registry.ts';
import { picture } from '../testing/fake-vision.ts';
import { addOrganisation, openTestHouse, type TestHouse, type TestOrganisation } from '../testing/test-house.ts';
import { clearPopulation } from './clear-population.ts';
import { importPopulation, type ImportRequest } from './import-population.ts';

let house: TestHouse;
let bank: TestOrganisation;
let folder: string;
beforeEach(async () => {
  house = await openTestHouse();
  bank = await addOrganisation(house, 'Bank');
  folder = await mkdtemp(join(tmpdir(), 'loket-registry-'));
});
afterEach(async () => {
  await house.close();
  await rm(folder, { recursive: true });
});

const header = 'nik,name,birth_date,birth_place,address,photo';
const siti = '3273016107900001,SITI RAHMAWATI,1990-07-21,BANDUNG,"JL. MAWAR NO 3, RT 001/RW 002",siti.jpg';
const budi = '3273011208850002,BUDI SANTOSO,1985-08-12,JAKARTA,JL. MELATI 4,';

async function file(content: string | Uint8Array, name = 'people.csv'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function imports(content: string | Uint8Array, more: Partial<ImportRequest> = {}): Promise<ImportReport> {
  const done = await importPopulation(house.ctx, bank.actor('admin'), { file: await file(content), ...more });
  if (!done.ok) throw new Error(`${done.error.code}: ${done.error.message}`);
  return done.value;
}

async function complaint(content: string | Uint8Array): Promise<string> {
  const done = await importPopulation(house.ctx, bank.actor('admin'), { file: await file(content) });
  return done.ok ? 'imported' : done.error.message;
}

const source = (orgId = bank.orgId) =>
  importedSource({ ...house.ctx, orgId, percentOf: (similarity) => Math.round(similarity * 100) });
const ask = (query: RegistryQuery, orgId?: string) => source(orgId).lookup(query);

describe('an import', () => {
  it('takes every good line, and finds the person again by NIK alone', async () => {
    await writeFile(join(folder, 'siti.jpg'), picture('still', 'siti'));
    const report = await imports([header, siti, budi].join('\n'), { photos: folder });
    expect(report).toMatchObject({ lines: 3, added: 2, changed: 0, unchanged: 0, refused: 0, photos: 1, refusals: [] });
    const found = await ask({ nik: '3273016107900001', name: 'Siti Rahmawati', birthDate: '1990-07-21', address: 'x' });
    expect(found).toMatchObject({
      found: true,
      source: 'imported',
      fields: { name: true, birthDate: true, address: false },
      face: 'not_asked',
    });
    expect(await ask({ nik: '3273016107900009' })).toMatchObject({ found: false });
  });

  it('belongs to one organisation: an empty table of another knows nobody, which is no answer', async () => {
    await imports([header, siti].join('\n'));
    const rival = await addOrganisation(house, 'Rival');
    expect(await ask({ nik: '3273016107900001' }, rival.orgId)).toEqual({
      unavailable: true,
      reason: 'no_source',
      source: 'imported',
    });
  });

  it('leaves the same state when repeated, and changes only what changed', async () => {
    await writeFile(join(folder, 'siti.jpg'), picture('still', 'siti'));
    const text = [header, siti, budi].join('\n');
    await imports(text, { photos: folder });
    const { db } = house.ctx.store;
    const state = () =>
      db.selectFrom('registry_people').select(['nik_index', 'row_sealed', 'row_hash']).orderBy('nik_index').execute();
    const before = await state();
    expect(await imports(text, { photos: folder })).toMatchObject({ added: 0, changed: 0, unchanged: 2, photos: 0 });
    expect(await state()).toEqual(before);
    const moved = text.replace('JL. MELATI 4', 'JL. ANGGREK 9');
    expect(await imports(moved, { photos: folder })).toMatchObject({ added: 0, changed: 1, unchanged: 1 });
    expect(await ask({ nik: '3273011208850002', address: 'Jalan Anggrek 9' })).toMatchObject({
      fields: { address: true },
    });
  });

  it('lists bad lines by number and reason, and nothing of what they say', async () => {
    const lines = [
      header,
      siti,
      '327301610790000,TOO SHORT,1990-07-21,A,B,',
      '3273019907900003,NO SUCH DAY,1990-07-21,A,B,',
      '3273016107900004,,1990-07-21,A,B,',
      '3273016107900005,WRONG DATE,21-07-1990,A,B,',
      '3273016107900006,NO SUCH DATE,1990-02-30,A,B,',
      '3273016107900007,FEW',
      '3273016107900008,MANY,1990-07-21,A,B,,extra',
      '3273016107900009,PHOTO,1990-07-21,A,B,../../etc/passwd',
      '3273016107900010,MISSING PHOTO,1990-07-21,A,B,nobody.jpg',
      siti,
      '3273016107900011,"BROKEN "QUOTE",1990-07-21,A,B,',
      budi,
    ];
    await writeFile(join(folder, 'siti.jpg'), picture('still'));
    const report = await imports(lines.join('\n'), { photos: folder });
    expect(report.refusals).toEqual([
      { line: 3, reason: 'nik_malformed', column: 'nik' },
      { line: 4, reason: 'nik_impossible', column: 'nik' },
      { line: 5, reason: 'name_missing', column: 'name' },
      { line: 6, reason: 'birth_date_invalid', column: 'birth_date' },
      { line: 7, reason: 'birth_date_invalid', column: 'birth_date' },
      { line: 8, reason: 'too_few_columns' },
      { line: 9, reason: 'too_many_columns' },
      { line: 10, reason: 'photo_name_refused', column: 'photo' },
      { line: 11, reason: 'photo_missing', column: 'photo' },
      { line: 12, reason: 'duplicate_nik', column: 'nik', firstLine: 2 },
      { line: 13, reason: 'quote_broken' },
    ]);
    // The person without his photo is there; everything else that was listed is not.
    expect(report).toMatchObject({ added: 3, refused: 10 });
    expect(JSON.stringify(report)).not.toMatch(/SITI|3273|QUOTE/);
  });

  it('knows a duplicate across batches', async () => {
    const report = await imports([header, siti, budi, siti].join('\n'), { batchRows: 1 });
    expect(report.refusals).toEqual([{ line: 4, reason: 'duplicate_nik', column: 'nik', firstLine: 2 }]);
    expect(report.added).toBe(2);
  });

  it('goes on where a broken run stopped, counting nobody twice', async () => {
    const text = [header, siti, budi, '3273016107900003,ANI,1990-07-21,A,B,'].join('\n');
    const path = await file(text);
    const stop = importPopulation(house.ctx, bank.actor('admin'), {
      file: path,
      batchRows: 1,
      onProgress: ({ lines }) => {
        if (lines === 3) throw new Error('the power went');
      },
    });
    await expect(stop).rejects.toThrow('the power went');
    const report = await imports(text, { batchRows: 1 });
    expect(report).toMatchObject({ resumed: true, added: 3, unchanged: 0, refused: 0, lines: 4 });
    expect(await imports(text)).toMatchObject({ resumed: false, added: 0, unchanged: 3 });
  });

  it('reads a byte order mark, semicolons, CRLF, any order of columns and quoted line breaks', async () => {
    const rows = [
      'name;nik;birth_date;address',
      '"SITI;RAHMAWATI";3273016107900001;1990-07-21;"LINE 1\r\nLINE 2"',
      'BUDI;bad;1990-01-01;x',
    ];
    const report = await imports(`\uFEFF${rows.join('\r\n')}\r\n`);
    expect(report).toMatchObject({ added: 1, refusals: [{ line: 4, reason: 'nik_malformed' }] });
    expect(await ask({ nik: '3273016107900001', name: 'SITI;RAHMAWATI' })).toMatchObject({ fields: { name: true } });
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ['an empty file', '', /first line must name the columns/],
    ['no header', siti, /columns are missing: nik, name, birth_date/],
    ['missing columns', 'nik,address\n1,2', /columns are missing: name, birth_date/],
    ['a column twice', 'nik,name,name,birth_date\n', /appear twice: name/],
    ['unknown columns', `${header},mother\n`, /1 columns are unknown/],
    ['UTF-16', Buffer.from(`\uFEFF${header}\n${siti}`, 'utf16le'), /UTF-16/],
  ])('refuses %s and says why', async (_name, content, expected) => {
    const said = await complaint(content);
    expect(said).toMatch(expected);
    expect(said).not.toMatch(/SITI|3273/);
  });

  it('notices text that is not UTF-8', async () => {
    const latin = Buffer.concat([
      Buffer.from(`${header}\n3273016107900001,JOS`),
      Buffer.from([0xe9]),
      Buffer.from(',1990-07-21,A,B,\n'),
    ]);
    expect((await imports(latin)).refusals).toEqual([{ line: 2, reason: 'not_utf8', column: 'name' }]);
  });

  it('keeps no readable word of it in the database, and one audit row', async () => {
    await imports([header, siti].join('\n'));
    const { db } = house.ctx.store;
    const row = await db.selectFrom('registry_people').selectAll().executeTakeFirstOrThrow();
    expect(Buffer.from(row.row_sealed).toString('latin1')).not.toContain('SITI');
    expect(JSON.stringify({ ...row, row_sealed: null })).not.toContain('3273016107900001');
    const audits = await db.selectFrom('audit_log').select('detail').where('event', '=', 'registry.imported').execute();
    expect(audits).toHaveLength(1);
    expect(audits[0]?.detail).not.toMatch(/SITI|3273016107900001/);
  });

  it('can be taken away whole', async () => {
    await imports([header, siti, budi].join('\n'));
    expect(await clearPopulation(house.ctx, bank.actor('admin'))).toBe(2);
    expect(await ask({ nik: '3273016107900001' })).toMatchObject({ unavailable: true, reason: 'no_source' });
  });
});

describe('faces of imported people', () => {
  beforeEach(async () => {
    await writeFile(join(folder, 'siti.jpg'), picture('still', 'siti'));
    await imports([header, siti, budi].join('\n'), { photos: folder });
  });
  const nik = '3273016107900001';

  it('are compared, the template being made once', async () => {
    expect(await ask({ nik, selfie: picture('still', 'new') })).toMatchObject({ face: 'compared', faceScore: 100 });
    const looked = house.vision.looked.face;
    expect(await ask({ nik, selfie: picture('stranger') })).toMatchObject({ face: 'compared', faceScore: 0 });
    expect(house.vision.looked.face).toBe(looked + 1);
  });
  it('are made ahead of time on request', async () => {
    const again = await imports([header, siti, budi].join('\n'), { photos: folder, templates: true });
    expect(again.templates).toBe(1);
    const row = await house.ctx.store.db.selectFrom('registry_photos').selectAll().executeTakeFirstOrThrow();
    expect(row.template_model).toBe('test-model');
  });
  it('answer why there is no score', async () => {
    expect(await ask({ nik, selfie: picture('nobody') })).toMatchObject({ found: true, face: 'no_face' });
    expect(await ask({ nik: '3273011208850002', selfie: picture('still') })).toMatchObject({ face: 'no_photo' });
    expect(await ask({ nik, selfie: picture('broken') })).toMatchObject({ unavailable: true, reason: 'query_refused' });
  });
  it('give the photo to whoever asks for it', async () => {
    const found = await ask({ nik, wantPhoto: true });
    expect('photo' in found && Buffer.from(found.photo ?? []).equals(Buffer.from(picture('still', 'siti')))).toBe(true);
    expect(await ask({ nik })).not.toHaveProperty('photo');
  });
});
