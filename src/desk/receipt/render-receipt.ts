/**
 * The customer's receipt: one A5 page as PDF, vector only, in the standard fonts every printer has. Bahasa Indonesia first,
 * English second. It shows the last four digits of the NIK, never the cause of a negative outcome, and carries a QR code
 * with a reference into the audit chain. The bytes depend on the input alone: no clock, no random.
 */
import { PDFDocument, StandardFonts, type PDFFont, type PDFPage } from 'pdf-lib';
import type { OnboardingResult } from '../../contract/desk/answers.ts';
import type { KycTier, VerificationMethod, VerificationStatus } from '../../contract/vocabulary.ts';
import type { ChainHead } from '../../core/audit/chain.ts';
import { accent, drawKawungLine, drawQr, drawText, ink, line, muted, outcomeColours } from './receipt-canvas.ts';
import { writeReference } from './receipt-reference.ts';
import {
  localTime,
  maskNik,
  methodWords,
  outcomeWords,
  shortHash,
  statusWords,
  tierWords,
  toWinAnsi,
  wib,
  type TimeZone,
  type Words,
} from './receipt-text.ts';

export interface ReceiptInput {
  readonly organisation: string;
  readonly branch: string;
  readonly desk: string;
  readonly operator: string;
  readonly customerName: string | null;
  /** All sixteen digits or null; only the last four are printed. */
  readonly nik: string | null;
  readonly outcome: OnboardingResult['outcome'];
  readonly tier: KycTier;
  /** The record has not answered yet. */
  readonly provisional: boolean;
  readonly simulated: boolean;
  /** ISO 8601 instant. */
  readonly capturedAt: string;
  readonly timeZone?: TimeZone;
  /** Empty while provisional. */
  readonly verifications: readonly {
    readonly id: string;
    readonly method: VerificationMethod;
    readonly status: VerificationStatus;
  }[];
  /** `hash`: SHA-256 (hex) of the signed bytes. */
  readonly bundles: readonly { readonly nonce: string; readonly hash: string }[];
  /** Head of the audit chain after these bundles were sealed; null prints no QR code. */
  readonly audit: ChainHead | null;
  /** Signed checkpoint over it; null while none could be made. */
  readonly checkpoint?: string | null;
}

interface Sheet {
  readonly page: PDFPage;
  readonly regular: PDFFont;
  readonly bold: PDFFont;
  readonly mono: PDFFont;
}

const a5 = { width: 419.53, height: 595.28 };
const margin = 34;
const inner = a5.width - 2 * margin;
const labelWidth = 104;
const qrSide = 98;
/** The line above the sealed evidence. */
const footerTop = margin + qrSide + 12;

/** Draws the receipt and answers the bytes of the PDF. Never throws for what people are called or where they bank. */
export async function renderReceipt(input: ReceiptInput): Promise<Uint8Array> {
  const document = await PDFDocument.create({ updateMetadata: false });
  const issued = new Date(input.capturedAt);
  document.setTitle('Bukti pemeriksaan identitas');
  document.setProducer('Loket');
  document.setLanguage('id');
  document.setCreationDate(issued);
  document.setModificationDate(issued);
  const sheet: Sheet = {
    page: document.addPage([a5.width, a5.height]),
    regular: await document.embedFont(StandardFonts.Helvetica),
    bold: await document.embedFont(StandardFonts.HelveticaBold),
    mono: await document.embedFont(StandardFonts.Courier),
  };
  const belowHeader = drawHeader(sheet, input);
  const belowVerdict = drawVerdict(sheet, input, belowHeader);
  drawRows(sheet, input, belowVerdict);
  drawFooter(sheet, input);
  return document.save({ useObjectStreams: false });
}

function drawHeader({ page, regular, bold }: Sheet, input: ReceiptInput): number {
  drawKawungLine(page, { x: margin, y: a5.height - 34, width: inner, cell: 19.5 });
  const at = { x: margin, y: a5.height - 68, width: inner };
  let y = drawText(page, `${input.organisation} · ${input.branch}`, at, { font: bold, size: 12, color: ink });
  y = drawText(page, 'Bukti pemeriksaan identitas', { ...at, y: y - 2 }, { font: regular, size: 10.5, color: ink });
  y = drawText(page, 'Identity check receipt', { ...at, y }, { font: regular, size: 8.5, color: muted });
  if (!input.simulated) return y;
  return drawText(
    page,
    'SIMULASI: bukan nasabah sungguhan / SIMULATION: no real customer',
    { ...at, y: y - 4 },
    { font: bold, size: 9, color: outcomeColours.stopped },
  );
}

function drawVerdict({ page, regular, bold }: Sheet, input: ReceiptInput, top: number): number {
  const words = outcomeWords[input.outcome];
  const color = outcomeColours[input.outcome];
  const y = top - 24;
  drawMark(page, input.outcome, margin + 11, y + 7);
  const at = { x: margin + 32, y, width: inner - 32 };
  let below = drawText(page, words.id, at, { font: bold, size: 22, color });
  below = drawText(
    page,
    `${words.en}${input.provisional ? ' (provisional)' : ''}`,
    { ...at, y: below + 10 },
    { font: regular, size: 9, color: muted },
  );
  const wide = { x: margin, y: below - 4, width: inner };
  below = drawText(page, words.next.id, wide, { font: regular, size: 10, color: ink });
  below = drawText(page, words.next.en, { ...wide, y: below + 1 }, { font: regular, size: 8.5, color: muted });
  if (!input.provisional) return below;
  const waiting =
    'Sementara: tersimpan di loket, dikirim saat jaringan kembali. / Kept at the counter, sent when the network is back.';
  return drawText(page, waiting, { ...wide, y: below - 1 }, { font: bold, size: 8.5, color: outcomeColours.review });
}

/** Tick, clock hand or cross in a circle: the outcome without colour. */
function drawMark(page: PDFPage, outcome: ReceiptInput['outcome'], x: number, y: number): void {
  const color = outcomeColours[outcome];
  page.drawCircle({ x, y, size: 11, borderColor: color, borderWidth: 1.8 });
  const strokes: Readonly<Record<typeof outcome, readonly (readonly [number, number, number, number])[]>> = {
    verified: [
      [-5, 0, -1.5, -4],
      [-1.5, -4, 5, 4],
    ],
    review: [
      [0, 6, 0, 0],
      [0, 0, 4, -2.5],
    ],
    stopped: [
      [-4, -4, 4, 4],
      [-4, 4, 4, -4],
    ],
  };
  for (const [fromX, fromY, toX, toY] of strokes[outcome]) {
    page.drawLine({ start: { x: x + fromX, y: y + fromY }, end: { x: x + toX, y: y + toY }, thickness: 1.8, color });
  }
}

function drawRows(sheet: Sheet, input: ReceiptInput, top: number): void {
  const { page, regular, bold, mono } = sheet;
  const name = input.customerName ?? '-';
  let y = top - 4;
  page.drawLine({ start: { x: margin, y }, end: { x: a5.width - margin, y }, thickness: 0.8, color: line });
  y -= 16;
  const row = (label: Words, value: string, font: PDFFont = regular, size = 10): void => {
    drawText(page, label.id, { x: margin, y, width: labelWidth }, { font: regular, size: 9, color: ink });
    drawText(page, label.en, { x: margin, y: y - 8.5, width: labelWidth }, { font: regular, size: 6.5, color: muted });
    const below = drawText(
      page,
      value,
      { x: margin + labelWidth, y, width: inner - labelWidth },
      { font, size, color: ink },
    );
    y = Math.min(below, y - 13) - 6;
  };
  row({ id: 'Nama', en: 'Name' }, name, bold, name.length > 48 ? 9 : 11);
  row({ id: 'NIK', en: 'National identity number' }, maskNik(input.nik), mono);
  row({ id: 'Tingkat KYC', en: 'KYC tier' }, bilingual(tierWords[input.tier]));
  row({ id: 'Waktu', en: 'Captured at' }, localTime(input.capturedAt, input.timeZone ?? wib));
  row({ id: 'Loket', en: 'Desk and branch' }, `${input.desk} · ${input.branch}`);
  row({ id: 'Petugas', en: 'Operator' }, input.operator);
  const checks = y;
  row(
    { id: 'Pemeriksaan', en: 'Checks' },
    input.verifications.length === 0 ? 'menunggu jawaban / awaiting the record' : '',
  );
  drawChecks(sheet, input, checks);
}

/** One line each. What does not fit above the footer is counted, not drawn over it. */
function drawChecks({ page, regular, mono }: Sheet, { verifications, outcome }: ReceiptInput, top: number): void {
  const x = margin + labelWidth;
  const pitch = 12;
  const room = Math.max(1, Math.floor((top - footerTop) / pitch));
  const shown = verifications.length <= room ? verifications : verifications.slice(0, room - 1);
  let y = top;
  for (const { id, method, status } of shown) {
    // A receipt that stops says where the checks are on record, not which of them failed.
    const words =
      outcome === 'stopped' ? methodWords[method].id : `${methodWords[method].id}: ${statusWords[status].id}`;
    page.drawText(words, { x, y, font: regular, size: 9, color: ink });
    page.drawText(toWinAnsi(id), { x: x + 119, y, font: mono, size: 6.8, color: muted });
    y -= pitch;
  }
  if (shown.length < verifications.length)
    page.drawText(`+ ${verifications.length - shown.length}`, { x, y, font: regular, size: 9, color: muted });
}

function drawFooter({ page, regular, bold, mono }: Sheet, input: ReceiptInput): void {
  const top = margin + qrSide;
  page.drawLine({
    start: { x: margin, y: top + 12 },
    end: { x: a5.width - margin, y: top + 12 },
    thickness: 0.8,
    color: line,
  });
  const width = inner - qrSide - 16;
  let y = drawText(
    page,
    'Bukti tersegel / Sealed evidence',
    { x: margin, y: top - 6, width },
    { font: bold, size: 8.5, color: accent },
  );
  for (const { nonce, hash } of input.bundles.slice(0, 4)) {
    y = drawText(page, nonce, { x: margin, y, width }, { font: mono, size: 7, color: ink });
    y =
      drawText(
        page,
        `sha256 ${shortHash(hash)}`,
        { x: margin, y: y + 1, width },
        { font: mono, size: 7, color: muted },
      ) - 2;
  }
  const note = { font: regular, size: 6.5, color: muted };
  const at = { x: margin, width };
  if (input.audit === null) return;
  y = drawText(
    page,
    `Jejak audit / audit row ${input.audit.seq} · ${shortHash(input.audit.hash)}`,
    { ...at, y },
    { ...note, font: mono, size: 7 },
  );
  y = drawText(page, 'Kode QR memuat rujukan audit, tanpa data pribadi.', { ...at, y: y - 1 }, note);
  drawText(page, 'The QR code holds an audit reference, no personal data.', { ...at, y }, note);
  const reference = writeReference({
    audit: input.audit,
    note: input.checkpoint ?? null,
    bundleHashes: input.bundles.map(({ hash }) => hash),
  });
  drawQr(page, reference, { x: a5.width - margin - qrSide, y: margin, side: qrSide });
}

function bilingual({ id, en }: Words): string {
  return toWinAnsi(id === en ? id : `${id} / ${en}`);
}
