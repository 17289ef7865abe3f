/**
 * Scanners and card readers that pretend to be a keyboard (USB HID 1.11, appendix B.1: modifiers, a reserved byte, six
 * key codes; usages of page 0x07, US layout). Only devices named in a profile are opened this way: an ordinary keyboard,
 * on which somebody types a password, is never listened to.
 */
import {
  longestReading,
  partsWithinMs,
  textOf,
  type DecodeStep,
  type ReportDecoder,
  type ReportError,
} from './report-decoder.ts';

export interface KeyboardLayout {
  readonly reportId: number | null;
  readonly modifiersAt: number;
  readonly keysAt: number;
  readonly keyCount: number;
}

export const bootKeyboard: KeyboardLayout = { reportId: null, modifiersAt: 0, keysAt: 2, keyCount: 6 };

const shiftBits = 0x22;
const enter = 0x28;
const tab = 0x2b;
const keypadEnter = 0x58;
/** Page 0x07 codes 0x01–0x03: too many keys at once, self-test, undefined. */
const errorCodes = 0x03;
const digits = ['1!', '2@', '3#', '4$', '5%', '6^', '7&', '8*', '9(', '0)'];
const signs: Readonly<Record<number, string>> = {
  0x2c: '  ',
  0x2d: '-_',
  0x2e: '=+',
  0x2f: '[{',
  0x30: ']}',
  0x31: '\\|',
  0x33: ';:',
  0x34: `'"`,
  0x35: '`~',
  0x36: ',<',
  0x37: '.>',
  0x38: '/?',
};
const keypad = '/*-+';
const keypadDigits = '1234567890.';

/** The sign of a key, null for keys that write nothing we know. */
export function signOfKey(code: number, shifted: boolean): string | null {
  if (code >= 0x04 && code <= 0x1d) {
    const letter = String.fromCharCode(0x61 + code - 0x04);
    return shifted ? letter.toUpperCase() : letter;
  }
  const pair = code >= 0x1e && code <= 0x27 ? digits[code - 0x1e] : signs[code];
  if (pair !== undefined) return pair[shifted ? 1 : 0] ?? null;
  if (code >= 0x54 && code <= 0x57) return keypad[code - 0x54] ?? null;
  if (code >= 0x59 && code <= 0x63) return keypadDigits[code - 0x59] ?? null;
  return null;
}

export function createKeyboardDecoder(layout: KeyboardLayout = bootKeyboard): ReportDecoder {
  let held: readonly number[] = [];
  let written = '';
  let lastAt = 0;

  return {
    push(report, atMs): DecodeStep {
      const errors: ReportError[] = [];
      if (layout.reportId !== null && report[0] !== layout.reportId) return { texts: [], errors: ['unknown_report'] };
      if (report.length < layout.keysAt + layout.keyCount) return { texts: [], errors: ['bad_length'] };
      if (written !== '' && atMs - lastAt > partsWithinMs) {
        // Nobody scans that slowly: fingers, or a reading without its end.
        written = '';
        errors.push('torn');
      }
      lastAt = atMs;
      const shifted = ((report[layout.modifiersAt] ?? 0) & shiftBits) !== 0;
      const down = [...report.subarray(layout.keysAt, layout.keysAt + layout.keyCount)].filter(
        (code) => code > errorCodes,
      );
      const texts: string[] = [];
      for (const code of down) {
        if (held.includes(code)) continue;
        if (code === enter || code === tab || code === keypadEnter) {
          const text = textOf(new TextEncoder().encode(written));
          if (text !== null) texts.push(text);
          written = '';
          continue;
        }
        const sign = signOfKey(code, shifted);
        if (sign === null) errors.push('unknown_key');
        else written += sign;
      }
      held = down;
      if (written.length > longestReading) {
        written = '';
        errors.push('too_long');
      }
      return { texts, errors };
    },
  };
}
