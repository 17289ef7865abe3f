/** Card readers with reports of their own: the UID lies at a place the profile names. */
import { textOf, type DecodeStep, type ReportDecoder } from './report-decoder.ts';

export interface RawLayout {
  readonly reportId: number | null;
  readonly dataAt: number;
  readonly dataBytes: number;
  /** Byte that says how many of `dataBytes` count; null = all. */
  readonly lengthAt: number | null;
  /** `hex_reversed`: least significant byte first. */
  readonly encoding: 'hex' | 'hex_reversed' | 'ascii';
}

/** A card that lies on the reader is reported again and again: once is enough within this time, ms. */
const sameCardMs = 1_500;

export function createRawDecoder(layout: RawLayout): ReportDecoder {
  let last: { readonly text: string; readonly at: number } | null = null;
  return {
    push(report, atMs): DecodeStep {
      if (layout.reportId !== null && report[0] !== layout.reportId) return { texts: [], errors: ['unknown_report'] };
      const length = layout.lengthAt === null ? layout.dataBytes : report[layout.lengthAt];
      if (length === undefined || length > layout.dataBytes || report.length < layout.dataAt + length)
        return { texts: [], errors: ['bad_length'] };
      const data = report.subarray(layout.dataAt, layout.dataAt + length);
      // No card on the reader.
      if (data.every((byte) => byte === 0)) return { texts: [], errors: [] };
      const text = layout.encoding === 'ascii' ? textOf(data) : hex(layout.encoding === 'hex' ? data : reversed(data));
      if (text === null) return { texts: [], errors: ['not_text'] };
      const again = last !== null && last.text === text && atMs - last.at < sameCardMs;
      last = { text, at: atMs };
      return again ? { texts: [], errors: [] } : { texts: [text], errors: [] };
    },
  };
}

function reversed(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(bytes).reverse();
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('');
}
