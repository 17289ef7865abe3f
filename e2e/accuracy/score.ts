/** Counting what was read right, per field, with intervals. */
import { distance } from 'fastest-levenshtein';
import { ktpFieldNames, type KtpFieldName } from '../../src/contract/vocabulary.ts';
import { sameRegion } from '../../src/core/nik/region-names.ts';
import { fold } from '../../src/core/text/fold.ts';

export const closedFields = [
  'province',
  'regency',
  'district',
  'sex',
  'bloodType',
  'religion',
  'maritalStatus',
  'nationality',
] as const satisfies readonly KtpFieldName[];

/** Goals of the project on severity 1 and 2. */
export const goals = { nik: 0.99, fullName: 0.97, closed: 0.98, addressCer: 0.03, p95Ms: 1500 } as const;

export type ReadValues = Readonly<Partial<Record<KtpFieldName, { value: string | null; confidence: number }>>>;

export interface FieldScore {
  readonly field: KtpFieldName;
  readonly truth: string;
  readonly read: string | null;
  readonly confidence: number;
  readonly right: boolean;
}

/**
 * NIK, dates and codes character by character; names and free text too, spaces included; regions by name (`KAB.` and
 * `KABUPATEN` are one), closed vocabularies by their letters.
 */
export function scoreFields(truth: Readonly<Record<KtpFieldName, string>>, read: ReadValues | null): FieldScore[] {
  return ktpFieldNames.map((field) => {
    const reading = read?.[field];
    const value = reading?.value ?? null;
    return {
      field,
      truth: truth[field],
      read: value,
      confidence: reading?.confidence ?? 0,
      right: value !== null && isRight(field, truth[field], value),
    };
  });
}

function isRight(field: KtpFieldName, truth: string, read: string): boolean {
  if (field === 'province' || field === 'regency') return sameRegion(truth, read);
  if (field === 'bloodType') return truth === read;
  if ((closedFields as readonly string[]).includes(field)) return fold(truth) === fold(read);
  return spaced(truth) === spaced(read);
}

function spaced(text: string): string {
  return text.toUpperCase().replace(/\s+/g, ' ').trim();
}

/** Edits over the length of the truth; a missing reading counts all of it. */
export function characterErrors(truth: string, read: string | null): { edits: number; length: number } {
  const wanted = spaced(truth);
  return { edits: read === null ? wanted.length : distance(wanted, spaced(read)), length: wanted.length };
}

export interface Rate {
  readonly hits: number;
  readonly count: number;
}

export function rateOf(values: readonly boolean[]): Rate {
  return { hits: values.filter(Boolean).length, count: values.length };
}

/** Wilson score interval, 95 % (Wilson, JASA 1927). */
export function wilson({ hits, count }: Rate): readonly [number, number] {
  if (count === 0) return [0, 1];
  const z = 1.959964;
  const p = hits / count;
  const centre = p + (z * z) / (2 * count);
  const spread = z * Math.sqrt((p * (1 - p) + (z * z) / (4 * count)) / count);
  const scale = 1 + (z * z) / count;
  return [Math.max(0, (centre - spread) / scale), Math.min(1, (centre + spread) / scale)];
}

/** Nearest-rank percentile; NaN for no values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((p, q) => p - q);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
