/**
 * Bar code scanners in HID POS mode (USB HID Point of Sale Usage Tables 1.02, usage page 0x8C, Scanned Data Report 0x12).
 * The table names the usages, not their places; scanners in the field send: report number, length, three signs of the AIM
 * symbology identifier (0xFB–0xFD), up to 56 bytes of decoded data (0xFE), and in the last byte the flag that more
 * follows (0xFF). Devices that differ say so in their profile.
 */
import { longestReading, partsWithinMs, textOf, type DecodeStep, type ReportDecoder } from './report-decoder.ts';

export interface PosLayout {
  /** Null: reports are not numbered. All offsets count from the first byte of the report, its number included. */
  readonly reportId: number | null;
  readonly lengthAt: number;
  readonly dataAt: number;
  readonly dataBytes: number;
  /** Byte whose lowest bit says that more follows; null where one report is one reading. */
  readonly continuedAt: number | null;
}

export const standardPosLayout: PosLayout = { reportId: 2, lengthAt: 1, dataAt: 5, dataBytes: 56, continuedAt: 63 };

export function createPosDecoder(layout: PosLayout = standardPosLayout): ReportDecoder {
  let parts: number[] = [];
  let lastAt = 0;

  return {
    push(report, atMs): DecodeStep {
      const torn = parts.length > 0 && atMs - lastAt > partsWithinMs;
      if (torn) parts = [];
      const before = torn ? (['torn'] as const) : [];
      if (layout.reportId !== null && report[0] !== layout.reportId)
        return { texts: [], errors: [...before, 'unknown_report'] };
      const length = report[layout.lengthAt];
      if (length === undefined || length > layout.dataBytes || report.length < layout.dataAt + length) {
        parts = [];
        return { texts: [], errors: [...before, 'bad_length'] };
      }
      lastAt = atMs;
      parts.push(...report.subarray(layout.dataAt, layout.dataAt + length));
      if (parts.length > longestReading) {
        parts = [];
        return { texts: [], errors: [...before, 'too_long'] };
      }
      const more = layout.continuedAt !== null && ((report[layout.continuedAt] ?? 0) & 1) === 1;
      if (more) return { texts: [], errors: before };
      const text = textOf(Uint8Array.from(parts));
      parts = [];
      return text === null ? { texts: [], errors: [...before, 'not_text'] } : { texts: [text], errors: before };
    },
  };
}
