import { describe, expect, it } from 'vitest';
import { reasonCatalogue } from '../../contract/reasons.ts';
import { otherDocument } from './other-documents.ts';

const lines = (...texts: string[]) => texts.map((text) => ({ text }));

describe('otherDocument', () => {
  it.each([
    ['a driving licence', lines('SURAT IZIN MENGEMUDI', 'Nama', 'Alamat', 'Pekerjaan'), 'card_not_ktp'],
    ['its English line, misread', lines('DR1VING LICENSE'), 'card_not_ktp'],
    ['a passport by its machine-readable zone', lines('P<IDNSANTOSO<<BUDI<<<<<<<<<<'), 'card_not_ktp'],
    ['a tax card by its number', lines('NPWP : 09.254.294.3-407.000'), 'card_not_ktp'],
    ['a tax card by its office', lines('DIREKTORAT JENDERAL PAJAK'), 'card_not_ktp'],
    ['the back of a KTP', lines('REPUBLIK INDONESIA', 'KARTU TANDA PENDUDUK'), 'card_back_side'],
  ] as const)('knows %s', (_, text, reason) => {
    expect(otherDocument(text, 4)).toBe(reason);
    expect(reasonCatalogue[reason].id).not.toBe('');
  });

  it('leaves a KTP alone, whatever its address is called', () => {
    expect(otherDocument(lines('PROVINSI JAWA BARAT', 'JL. PAJAK NO. 2', 'KARYAWAN SWASTA'), 5)).toBeNull();
    expect(otherDocument(lines('GG. KARTU TANDA PENDUDUK NO. 1'), 12)).toBeNull();
  });
});
