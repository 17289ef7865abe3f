/**
 * Region codes of Permendagri/Kepmendagri, as the first six digits of a NIK carry them. A NIK keeps the code of the
 * district of *first registration* for life (Permendagri 40/2012 art. 4), so codes and names that a later
 * regulation replaced are part of the table too, marked historic.
 */

export interface Region {
  /** Digits without dots: two for a province, four for a regency or city, six for a district. */
  readonly code: string;
  /** As in the regulation, e.g. `Kabupaten Bulungan`, `Kota Administrasi Jakarta Barat`. */
  readonly name: string;
  /** Set on codes no longer issued: the code that replaced it. */
  readonly successor?: string;
}

export interface RegionTable {
  /** The regulation the current codes come from. */
  readonly regulation: string;
  province(code2: string): string | null;
  regency(code4: string): Region | null;
  district(code6: string): Region | null;
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
  /** `[code, name, successor, regulation]`. */
  readonly historicProvinces: readonly (readonly string[])[];
  /** `[code, name, successor, regulation]`; its districts kept their two digits under the successor. */
  readonly historicRegencies: readonly (readonly string[])[];
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
    for (const child of children)
      districts.set(code + child.slice(0, 2), { code: code + child.slice(0, 2), name: child.slice(2) });
  }
  addHistoric(provinces, file.historicProvinces);
  addHistoric(regencies, file.historicRegencies);
  for (const [code = '', , successor = ''] of file.historicRegencies)
    inheritDistricts(districts, file, code, successor);

  const lists = {
    provinces: [...provinces.values()],
    regencies: [...regencies.values()],
    districts: [...districts.values()],
  };
  return {
    regulation: file.regulation,
    province: (code2) => provinces.get(code2)?.name ?? null,
    regency: (code4) => regencies.get(code4) ?? null,
    district: (code6) => districts.get(code6) ?? null,
    provinces: () => lists.provinces,
    regencies: () => lists.regencies,
    districts: () => lists.districts,
  };
}

/** A code in force always wins over a historic use of the same number. */
function addHistoric(into: Map<string, Region>, rows: readonly (readonly string[])[]): void {
  for (const [code = '', name = '', successor = ''] of rows) {
    if (!into.has(code)) into.set(code, { code, name, successor });
  }
}

function inheritDistricts(districts: Map<string, Region>, file: RegionFile, code: string, successor: string): void {
  for (const child of (file.regencies[successor] ?? []).slice(1)) {
    const old = code + child.slice(0, 2);
    if (!districts.has(old))
      districts.set(old, { code: old, name: child.slice(2), successor: successor + child.slice(0, 2) });
  }
}

function checked(json: unknown): RegionFile {
  const file = json as Partial<RegionFile> | null;
  if (file?.format !== 1 || !file.provinces || !file.regencies || !file.historicProvinces || !file.historicRegencies) {
    throw new Error('regions.json is not a region table of format 1');
  }
  return file as RegionFile;
}
