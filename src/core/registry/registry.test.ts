import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { facePercent } from '../match/face-percent.ts';
import { compareFields, sameAddress, sameText } from './compare-fields.ts';

const person = {
  name: 'SITI RAHMAWATI',
  birthDate: '1990-07-21',
  birthPlace: 'BANDUNG',
  address: 'JL. MAWAR NO 3 RT 001/RW 002',
};

describe('compareFields', () => {
  it('answers only what was asked', () => {
    expect(compareFields({ nik: '1' }, person)).toEqual({});
    expect(compareFields({ nik: '1', name: 'Siti  Rahmawati', birthDate: '1990-07-21' }, person)).toEqual({
      name: true,
      birthDate: true,
    });
  });
  it('is exact about names, dates and places', () => {
    expect(sameText('Siti Rahmawati', 'SITI RAHMAWATY')).toBe(false);
    expect(sameText('Rahmawati Siti', 'Siti Rahmawati')).toBe(false);
    expect(compareFields({ nik: '1', birthDate: '1990-07-12', birthPlace: 'Bandung ' }, person)).toEqual({
      birthDate: false,
      birthPlace: true,
    });
  });
  it('never confirms what the registry does not know', () => {
    const unknown = { name: '', birthDate: '', birthPlace: '', address: '' };
    expect(compareFields({ nik: '1', name: '', birthDate: '', birthPlace: '-', address: '' }, unknown)).toEqual({
      name: false,
      birthDate: false,
      birthPlace: false,
      address: false,
    });
  });
  it('reads addresses as people write them', () => {
    expect(sameAddress('Jalan Mawar No. 3, RT.001 RW.002', person.address)).toBe(true);
    expect(sameAddress('jl mawar 3 rt 1 rw 2 kel. Cihapit kec. Bandung Wetan', person.address)).toBe(true);
    expect(sameAddress('JL. MELATI NO 14 RT 005/RW 001', person.address)).toBe(false);
    expect(sameAddress('', '')).toBe(false);
  });
});

describe('facePercent', () => {
  const anchors = { review: 0.28, match: 0.4, matchHigh: 0.5 };
  it('puts the thresholds of the model where the providers have theirs', () => {
    expect([0, 0.28, 0.4, 0.5, 1].map((cosine) => facePercent(cosine, anchors))).toEqual([10, 50, 75, 85, 100]);
    expect(facePercent(0.3999, anchors)).toBeLessThan(75);
  });
  it('rises with the similarity and stays inside 0–100', () => {
    const cosine = fc.double({ min: -2, max: 2, noNaN: true });
    fc.assert(
      fc.property(cosine, cosine, (a, b) => {
        const [low, high] = [facePercent(Math.min(a, b), anchors)!, facePercent(Math.max(a, b), anchors)!];
        expect(low).toBeLessThanOrEqual(high);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(100);
      }),
    );
  });
  it('has no value where there is none', () => {
    expect(facePercent(Number.NaN, anchors)).toBeNull();
    expect(facePercent(0.5, { review: 0.5, match: 0.4, matchHigh: 0.6 })).toBeNull();
  });
});
