import { describe, expect, it } from 'vitest';
import { matchLabel, splitBloodLabel } from './labels.ts';

describe('matchLabel', () => {
  it('finds a label alone, misspelt, or glued to its value', () => {
    expect(matchLabel('Nama')).toMatchObject({ label: 'name', rest: '' });
    expect(matchLabel('Tempat/Tgi Lahir')).toMatchObject({ label: 'birth', rest: '' });
    expect(matchLabel('KelVDesa : SUKAJADI')).toMatchObject({ label: 'village', rest: 'SUKAJADI' });
    expect(matchLabel('StatusPerkawinan:BELUM KAWIN')).toMatchObject({ label: 'marital', rest: 'BELUM KAWIN' });
    expect(matchLabel('NIK : 3271')).toMatchObject({ label: 'nik', rest: '3271' });
  });
  it('leaves names alone that begin like a label', () => {
    expect(matchLabel('NAMARUDIN')).toBeNull();
    expect(matchLabel('DESANTI PUTRI')).toBeNull();
    expect(matchLabel('NIKO PRATAMA')).toBeNull();
  });
  it('finds nothing in nothing', () => {
    expect(matchLabel('')).toBeNull();
    expect(matchLabel(':::')).toBeNull();
  });
});

describe('splitBloodLabel', () => {
  it('cuts a row that holds sex and blood type', () => {
    expect(splitBloodLabel('PEREMPUAN Gol. Darah : AB')).toEqual({ before: 'PEREMPUAN', after: 'AB' });
    expect(splitBloodLabel('Gol.Darah:-')).toEqual({ before: '', after: '-' });
    expect(splitBloodLabel('LAKI-LAKI')).toBeNull();
  });
});
