/** Report bytes are built from the tables they follow: HID POS 1.02 as scanners send it, and HID 1.11 appendix B.1. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeyboardDecoder, signOfKey } from './keyboard-report.ts';
import { createPosDecoder } from './pos-report.ts';
import { createRawDecoder } from './raw-report.ts';
import type { ReportDecoder } from './report-decoder.ts';

const nik = '3171014101900001';

/** Report 2: length, `]Q1` (QR code), 56 bytes of data, two reserved bytes, continuation flag in the last byte. */
function posReport(text: string, more = false): Uint8Array {
  const report = new Uint8Array(64);
  const data = new TextEncoder().encode(text);
  report.set([2, data.length, 0x5d, 0x51, 0x31]);
  report.set(data, 5);
  report[63] = more ? 1 : 0;
  return report;
}

/** A key goes down with its modifier, then all keys are up. */
function typed(keys: readonly (readonly [code: number, shift?: boolean])[]): Uint8Array[] {
  return keys.flatMap(([code, shift = false]) => [
    Uint8Array.of(shift ? 0x02 : 0, 0, code, 0, 0, 0, 0, 0),
    new Uint8Array(8),
  ]);
}
const digitKey = (digit: string) => (digit === '0' ? 0x27 : 0x1e + Number(digit) - 1);

function feed(decoder: ReportDecoder, reports: readonly Uint8Array[], startMs = 0, stepMs = 10) {
  const steps = reports.map((report, index) => decoder.push(report, startMs + index * stepMs));
  return { texts: steps.flatMap((step) => step.texts), errors: steps.flatMap((step) => step.errors) };
}

describe('HID POS reports', () => {
  it('carry a short code in one report', () => {
    expect(feed(createPosDecoder(), [posReport(`${nik}\r`)])).toEqual({ texts: [nik], errors: [] });
  });

  it('carry a long code in several, joined at the continuation flag', () => {
    const long = 'A'.repeat(56) + 'B'.repeat(56) + 'END';
    const parts = [
      posReport(long.slice(0, 56), true),
      posReport(long.slice(56, 112), true),
      posReport(long.slice(112)),
    ];
    expect(feed(createPosDecoder(), parts)).toEqual({ texts: [long], errors: [] });
  });

  it('drop a code whose end never came, and say so with the next one', () => {
    const decoder = createPosDecoder();
    expect(decoder.push(posReport('half', true), 0)).toEqual({ texts: [], errors: [] });
    expect(decoder.push(posReport(nik), 5_000)).toEqual({ texts: [nik], errors: ['torn'] });
  });

  it('are refused with a reason when number or length cannot be', () => {
    const wrongNumber = posReport(nik);
    wrongNumber[0] = 7;
    const tooLong = posReport(nik);
    tooLong[1] = 57;
    expect(feed(createPosDecoder(), [wrongNumber, tooLong, Uint8Array.of(2, 16, 0x5d)]).errors).toEqual([
      'unknown_report',
      'bad_length',
      'bad_length',
    ]);
  });

  it('end a code that never ends', () => {
    const endless = Array.from({ length: 80 }, () => posReport('x'.repeat(56), true));
    expect(feed(createPosDecoder(), endless).errors).toEqual(['too_long']);
  });

  it('read letters that are not ASCII', () => {
    expect(feed(createPosDecoder(), [posReport('José')]).texts).toEqual(['José']);
  });
});

describe('keyboard reports', () => {
  it('spell a number and end at Enter', () => {
    const keys = [...nik].map((digit) => [digitKey(digit)] as const);
    expect(feed(createKeyboardDecoder(), typed([...keys, [0x28]]))).toEqual({ texts: [nik], errors: [] });
  });

  it('know shift, letters and signs', () => {
    const keys = typed([[0x11, true], [0x0c, false], [0x0e, true], [0x33, true], [0x27, false], [0x28]]);
    expect(feed(createKeyboardDecoder(), keys).texts).toEqual(['NiK:0']);
    expect([signOfKey(0x62, false), signOfKey(0x38, true), signOfKey(0xe0, false)]).toEqual(['0', '?', null]);
  });

  it('count a key that is held down once, and two equal ones twice', () => {
    const down = Uint8Array.of(0, 0, 0x1e, 0, 0, 0, 0, 0);
    const up = new Uint8Array(8);
    const enter = Uint8Array.of(0, 0, 0x28, 0, 0, 0, 0, 0);
    expect(feed(createKeyboardDecoder(), [down, down, down, up, down, up, enter]).texts).toEqual(['11']);
  });

  it('forget what was typed slowly by fingers', () => {
    const decoder = createKeyboardDecoder();
    feed(decoder, typed([[0x1e]]), 0);
    expect(feed(decoder, typed([[0x1f], [0x28]]), 10_000)).toEqual({ texts: ['2'], errors: ['torn'] });
  });
});

describe('reports of card readers', () => {
  const layout = { reportId: 1, dataAt: 2, dataBytes: 7, lengthAt: 1, encoding: 'hex' } as const;
  const uid = Uint8Array.of(1, 4, 0x04, 0xa1, 0xb2, 0xc3, 0, 0, 0);

  it('give the UID once while the card lies there, and again later', () => {
    const decoder = createRawDecoder(layout);
    expect(decoder.push(uid, 0).texts).toEqual(['04A1B2C3']);
    expect(decoder.push(uid, 300).texts).toEqual([]);
    expect(decoder.push(uid, 9_000).texts).toEqual(['04A1B2C3']);
  });

  it('turn the byte order where the profile says so, and are silent without a card', () => {
    expect(createRawDecoder({ ...layout, encoding: 'hex_reversed' }).push(uid, 0).texts).toEqual(['C3B2A104']);
    expect(createRawDecoder(layout).push(Uint8Array.of(1, 4, 0, 0, 0, 0), 0)).toEqual({ texts: [], errors: [] });
  });
});

describe('any bytes at all', () => {
  const decoders: readonly (readonly [string, () => ReportDecoder])[] = [
    ['HID POS', () => createPosDecoder()],
    [
      'HID POS unnumbered',
      () => createPosDecoder({ reportId: null, lengthAt: 0, dataAt: 1, dataBytes: 255, continuedAt: 9 }),
    ],
    ['keyboard', () => createKeyboardDecoder()],
    ['raw', () => createRawDecoder({ reportId: null, dataAt: 1, dataBytes: 64, lengthAt: 0, encoding: 'ascii' })],
  ];
  it.each(decoders)('%s: never throw, and every text is printable at its ends and bounded', (_, make) => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.uint8Array({ maxLength: 80 }), fc.nat(3_000)), { maxLength: 40 }), (reports) => {
        const decoder = make();
        let at = 0;
        for (const [report, pause] of reports) {
          at += pause;
          for (const text of decoder.push(report, at).texts) {
            expect(text.length).toBeGreaterThan(0);
            expect(text.length).toBeLessThanOrEqual(4096);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
