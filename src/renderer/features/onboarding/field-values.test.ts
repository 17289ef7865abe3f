import { describe, expect, it } from 'vitest';
import { ktpFieldNames } from '../../../contract/vocabulary.ts';
import { fieldViews } from '../../testing/fixtures.ts';
import {
  allFields,
  confirmedValues,
  fieldOrigin,
  fieldProblem,
  fromPrint,
  initialTexts,
  toPrint,
} from './field-values.ts';

describe('field values', () => {
  it('show dates as the card prints them and send them as ISO', () => {
    expect(toPrint('birthDate', '1985-08-17')).toBe('17-08-1985');
    expect(fromPrint('birthDate', '17-08-1985')).toBe('1985-08-17');
    expect(fromPrint('birthDate', '7/8/1985')).toBe('1985-08-07');
    expect(fromPrint('validUntil', 'SEUMUR HIDUP')).toBe('SEUMUR HIDUP');
  });

  it('send a grouped NIK as sixteen digits', () => {
    expect(fromPrint('nik', '317305 170885 0004')).toBe('3173051708850004');
  });

  it('come back unchanged when nobody touched them', () => {
    const sent = confirmedValues(initialTexts(fieldViews));
    const read = Object.fromEntries(
      fieldViews.filter(({ value }) => value !== '').map(({ name, value }) => [name, value]),
    );
    expect(sent).toEqual(read);
  });

  it('cover all seventeen fields when nothing was read', () => {
    expect(allFields([]).map(({ name }) => name)).toEqual([...ktpFieldNames]);
    expect(confirmedValues(initialTexts([]))).toEqual({});
  });

  it('stop only what would make the card useless', () => {
    expect(fieldProblem('nik', '31730517')).toBe('nik');
    expect(fieldProblem('nik', '317305 170885 0004')).toBeNull();
    expect(fieldProblem('fullName', ' ')).toBe('name');
    expect(fieldProblem('birthDate', 'Agustus')).toBe('date');
    expect(fieldProblem('religion', '')).toBeNull();
  });

  it('say where a value comes from: read, unsure, not read, from a scanner, or typed', () => {
    const [first] = fieldViews;
    if (first === undefined) throw new Error('no field');
    const field = { ...first, name: 'fullName', value: 'RATNA', original: 'RATNA', uncertain: false } as const;
    expect(fieldOrigin(field, 'RATNA', false)).toBe('read');
    expect(fieldOrigin({ ...field, uncertain: true }, 'RATNA ', false)).toBe('unsure');
    expect(fieldOrigin({ ...field, value: '', original: null, uncertain: true }, '', false)).toBe('unread');
    expect(fieldOrigin({ ...field, prefilled: true, uncertain: true }, 'RATNA', false)).toBe('scanner');
    expect(fieldOrigin(field, 'RATNA S', false)).toBe('typed');
    expect(fieldOrigin({ ...field, corrected: true }, 'RATNA', false)).toBe('typed');
    expect(fieldOrigin(field, 'RATNA', true)).toBe('typed');
    const born = { ...field, name: 'birthDate', value: '1985-08-17' } as const;
    expect(fieldOrigin(born, '17-08-1985', false)).toBe('read');
  });
});
