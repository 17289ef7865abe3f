import fc from 'fast-check';
import { encode } from 'uqr';
import { describe, expect, it } from 'vitest';
import { reasonCatalogue } from '../../contract/reasons.ts';
import { qrRuns, wrapText } from './receipt-canvas.ts';
import { readReference, writeReference } from './receipt-reference.ts';
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
} from './receipt-text.ts';

const hash = fc.stringMatching(/^[0-9a-f]{64}$/);

describe('the audit reference', () => {
  it('reads back what was written', () => {
    const reference = fc.record({
      audit: fc.record({ seq: fc.integer({ min: 0, max: 1e12 }), hash }),
      bundleHashes: fc.array(hash, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(reference, (given) => {
        expect(readReference(writeReference(given))).toEqual({ ...given, note: null });
      }),
    );
  });

  it('stays in the QR alphanumeric set', () => {
    const text = writeReference({ audit: { seq: 7, hash: 'ab'.repeat(32) }, bundleHashes: ['cd'.repeat(32)] });
    expect(text).toBe(`LOKET1:A:7:${'AB'.repeat(32)}:B:${'CD'.repeat(32)}`);
    expect(text).toMatch(/^[0-9A-Z $%*+\-./:]+$/);
  });

  it.each([
    '',
    'LOKET1',
    'LOKET2:A:1:' + 'AB'.repeat(32),
    'LOKET1:A:x:' + 'AB'.repeat(32),
    'LOKET1:A:1:AB',
    'https://example.org/',
  ])('refuses %s', (text) => {
    expect(readReference(text)).toBeNull();
  });
});

describe('words', () => {
  it('masks all but the last four digits, and whatever is no NIK entirely', () => {
    expect(maskNik('3173051708850001')).toBe('•••••• •••••• 0001');
    expect(maskNik(null)).toBe('-');
    expect(maskNik('12345')).toBe('-');
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{16}$/), (nik) => {
        expect(maskNik(nik).replace(/[^0-9]/g, '')).toBe(nik.slice(12));
      }),
    );
  });

  it('writes the time of the place with its zone', () => {
    expect(localTime('2026-11-20T07:03:22.000Z', wib)).toBe('20 November 2026, 14.03.22 WIB (UTC+7)');
    expect(localTime('2026-12-31T17:00:00.000Z', wib)).toBe('1 Januari 2027, 00.00.00 WIB (UTC+7)');
    expect(localTime('2026-08-17T00:00:00.000Z', { name: 'WIT', utcOffsetMinutes: 540 })).toBe(
      '17 Agustus 2026, 09.00.00 WIT (UTC+9)',
    );
    expect(localTime('2026-08-17T00:00:00.000Z', { name: 'X', utcOffsetMinutes: -210 })).toBe(
      '16 Agustus 2026, 20.30.00 X (UTC-3:30)',
    );
  });

  it('shortens a hash from both ends', () => {
    expect(shortHash('0123456789abcdef'.repeat(4))).toBe('01234567…89abcdef');
    expect(shortHash('short')).toBe('short');
  });

  it('keeps names readable in the standard fonts', () => {
    expect(toWinAnsi("Nur'aini Çelik")).toBe("Nur'aini Çelik");
    expect(toWinAnsi('Šimůnek\tŁ 漢')).toBe('Simunek ? ?');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(toWinAnsi(text)).toMatch(/^[\u0020-\u007e\u00a0-\u00ff•…–—‘’“”]*$/);
      }),
    );
  });

  it('tells nothing of the cause when it cannot continue', () => {
    const { id, en, next } = outcomeWords.stopped;
    const causes = Object.values(reasonCatalogue).flatMap((reason) => [reason.id, reason.en] as string[]);
    for (const words of [id, en, next.id, next.en]) expect(causes).not.toContain(words);
  });

  it('has both languages for everything it may print', () => {
    for (const words of [
      ...Object.values(outcomeWords),
      ...Object.values(tierWords),
      ...Object.values(methodWords),
      ...Object.values(statusWords),
    ]) {
      expect(words.id).not.toBe('');
      expect(words.en).not.toBe('');
    }
  });
});

describe('wrapText', () => {
  const measure = (text: string) => text.length;

  it('fills lines, breaks words too long for one, and answers at least one line', () => {
    expect(wrapText('satu dua tiga', 8, measure)).toEqual(['satu dua', 'tiga']);
    expect(wrapText('abcdefghij', 4, measure)).toEqual(['abcd', 'efgh', 'ij']);
    expect(wrapText('', 4, measure)).toEqual(['']);
  });

  it('never exceeds the width and never loses a letter', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z ]{0,60}$/), fc.integer({ min: 1, max: 20 }), (text, width) => {
        const lines = wrapText(text, width, measure);
        expect(lines.every((words) => words.length <= width)).toBe(true);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});

describe('qrRuns', () => {
  it('covers exactly the dark modules', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), { maxLength: 6 }), (matrix) => {
        const drawn = matrix.map((row) => row.map(() => false));
        for (const { row, column, length } of qrRuns(matrix)) {
          for (let at = column; at < column + length; at += 1) {
            expect(drawn[row]?.[at]).toBe(false);
            (drawn[row] as boolean[])[at] = true;
          }
        }
        expect(drawn).toEqual(matrix);
      }),
    );
  });

  it('halves the rectangles of a real code at least', () => {
    const { data } = encode(writeReference({ audit: { seq: 1, hash: 'ab'.repeat(32) }, bundleHashes: [] }), {
      ecc: 'M',
    });
    expect(qrRuns(data).length).toBeLessThan(data.flat().filter(Boolean).length * 0.6);
  });
});
