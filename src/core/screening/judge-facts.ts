/** What birth date, birth place, nationality and identity number do to the score of a name. */
import type { FactMatch } from '../../contract/screening.ts';
import { foldSpelling } from './fold-spelling.ts';

/** Points. A fact the list does not tell changes nothing. */
const points = {
  birthDate: 14,
  birthYear: 4,
  /** Day and month exchanged, or one digit off: a slip as likely as another person. */
  birthDateSlip: 2,
  otherBirthDate: -12,
  otherBirthYear: -22,
  birthPlace: 3,
  otherBirthPlace: -4,
  /** Nearly everybody at the counter is Indonesian: that says little. */
  nationality: 1,
  /** One of a few hundred customers is of a given other country, and the list says the same. */
  foreignNationality: 5,
  otherNationality: -4,
} as const;
/** An equal identity number is the same person, whatever the name. */
export const idNumberScore = 96;
/** Facts support a name that fits in part; they do not make one. */
export const leastNameScore = 62;

/** Dates packed as year × 10000 + month × 100 + day, unknown parts 0. */
export interface AskedFacts {
  readonly birthDate: number;
  /** `placeKey` of the place, 0 unknown. */
  readonly birthPlace: number;
  /** `countryKey`, 0 unknown. */
  readonly nationality: number;
}

export interface ListedFacts {
  readonly birthDates: ArrayLike<number>;
  readonly birthPlaces: ArrayLike<number>;
  readonly countries: ArrayLike<number>;
}

export function packDate(date: { readonly year: number; readonly month?: number; readonly day?: number }): number {
  return date.year * 10_000 + (date.month ?? 0) * 100 + (date.day ?? 0);
}

/** `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; 0 when it is none of them. */
export function readDate(text: string | undefined): number {
  const found = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/u.exec(text ?? '');
  if (found === null) return 0;
  const [year, month, day] = [found[1], found[2], found[3]].map((part) => Number(part ?? 0));
  if ((month ?? 0) > 12 || (day ?? 0) > 31) return 0;
  return (year ?? 0) * 10_000 + (month ?? 0) * 100 + (day ?? 0);
}

/** A number for a place, the same for all its spellings; 0 for none. `Kab. Bantul`, `BANTUL` are one. */
export function placeKey(text: string | undefined): number {
  const core = (text ?? '')
    .toLowerCase()
    .split(/[^a-z0-9]+/u)
    .filter((part) => part !== '' && !['kab', 'kabupaten', 'kota', 'city', 'district', 'regency'].includes(part))
    .slice(0, 2)
    .map(foldSpelling)
    .join('');
  return core === '' ? 0 : hashText(core);
}

/** Two letters as a number; 0 for anything else. */
export function countryKey(code: string | undefined): number {
  if (code === undefined || !/^[a-z]{2}$/iu.test(code)) return 0;
  const lower = code.toLowerCase();
  return (lower.charCodeAt(0) - 96) * 32 + lower.charCodeAt(1) - 96;
}

const homeCountry = countryKey('id');

/** FNV-1a, 31 bits, never 0. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 1) | 0 || 1;
}

/** The most a name can gain from what is known of the asked, points. */
export function mostSupport(asked: AskedFacts): number {
  const ofCountry = asked.nationality === 0 ? 0 : nationalityPoints(asked.nationality);
  return (asked.birthDate === 0 ? 0 : points.birthDate) + (asked.birthPlace === 0 ? 0 : points.birthPlace) + ofCountry;
}

function nationalityPoints(country: number): number {
  return country === homeCountry ? points.nationality : points.foreignNationality;
}

/** The sum of what the facts say, points. */
export function judgeFacts(asked: AskedFacts, listed: ListedFacts): number {
  return (
    datePoints(asked.birthDate, listed.birthDates) +
    placePoints(asked.birthPlace, listed.birthPlaces) +
    countryPoints(asked.nationality, listed.countries)
  );
}

/** The same one by one, for the reader. */
export function explainFacts(asked: AskedFacts, listed: ListedFacts): readonly FactMatch[] {
  const all: (readonly [FactMatch['fact'], number, boolean])[] = [
    ['birth_date', datePoints(asked.birthDate, listed.birthDates), asked.birthDate !== 0],
    ['birth_place', placePoints(asked.birthPlace, listed.birthPlaces), asked.birthPlace !== 0],
    ['nationality', countryPoints(asked.nationality, listed.countries), asked.nationality !== 0],
  ];
  return all
    .filter(([, , told]) => told)
    .map(([fact, value]) => ({
      fact,
      effect: value > 0 ? 'supports' : value < 0 ? 'contradicts' : 'unknown',
      points: value,
    }));
}

function datePoints(asked: number, listed: ArrayLike<number>): number {
  if (asked === 0 || listed.length === 0) return 0;
  let best = -Infinity;
  for (let index = 0; index < listed.length; index += 1)
    best = Math.max(best, onePoints(asked, listed[index] as number));
  return best;
}

function onePoints(asked: number, listed: number): number {
  if (asked === listed) return asked % 10_000 === 0 ? points.birthYear : points.birthDate;
  const years = [Math.floor(asked / 10_000), Math.floor(listed / 10_000)] as const;
  const rests = [asked % 10_000, listed % 10_000] as const;
  if (rests[0] === 0 || rests[1] === 0) {
    const apart = Math.abs(years[0] - years[1]);
    return apart === 0 ? points.birthYear : apart === 1 ? 0 : points.otherBirthYear;
  }
  if (years[0] === years[1] && rests[0] === swapped(rests[1])) return points.birthDateSlip;
  if (digitsApart(asked, listed) === 1) return points.birthDateSlip;
  return years[0] === years[1] ? points.otherBirthDate : points.otherBirthYear;
}

function swapped(rest: number): number {
  return (rest % 100) * 100 + Math.floor(rest / 100);
}

function digitsApart(a: number, b: number): number {
  let count = 0;
  for (let x = a, y = b; x > 0 || y > 0; x = Math.floor(x / 10), y = Math.floor(y / 10))
    if (x % 10 !== y % 10) count += 1;
  return count;
}

function placePoints(asked: number, listed: ArrayLike<number>): number {
  if (asked === 0 || listed.length === 0) return 0;
  return holds(listed, asked) ? points.birthPlace : points.otherBirthPlace;
}

function countryPoints(asked: number, listed: ArrayLike<number>): number {
  if (asked === 0 || listed.length === 0) return 0;
  return holds(listed, asked) ? nationalityPoints(asked) : points.otherNationality;
}

function holds(values: ArrayLike<number>, wanted: number): boolean {
  for (let index = 0; index < values.length; index += 1) if (values[index] === wanted) return true;
  return false;
}
