/** The day's list on paper: A4, the fixed template of the desk. Names and reasons, no NIK. The bytes depend on the input alone. */
import { PDFDocument, StandardFonts, type PDFFont, type PDFPage } from 'pdf-lib';
import type { DayList, DayRow } from '../../contract/desk/counter-calls.ts';
import { reasonCatalogue } from '../../contract/reasons.ts';
import { accent, drawKawungLine, drawText, ink, line, muted } from '../receipt/receipt-canvas.ts';
import { localTime, outcomeWords, wib, type TimeZone } from '../receipt/receipt-text.ts';

export interface DaySheet {
  readonly list: DayList;
  readonly organisation: string;
  readonly branch: string;
  readonly language: 'id' | 'en';
  readonly timeZone?: TimeZone;
}

const a4 = { width: 595.28, height: 841.89 };
const margin = 40;
const inner = a4.width - 2 * margin;
/** On paper and in a spreadsheet. */
export const dayWords = {
  id: {
    title: 'Daftar hari ini',
    none: 'Belum ada nasabah hari ini.',
    delivered: 'terkirim',
    pending: 'menunggu kirim',
    refused: 'ditolak',
    page: 'Halaman',
    sign: 'Petugas',
    columns: ['tanggal', 'pukul', 'loket', 'nasabah', 'bukti', 'hasil', 'pengiriman', 'petugas', 'alasan'],
  },
  en: {
    title: 'List of the day',
    none: 'No customer today.',
    delivered: 'sent',
    pending: 'waiting to be sent',
    refused: 'refused',
    page: 'Page',
    sign: 'Officer',
    columns: ['date', 'time', 'desk', 'customer', 'evidence', 'outcome', 'delivery', 'officers', 'reasons'],
  },
} as const;

interface Pen {
  readonly regular: PDFFont;
  readonly bold: PDFFont;
  page: PDFPage;
  y: number;
}

export async function renderDaySheet(sheet: DaySheet): Promise<Uint8Array> {
  const { list, language } = sheet;
  const text = dayWords[language];
  const document = await PDFDocument.create({ updateMetadata: false });
  document.setTitle(`${text.title} ${list.day}`);
  document.setLanguage(language);
  const pen: Pen = {
    regular: await document.embedFont(StandardFonts.Helvetica),
    bold: await document.embedFont(StandardFonts.HelveticaBold),
    page: document.addPage([a4.width, a4.height]),
    y: a4.height - margin,
  };
  const write = (words: string, size: number, bold: boolean, color = ink) => {
    const style = { font: bold ? pen.bold : pen.regular, size, color };
    pen.y = drawText(pen.page, words, { x: margin, y: pen.y, width: inner }, style);
  };
  drawKawungLine(pen.page, { x: margin, y: pen.y, width: inner, cell: 15 });
  pen.y -= 24;
  write(`${text.title} · ${list.day}`, 18, true, accent);
  write([sheet.organisation, sheet.branch, list.desk].filter((part) => part !== '').join(' · '), 11, false, muted);
  pen.y -= 10;
  if (list.rows.length === 0) write(text.none, 11, false);
  for (const row of list.rows) {
    if (pen.y < margin + 90) {
      pen.page = document.addPage([a4.width, a4.height]);
      pen.y = a4.height - margin;
    }
    pen.page.drawLine({
      start: { x: margin, y: pen.y + 10 },
      end: { x: a4.width - margin, y: pen.y + 10 },
      thickness: 0.6,
      color: line,
    });
    pen.y -= 6;
    writeRow(row, sheet, write);
    pen.y -= 6;
  }
  return document.save({ useObjectStreams: false });
}

function writeRow(
  row: DayRow,
  { language, timeZone = wib }: DaySheet,
  write: (words: string, size: number, bold: boolean, color?: typeof ink) => void,
): void {
  const text = dayWords[language];
  const outcome = outcomeWords[row.outcome][language];
  write(`${localTime(row.startedAt, timeZone)}  ${row.customerName ?? row.sessionId}`, 11, true);
  write(`${outcome} · ${text[row.sent]} · ${text.sign}: ${row.operators.join(', ')}`, 10, false);
  const codes = [...new Set(row.reasons.map(({ code }) => code))];
  if (row.outcome !== 'verified')
    for (const code of codes) write(`– ${reasonCatalogue[code][language]}`, 9, false, muted);
}
