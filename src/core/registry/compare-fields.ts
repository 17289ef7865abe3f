/** Does what is claimed agree with what the registry holds? Exact for name, birth date and place; fuzzy for addresses. */
import type { RegistryFields, RegistryQuery } from '../../contract/registry.ts';
import { fold, likeness } from '../text/fold.ts';

/** What the registry holds of a person. Empty text: not known. */
export interface RegistryPerson {
  readonly name: string;
  /** `YYYY-MM-DD`. */
  readonly birthDate: string;
  readonly birthPlace: string;
  readonly address: string;
}

/** Addresses are written freely: abbreviations, RT/RW, order. From here on they are the same place. */
export const addressLikeness = 0.75;

/** Case, accents, punctuation and runs of spaces do not count; every letter and the order of words do. */
export function sameText(a: string, b: string): boolean {
  const left = fold(a);
  return left !== '' && left === fold(b);
}

/** `JL. MAWAR NO 3 RT 001/RW 002` and `Jalan Mawar No. 3, RT.001 RW.002` are one address. */
export function sameAddress(a: string, b: string): boolean {
  const left = spelledOut(a);
  const right = spelledOut(b);
  if (likeness(left, right) >= addressLikeness) return true;
  const words = (text: string): Set<string> => new Set(text.split(' ').filter(Boolean));
  const [one, other] = [words(left), words(right)];
  const shared = [...one].filter((word) => other.has(word)).length;
  // One of them may carry village and district that the other leaves out.
  return Math.min(one.size, other.size) >= 3 && shared / Math.min(one.size, other.size) >= 0.9;
}

const abbreviations: Readonly<Record<string, string>> = {
  JL: 'JALAN',
  JLN: 'JALAN',
  GG: 'GANG',
  NO: '',
  NOMOR: '',
  KP: 'KAMPUNG',
  KAMP: 'KAMPUNG',
  KOMP: 'KOMPLEK',
  KOMPLEKS: 'KOMPLEK',
  PERUM: 'PERUMAHAN',
  BLK: 'BLOK',
  KEL: 'KELURAHAN',
  KEC: 'KECAMATAN',
};

function spelledOut(text: string): string {
  return text
    .normalize('NFKD')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, ' ')
    .replace(/\b0+(?=\d)/g, '')
    .trim()
    .split(' ')
    .map((word) => abbreviations[word] ?? word)
    .filter(Boolean)
    .join(' ');
}

/** A field the registry does not know cannot be confirmed: it is false, never true. */
export function compareFields(query: RegistryQuery, person: RegistryPerson): RegistryFields {
  const { name, birthDate, birthPlace, address } = query;
  return {
    ...(name === undefined ? {} : { name: sameText(name, person.name) }),
    ...(birthDate === undefined ? {} : { birthDate: birthDate !== '' && birthDate === person.birthDate }),
    ...(birthPlace === undefined ? {} : { birthPlace: sameText(birthPlace, person.birthPlace) }),
    ...(address === undefined ? {} : { address: sameAddress(address, person.address) }),
  };
}
