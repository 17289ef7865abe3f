/** Runs the reader over cards and keeps what the tables need. */
import type { Box, CardFacts } from '../../src/contract/facts.ts';
import type { KtpFieldName } from '../../src/contract/vocabulary.ts';
import type { Vision } from '../../src/contract/vision.ts';
import { readFields, type FieldReadings } from '../../src/core/ktp/read-fields.ts';
import type { RegionTable } from '../../src/core/nik/regions.ts';
import type { CardTruth } from './cards/generate.ts';
import { characterErrors, scoreFields, type FieldScore } from './score.ts';

export interface CardResult {
  readonly id: string;
  /** Null for supplied cards. */
  readonly truth: CardTruth | null;
  readonly fields: readonly FieldScore[];
  readonly address: { readonly edits: number; readonly length: number };
  /** Card found, read and turned into fields, ms. */
  readonly milliseconds: number;
  readonly durationsMs: Readonly<Record<string, number>>;
  readonly failure: string | null;
  readonly facts: Pick<CardFacts, 'measurements' | 'reading' | 'outline'>;
  readonly rendition: Uint8Array | null;
  /** Where each field was read, shares of the straightened card. */
  readonly boxes: Readonly<Partial<Record<KtpFieldName, Box>>>;
}

export async function readOne(
  vision: Vision,
  regions: RegionTable,
  card: { id: string; bytes: Uint8Array; fields: Readonly<Record<KtpFieldName, string>>; truth: CardTruth | null },
): Promise<CardResult> {
  const started = performance.now();
  const facts = await vision.analyseCard({ frames: [card.bytes] });
  const read = facts.reading.available ? readFields(facts.reading.value, regions).fields : null;
  const milliseconds = performance.now() - started;
  const fields = scoreFields(card.fields, read);
  return {
    id: card.id,
    truth: card.truth,
    fields,
    address: characterErrors(card.fields.address, fields.find(({ field }) => field === 'address')?.read ?? null),
    milliseconds,
    durationsMs: facts.durationsMs,
    failure: facts.reading.available ? null : facts.reading.reason,
    facts: { measurements: facts.measurements, reading: facts.reading, outline: facts.outline },
    rendition: facts.renditions.card ?? null,
    boxes: facts.reading.available && read !== null ? boxesOf(read, facts.reading.value) : {},
  };
}

function boxesOf(fields: FieldReadings, card: { width: number; height: number }): CardResult['boxes'] {
  const boxes: Partial<Record<KtpFieldName, Box>> = {};
  for (const [name, { box }] of Object.entries(fields) as [KtpFieldName, FieldReadings[KtpFieldName]][]) {
    if (box === null) continue;
    const { x, y, width, height } = box;
    boxes[name] = {
      x: x / card.width,
      y: y / card.height,
      width: width / card.width,
      height: height / card.height,
    };
  }
  return boxes;
}
