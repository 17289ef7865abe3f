import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ageAt, compareNikWithCard, dateExists, decodeNik, inferBirthDate, nikIsValid, readSex } from './decode-nik.ts';
import { loadRegionTable } from './regions.ts';

const regions = loadRegionTable(
  JSON.parse(readFileSync(new URL('../../../resources/regions/regions.json', import.meta.url), 'utf8')),
);
const today = '2026-03-15';
const decode = (nik: string, on = today) => decodeNik(nik, regions, on);

/** Writes a NIK the way PP 37/2007 art. 37 says. */
function writeNik(district: string, birthDate: string, sex: 'male' | 'female', serial: number): string {
  const day = Number(birthDate.slice(8)) + (sex === 'female' ? 40 : 0);
  return (
    district +
    String(day).padStart(2, '0') +
    birthDate.slice(5, 7) +
    birthDate.slice(2, 4) +
    String(serial).padStart(4, '0')
  );
}

const districtCode = fc.constantFrom(...regions.districts().map(({ code }) => code));
const sexes = fc.constantFrom('male' as const, 'female' as const);
const serials = fc.integer({ min: 1, max: 9999 });
/** Dates whose century is not in doubt: 17 to 99 years before `today`. */
const adultDates = fc
  .date({ min: new Date('1926-03-17T00:00:00Z'), max: new Date('2009-03-15T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const nikParts = fc.tuple(districtCode, adultDates, sexes, serials);

describe('decodeNik', () => {
  it('reads the specimen card of the test set', () => {
    expect(decode('3173051708850001')).toMatchObject({
      wellFormed: true,
      consistent: true,
      provinceCode: '31',
      province: 'Daerah Khusus Ibukota Jakarta',
      regency: 'Kota Administrasi Jakarta Barat',
      district: 'Kebon Jeruk',
      birthDate: '1985-08-17',
      sex: 'male',
      serial: '0001',
      reasons: [],
    });
  });

  it('takes 40 off the day of women', () => {
    expect(decode('3578105011600002')).toMatchObject({ birthDate: '1960-11-10', sex: 'female', consistent: true });
    expect(decode('3578107112990001')).toMatchObject({ birthDate: '1999-12-31', sex: 'female' });
    expect(decode('3578104101990001')).toMatchObject({ birthDate: '1999-01-01', sex: 'female' });
    expect(decode('3578104001990001')).toMatchObject({ birthDate: null, sex: null, consistent: false });
  });

  it('round-trips every well-made NIK of a known district', () => {
    fc.assert(
      fc.property(nikParts, ([district, birthDate, sex, serial]) => {
        const result = decode(writeNik(district, birthDate, sex, serial));
        expect(result).toMatchObject({ wellFormed: true, consistent: true, birthDate, sex, reasons: [] });
        expect(result.districtCode).toBe(district);
        expect(Number(result.serial)).toBe(serial);
        expect(nikIsValid(result)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('never throws and never calls malformed text valid', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9]{0,20}$/)), (text) => {
        const result = decode(text);
        expect(result.wellFormed).toBe(/^[0-9]{16}$/.test(text));
        if (!result.wellFormed) expect(nikIsValid(result)).toBe(false);
        expect(nikIsValid(result)).toBe(result.reasons.every(({ code }) => code === 'nik_region_unknown'));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['fifteen digits', '317305170885000'],
    ['seventeen digits', '31730517088500011'],
    ['a letter for a digit', '3173O51708850001'],
    ['spaces', '317305 1708850001'],
    ['full-width digits', '３173051708850001'],
    ['a line break after', '3173051708850001\n'],
  ])('refuses %s', (_, nik) => {
    expect(decode(nik)).toMatchObject({ wellFormed: false, consistent: false, reasons: [{ code: 'nik_malformed' }] });
  });

  it('says missing, not malformed, when there is nothing', () => {
    expect(decode('').reasons).toEqual([{ code: 'nik_missing', gate: 'nik', field: 'nik' }]);
    expect(decode('  ').reasons).toEqual([{ code: 'nik_missing', gate: 'nik', field: 'nik' }]);
  });

  it.each([
    ['day 00', '3173050008850001'],
    ['day 32', '3173053208850001'],
    ['day 72', '3173057208850001'],
    ['30 February', '3173053002850001'],
    ['29 February of a common year', '3173052902850001'],
    ['31 April', '3173053104850001'],
    ['month 00', '3173051700850001'],
    ['month 13', '3173051713850001'],
    ['serial 0000', '3173051708850000'],
    ['a province below 10', '0173051708850001'],
  ])('calls inconsistent: %s', (_, nik) => {
    expect(decode(nik)).toMatchObject({
      wellFormed: true,
      consistent: false,
      reasons: [{ code: 'nik_malformed', field: 'nik' }],
    });
  });

  it('knows leap years, also at the turn of a century', () => {
    expect(decode('3173052902840001').birthDate).toBe('1984-02-29');
    expect(decode('3173052902000001').birthDate).toBe('2000-02-29');
    expect(dateExists('1900-02-29')).toBe(false);
    expect(dateExists('2000-02-29')).toBe(true);
    expect(dateExists('2024-2-1')).toBe(false);
  });

  it.each([
    ['99012001', '9901', 'province'],
    ['31990120', '3199', 'regency'],
    ['31739920', '3173', 'district'],
  ])('marks an unknown code as a risk point, at its coarsest level (%s)', (start, regencyCode, field) => {
    const result = decode(`${start.slice(0, 6)}1708850001`);
    expect(result).toMatchObject({ consistent: true, regencyCode, birthDate: '1985-08-17' });
    expect(result.reasons).toEqual([{ code: 'nik_region_unknown', gate: 'nik', field }]);
  });

  it('knows codes issued before a province was split off', () => {
    expect(decode('9101011708850001')).toMatchObject({
      province: 'Papua',
      regency: 'Kabupaten Merauke',
      district: 'Merauke',
      reasons: [],
    });
    expect(decode('6473021708850001')).toMatchObject({
      province: 'Kalimantan Timur',
      regency: 'Kota Tarakan',
      reasons: [],
    });
    expect(decode('9271011708850001')).toMatchObject({ province: 'Papua Barat', regency: 'Kota Sorong', reasons: [] });
  });
});

describe('inferBirthDate', () => {
  it.each([
    ['85', '1985-08-17'],
    ['30', '1930-08-17'],
    ['26', '1926-08-17'],
    ['25', '1925-08-17'],
    ['16', '1916-08-17'],
    ['15', '1915-08-17'],
    ['14', '2014-08-17'],
    ['09', '2009-08-17'],
    ['06', '2006-08-17'],
    ['05', '2005-08-17'],
  ])('year %s, seen on 15 March 2026, is %s', (year2, expected) => {
    expect(inferBirthDate(year2, '08', 17, today)).toBe(expected);
  });

  it('gives dates that exist, lie within 120 years and carry the digits', () => {
    const day = fc.integer({ min: 0, max: 99 });
    const two = fc.integer({ min: 0, max: 99 }).map((value) => String(value).padStart(2, '0'));
    const now = fc
      .date({ min: new Date('2020-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
    fc.assert(
      fc.property(two, two, day, now, (year2, month2, dayOfMonth, on) => {
        const date = inferBirthDate(year2, month2, dayOfMonth, on);
        if (date === null) return;
        expect(dateExists(date)).toBe(true);
        expect(date.slice(2)).toBe(`${year2}-${month2}-${String(dayOfMonth).padStart(2, '0')}`);
        expect(ageAt(date, on)).toBeGreaterThanOrEqual(0);
        expect(ageAt(date, on)).toBeLessThanOrEqual(120);
      }),
      { numRuns: 500 },
    );
  });

  it('takes a birthday today and refuses one tomorrow', () => {
    expect(inferBirthDate('09', '03', 15, today)).toBe('2009-03-15');
    expect(ageAt('2009-03-15', today)).toBe(17);
    expect(ageAt('2009-03-16', today)).toBe(16);
  });
});

describe('compareNikWithCard', () => {
  const nik = decode('3173051708850001');
  const card = {
    birthDate: '1985-08-17',
    sex: 'LAKI-LAKI',
    province: 'PROVINSI DKI JAKARTA',
    regency: 'JAKARTA BARAT',
  };

  it('finds nothing where both agree', () => {
    expect(compareNikWithCard(nik, card)).toEqual([]);
    expect(compareNikWithCard(nik, {})).toEqual([]);
  });

  it('names each difference by its field', () => {
    expect(compareNikWithCard(nik, { ...card, birthDate: '1985-08-18' })).toEqual([
      { code: 'nik_birth_date_differs', gate: 'nik', field: 'birthDate' },
    ]);
    expect(compareNikWithCard(nik, { ...card, sex: 'PEREMPUAN' })).toEqual([
      { code: 'nik_sex_differs', gate: 'nik', field: 'sex' },
    ]);
    expect(compareNikWithCard(nik, { ...card, province: 'JAWA BARAT' })).toEqual([
      { code: 'nik_region_differs', gate: 'nik', field: 'province' },
    ]);
    expect(compareNikWithCard(nik, { ...card, regency: 'KOTA ADM. JAKARTA TIMUR' })).toEqual([
      { code: 'nik_region_differs', gate: 'nik', field: 'regency' },
    ]);
  });

  it('does not hold the century against the card, nor words it cannot read', () => {
    expect(compareNikWithCard(decode('3173051708150001'), { birthDate: '2015-08-17' })).toEqual([]);
    expect(compareNikWithCard(nik, { ...card, sex: 'LAK1' })).toEqual([]);
  });

  it('accepts the new province of a regency that moved, and former names', () => {
    const merauke = decode('9101011708850001');
    expect(compareNikWithCard(merauke, { province: 'PROVINSI PAPUA SELATAN', regency: 'KABUPATEN MERAUKE' })).toEqual(
      [],
    );
    expect(compareNikWithCard(merauke, { province: 'PROVINSI PAPUA', regency: 'KAB. MERAUKE' })).toEqual([]);
    expect(compareNikWithCard(decode('1212011708850001'), { regency: 'KABUPATEN TOBA SAMOSIR' })).toEqual([]);
  });

  it('takes the older province of a later one for possible, for who was born before the law', () => {
    const historic = [{ code: 'nik_region_historic', gate: 'nik', field: 'province' }];
    // Banten left Jawa Barat on 17 October 2000: 3219 is no code of today.
    const banten = { province: 'PROVINSI BANTEN', regency: 'KABUPATEN TANGERANG' };
    expect(compareNikWithCard(decode('3219011708850001'), banten)).toEqual(historic);
    expect(compareNikWithCard(decode('3219011610000001'), banten)).toEqual(historic);
    expect(compareNikWithCard(decode('3219011710000001'), banten)).toEqual([
      { code: 'nik_region_differs', gate: 'nik', field: 'province' },
    ]);
    // The number of another regency of today may have been Lebak's then.
    expect(compareNikWithCard(decode('3204011708850001'), { province: 'BANTEN', regency: 'KABUPATEN LEBAK' })).toEqual(
      historic,
    );
    // Papua Barat Daya was Papua's only until Papua Barat left it.
    expect(compareNikWithCard(decode('9110011708850001'), { province: 'PAPUA BARAT DAYA' })).toEqual(historic);
    expect(compareNikWithCard(decode('9110011708050001'), { province: 'PAPUA BARAT DAYA' })[0]?.code).toBe(
      'nik_region_differs',
    );
    // Not the other way round: nobody was registered in Jawa Barat with digits of Banten before there was a Banten.
    expect(compareNikWithCard(decode('3603011708850001'), { province: 'JAWA BARAT' })[0]?.code).toBe(
      'nik_region_differs',
    );
  });

  it('adds nothing to a NIK that is invalid already', () => {
    expect(compareNikWithCard(decode('123'), card)).toEqual([]);
  });

  it('finds nothing on a card printed from the same facts', () => {
    fc.assert(
      fc.property(nikParts, ([district, birthDate, sex, serial]) => {
        const result = decode(writeNik(district, birthDate, sex, serial));
        const printed = {
          birthDate,
          sex: sex === 'male' ? 'LAKI-LAKI' : 'PEREMPUAN',
          province: `PROVINSI ${(result.province ?? '').toUpperCase()}`,
          regency: (result.regency ?? '').toUpperCase(),
        };
        expect(compareNikWithCard(result, printed)).toEqual([]);
      }),
    );
  });

  it('reads the sex as printed', () => {
    expect([readSex('LAKI-LAKI'), readSex('laki laki'), readSex('PEREMPUAN'), readSex('')]).toEqual([
      'male',
      'male',
      'female',
      null,
    ]);
  });
});
