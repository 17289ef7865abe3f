import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadRegionTable } from './regions.ts';

const json: unknown = JSON.parse(
  readFileSync(new URL('../../../resources/regions/regions.json', import.meta.url), 'utf8'),
);

describe('region table', () => {
  const table = loadRegionTable(json);

  it('holds the counts of Kepmendagri 300.2.2-2138/2025: 38 provinces, 514 regencies and cities, 7,285 districts', () => {
    const current = (rows: readonly { successor?: string }[]) =>
      rows.filter((row) => row.successor === undefined).length;
    expect(current(table.provinces())).toBe(38);
    expect(current(table.regencies())).toBe(514);
    expect(current(table.districts())).toBe(7285);
  });

  it('finds a region at each level', () => {
    expect(table.province('31')).toBe('Daerah Khusus Ibukota Jakarta');
    expect(table.regency('3173')?.name).toBe('Kota Administrasi Jakarta Barat');
    expect(table.district('317306')?.name).toBe('Kalideres');
  });

  it('answers null for what no regulation knows', () => {
    expect(table.province('99')).toBeNull();
    expect(table.regency('3199')).toBeNull();
    expect(table.district('317399')).toBeNull();
    expect(table.province('constructor')).toBeNull();
  });

  it('has every regency in a known province and every district in a known regency', () => {
    expect(table.regencies().filter(({ code }) => table.province(code.slice(0, 2)) === null)).toEqual([]);
    expect(table.districts().filter(({ code }) => table.regency(code.slice(0, 4)) === null)).toEqual([]);
  });

  it('keeps codes that a split retired, pointing at their successor of the same name', () => {
    const historic = table.regencies().filter(({ successor }) => successor !== undefined);
    expect(historic.length).toBeGreaterThan(0);
    for (const { name, successor } of historic) {
      expect(table.regency(successor ?? '')).toEqual({ code: successor, name });
    }
    expect(table.regency('9101')).toEqual({ code: '9101', name: 'Kabupaten Merauke', successor: '9301' });
    expect(table.district('640401')).toEqual({ code: '640401', name: 'Tanjung Palas', successor: '650101' });
  });

  it('never lets a historic code shadow one in force', () => {
    expect(new Set(table.regencies().map(({ code }) => code)).size).toBe(table.regencies().length);
    expect(new Set(table.districts().map(({ code }) => code)).size).toBe(table.districts().length);
  });

  it('lists every name a card may print for a code', () => {
    expect(table.namesOf('31')).toEqual(['Daerah Khusus Ibukota Jakarta', 'DKI Jakarta', 'Daerah Khusus Jakarta']);
    expect(table.namesOf('7601')).toEqual(['Kabupaten Pasangkayu', 'Kabupaten Mamuju Utara']);
    expect(table.namesOf('9101')).toEqual(['Kabupaten Merauke']);
    expect(table.namesOf('99')).toEqual([]);
  });

  it('knows each division of a province since NIKs are given, by law and date', () => {
    const out = (code: string) => table.laterProvinces(code).map(({ names, since }) => `${names[0]} ${since}`);
    expect(out('32')).toEqual(['Banten 2000-10-17']);
    expect(out('14')).toEqual(['Kepulauan Riau 2002-10-25']);
    expect(out('73')).toEqual(['Sulawesi Barat 2004-10-05']);
    expect(out('71')).toEqual(['Gorontalo 2000-12-22']);
    expect(out('16')).toEqual(['Kepulauan Bangka Belitung 2000-12-04']);
    expect(out('81')).toEqual(['Maluku Utara 1999-10-04']);
    expect(out('64')).toEqual(['Kalimantan Utara 2012-11-16']);
    expect(out('92')).toEqual(['Papua Barat Daya 2022-12-08']);
    // Papua Barat Daya lies in what left Papua in 1999 already.
    expect(out('91')).toEqual([
      'Papua Barat 1999-10-04',
      'Papua Barat Daya 1999-10-04',
      'Papua Selatan 2022-07-25',
      'Papua Tengah 2022-07-25',
      'Papua Pegunungan 2022-07-25',
    ]);
    expect(out('31')).toEqual([]);
  });

  it('cites a law for every historic row', () => {
    const file = json as { historicRegencies: string[][]; otherNames: string[][]; splits: string[][] };
    expect(file.historicRegencies.filter((row) => !/^UU \d+\/\d{4}/.test(row[3] ?? ''))).toEqual([]);
    expect(file.splits.filter((row) => !/^UU \d+\/\d{4}/.test(row[3] ?? ''))).toEqual([]);
    expect(file.otherNames.filter((row) => (row[2] ?? '') === '')).toEqual([]);
  });

  it('refuses a file of another format', () => {
    expect(() => loadRegionTable({ format: 2 })).toThrow(/format 1/);
    expect(() => loadRegionTable(null)).toThrow(/format 1/);
  });
});
