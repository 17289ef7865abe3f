/** The bodies of Iluma's two screening routes, read by their documented tables. */
import { dateExists } from '../../../core/nik/decode-nik.ts';
import type { FieldProblem } from './iluma-dialect.ts';

export const cftScopes = ['PEP', 'SANCTION', 'OTHER'] as const;
export type CftScope = (typeof cftScopes)[number];

export interface CftRequest {
  readonly referenceId: string | null;
  readonly userId: string;
  readonly name: string;
  readonly surname: string | null;
  /** Alpha-2, upper case: nationality or domicile, as sent in `countrySent`. */
  readonly country: string;
  readonly countrySent: string;
  readonly scopes: readonly CftScope[];
  readonly addresses: readonly Readonly<Record<string, string>>[];
  readonly date: string | null;
  readonly phoneNumber: string | null;
  readonly email: string | null;
  readonly gender: string | null;
  readonly threshold: number;
}

const lowestThreshold = 50;
const defaultThreshold = 85;
const addressMembers = [
  'country',
  'street_line1',
  'street_line2',
  'city',
  'province',
  'state',
  'postal_code',
  'category',
];
const categories = ['HOME', 'WORK', 'PROVINCIAL'];
const genders = ['FEMALE', 'MALE', 'OTHER'];

type Body = Readonly<Record<string, unknown>>;

class Reader {
  readonly errors: FieldProblem[] = [];
  readonly #body: Body;
  constructor(body: Body) {
    this.#body = body;
  }
  text(path: string, required = false, longest = 200): string | null {
    const value = this.#body[path];
    if (value === undefined || value === null || value === '') {
      if (required) this.errors.push({ path, message: 'is required' });
      return null;
    }
    if (typeof value === 'string' && value.trim() !== '' && value.length <= longest) return value.trim();
    this.errors.push({ path, message: `must be a string of at most ${longest} characters` });
    return null;
  }
  check(path: string, good: boolean, message: string): void {
    if (!good) this.errors.push({ path, message });
  }
  get(path: string): unknown {
    return this.#body[path];
  }
}

export function readCftRequest(
  body: unknown,
  type: 'individual' | 'entity',
): CftRequest | { readonly errors: readonly FieldProblem[] } {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return { errors: [{ path: 'body', message: 'must be an object' }] };
  const read = new Reader(body as Body);
  const person = type === 'individual';
  const countryPath = person ? 'nationality' : 'business_domicile';
  const datePath = person ? 'date_of_birth' : 'date_of_registration';
  const userId = read.text('user_id', true) ?? '';
  const name = read.text(person ? 'given_names' : 'name', true, 300) ?? '';
  const surname = person ? read.text('surname', false, 300) : null;
  const countrySent = read.text(countryPath, true, 6) ?? '';
  // ISO 3166-2 begins with the country, which is what the samples send alone.
  read.check(
    countryPath,
    countrySent === '' || /^[A-Za-z]{2}(-[A-Za-z0-9]{1,3})?$/.test(countrySent),
    'must be a country code',
  );
  const date = read.text(datePath);
  read.check(datePath, date === null || dateExists(date), 'must be YYYY-MM-DD');
  const phoneNumber = read.text('phone_number');
  read.check('phone_number', phoneNumber === null || /^\+[1-9]\d{4,14}$/.test(phoneNumber), 'must be E.164');
  const email = read.text('email', false, 254);
  read.check('email', email === null || /^[^\s@]+@[^\s@]+$/.test(email), 'must be an email address');
  const gender = person ? read.text('gender') : null;
  read.check('gender', gender === null || genders.includes(gender), `must be one of ${genders.join(', ')}`);
  const scopes = readScopes(read);
  const threshold = readThreshold(read);
  const addresses = readAddresses(read);
  const referenceId = read.text('reference_id');
  if (read.errors.length > 0) return { errors: read.errors };
  const country = countrySent.slice(0, 2).toUpperCase();
  return {
    referenceId,
    userId,
    name,
    surname,
    country,
    countrySent,
    scopes,
    addresses,
    date,
    phoneNumber,
    email,
    gender,
    threshold,
  };
}

function readScopes(read: Reader): readonly CftScope[] {
  const given = read.get('scopes');
  const list = Array.isArray(given) ? (given as unknown[]) : [];
  const known = list.every((one) => (cftScopes as readonly unknown[]).includes(one));
  read.check('scopes', list.length > 0 && known, `is required: an array of ${cftScopes.join(', ')}`);
  return [...new Set(list as CftScope[])];
}

function readThreshold(read: Reader): number {
  const given = read.get('score_threshold') ?? defaultThreshold;
  const good = Number.isInteger(given) && (given as number) >= lowestThreshold && (given as number) <= 100;
  read.check('score_threshold', good, `must be an integer from ${lowestThreshold} to 100`);
  return given as number;
}

function readAddresses(read: Reader): readonly Readonly<Record<string, string>>[] {
  const given = read.get('addresses') ?? [];
  const good =
    Array.isArray(given) &&
    given.length <= 20 &&
    (given as unknown[]).every(
      (one) =>
        typeof one === 'object' &&
        one !== null &&
        Object.entries(one).every(
          ([key, value]) =>
            addressMembers.includes(key) &&
            typeof value === 'string' &&
            value.length <= 300 &&
            (key !== 'category' || categories.includes(value)),
        ),
    );
  read.check('addresses', good, 'must be an array of address objects');
  return good ? (given as Readonly<Record<string, string>>[]) : [];
}
