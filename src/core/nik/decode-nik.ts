/**
 * The NIK (UU 24/2013 art. 13; PP 37/2007 art. 37): 16 digits PPRRDD ddmmyy ssss: province, regency and district of
 * first registration, birth date with 40 added to the day of women, and a serial from 0001. It has no check digit and is
 * never reissued, so what it says about region, date and sex is evidence to compare, not truth.
 */
import type { Reason, ReasonCode } from '../../contract/reasons.ts';
import type { KtpFieldValues } from '../../contract/vocabulary.ts';
import { sameRegion } from './region-names.ts';
import type { LaterProvince, RegionTable } from './regions.ts';

export interface NikDecode {
  readonly nik: string;
  /** Exactly sixteen digits. */
  readonly wellFormed: boolean;
  /** The date exists, can be that of a living person, and serial and province are possible. Together with `wellFormed`: `nik_format`. */
  readonly consistent: boolean;
  readonly provinceCode: string;
  readonly regencyCode: string;
  readonly districtCode: string;
  readonly province: string | null;
  readonly regency: string | null;
  readonly district: string | null;
  /** Every name a card of that region may print, for comparison. */
  readonly provinceNames: readonly string[];
  readonly regencyNames: readonly string[];
  /** Provinces that were taken out of this one after the person may have been registered. */
  readonly laterProvinces: readonly LaterProvince[];
  /** `YYYY-MM-DD`; the century is inferred (`inferBirthDate`). */
  readonly birthDate: string | null;
  readonly sex: 'male' | 'female' | null;
  readonly serial: string;
  /** `nik_malformed` when not valid, `nik_region_unknown` with the coarsest unknown level as `field`. */
  readonly reasons: readonly Reason[];
}

const gate = 'nik';
/** No older living person has been recorded than 122 years; the counter calls 120 the limit. */
const oldestAge = 120;
/** A KTP is issued from 17, or younger to who is or was married (UU 24/2013 art. 63): nobody of 10 or less holds one. */
const neverHolderAge = 10;

/**
 * Takes a NIK apart. `today` is `YYYY-MM-DD`. Unknown region codes do not make it inconsistent: codes change with
 * every new regency, and a NIK keeps its first one.
 */
export function decodeNik(nik: string, regions: RegionTable, today: string): NikDecode {
  if (!/^[0-9]{16}$/.test(nik)) return malformed(nik);
  const [provinceCode, regencyCode, districtCode] = [nik.slice(0, 2), nik.slice(0, 4), nik.slice(0, 6)];
  const { birthDate, sex } = readBirth(nik, today);
  const serial = nik.slice(12);
  const consistent = birthDate !== null && serial !== '0000' && !provinceCode.startsWith('0');
  const province = regions.province(provinceCode);
  const regency = regions.regency(regencyCode)?.name ?? null;
  const district = regions.district(districtCode)?.name ?? null;
  return {
    nik,
    wellFormed: true,
    consistent,
    provinceCode,
    regencyCode,
    districtCode,
    province,
    regency,
    district,
    provinceNames: regions.namesOf(provinceCode).concat(successorProvince(regions, regencyCode)),
    regencyNames: regions.namesOf(regencyCode),
    laterProvinces: regions.laterProvinces(provinceCode).filter(({ since }) => birthDate !== null && birthDate < since),
    birthDate,
    sex,
    serial,
    reasons: consistent ? unknownRegion(province, regency, district) : [{ code: 'nik_malformed', gate, field: 'nik' }],
  };
}

/** `nik_format` of the ladder: sixteen digits that agree with each other. */
export function nikIsValid(decode: NikDecode): boolean {
  return decode.wellFormed && decode.consistent;
}

function malformed(nik: string): NikDecode {
  const code: ReasonCode = nik.trim() === '' ? 'nik_missing' : 'nik_malformed';
  const nothing = {
    province: null,
    regency: null,
    district: null,
    provinceNames: [],
    regencyNames: [],
    laterProvinces: [],
    birthDate: null,
    sex: null,
  };
  const reasons: Reason[] = [{ code, gate, field: 'nik' }];
  return {
    nik,
    wellFormed: false,
    consistent: false,
    provinceCode: '',
    regencyCode: '',
    districtCode: '',
    ...nothing,
    serial: '',
    reasons,
  };
}

/** A regency may have moved to a new province: its card then prints the new one under an old NIK. */
function successorProvince(regions: RegionTable, regencyCode: string): readonly string[] {
  const successor = regions.regency(regencyCode)?.successor;
  return successor === undefined ? [] : regions.namesOf(successor.slice(0, 2));
}

function unknownRegion(province: string | null, regency: string | null, district: string | null): Reason[] {
  const field = province === null ? 'province' : regency === null ? 'regency' : district === null ? 'district' : null;
  return field === null ? [] : [{ code: 'nik_region_unknown', gate, field }];
}

function readBirth(nik: string, today: string): Pick<NikDecode, 'birthDate' | 'sex'> {
  const written = Number(nik.slice(6, 8));
  const female = written > 40;
  const birthDate = inferBirthDate(nik.slice(10, 12), nik.slice(8, 10), female ? written - 40 : written, today);
  return { birthDate, sex: birthDate === null ? null : female ? 'female' : 'male' };
}

/**
 * Chooses the century of a two-digit year. Candidates are the dates that exist, are not after `today` and not more than
 * 120 years before it. Of two, the younger, unless that would make a child of 10 or less, who cannot hold a KTP.
 */
export function inferBirthDate(year2: string, month2: string, day: number, today: string): string | null {
  const century = Number(today.slice(0, 2));
  const candidates = [century, century - 1, century - 2]
    .map((hundreds) => `${hundreds}${year2}-${month2}-${String(day).padStart(2, '0')}`)
    .filter((date) => dateExists(date) && date <= today && ageAt(date, today) <= oldestAge);
  const [younger, older] = candidates;
  if (younger !== undefined && older !== undefined && ageAt(younger, today) <= neverHolderAge) return older;
  return younger ?? null;
}

/** True for a calendar date `YYYY-MM-DD`, leap years included. */
export function dateExists(date: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return days !== undefined && day >= 1 && day <= days;
}

/** Whole years between two dates `YYYY-MM-DD`. */
export function ageAt(birthDate: string, today: string): number {
  const years = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return today.slice(5) < birthDate.slice(5) ? years - 1 : years;
}

/**
 * What the card says against what its NIK says, as risk points for a person to weigh: a moved customer prints another
 * region, and a corrected birth date leaves the NIK as it was. Fields the card does not show are not compared; the
 * century is not either, for the NIK does not carry it.
 *
 * Where a law took the printed province out of the NIK's own one after this birth, the older digits are what such a person may
 * carry (`nik_region_historic`). How the regencies were numbered in the older province is not known for all of them, so the
 * regency is not compared then.
 */
export function compareNikWithCard(decode: NikDecode, fields: KtpFieldValues): Reason[] {
  if (!nikIsValid(decode)) return [];
  const reasons: Reason[] = [];
  const { birthDate, sex, province, regency } = fields;
  if (birthDate && decode.birthDate && birthDate.slice(2) !== decode.birthDate.slice(2)) {
    reasons.push({ code: 'nik_birth_date_differs', gate, field: 'birthDate' });
  }
  const printedSex = readSex(sex ?? '');
  if (printedSex !== null && printedSex !== decode.sex) reasons.push({ code: 'nik_sex_differs', gate, field: 'sex' });
  if (differs(province, decode.provinceNames)) {
    const later = decode.laterProvinces.some(({ names }) => names.some((name) => sameRegion(name, province ?? '')));
    reasons.push({ code: later ? 'nik_region_historic' : 'nik_region_differs', gate, field: 'province' });
    if (later) return reasons;
  }
  if (differs(regency, decode.regencyNames)) reasons.push({ code: 'nik_region_differs', gate, field: 'regency' });
  return reasons;
}

function differs(printed: string | undefined, names: readonly string[]): boolean {
  return Boolean(printed) && names.length > 0 && !names.some((name) => sameRegion(name, printed ?? ''));
}

/** `LAKI-LAKI` and `PEREMPUAN` as printed, and the words of the decode itself; null for anything else. */
export function readSex(text: string): NikDecode['sex'] {
  const word = text.toUpperCase().replace(/[^A-Z]/g, '');
  if (word === 'LAKILAKI' || word === 'MALE' || word === 'L') return 'male';
  return word === 'PEREMPUAN' || word === 'FEMALE' || word === 'P' ? 'female' : null;
}
