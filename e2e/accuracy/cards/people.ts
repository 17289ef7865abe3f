/** Fictional people for every province: what their cards print, and the truth a reading is compared with. */
import type { KtpFieldName } from '../../../src/contract/vocabulary.ts';
import type { Region, RegionTable } from '../../../src/core/nik/regions.ts';
import { createDraw, type Draw } from './draw.ts';
import * as words from './words.ts';

export interface CardPerson {
  /** All seventeen fields as a perfect reader would record them; dates ISO 8601. */
  readonly fields: Readonly<Record<KtpFieldName, string>>;
  readonly female: boolean;
  readonly age: number;
  /** The NIK was issued in another district than the card prints. */
  readonly moved: boolean;
  /** `dd-mm-yyyy`, under the portrait. */
  readonly issuedOn: string;
  readonly issuedAt: string;
}

/** The year these cards are looked at in; ages follow from it. */
const thisYear = 2025;
const movedShare = 0.2;
const historicShare = 0.06;

/** Person number `index` of a run: provinces take turns, so that any 38 consecutive people cover the country. */
export function makePerson(seed: number, index: number, regions: RegionTable): CardPerson {
  const draw = createDraw(seed * 100_003 + index);
  const provinces = regions.provinces();
  const home = homeIn(provinces[index % provinces.length]!, regions, draw);
  const female = draw.chance(0.5);
  const birth = { year: draw.int(1938, 2007), month: draw.int(1, 12), day: draw.int(1, 28) };
  const moved = draw.chance(movedShare);
  const first = moved ? homeIn(draw.pick(provinces), regions, draw) : home;
  const adult = birth.year <= thisYear - 21;
  const issuedYear = draw.int(Math.max(2011, birth.year + 17), thisYear - 1);
  const forLife = draw.chance(0.88);
  const address = makeAddress(draw);
  const birthPlace = draw.chance(0.7) ? bareRegion(home.regency.name) : draw.pick(words.villages);
  const issued = `${two(draw.int(1, 28))}-${two(draw.int(1, 12))}-${issuedYear}`;
  const fields = {
    province: printedProvince(home.province.name),
    regency: printedRegency(home.regency.name),
    nik: nikOf(first.district.code, birth, female, draw),
    fullName: fullName(female, draw),
    birthPlace,
    birthDate: `${birth.year}-${two(birth.month)}-${two(birth.day)}`,
    sex: female ? 'PEREMPUAN' : 'LAKI-LAKI',
    bloodType: draw.weighted(words.bloodTypes),
    address,
    rtRw: `${three(draw.int(1, 24))}/${three(draw.int(1, 18))}`,
    village: draw.pick(words.villages),
    district: home.district.name.toUpperCase(),
    religion: draw.weighted(words.religions),
    maritalStatus: adult ? draw.weighted(words.maritalStatuses) : 'BELUM KAWIN',
    occupation: draw.pick(words.occupations),
    nationality: 'WNI',
    validUntil: forLife ? 'SEUMUR HIDUP' : `${issuedYear + 5}-${two(birth.month)}-${two(birth.day)}`,
  } satisfies Record<KtpFieldName, string>;
  return { fields, female, age: thisYear - birth.year, moved, issuedOn: issued, issuedAt: fields.regency };
}

interface Home {
  readonly province: Region;
  readonly regency: Region;
  readonly district: Region;
}

/** A current district of the province, or now and then the code it had before its regency was renumbered. */
function homeIn(province: Region, regions: RegionTable, draw: Draw): Home {
  const inside = regions.regencies().filter((entry) => entry.code.startsWith(province.code));
  const current = inside.filter((entry) => entry.successor === undefined);
  const historic = inside.filter((entry) => entry.successor !== undefined);
  const from = historic.length > 0 && draw.chance(historicShare) ? historic : current;
  const regency = draw.pick(from.length > 0 ? from : inside);
  const districts = regions.districts().filter((entry) => entry.code.startsWith(regency.code));
  if (districts.length === 0) return homeIn(province, regions, draw);
  return { province, regency, district: draw.pick(districts) };
}

function nikOf(
  district: string,
  birth: { year: number; month: number; day: number },
  female: boolean,
  draw: Draw,
): string {
  const day = two(birth.day + (female ? 40 : 0));
  const serial = String(draw.chance(0.7) ? draw.int(1, 12) : draw.int(13, 9999)).padStart(4, '0');
  return `${district}${day}${two(birth.month)}${String(birth.year).slice(2)}${serial}`;
}

function fullName(female: boolean, draw: Draw): string {
  const given = female ? words.femaleNames : words.maleNames;
  const family = female ? words.femaleFamilyNames : words.familyNames;
  const parts = [draw.pick(given)];
  const count = draw.weighted([
    [1, 8],
    [2, 56],
    [3, 30],
    [4, 6],
  ]);
  while (parts.length < count) {
    const next = parts.length === count - 1 ? draw.pick(family) : draw.pick(given);
    if (!parts.includes(next)) parts.push(next);
  }
  let name = parts.join(' ');
  if (female && draw.chance(0.03)) name = `NUR'AINI ${draw.pick(family)}`;
  if (draw.chance(0.03)) name = `${draw.pick(words.prefixes)} ${name}`;
  if (draw.chance(0.05)) name += draw.pick(words.suffixes);
  return name.length > 34 ? parts.slice(0, 2).join(' ') : name;
}

function makeAddress(draw: Draw): string {
  const number = draw.int(1, 240);
  return draw.weighted([
    [`JL. ${draw.pick(words.streets)} NO. ${number}`, 30],
    [`JL ${draw.pick(words.streets)} NO.${number}`, 14],
    [`JL. ${draw.pick(words.streets)} ${draw.pick(words.numerals)} NO. ${number}`, 10],
    [`KP. ${draw.pick(words.hamlets)}`, 12],
    [`DUSUN ${draw.pick(words.hamlets)} ${draw.pick(words.numerals)}`, 10],
    [
      `PERUM ${draw.pick(words.estates)} BLOK ${draw.pick('ABCDEFGHK'.split(''))}${draw.int(1, 30)}/${draw.int(1, 28)}`,
      9,
    ],
    [`GG. ${draw.pick(words.streets)} NO. ${number}`, 6],
    [`${draw.pick(words.hamlets)}`, 5],
    [`LINGK. ${draw.pick(words.hamlets)}`, 4],
    [
      `KOMP. ${draw.pick(words.estates)} BLOK ${draw.pick('ABCDEFGHK'.split(''))} NO. ${draw.int(1, 60)} JL. ${draw.pick(words.streets)}`,
      8,
    ],
  ]);
}

/** The header of cards of the capital says `DKI`. */
function printedProvince(name: string): string {
  return name.toUpperCase().replace(/^DAERAH KHUSUS IBU\s?KOTA\s+/, 'DKI ');
}

/** `KABUPATEN BOGOR`, `KOTA BANDUNG`, and without a kind in Jakarta, as cards there do. */
function printedRegency(name: string): string {
  return name.toUpperCase().replace(/^(KOTA|KABUPATEN) ADMINISTRASI /, '');
}

function bareRegion(name: string): string {
  return name.toUpperCase().replace(/^(KOTA|KABUPATEN) (ADMINISTRASI )?/, '');
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function three(value: number): string {
  return String(value).padStart(3, '0');
}
