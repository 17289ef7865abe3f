/** What development keys meet: the people and companies of Iluma's own public samples, and nobody real. */
import type { RegistryAnswer, RegistryQuery } from '../../../contract/registry.ts';
import type { PartialDate } from '../../../contract/screening.ts';
import { compareFields } from '../../../core/registry/compare-fields.ts';
import { likeness } from '../../../core/text/fold.ts';

const people: Readonly<Record<string, Parameters<typeof compareFields>[1]>> = {
  '3275031210930027': {
    name: 'penito kristian',
    birthDate: '1990-10-12',
    birthPlace: 'ketapang',
    address: 'Alinda kencana blok E',
  },
};

/** `always`: whatever the number, everything submitted matches. */
export function dummyPerson(query: RegistryQuery, always: boolean): RegistryAnswer {
  const asked = {
    name: query.name ?? '',
    birthDate: query.birthDate ?? '',
    birthPlace: query.birthPlace ?? '',
    address: query.address ?? '',
  };
  const person = people[query.nik] ?? (always ? asked : undefined);
  if (person === undefined) return { found: false, source: 'imported', raw: {} };
  const fields = compareFields(query, always ? asked : person);
  const all = { ...fields, ...(always ? Object.fromEntries(Object.keys(fields).map((key) => [key, true])) : {}) };
  return { found: true, source: 'imported', fields: all, face: 'compared', faceScore: 100, raw: {} };
}

export interface DummyEntry {
  readonly id: string;
  readonly type: 'individual' | 'entity';
  readonly names: readonly string[];
  readonly scopes: readonly string[];
  readonly countries: readonly string[];
  readonly dates: readonly PartialDate[];
}

const entries: readonly DummyEntry[] = [
  {
    id: '2dc667a4-d232-4d51-a561-631ce966fb2c',
    type: 'individual',
    names: ['Eko Hadi Salim'],
    scopes: ['OTHER', 'PEP'],
    countries: ['ID'],
    dates: [{ year: 1943, month: 3, day: 11 }],
  },
  {
    id: 'ed84802c-d73d-4d22-8897-5bc771709073',
    type: 'entity',
    names: ['Intel Corp', 'Intel Corporation'],
    scopes: ['OTHER', 'PEP'],
    countries: ['US'],
    dates: [],
  },
];

/** Whole points, 0–100. `always`: the sample entry answers to every name. */
export function dummyHits(
  type: DummyEntry['type'],
  name: string,
  threshold: number,
  always: boolean,
): readonly { readonly entry: DummyEntry; readonly score: number }[] {
  return entries
    .filter((entry) => entry.type === type)
    .map((entry) => {
      const best = Math.max(...entry.names.map((listed) => Math.round(100 * likeness(listed, name))));
      return { entry, score: always ? 100 : best };
    })
    .filter(({ score }) => score >= threshold);
}
