/** Field values between the wire (ISO dates) and the card's own print (`17-08-1985`), which is what people compare. */
import type { FieldView } from '../../../contract/desk/answers.ts';
import { ktpFieldNames, type KtpFieldName, type KtpFieldValues } from '../../../contract/vocabulary.ts';

const dates: ReadonlySet<KtpFieldName> = new Set(['birthDate', 'validUntil']);

export function toPrint(name: KtpFieldName, value: string): string {
  const iso = dates.has(name) ? /^(\d{4})-(\d{2})-(\d{2})$/.exec(value) : null;
  return iso === null ? value : `${iso[3]}-${iso[2]}-${iso[1]}`;
}

/** Trimmed; dates back to ISO. What is not a date stays as typed, for the desk to judge. */
export function fromPrint(name: KtpFieldName, text: string): string {
  const value = text.trim();
  if (name === 'nik') return value.replaceAll(/\D/g, '');
  const printed = dates.has(name) ? /^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})$/.exec(value) : null;
  if (printed === null) return value;
  const [, day = '', month = '', year = ''] = printed;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** All seventeen in print order, with empty ones for what the desk did not mention. */
export function allFields(fields: readonly FieldView[]): readonly FieldView[] {
  return ktpFieldNames.map(
    (name) =>
      fields.find((field) => field.name === name) ?? {
        name,
        value: '',
        confidence: 0,
        uncertain: true,
        original: null,
        corrected: false,
        box: null,
      },
  );
}

export function initialTexts(fields: readonly FieldView[]): Record<KtpFieldName, string> {
  return Object.fromEntries(allFields(fields).map(({ name, value }) => [name, toPrint(name, value)])) as Record<
    KtpFieldName,
    string
  >;
}

/** What is sent: every field that holds something. */
export function confirmedValues(texts: Readonly<Record<KtpFieldName, string>>): KtpFieldValues {
  return Object.fromEntries(
    ktpFieldNames.map((name) => [name, fromPrint(name, texts[name])]).filter(([, value]) => value !== ''),
  );
}

export type FieldProblem = 'nik' | 'name' | 'date';

/** Only what would make the card useless; everything else is the desk's judgement. */
export function fieldProblem(name: KtpFieldName, text: string): FieldProblem | null {
  const value = fromPrint(name, text);
  if (name === 'nik' && !/^\d{16}$/.test(value)) return 'nik';
  if (name === 'fullName' && value.length < 2) return 'name';
  if (name === 'birthDate' && value !== '' && !/^\d{4}-\d{2}-\d{2}$/.test(value)) return 'date';
  return null;
}

/** Where the value that stands in a field came from. */
export type FieldOrigin = 'read' | 'unsure' | 'unread' | 'scanner' | 'typed';

/** `text` as it stands in the input now: what a person changed is typed, and what nobody read and nobody typed is unread. */
export function fieldOrigin(field: FieldView, text: string, typedByHand: boolean): FieldOrigin {
  if (typedByHand || field.corrected) return 'typed';
  if (fromPrint(field.name, text) !== field.value) return 'typed';
  if (field.prefilled === true) return 'scanner';
  if (field.original === null) return 'unread';
  return field.uncertain ? 'unsure' : 'read';
}
