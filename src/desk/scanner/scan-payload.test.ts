import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readScan } from './scan-payload.ts';

const nik = '3171014101900001';
const base64url = (text: string) => Buffer.from(text, 'utf8').toString('base64url');

describe('readScan', () => {
  it.each([
    ['a NIK by itself', ` ${nik}\n`],
    ['a NIK with its label', `NIK : ${nik}`],
    ['a NIK in an address', `https://bank.example/antrian?nik=${nik}&x=1`],
    ['a NIK in JSON', JSON.stringify({ nik })],
  ])('finds %s', (_, text) => {
    expect(readScan(text)).toEqual({ kind: 'nik', fields: { nik } });
  });

  it('takes name and birth date where a code spells them out', () => {
    expect(readScan(JSON.stringify({ NIK: nik, nama: 'Sari  Dewi', tgl_lahir: '1990-01-01' })).fields).toEqual({
      nik,
      fullName: 'SARI DEWI',
      birthDate: '1990-01-01',
    });
  });

  it('leaves the code of the digital identity opaque, unless its middle part is plain', () => {
    expect(readScan('https://identitas.dukcapil.kemendagri.go.id/v/8f3a')).toEqual({ kind: 'ikd', fields: {} });
    expect(readScan('k7Jd03ks9Xw2p0QhVnZ4mT6yB1cR8uE5aLsGfDoPiKj=')).toEqual({ kind: 'ikd', fields: {} });
    const token = `${base64url('{"alg":"none"}')}.${base64url(JSON.stringify({ nik }))}.abcdefgh`;
    expect(readScan(token)).toEqual({ kind: 'ikd', fields: { nik } });
  });

  it('is not fooled by a host that only looks official', () => {
    expect(readScan('https://kemendagri.go.id.penipu.example/x').kind).toBe('text');
  });

  it('tells UIDs and everything else apart', () => {
    expect(readScan('04A1B2C3D4E5F6').kind).toBe('uid');
    expect(readScan('12345678901234567').fields).toEqual({});
    expect(readScan('halo').kind).toBe('text');
  });

  it('answers any text, and any NIK it names has sixteen digits', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 300 }), fc.json()), (text) => {
        expect(readScan(text).fields.nik ?? nik).toMatch(/^\d{16}$/);
      }),
      { numRuns: 500 },
    );
  });
});
