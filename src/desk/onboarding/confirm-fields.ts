/** The customer's and the operator's check of the reading: what was kept, what was corrected, what still cannot stand. */
import type { FieldCorrection } from '../../contract/bundle.ts';
import type { Reason } from '../../contract/reasons.ts';
import { ktpFieldNames, type KtpFieldName, type KtpFieldValues } from '../../contract/vocabulary.ts';
import { dateExists, nikIsValid, type NikDecode } from '../../core/nik/decode-nik.ts';
import type { ConfirmedFields } from './draft.ts';
import type { FieldReading } from './ports.ts';

/** Fields that decide who the customer is: a correction of them always meets a second pair of eyes. */
export const criticalFields: readonly KtpFieldName[] = ['nik', 'fullName'];

/**
 * Merges what was read with what was confirmed. A field left out stays as read; an emptied one is dropped, and the
 * original reading survives in the correction.
 */
export function mergeFields(
  reading: Readonly<Record<KtpFieldName, FieldReading>> | null,
  given: KtpFieldValues,
  by: string,
  at: string,
): ConfirmedFields {
  const fields: KtpFieldValues = {};
  const corrections: FieldCorrection[] = [];
  for (const field of ktpFieldNames) {
    const from = reading?.[field].value ?? null;
    const typed = given[field];
    const to = typed === undefined ? (from ?? '') : typed.trim().replace(/\s+/g, ' ');
    if (to !== '') fields[field] = to;
    if (typed !== undefined && to !== (from ?? '')) corrections.push({ field, from, to, by, at });
  }
  return { fields, corrections };
}

/** Why these fields cannot be accepted yet; empty = they can. Only what makes a record impossible stops here. */
export function blockingReasons(fields: KtpFieldValues, decode: NikDecode | null): readonly Reason[] {
  const reasons: Reason[] = [];
  if (fields.nik === undefined) reasons.push({ code: 'nik_missing', gate: 'nik', field: 'nik' });
  else if (decode === null || !nikIsValid(decode)) {
    reasons.push({ code: 'nik_malformed', gate: 'nik', field: 'nik' });
  }
  if ((fields.fullName?.length ?? 0) < 2) reasons.push({ code: 'field_missing', gate: 'ktp', field: 'fullName' });
  if (fields.birthDate !== undefined && !dateExists(fields.birthDate))
    reasons.push({ code: 'field_uncertain', gate: 'ktp', field: 'birthDate' });
  return reasons;
}

/** `field_corrected` for each critical field that was changed from a reading (filling an empty one is not a change). */
export function correctionReasons(corrections: readonly FieldCorrection[]): readonly Reason[] {
  return corrections
    .filter((correction) => correction.from !== null && criticalFields.includes(correction.field))
    .map((correction) => ({ code: 'field_corrected', gate: 'ktp', field: correction.field }));
}
