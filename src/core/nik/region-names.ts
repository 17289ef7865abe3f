/** Comparing region names as regulations write them with region names as cards print them. */

export interface RegionName {
  /** `null` where the text does not say, as cards of Jakarta do. */
  readonly kind: 'regency' | 'city' | null;
  /** Letters only, upper case, long forms: `KEP. YAPEN` → `KEPULAUANYAPEN`. */
  readonly key: string;
}

const kinds: readonly (readonly [RegExp, RegionName['kind']])[] = [
  [/^PROV(INSI)?[.\s]+/, null],
  [/^KAB(UPATEN)?[.\s]+(ADM(INISTRASI)?[.\s]+)?/, 'regency'],
  [/^KOTA[.\s]+(ADM(INISTRASI)?[.\s]+)?/, 'city'],
];

const longForms: readonly (readonly [RegExp, string])[] = [
  [/\bKEP\b\.?/g, 'KEPULAUAN'],
  [/^(DAERAH KHUSUS IBUKOTA|DAERAH KHUSUS IBU KOTA|D\.?\s?K\.?\s?I\.?)\s/, 'DKI '],
  [/^(DAERAH ISTIMEWA|D\.?\s?I\.?)\s(?=Y)/, 'DI '],
];

/** Splits a printed or official name into its kind and a key that ignores spacing, hyphens and abbreviations. */
export function parseRegionName(text: string): RegionName {
  let rest = text.trim().toUpperCase().replace(/\s+/g, ' ');
  let kind: RegionName['kind'] = null;
  for (const [pattern, name] of kinds) {
    if (!pattern.test(rest)) continue;
    rest = rest.replace(pattern, '');
    kind = name;
    break;
  }
  for (const [pattern, long] of longForms) rest = rest.replace(pattern, long);
  return { kind, key: rest.replace(/[^A-Z]/g, '') };
}

/** True when both may name the same region: same key, and kinds that do not contradict each other. */
export function sameRegion(a: string, b: string): boolean {
  const left = parseRegionName(a);
  const right = parseRegionName(b);
  return (
    left.key !== '' && left.key === right.key && (left.kind === null || right.kind === null || left.kind === right.kind)
  );
}
