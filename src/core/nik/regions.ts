/**
 * Region codes of Permendagri/Kepmendagri, as the first six digits of a NIK carry them. A NIK keeps the code of the
 * district of *first registration* for life (PP 37/2007 art. 37), so codes and names that a later law replaced are
 * part of the table too.
 */

export interface Region {
  /** Digits without dots: two for a province, four for a regency or city, six for a district. */
  readonly code: string;
  /** As in the regulation, e.g. `Kabupaten Bulungan`, `Kota Administrasi Jakarta Barat`. */
  readonly name: string;
  /** Set on codes no longer issued: the code that replaced it. */
  readonly successor?: string;
}

/** A province that a law took out of another one. */
export interface LaterProvince {
  /** Every name a card of it may print. */
  readonly names: readonly string[];
  /** Date of the law, `YYYY-MM-DD`: who was registered before may carry the older province's digits. */
  readonly since: string;
}

export interface RegionTable {
  /** The regulation the current codes come from. */
  readonly regulation: string;
  province(code2: string): string | null;
  regency(code4: string): Region | null;
  district(code6: string): Region | null;
  /**
   * Every name a card of that province (2 digits) or regency (4 digits) may print: current, former and short forms, and
   * those of the code that succeeded it. Empty for an unknown code.
   */
  namesOf(code: string): readonly string[];
  /** The provinces that were taken out of this one, and out of those in turn. Empty where none was. */
  laterProvinces(code2: string): readonly LaterProvince[];
  /** All known, current codes first, then historic ones. */
  provinces(): readonly Region[];
  regencies(): readonly Region[];
  districts(): readonly Region[];
}

/** `resources/regions/regions.json`; see `build-regions.mjs` beside it. */
export interface RegionFile {
  readonly format: number;
  readonly regulation: string;
  readonly source: string;
  readonly provinces: Readonly<Record<string, string>>;
  /** `[name, "01District", "02District", …]` by four-digit code. */
  readonly regencies: Readonly<Record<string, readonly string[]>>;
  /** `[code, name, successor, law]`; the districts kept their last two digits under the successor. */
  readonly historicRegencies: readonly (readonly string[])[];
  /** `[code, name, law]`: former names and short forms. */
  readonly otherNames: readonly (readonly string[])[];
  /** `[new province, province it was taken out of, date of the law, law]`. */
  readonly splits: readonly (readonly string[])[];
}

/**
 * Builds the table from the parsed JSON of `regions.json`. Throws on a file of another format: a broken resource is
 * a bug of the package, not a case the counter can handle.
 */
export function loadRegionTable(json: unknown): RegionTable {
  const file = checked(json);
  const provinces = new Map<string, Region>();
  const regencies = new Map<string, Region>();
  const districts = new Map<string, Region>();
  for (const [code, name] of Object.entries(file.provinces)) provinces.set(code, { code, name });
  for (const [code, [name = '', ...children]] of Object.entries(file.regencies)) {
    regencies.set(code, { code, name });
    addDistricts(districts, code, children);
  }
  for (const [code = '', name = '', successor = ''] of file.historicRegencies) {
    regencies.set(code, { code, name, successor });
    addDistricts(districts, code, (file.regencies[successor] ?? []).slice(1), successor);
  }
  const otherNames = new Map<string, string[]>();
  for (const [code = '', name = ''] of file.otherNames) otherNames.set(code, [...(otherNames.get(code) ?? []), name]);
  const lists = {
    provinces: [...provinces.values()],
    regencies: [...regencies.values()],
    districts: [...districts.values()],
  };

  function ownNames(code: string): readonly string[] {
    const name = code.length === 2 ? provinces.get(code)?.name : regencies.get(code)?.name;
    return name === undefined ? [] : [name, ...(otherNames.get(code) ?? [])];
  }
  const namesOf = (code: string) => [
    ...new Set([...ownNames(code), ...ownNames(regencies.get(code)?.successor ?? '')]),
  ];
  // A province taken out of one that was itself taken out: what counts is when the older digits ended there.
  const laterProvinces = (code: string): readonly LaterProvince[] =>
    file.splits
      .filter(([, from]) => from === code)
      .flatMap(([later = '', , since = '']) => [
        { names: namesOf(later), since },
        ...laterProvinces(later).map((each) => ({ names: each.names, since })),
      ]);
  return {
    regulation: file.regulation,
    province: (code2) => provinces.get(code2)?.name ?? null,
    regency: (code4) => regencies.get(code4) ?? null,
    district: (code6) => districts.get(code6) ?? null,
    namesOf,
    laterProvinces,
    provinces: () => lists.provinces,
    regencies: () => lists.regencies,
    districts: () => lists.districts,
  };
}

function addDistricts(
  into: Map<string, Region>,
  regency: string,
  children: readonly string[],
  successor?: string,
): void {
  for (const child of children) {
    const digits = child.slice(0, 2);
    const code = regency + digits;
    const name = child.slice(2);
    into.set(code, successor === undefined ? { code, name } : { code, name, successor: successor + digits });
  }
}

function checked(json: unknown): RegionFile {
  const file = json as Partial<RegionFile> | null;
  if (
    file?.format !== 1 ||
    !file.provinces ||
    !file.regencies ||
    !file.historicRegencies ||
    !file.otherNames ||
    !file.splits
  ) {
    throw new Error('regions.json is not a region table of format 1');
  }
  return file as RegionFile;
}
