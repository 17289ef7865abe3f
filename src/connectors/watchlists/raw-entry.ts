/** An entry as a reader makes it, before it gets its id and its list. */
import type { ListEntry, ListTopic, PartialDate, SubjectType } from '../../contract/screening.ts';

export type RawEntry = Omit<ListEntry, 'id' | 'listId'>;

/** What a file says of itself. */
export interface ListHeader {
  publishedAt: string | null;
}

const most = { values: 200, text: 2_000 } as const;

/** Trimmed, without repetitions and empty values; hostile lengths cut. */
export function tidy(values: readonly (string | null | undefined)[]): readonly string[] {
  const kept = new Set<string>();
  for (const value of values) {
    const text = (value ?? '').replaceAll(/\s+/gu, ' ').trim().slice(0, most.text);
    if (text !== '' && kept.size < most.values) kept.add(text);
  }
  return [...kept];
}

export interface RawParts {
  readonly sourceId: string;
  readonly type: SubjectType;
  readonly names: readonly (string | null | undefined)[];
  readonly topics: readonly ListTopic[];
  readonly birthDates?: readonly (PartialDate | null)[];
  readonly birthPlaces?: readonly (string | null | undefined)[];
  readonly countries?: readonly (string | null | undefined)[];
  readonly idNumbers?: readonly (string | null | undefined)[];
  readonly addresses?: readonly (string | null | undefined)[];
  readonly programme?: string;
  readonly remarks?: string;
  readonly relations?: ListEntry['relations'];
}

/** null when it has no name. */
export function rawEntry(parts: RawParts): RawEntry | null {
  const names = tidy(parts.names);
  if (names.length === 0) return null;
  const [programme] = tidy([parts.programme]);
  const [remarks] = tidy([parts.remarks]);
  return {
    sourceId: parts.sourceId,
    type: parts.type,
    names,
    topics: [...new Set(parts.topics)],
    birthDates: (parts.birthDates ?? []).filter((date): date is PartialDate => date !== null).slice(0, most.values),
    birthPlaces: tidy(parts.birthPlaces ?? []),
    countries: tidy((parts.countries ?? []).map((country) => countryCode(country ?? ''))),
    idNumbers: tidy(parts.idNumbers ?? []),
    addresses: tidy(parts.addresses ?? []),
    ...(programme === undefined ? {} : { programme }),
    ...(remarks === undefined ? {} : { remarks }),
    relations: parts.relations ?? [],
  };
}

const monthNames = [
  'jan',
  'feb',
  'mar',
  'apr',
  'ma[iy]',
  'jun',
  'jul',
  'a(?:ug|gu|gs)',
  'sep',
  'o[ck]t',
  'no[vp]',
  'de[cs]',
];

/** `1971-03-09`, `09-03-1971`, `9/3/1971` (day first), `9 Mar 1971`, `9 Maret 1971`, `Mar 1971`, `circa 1971`, `1971`. */
export function readListDate(text: string | null | undefined): PartialDate | null {
  const clean = (text ?? '').trim().toLowerCase();
  const iso = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:t.*)?$/u.exec(clean);
  if (iso !== null) return partial(iso[1], iso[2], iso[3]);
  const numeric = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/u.exec(clean);
  if (numeric !== null) return partial(numeric[3], numeric[2], numeric[1]);
  const worded = /^(?:(\d{1,2})[\s-]+)?([a-z]{3,9})[\s-]+(\d{4})$/u.exec(clean);
  const month =
    worded === null ? -1 : monthNames.findIndex((name) => new RegExp(`^${name}`, 'u').test(worded[2] ?? ''));
  if (worded !== null && month >= 0) return partial(worded[3], String(month + 1), worded[1]);
  const year = /(?:^|\D)(\d{4})(?:\D|$)/u.exec(clean);
  return year === null ? null : partial(year[1], undefined, undefined);
}

/** An impossible month or day is dropped, an impossible year refuses the date. */
export function partial(year?: string, month?: string, day?: string): PartialDate | null {
  const [y, m, d] = [Number(year ?? 0), Number(month ?? 0), Number(day ?? 0)];
  if (!Number.isInteger(y) || y < 1800 || y > 2200) return null;
  if (!Number.isInteger(m) || m < 1 || m > 12) return { year: y };
  return Number.isInteger(d) && d >= 1 && d <= 31 ? { year: y, month: m, day: d } : { year: y, month: m };
}

const countryNames: Readonly<Record<string, string>> = {
  indonesia: 'id',
  indonesian: 'id',
  wni: 'id',
  ri: 'id',
  malaysia: 'my',
  malaysian: 'my',
  singapore: 'sg',
  singapura: 'sg',
  philippines: 'ph',
  filipina: 'ph',
  thailand: 'th',
  brunei: 'bn',
  vietnam: 'vn',
  myanmar: 'mm',
  burma: 'mm',
  cambodia: 'kh',
  australia: 'au',
  china: 'cn',
  tiongkok: 'cn',
  india: 'in',
  pakistan: 'pk',
  bangladesh: 'bd',
  'sri lanka': 'lk',
  afghanistan: 'af',
  iran: 'ir',
  'iran, islamic republic of': 'ir',
  iraq: 'iq',
  irak: 'iq',
  syria: 'sy',
  'syrian arab republic': 'sy',
  suriah: 'sy',
  lebanon: 'lb',
  jordan: 'jo',
  egypt: 'eg',
  mesir: 'eg',
  libya: 'ly',
  somalia: 'so',
  sudan: 'sd',
  yemen: 'ye',
  yaman: 'ye',
  'saudi arabia': 'sa',
  'arab saudi': 'sa',
  kuwait: 'kw',
  qatar: 'qa',
  'united arab emirates': 'ae',
  turkey: 'tr',
  turki: 'tr',
  russia: 'ru',
  'russian federation': 'ru',
  rusia: 'ru',
  ukraine: 'ua',
  belarus: 'by',
  germany: 'de',
  jerman: 'de',
  france: 'fr',
  perancis: 'fr',
  'united kingdom': 'gb',
  inggris: 'gb',
  'united states': 'us',
  'united states of america': 'us',
  'amerika serikat': 'us',
  mexico: 'mx',
  colombia: 'co',
  venezuela: 've',
  cuba: 'cu',
  nigeria: 'ng',
  kenya: 'ke',
  "democratic people's republic of korea": 'kp',
  'korea, north': 'kp',
  'north korea': 'kp',
  'korea utara': 'kp',
  dprk: 'kp',
  'korea, south': 'kr',
  'south korea': 'kr',
  'republic of korea': 'kr',
  japan: 'jp',
  jepang: 'jp',
  netherlands: 'nl',
  belanda: 'nl',
};

/** ISO 3166-1 alpha-2, lower case, of a code or of a name lists use; empty when unknown: then it neither supports nor contradicts. */
export function countryCode(text: string): string {
  const clean = text.trim().toLowerCase();
  if (clean === 'uk') return 'gb';
  return /^[a-z]{2}$/u.test(clean) ? (clean === 'ri' ? 'id' : clean) : (countryNames[clean] ?? '');
}
