/** The seventeen fields of a KTP from what the engines read, each with its confidence, raw reading and place. */
import type { Box, CardReading, OcrEngine } from '../../contract/facts.ts';
import { ktpFieldNames, type KtpFieldName } from '../../contract/vocabulary.ts';
import type { RegionTable } from '../nik/regions.ts';
import { fold } from '../text/fold.ts';
import { toCardRows, type CardRows, type RowName, type RowText } from './card-rows.ts';
import { cleaners, splitBirth, type CleanValue } from './field-values.ts';
import { pickNik } from './pick-nik.ts';
import { districtValue, provinceValue, regencyValue, type CleanRegion } from './region-values.ts';

export interface FieldReading {
  /** Cleaned value; null when nothing credible was read. */
  readonly value: string | null;
  /** 0–1. Below `uncertainBelow` a person must look. */
  readonly confidence: number;
  /** What the chosen engine saw. */
  readonly raw: string | null;
  /** In the straightened card. */
  readonly box: Box | null;
}

export type FieldReadings = Readonly<Record<KtpFieldName, FieldReading>>;

/** A field read with less confidence than this is shown as uncertain and never taken silently. */
export const uncertainBelow = 0.7;

interface Candidate {
  readonly engine: OcrEngine;
  readonly value: string;
  readonly confidence: number;
  readonly raw: string;
  readonly box: Box;
}

/** Rows that feed a field; the two birth fields share one. */
const rowOf: Readonly<Partial<Record<KtpFieldName, RowName>>> = {
  fullName: 'name',
  sex: 'sex',
  bloodType: 'blood',
  address: 'address',
  rtRw: 'rtRw',
  village: 'village',
  religion: 'religion',
  maritalStatus: 'marital',
  occupation: 'occupation',
  nationality: 'nationality',
  validUntil: 'valid',
};

/**
 * Reads all fields. Engines are parsed apart and then compared: agreement raises confidence, contradiction lowers it,
 * a single witness counts for itself. The NIK narrows nothing that is printed clearly; it only breaks ties of
 * region names.
 */
export function readFields(reading: CardReading, regions: RegionTable): { readonly fields: FieldReadings } {
  const engines = (['ppocr', 'tesseract'] as const)
    .map((engine) => ({
      engine,
      card: toCardRows(
        reading.lines.filter((line) => line.engine === engine),
        reading.width,
        reading.height,
      ),
    }))
    .filter(({ card }) => card.labels.length > 0 || Object.keys(card.rows).length > 0);

  const perField = (clean: (rows: CardRows['rows']) => [RowText, CleanValue | null] | null) =>
    merge(
      engines.flatMap(({ engine, card }) => {
        const [row, value] = clean(card.rows) ?? [];
        if (row === undefined || value === undefined || value === null) return [];
        return [{ engine, value: value.value, confidence: row.confidence * value.fit, raw: row.text, box: row.box }];
      }),
    );

  const fields = Object.fromEntries(ktpFieldNames.map((name) => [name, nothing])) as Record<KtpFieldName, FieldReading>;
  for (const [name, row] of Object.entries(rowOf) as [keyof typeof cleaners, RowName][]) {
    fields[name] = perField((rows) => (rows[row] ? [rows[row], cleaners[name](rows[row].text)] : null));
  }
  fields.birthDate = perField((rows) => birthPart(rows.birth, 'date'));
  fields.birthPlace = perField((rows) => birthPart(rows.birth, 'place'));
  const readRows = engines.map(({ card }) => card.rows);
  const nik = pickNik(
    reading,
    engines.map(({ card }) => card.rows.nik),
    regions,
    { birthDate: fields.birthDate.value, ...regionCodes(readRows, regions, '') },
  );
  fields.nik = nik ?? nothing;

  const readNik = nik?.value ?? '';
  const codes = regionCodes(readRows, regions, readNik);
  fields.province = perField(({ province }) =>
    province ? [province, provinceValue(province.text, regions, readNik)] : null,
  );
  fields.regency = perField(({ regency }) =>
    regency ? [regency, regencyValue(regency.text, regions, codes.province, readNik)] : null,
  );
  fields.district = perField(({ district }) =>
    district ? [district, districtValue(district.text, regions, codes.regency)] : null,
  );
  return { fields };
}

const nothing: FieldReading = { value: null, confidence: 0, raw: null, box: null };

function birthPart(row: RowText | undefined, wanted: 'date' | 'place'): [RowText, CleanValue | null] | null {
  if (row === undefined) return null;
  const parts = splitBirth(row.text);
  if (parts === null) return null;
  return [row, wanted === 'date' ? cleaners.birthDate(parts.date) : cleaners.birthPlace(parts.place)];
}

/** The codes of the printed province and regency, by the engine that read them best. */
function regionCodes(
  cards: readonly CardRows['rows'][],
  regions: RegionTable,
  nik: string,
): { province: string | null; regency: string | null } {
  const best = (readings: readonly (CleanRegion | null)[]) =>
    readings.reduce((top, each) => (each !== null && (top === null || each.fit > top.fit) ? each : top), null)?.code ??
    null;
  const province = best(cards.map((rows) => (rows.province ? provinceValue(rows.province.text, regions, nik) : null)));
  const regency = best(
    cards.map((rows) => (rows.regency ? regencyValue(rows.regency.text, regions, province, nik) : null)),
  );
  return { province, regency };
}

/** PP-OCR reads better than Tesseract on every set measured so far; between equals its word counts. */
const trust: Readonly<Record<OcrEngine, number>> = { ppocr: 1, tesseract: 0.85 };
const loneWitness = 0.95;
const contradicted = 0.75;

function merge(candidates: readonly Candidate[]): FieldReading {
  const ranked = [...candidates].sort((p, q) => q.confidence * trust[q.engine] - p.confidence * trust[p.engine]);
  const [first, second] = ranked;
  if (first === undefined) return nothing;
  const { raw, box } = first;
  if (second === undefined)
    return { value: first.value, confidence: rounded(first.confidence * loneWitness), raw, box };
  if (fold(first.value) === fold(second.value)) {
    const doubt = (1 - first.confidence) * (1 - second.confidence * trust[second.engine] * 0.8);
    return { value: better(first.value, second.value), confidence: rounded(Math.min(0.99, 1 - doubt)), raw, box };
  }
  // The weaker the contradiction, the less it takes away.
  const doubt = (second.confidence * trust[second.engine]) / Math.max(0.01, first.confidence);
  const factor = 1 - (1 - contradicted) * Math.min(1, doubt);
  const value = withNumerals(first.value, second.value);
  return { value, confidence: rounded(first.confidence * factor), raw: value === first.value ? raw : second.raw, box };
}

/**
 * PP-OCR loses strokes of Roman numerals (`MELATI III NO. 9` → `MELATI NO. 9`, `II`), and no engine invents them: where the
 * readings differ in nothing else, the one with more strokes is right.
 */
function withNumerals(first: string, second: string): string {
  const rest = (text: string) =>
    text
      .replace(/\bI+\b/g, ' ')
      .replace(/\s+/g, ' ')
      .trim();
  const strokes = (text: string) => (text.match(/\bI+\b/g) ?? []).join('').length;
  const more = strokes(second) > strokes(first) && strokes(second) <= 4;
  return more && fold(rest(first)) === fold(rest(second)) ? second : first;
}

/** Same letters, other spacing or signs: swallowed spaces are commoner than invented ones. */
function better(a: string, b: string): string {
  const words = (text: string) => text.split(' ').length;
  // `F 10` beside `F10`: there the gap is the letter's own shape.
  const torn = (text: string) => /\b[A-Z] [A-Z] [A-Z]\b/.test(text) || /\b[A-Z] \d/.test(text);
  return words(b) > words(a) && words(b) <= words(a) + 4 && !torn(b) ? b : a;
}

function rounded(value: number): number {
  return Math.round(Math.max(0, Math.min(0.99, value)) * 1000) / 1000;
}
