import { expect, it } from 'vitest';
import { sourceDoubts } from './source-doubts.ts';

const scan = {
  driver: 'hid_pos',
  kind: 'nik' as const,
  simulated: false,
  at: '2026-03-02T03:00:00.000Z',
  textHash: 'a'.repeat(64),
  agrees: [],
  differs: [],
};

it('a camera, a scanner folder and a reader that agrees raise no doubt', () => {
  expect(sourceDoubts(undefined)).toEqual([]);
  expect(sourceDoubts({ source: 'camera' })).toEqual([]);
  expect(sourceDoubts({ source: 'scanner_folder', scan: { ...scan, agrees: ['nik'] } })).toEqual([]);
});

it('a file and a reader that contradicts the card ask for a person', () => {
  expect(sourceDoubts({ source: 'file' })).toEqual([{ code: 'card_from_file', gate: 'ktp' }]);
  expect(sourceDoubts({ scan: { ...scan, differs: ['nik', 'fullName'] } })).toEqual([
    { code: 'scan_differs', gate: 'nik', field: 'nik' },
    { code: 'scan_differs', gate: 'ktp', field: 'fullName' },
  ]);
});
