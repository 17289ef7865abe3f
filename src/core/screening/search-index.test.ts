import { describe, expect, it } from 'vitest';
import type { ScreeningQuery } from '../../contract/screening.ts';
import { IndexBuilder, type IndexedEntry } from './build-index.ts';
import type { NameIndex } from './name-index.ts';
import { askIndex, scanIndex, searchIndex } from './search-index.ts';

function person(name: string, more: Partial<IndexedEntry> = {}): IndexedEntry {
  return { type: 'person', names: [name], birthDates: [], birthPlaces: [], countries: [], idNumbers: [], ...more };
}

function indexOf(entries: readonly IndexedEntry[]): NameIndex {
  const builder = new IndexBuilder();
  for (const entry of entries) builder.add(entry);
  const steps = builder.finish();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

function best(index: NameIndex, query: Partial<ScreeningQuery> & { readonly name: string }): number {
  const asked = askIndex(index, { type: 'person', threshold: 1, ...query });
  return asked === null ? 0 : Math.round(searchIndex(index, asked)[0]?.score ?? 0);
}

describe('names of one person, written differently', () => {
  it.each([
    ['Muhammad Yusuf Sudarmaji', 'Moh. Joesoef Soedarmadji'],
    ['Soetjipto Djojonegoro', 'Sucipto Joyonegoro'],
    ['Sjahrir Notonegoro', 'Syahrir Notonegoro'],
    ['Ahmad Kertosudiro', 'KH. Achmad Kertosudiro, S.Ag., M.H.'],
    ['Abdurrahman Wiryodinoto', 'Abdur Rahman Wiryodinoto'],
    ['Hasan Wiryodinoto', 'Wiryodinoto, Hasan'],
    ['Karso Wiryodinoto', 'Karso Wiryodinoto bin Sastro'],
    ['Bambang Wiryodinoto', 'Bambang Wiriodinotto'],
    ['Sergey Trubachevskoy', 'Сергей Трубачевской'],
    ['Muhammad Hasan Qorib', 'محمد حسن Qorib'],
    ['Sutyanto Wiryodinoto', 'Soetjanto Wirjodinoto'],
    ['Khalid Al-Qahtani', 'Khaled Qahtani'],
    ['Mahesh Ravidas', 'Mahesh Ravi Das'],
  ])('%s is found as %s', (listed, asked) => {
    expect(best(indexOf([person(listed), person('Dewi Anggraini')]), { name: asked })).toBeGreaterThanOrEqual(85);
    expect(best(indexOf([person(asked), person('Dewi Anggraini')]), { name: listed })).toBeGreaterThanOrEqual(85);
  });
});

describe('names of two people', () => {
  it.each([
    ['Budi Santoso', 'Budi Hartono'],
    ['Hendra Wijaya', 'Hendro Wijaya'],
    ['Muhammad Rizki', 'Muhammad Arif'],
    ['Emma Wiryodinoto', 'Emma'],
    ['Sulastri', 'Sulastro'],
  ])('%s is not %s', (listed, asked) => {
    expect(best(indexOf([person(listed)]), { name: asked })).toBeLessThan(85);
  });

  it('tells a person from a company of the same name', () => {
    const index = indexOf([{ ...person('Surya Wiryodinoto'), type: 'entity' }]);
    expect(best(index, { name: 'Surya Wiryodinoto' })).toBe(0);
    expect(best(index, { name: 'PT. Surya Wiryodinoto, Tbk', type: 'entity' })).toBe(100);
  });
});

describe('facts beside the name', () => {
  const index = indexOf([
    person('Budi Santoso', {
      birthDates: [{ year: 1971, month: 3, day: 9 }],
      countries: ['id'],
      idNumbers: ['3402010903710001'],
    }),
  ]);

  it('lets another birth date clear a namesake', () => {
    expect(best(index, { name: 'Budi Santoso' })).toBe(100);
    expect(best(index, { name: 'Budi Santoso', dob: '1988-11-30' })).toBeLessThan(85);
  });

  it('lets the birth date carry a name told in part', () => {
    expect(best(index, { name: 'Budi Santoso Wiryo' })).toBeLessThan(85);
    expect(best(index, { name: 'Budi Santoso Wiryo', dob: '1971-03-09' })).toBeGreaterThanOrEqual(85);
  });

  it('lets a rare nationality support where the home country says little', () => {
    const abroad = indexOf([person('Jamal Yousef Qasim', { countries: ['iq'] })]);
    const home = indexOf([person('Jamal Yousef Qasim', { countries: ['id'] })]);
    const alone = best(abroad, { name: 'Jamal Qasim' });
    expect(best(abroad, { name: 'Jamal Qasim', nationality: 'iq' }) - alone).toBeGreaterThan(
      best(home, { name: 'Jamal Qasim', nationality: 'id' }) - alone,
    );
    expect(best(abroad, { name: 'Jamal Qasim', nationality: 'id' })).toBeLessThan(alone);
  });

  it('takes day and month exchanged for a slip, not for another person', () => {
    expect(best(index, { name: 'Budi Santoso', dob: '1971-09-03' })).toBeGreaterThanOrEqual(85);
  });

  it('finds the holder of an identity number under any name', () => {
    expect(best(index, { name: 'Joko Pranowo', idNumber: '3402-0109-0371-0001' })).toBeGreaterThanOrEqual(95);
  });
});

describe('the index beside the plain scan', () => {
  const first = ['Karso', 'Bambang', 'Yusuf', 'Djoko', 'Abdul', 'Muhammad', 'Retno', 'M.', 'Sri'];
  const last = ['Wiryodinoto', 'Soedarmadji', 'Notonegoro', 'Rahman', 'Kertosudiro', 'Pringgo', 'Abdurrahman', 'Suryo'];
  const entries = first.flatMap((a) =>
    last.flatMap((b) => last.map((c) => person(b === c ? `${a} ${b}` : `${a} ${b} ${c}`))),
  );
  const index = indexOf(entries);

  it.each([
    'Joko Sudarmaji',
    'Abdul Rahman Suryo',
    'Yusup Wiriodinoto',
    'Moh Notonegoro Pringo',
    'M Kertosudiro',
    'Suryo Sri',
  ])('finds what the scan finds for %s', (name) => {
    const asked = askIndex(index, { name, type: 'person' });
    expect(asked).not.toBeNull();
    if (asked === null) return;
    const scanned = scanIndex(index, asked);
    expect(scanned.length).toBeGreaterThan(0);
    expect(searchIndex(index, asked)).toEqual(scanned);
  });
});
