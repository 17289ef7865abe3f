/** Fictional entries of a list, and fictional customers. */
import type { Draw } from './draw.ts';
import { companyName, foreignCountries, foreignName, indonesianName } from './names.ts';

export interface Somebody {
  readonly type: 'person' | 'entity';
  readonly name: string;
  /** ISO date; always known of a customer, who shows his KTP. */
  readonly born: string;
  readonly place: string;
  readonly country: string;
}

const towns = [
  'Jakarta',
  'Surabaya',
  'Bandung',
  'Medan',
  'Semarang',
  'Makassar',
  'Palembang',
  'Bantul',
  'Solo',
  'Malang',
  'Denpasar',
  'Padang',
  'Kupang',
  'Ambon',
  'Jayapura',
  'Cirebon',
];

export function somebody(draw: Draw, country: string): Somebody {
  const year = 1945 + draw.below(62);
  const born = `${year}-${two(1 + draw.below(12))}-${two(1 + draw.below(28))}`;
  const name = country === 'id' ? indonesianName(draw) : foreignName(draw, country);
  return { type: 'person', name, born, place: country === 'id' ? draw.pick(towns) : '', country };
}

export function company(draw: Draw, country: string): Somebody {
  const year = 1960 + draw.below(60);
  return {
    type: 'entity',
    name: companyName(draw, country),
    born: `${year}-${two(1 + draw.below(12))}-${two(1 + draw.below(28))}`,
    place: '',
    country,
  };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/**
 * What a list tells of somebody. Abroad, of 100: 60 the full date, 15 the year, 25 neither. Indonesians: 75, 12, 13, because
 * the domestic lists (DTTOT, DPPSPM, a bank's own) mostly give it. Place and country at times.
 */
export interface Listed {
  readonly who: Somebody;
  readonly told: { readonly born: 'date' | 'year' | 'no'; readonly place: boolean; readonly country: boolean };
}

export function listed(draw: Draw, who: Somebody): Listed {
  const at = draw.below(100);
  return {
    who,
    told: {
      born: at < (who.country === 'id' ? 75 : 60) ? 'date' : at < (who.country === 'id' ? 87 : 75) ? 'year' : 'no',
      place: draw.chance(0.35),
      country: draw.chance(0.85),
    },
  };
}

export function isoCountry(country: string): string {
  return country === 'en' ? 'gb' : country === 'ar' ? 'iq' : country === 'af' ? 'ng' : country;
}

/** One list: a tenth Indonesian people (10,000 of 100,000), eight tenths people from abroad, a tenth companies. */
export function makeList(draw: Draw, size: number): readonly Listed[] {
  return Array.from({ length: size }, () => {
    const at = draw.below(100);
    if (at < 10) return listed(draw, somebody(draw, 'id'));
    if (at < 90) return listed(draw, somebody(draw, draw.pick(foreignCountries)));
    return listed(draw, company(draw, at < 94 ? 'id' : 'en'));
  });
}

export function toEntry({ who, told }: Listed, name: string) {
  const [year, month, day] = who.born.split('-').map(Number) as [number, number, number];
  const birthDates = told.born === 'no' ? [] : told.born === 'year' ? [{ year }] : [{ year, month, day }];
  return {
    type: who.type,
    names: [name],
    birthDates,
    birthPlaces: told.place && who.place !== '' ? [who.place] : [],
    countries: told.country ? [isoCountry(who.country)] : [],
    idNumbers: [],
  };
}
