/** The day's list for a spreadsheet: the same lines as on paper, names and reasons, no NIK. */
import type { DayList } from '../../contract/desk/counter-calls.ts';
import { reasonCatalogue } from '../../contract/reasons.ts';
import { csvOf } from '../../services/export-records.ts';
import { localTime, outcomeWords, wib, type TimeZone } from '../receipt/receipt-text.ts';
import { dayWords } from './day-sheet.ts';

export interface DayCsv {
  readonly list: DayList;
  readonly language: 'id' | 'en';
  readonly timeZone?: TimeZone;
}

/** UTF-8 with a byte order mark: without one Excel reads an Indonesian name as Windows-1252. */
export function dayCsv({ list, language, timeZone = wib }: DayCsv): string {
  const words = dayWords[language];
  const rows = list.rows.map((row) => [
    list.day,
    localTime(row.startedAt, timeZone),
    list.desk,
    row.customerName ?? row.sessionId,
    row.kinds.join(' '),
    outcomeWords[row.outcome][language],
    words[row.sent],
    row.operators.join(', '),
    // What had to be looked at says nothing once everything was found in order.
    row.outcome === 'verified'
      ? ''
      : [...new Set(row.reasons.map(({ code }) => reasonCatalogue[code][language]))].join(' '),
  ]);
  return `\uFEFF${csvOf([[...words.columns], ...rows])}`;
}
