/** The day's list: what it shows of a session, and what it must never show. */
import { describe, expect, it } from 'vitest';
import type { DayList } from '../../contract/desk/counter-calls.ts';
import { dayCsv } from './day-csv.ts';
import { renderDaySheet } from './day-sheet.ts';

const row = (index: number): DayList['rows'][number] => ({
  sessionId: `ses_${index}`,
  startedAt: '2026-03-02T03:00:00.000Z',
  operators: ['Rina', 'Sari'],
  customerName: 'RATNA SEKAR',
  kinds: ['ktp', 'face'],
  outcome: 'review',
  sent: 'pending',
  reasons: [{ code: 'match_borderline', gate: 'match' }],
});
const sheet = (rows: number) => ({
  list: { day: '2026-03-02', desk: 'Loket 3', rows: Array.from({ length: rows }, (_, index) => row(index)) },
  organisation: 'Bank Contoh',
  branch: 'Menteng',
  language: 'id' as const,
});
const pages = (pdf: Uint8Array) => new TextDecoder('latin1').decode(pdf).match(/\/Type \/Page\b/g)?.length;

describe('the sheet of the day', () => {
  it('is a PDF of as many pages as the day needs', async () => {
    expect(pages(await renderDaySheet(sheet(0)))).toBe(1);
    expect(pages(await renderDaySheet(sheet(3)))).toBe(1);
    expect(pages(await renderDaySheet(sheet(40)))).toBeGreaterThan(1);
  });

  it('depends on its input alone', async () => {
    expect(await renderDaySheet(sheet(2))).toEqual(await renderDaySheet(sheet(2)));
  });
});

describe('the day as a spreadsheet', () => {
  it('has a line per customer with what came of it, and disarms what a spreadsheet would calculate', () => {
    const { list } = sheet(2);
    const [first, second] = list.rows;
    if (first === undefined || second === undefined) throw new Error('two rows are needed');
    const rows = [
      first,
      { ...second, customerName: '=HYPERLINK("x")', outcome: 'verified' as const, sent: 'delivered' as const },
    ];
    const csv = dayCsv({ list: { ...list, rows }, language: 'id' });
    expect(csv.startsWith('\uFEFFtanggal,pukul,loket,nasabah,')).toBe(true);
    const lines = csv.trimEnd().split('\r\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toContain('2026-03-02,');
    expect(lines[1]).toContain('RATNA SEKAR,ktp face,Perlu ditinjau,menunggu kirim,"Rina, Sari",');
    expect(lines[2]).toContain(`"'=HYPERLINK(""x"")",ktp face,Terverifikasi,terkirim,`);
    expect(lines[2]?.endsWith(',')).toBe(true);
  });
});
