/** Province, regency and district of a card, snapped to the region table and kept in the wording of the card. */
import { parseRegionName } from '../nik/region-names.ts';
import type { Region, RegionTable } from '../nik/regions.ts';
import { fold, lettersFromLookalikes, plain } from '../text/fold.ts';
import { snap } from '../text/snap.ts';
import type { CleanValue } from './field-values.ts';

/** A snapped region also says its code, which narrows the level below. */
export interface CleanRegion extends CleanValue {
  readonly code: string | null;
}

const minimum = 0.72;

/** `PROVINSI DKI JAKARTA` → `DKI JAKARTA`. `nik` (or '') only breaks ties. */
export function provinceValue(text: string, regions: RegionTable, nik: string): CleanRegion | null {
  const printed = upper(text)
    .replace(/^\W*P\s?R\s?[O0]\s?V[A-Z0-9\s]{0,7}?S\s?[I1L]\s*/, '')
    .replace(/^\W+|\W+$/g, '');
  if (fold(printed).length < 3) return null;
  const found = snap(parseRegionName(printed).key, regions.provinces(), cardName, {
    minimum,
    prefers: (entry) => entry.code === nik.slice(0, 2),
  });
  if (found === null) return { value: printed, fit: 0.6, code: null };
  return { value: cardProvince(found.entry.name), fit: found.likeness, code: found.entry.code };
}

/** `KOTA SURABAYA`, `KABUPATEN BANDUNG`, `JAKARTA BARAT`: the word before the name stays as the card has it. */
export function regencyValue(
  text: string,
  regions: RegionTable,
  province: string | null,
  nik: string,
): CleanRegion | null {
  const printed = upper(text).replace(/^\W+|\W+$/g, '');
  if (fold(printed).length < 3) return null;
  const { prefix, name, kind } = splitKind(printed);
  const all = regions.regencies().filter((entry) => kind === null || parseRegionName(entry.name).kind === kind);
  const near = province === null ? all : all.filter((entry) => entry.code.startsWith(province));
  const options = { minimum, prefers: (entry: Region) => entry.code === nik.slice(0, 4) };
  const found = snap(name, near, cardName, options) ?? snap(name, all, cardName, options);
  if (found === null) return { value: printed, fit: 0.6, code: null };
  return { value: prefix + baseName(found.entry.name), fit: found.likeness, code: found.entry.code };
}

/** A district is only spelled right, never replaced: a name the table does not have under that regency stays as read. */
export function districtValue(text: string, regions: RegionTable, regency: string | null): CleanRegion | null {
  const printed = upper(text)
    .replace(/[^A-Z0-9 '.()-]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (fold(printed).length < 3) return null;
  const near = regency === null ? [] : regions.districts().filter((entry) => entry.code.startsWith(regency));
  const found = snap(printed, near, cardName, { minimum: 0.8 });
  if (found === null) return { value: printed, fit: 0.9, code: null };
  return { value: baseName(found.entry.name), fit: Math.max(0.9, found.likeness), code: found.entry.code };
}

function upper(text: string): string {
  return lettersFromLookalikes(plain(text).toUpperCase());
}

/** `KOTASURABAYA` loses its space easily, wide type gains one (`KABU PATEN BON E BOLANGO`); a name that really begins with these letters (KOTABARU) is found whole. */
function splitKind(printed: string): { prefix: string; name: string; kind: 'city' | 'regency' | null } {
  const regency = /^K\s?A\s?B(\s?U\s?P\s?A\s?T\s?E\s?N|\.)?[\s.]*(?=[A-Z]\s?[A-Z])/.exec(printed);
  if (regency !== null) return { prefix: 'KABUPATEN ', name: printed.slice(regency[0].length), kind: 'regency' };
  const city = /^KOTA\s*(?=[A-Z]{3})(?!BARU|WARINGIN|MOBAGU)/.exec(printed);
  if (city !== null)
    return { prefix: 'KOTA ', name: printed.slice(city[0].length).replace(/^ADM[A-Z.]*\s*/, ''), kind: 'city' };
  return { prefix: '', name: printed, kind: null };
}

function cardName(region: Region): string {
  return parseRegionName(region.name).key;
}

function baseName(name: string): string {
  return name
    .toUpperCase()
    .replace(/^(KABUPATEN|KOTA)\s+(ADMINISTRASI\s+)?/, '')
    .trim();
}

function cardProvince(name: string): string {
  return name.toUpperCase().replace(/^DAERAH KHUSUS IBU\s?KOTA\s+/, 'DKI ');
}
