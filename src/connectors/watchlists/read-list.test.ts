import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ListFormat } from '../../contract/screening.ts';
import { ListProblem } from './list-problem.ts';
import { readListDate, type ListHeader, type RawEntry } from './raw-entry.ts';
import { readList } from './read-list.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loket-lists-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(format: ListFormat, path: string, header: ListHeader = { publishedAt: null }) {
  const entries: RawEntry[] = [];
  for await (const entry of readList(format, path, header)) entries.push(entry);
  return entries;
}

async function problem(format: ListFormat, content: string | Uint8Array, name = 'list.csv') {
  const path = join(folder, name);
  await writeFile(path, content);
  try {
    await read(format, path);
  } catch (error) {
    if (error instanceof ListProblem) return [error.code, error.line];
    throw error;
  }
  return null;
}

const born = { year: 1961, month: 4, day: 17 };

describe('each format', () => {
  it.each([
    ['opensanctions-simple', 'targets.simple.csv', 'Karso Wiryodinoto'],
    ['ofac-csv', 'sdn.csv', 'WIRYODINOTO, Karso'],
    ['ofac-xml', 'sdn.xml', 'Karso WIRYODINOTO'],
    ['eu', 'eu.csv', 'Karso Wiryodinoto'],
    ['dttot', 'dttot.csv', 'Karso Wiryodinoto'],
  ] as const)('%s: a person with aliases, birth and number, and a company', async (format, file, name) => {
    const [person, company, ...others] = await read(format, fixture(file));
    expect(others).toEqual([]);
    expect(person).toMatchObject({ type: 'person', countries: ['id'] });
    expect(person?.names[0]).toBe(name);
    expect(person?.names.length).toBeGreaterThan(1);
    expect(person?.birthDates).toContainEqual(born);
    expect(person?.topics).toContain('sanction');
    expect(person?.idNumbers.length).toBe(1);
    expect(company).toMatchObject({ type: 'entity', birthDates: [] });
  });

  it('un: names in parts, a range of years, the date of the file', async () => {
    const header: ListHeader = { publishedAt: null };
    const [person, company] = await read('un', fixture('un.xml'), header);
    expect(header.publishedAt).toBe('2026-11-12T10:00:00.000Z');
    expect(person?.names).toEqual(['Karso Wiryodinoto', 'Karsa Wirjodinoto']);
    expect(person?.birthDates).toEqual([{ year: 1960 }, { year: 1961 }, { year: 1962 }]);
    expect(company).toMatchObject({ type: 'entity', topics: ['sanction', 'proliferation'] });
  });

  it('ftm and loket-csv: a director is tied to his company', async () => {
    const company = (await read('ftm', fixture('entities.ftm.json'))).find(({ type }) => type === 'entity');
    expect(company?.relations).toEqual([
      {
        role: 'Komisaris',
        name: 'Retno Pringgodirdjo',
        entryId: 'ftm-1',
        topics: ['pep'],
        kind: 'director',
        type: 'person',
      },
    ]);
    const own = (await read('loket-csv', fixture('loket.csv'))).find(({ type }) => type === 'entity');
    expect(own?.relations).toEqual([{ role: 'Komisaris', name: 'Retno Pringgodirdjo', topics: ['pep'] }]);
  });

  it('loket-csv: every column of the documented table', async () => {
    const [person] = await read('loket-csv', fixture('loket.csv'));
    expect(person).toEqual({
      sourceId: 'pep-1',
      type: 'person',
      names: ['Retno Pringgodirdjo', 'Retno Pringgodirjo'],
      topics: ['pep'],
      birthDates: [{ year: 1970, month: 5, day: 6 }],
      birthPlaces: ['Yogyakarta'],
      countries: ['id'],
      idNumbers: ['3471014605700001'],
      addresses: [],
      remarks: 'Fictional minister',
      relations: [],
    });
  });

  it('dppspm: commas, and another head', async () => {
    const [person, company] = await read('dppspm', fixture('dppspm.csv'));
    expect(person).toMatchObject({ type: 'person', countries: ['kp'], topics: ['sanction', 'proliferation'] });
    expect(company?.type).toBe('entity');
  });

  it('keeps a comma and a quote inside a cell', async () => {
    const path = join(folder, 'quoted.csv');
    await writeFile(path, 'id,type,name,topics\n1,person,"Karso ""Mas"", Wiryodinoto",pep\n');
    expect((await read('loket-csv', path))[0]?.names).toEqual(['Karso "Mas", Wiryodinoto']);
  });
});

describe('a file that is not what it should be', () => {
  const head = 'id,type,name,topics\n';
  it.each([
    ['another format', 'eu', head, ['list_wrong_format', 1]],
    ['a torn row', 'loket-csv', `${head}1,person,"Karso`, ['list_truncated', 2]],
    ['a wrong topic', 'loket-csv', `${head}1,person,Karso,pep\n2,person,Karso,boss\n`, ['list_malformed', 3]],
    ['nothing', 'loket-csv', '', ['list_empty', null]],
    ['a sheet without a head', 'dttot', 'a;b;c\nd;e;f\n', ['list_wrong_format', null]],
    ['rows of OFAC cut short', 'ofac-csv', '1,"A"\n', ['list_wrong_format', 1]],
    ['torn XML', 'un', '<CONSOLIDATED_LIST>\n<INDIVIDUALS>\n<INDIVIDUAL>', ['list_truncated', 3]],
    ['another root', 'un', '<sdnList></sdnList>', ['list_wrong_format', 1]],
    ['XML that is none', 'un', '<CONSOLIDATED_LIST>\n</x>', ['list_malformed', 2]],
    ['a torn entity', 'ftm', '{"id":"1","schema":"Person","properties":{}}\n{"id":"2",', ['list_truncated', 2]],
    ['JSON of something else', 'ftm', '{"a":1}\n', ['list_wrong_format', 1]],
  ] as const)('%s', async (_what, format, content, expected) => {
    expect(await problem(format, content)).toEqual(expected);
  });

  it('another encoding', async () => {
    const latin = Buffer.from(`${head}1,person,Andr\u00e9,pep\n`, 'latin1');
    expect(await problem('loket-csv', latin)).toEqual(['list_wrong_encoding', null]);
  });

  it('a file that is not there', async () => {
    await expect(read('un', join(folder, 'none.xml'))).rejects.toMatchObject({ code: 'list_not_found' });
  });

  it('entities that would unfold, and endless depth', async () => {
    const bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><CONSOLIDATED_LIST>&b;</CONSOLIDATED_LIST>';
    expect((await problem('un', bomb))?.[0]).toBe('list_wrong_format');
    const deep = `<CONSOLIDATED_LIST>${'<a>'.repeat(500)}`;
    expect((await problem('un', deep))?.[0]).toBe('list_too_large');
  });

  it('no Excel sheet behind the name', async () => {
    expect((await problem('dttot', 'not a sheet', 'list.xlsx'))?.[0]).toBe('list_malformed');
  });
});

describe('dates of lists', () => {
  it.each([
    ['17 Apr 1961', born],
    ['17 April 1961', born],
    ['17/04/1961', born],
    ['1961-04-17', born],
    ['9 Agustus 1970', { year: 1970, month: 8, day: 9 }],
    ['circa 1961', { year: 1961 }],
    ['unknown', null],
    ['99/99/1961', { year: 1961 }],
  ])('%s', (text, expected) => {
    expect(readListDate(text)).toEqual(expected);
  });
});
