/** What turns a device's input reports into text. Bytes come from outside: every failure is a value, nothing throws. */

/** Why a report gave no text. `torn`: the rest of a reading never came. */
export type ReportError = 'unknown_report' | 'bad_length' | 'too_long' | 'not_text' | 'unknown_key' | 'torn';

export interface DecodeStep {
  /** Complete readings, mostly none or one. */
  readonly texts: readonly string[];
  readonly errors: readonly ReportError[];
}

export interface ReportDecoder {
  /** @param report one input report, with its report number first where the device numbers them @param atMs any clock, ms */
  push(report: Uint8Array, atMs: number): DecodeStep;
}

/** Longer than any QR code holds (2,953 bytes, ISO/IEC 18004 version 40-L). */
export const longestReading = 4096;

/** Parts of one reading follow each other within this time, ms. */
export const partsWithinMs = 1_000;

/** Printable text of a reading: UTF-8 where it is, else Latin-1; control signs at the ends are the device's own. */
export function textOf(bytes: Uint8Array): string | null {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    text = new TextDecoder('latin1').decode(bytes);
  }

  const trimmed = text.replace(/^[\u0000-\u0020\u007f]+|[\u0000-\u0020\u007f]+$/g, '');
  return trimmed === '' ? null : trimmed;
}
