/** Cleaning one printed value: what the engines read → what the record holds, with how well it fits. */
import type { KtpFieldName } from '../../contract/vocabulary.ts';
import { dateExists } from '../nik/decode-nik.ts';
import { digitsFromLookalikes, fold, lettersFromLookalikes, plain, wordsFromLookalikes } from '../text/fold.ts';
import { snap } from '../text/snap.ts';
import { bloodTypes, maritalStatuses, nationalities, occupations, religions, sexes } from './vocabulary.ts';

export interface CleanValue {
  readonly value: string;
  /** 0–1: how well the reading fits what may stand there; multiplies the engine's confidence. */
  readonly fit: number;
}

type Cleaner = (text: string) => CleanValue | null;

/** Cleaners of the fields that need no other table. Each gives null where nothing credible remains. */
export const cleaners = {
  fullName: personName,
  birthPlace: place,
  birthDate: date,
  sex: closed(sexes, 0.5),
  bloodType,
  address: freeText,
  rtRw,
  village: place,
  religion: closed(religions, 0.6),
  maritalStatus: closed(maritalStatuses, 0.6),
  occupation,
  nationality,
  validUntil,
} as const satisfies Partial<Record<KtpFieldName, Cleaner>>;

function closed(entries: readonly string[], minimum: number): Cleaner {
  return (text) => {
    const found = snap(lettersFromLookalikes(text), entries, (entry) => entry, { minimum });
    if (found === null) return null;
    return { value: found.entry, fit: fitOf(found.likeness, found.runnerUp) };
  };
}

/** A reading that lies as near to another entry is a guess, and its confidence says so. */
function fitOf(likeness: number, runnerUp: number): number {
  return likeness === 1 ? 1 : likeness * Math.min(1, 0.5 + (likeness - runnerUp) * 2);
}

function personName(text: string): CleanValue | null {
  const value = lettersFromLookalikes(plain(text).toUpperCase())
    .replace(/[^A-Z '.,-]/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[\s'.,-]+|[\s',-]+$/g, '')
    .trim();
  const letters = fold(value).length;
  if (letters < 2) return null;
  return { value, fit: letters / Math.max(letters, fold(text).length) };
}

function place(text: string): CleanValue | null {
  const value = wordsFromLookalikes(plain(text).toUpperCase())
    .replace(/[^A-Z0-9 '.,()/-]/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[\s'.,/-]+|[\s',./-]+$/g, '')
    .trim();
  return fold(value).length < 2 ? null : { value, fit: 1 };
}

function freeText(text: string): CleanValue | null {
  const value = wordsFromLookalikes(plain(text).toUpperCase())
    .replace(/\s+([.,])/g, '$1')
    .replace(/^[\s:;'.,-]+|[\s:;',-]+$/g, '');
  return fold(value).length < 2 ? null : { value, fit: 1 };
}

/** A printed date, `dd-mm-yyyy`, as ISO 8601; any separator, look-alike letters forgiven. Only dates that exist. */
export function date(text: string): CleanValue | null {
  const digits = digitsFromLookalikes(plain(text)).replace(/[^0-9]/g, '');
  const exact = /(\d{2})\D{1,3}(\d{2})\D{1,3}(\d{4})/.exec(plain(text));
  if (exact !== null) return isoDate(exact[1]!, exact[2]!, exact[3]!, 1);
  return digits.length === 8 ? isoDate(digits.slice(0, 2), digits.slice(2, 4), digits.slice(4), 0.8) : null;
}

function isoDate(day: string, month: string, year: string, fit: number): CleanValue | null {
  const value = `${year}-${month}-${day}`;
  return dateExists(value) && /^(18|19|20|21)/.test(year) ? { value, fit } : null;
}

/** `Tempat/Tgl Lahir` holds both: the date ends the row, the place is what stands before it. */
export function splitBirth(text: string): { place: string; date: string } | null {
  const clean = plain(text);
  const found =
    /[0-9OoIlSBZ]{1,2}\s?[-./: ]\s?[0-9OoIlSBZ]{1,2}\s?[-./: ]\s?[0-9OoIlSBZ]{4}\D{0,3}$/.exec(clean) ??
    /[0-9OoIlSBZ]{8}\D{0,3}$/.exec(clean) ??
    /[0-9][0-9OoIlSBZ.\-/ ]{5,13}\D{0,3}$/.exec(clean);
  if (found === null) return { place: clean, date: '' };
  return { place: clean.slice(0, found.index), date: clean.slice(found.index) };
}

function bloodType(text: string): CleanValue | null {
  const raw = plain(text).toUpperCase().split(' ')[0] ?? '';
  const value = raw
    .replace(/^[0QD]/, 'O')
    .replace(/^(48|A8|4B)/, 'AB')
    .replace(/^8/, 'B')
    .replace(/^4/, 'A')
    .replace(/[.,:;]+$/, '');
  const found = bloodTypes.find((entry) => entry === value);
  return found === undefined ? null : { value: found, fit: raw === found ? 1 : 0.8 };
}

/**
 * `007/008`. Engines read the slash as 1, 7 or nothing; the two numbers have three digits each on a card, which tells
 * where it stood.
 */
function rtRw(text: string): CleanValue | null {
  const clean = digitsFromLookalikes(plain(text).replace(/[|\\]/g, '/'));
  const split = /(\d{1,3})\s*\/\s*(\d{1,3})/.exec(clean);
  if (split !== null) {
    const value = `${split[1]!.padStart(3, '0')}/${split[2]!.padStart(3, '0')}`;
    return { value, fit: split[1]!.length === 3 && split[2]!.length === 3 ? 1 : 0.4 };
  }
  const digits = clean.replace(/\D/g, '');
  if (digits.length === 7 && /[17]/.test(digits[3]!))
    return { value: `${digits.slice(0, 3)}/${digits.slice(4)}`, fit: 0.8 };
  if (digits.length === 6) return { value: `${digits.slice(0, 3)}/${digits.slice(3)}`, fit: 0.85 };
  return null;
}

/** Nearly closed: cards also print what no list knows, so only close readings are snapped. */
function occupation(text: string): CleanValue | null {
  const found = snap(text, occupations, (entry) => entry, { minimum: 0.82 });
  if (found !== null) return { value: found.entry, fit: fitOf(found.likeness, found.runnerUp) };
  return place(text);
}

function nationality(text: string): CleanValue | null {
  const found = snap(lettersFromLookalikes(text).split(' ')[0] ?? '', nationalities, (entry) => entry, {
    minimum: 0.6,
  });
  if (found !== null) return { value: found.entry, fit: found.likeness === 1 ? 1 : 0.6 };
  return place(text);
}

function validUntil(text: string): CleanValue | null {
  const life = snap(lettersFromLookalikes(text), ['SEUMUR HIDUP'], (entry) => entry, { minimum: 0.6 });
  return life === null ? date(text) : { value: life.entry, fit: life.likeness };
}
