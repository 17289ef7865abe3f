import { describe, expect, it } from 'vitest';
import { parseRegionName, sameRegion } from './region-names.ts';

describe('region names', () => {
  it.each([
    ['Kabupaten Kepulauan Yapen', 'KAB. KEP. YAPEN'],
    ['Kota Palangkaraya', 'KOTA PALANGKA RAYA'],
    ['Daerah Khusus Ibukota Jakarta', 'PROVINSI DKI JAKARTA'],
    ['Daerah Istimewa Yogyakarta', 'PROVINSI D.I. YOGYAKARTA'],
    ['Daerah Istimewa Yogyakarta', 'DAERAH ISTIMEWA YOGYAKARTA'],
    ['Kota Administrasi Jakarta Barat', 'JAKARTA BARAT'],
    ['Kota Administrasi Jakarta Barat', 'KOTA ADM. JAKARTA BARAT'],
    ['Kabupaten Fak Fak', 'KABUPATEN FAKFAK'],
    ['Kabupaten Toli-Toli', 'KABUPATEN  TOLITOLI'],
  ])('%s is %s', (official, printed) => {
    expect(sameRegion(official, printed)).toBe(true);
    expect(sameRegion(printed, official)).toBe(true);
  });

  it.each([
    ['Kabupaten Bandung', 'KOTA BANDUNG'],
    ['Kabupaten Bandung', 'KABUPATEN BANDUNG BARAT'],
    ['Papua', 'PAPUA BARAT'],
    ['', ''],
  ])('%s is not %s', (official, printed) => {
    expect(sameRegion(official, printed)).toBe(false);
  });

  it('keeps names that merely begin like a kind', () => {
    expect(parseRegionName('KABUPATEN KOTABARU')).toEqual({ kind: 'regency', key: 'KOTABARU' });
    expect(parseRegionName('Kota Kotamobagu')).toEqual({ kind: 'city', key: 'KOTAMOBAGU' });
  });
});
