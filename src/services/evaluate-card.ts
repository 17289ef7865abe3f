/** A card, evaluated: facts by vision, fields and NIK by core, judgement by core. No writing; desk and record share it. */
import type { FieldCorrection } from '../contract/bundle.ts';
import type { Box, CardFacts, FlashSample, FlashSequence } from '../contract/facts.ts';
import type { OrgSettings } from '../contract/settings.ts';
import type { CardJudgement } from '../contract/verdicts.ts';
import { ktpFieldNames, type KtpFieldName, type KtpFieldValues } from '../contract/vocabulary.ts';
import { judgeCard } from '../core/ktp/judge-card.ts';
import { readFields } from '../core/ktp/read-fields.ts';
import type { NikDecode } from '../core/nik/decode-nik.ts';
import type { ServiceContext } from './context.ts';
import { readNik } from './nik.ts';

export interface FieldReading {
  readonly value: string | null;
  /** 0–1. */
  readonly confidence: number;
  readonly raw: string | null;
  readonly box: Box | null;
}

export interface CardInput {
  readonly frames: readonly Uint8Array[];
  readonly frameTimesMs?: readonly number[];
  readonly flash?: FlashSequence;
  readonly flashSamples?: readonly FlashSample[];
  /** What staff and customer confirmed; null = nobody looked, the reading stands alone. */
  readonly confirmed: KtpFieldValues | null;
  readonly corrections: readonly FieldCorrection[];
  readonly typedByHand: boolean;
  readonly simulated: boolean;
  readonly settings: OrgSettings;
  /** User id, for corrections the client did not list itself. */
  readonly operatorId?: string | null;
}

export interface CardEvaluation {
  readonly facts: CardFacts;
  readonly fields: Readonly<Record<KtpFieldName, FieldReading>>;
  /** Of the confirmed NIK, else of the one read; null when there is none. */
  readonly nik: NikDecode | null;
  readonly judgement: CardJudgement;
  /** What the record keeps: confirmed where confirmed, else as read. */
  readonly values: KtpFieldValues;
  readonly confidence: Readonly<Partial<Record<KtpFieldName, number>>>;
  readonly corrections: readonly FieldCorrection[];
}

export async function evaluateCard(ctx: ServiceContext, input: CardInput): Promise<CardEvaluation> {
  const facts = await ctx.vision.analyseCard({
    frames: input.frames,
    ...(input.frameTimesMs === undefined ? {} : { frameTimesMs: input.frameTimesMs }),
    ...(input.flash === undefined ? {} : { flash: input.flash }),
    ...(input.flashSamples === undefined ? {} : { flashSamples: input.flashSamples }),
  });
  const fields = facts.reading.available ? readFields(facts.reading.value, ctx.regions).fields : nothingRead();
  const corrections = allCorrections(ctx, input, fields);
  const values: KtpFieldValues = {};
  const confidence: Partial<Record<KtpFieldName, number>> = {};
  for (const name of ktpFieldNames) {
    const value = input.confirmed?.[name] ?? (input.confirmed === null ? fields[name].value : null);
    if (value === null || value === '') continue;
    values[name] = value;
    confidence[name] = fields[name].confidence;
  }
  const nik = values.nik === undefined ? null : readNik(ctx, values.nik);
  const judgement = judgeCard({
    facts,
    fields: confirmedOver(fields, input.confirmed),
    nik,
    corrections,
    typedByHand: input.typedByHand,
    simulated: input.simulated,
    settings: input.settings,
  });
  return { facts, fields, nik, judgement, values, confidence, corrections };
}

export function nothingRead(): Record<KtpFieldName, FieldReading> {
  const empty: FieldReading = { value: null, confidence: 0, raw: null, box: null };
  return Object.fromEntries(ktpFieldNames.map((name) => [name, empty])) as Record<KtpFieldName, FieldReading>;
}

/** The rules judge what will be recorded; where it was read and how surely stays as measured. */
function confirmedOver(
  fields: Readonly<Record<KtpFieldName, FieldReading>>,
  confirmed: KtpFieldValues | null,
): Record<KtpFieldName, FieldReading> {
  if (confirmed === null) return { ...fields };
  return Object.fromEntries(
    ktpFieldNames.map((name) => [name, { ...fields[name], value: confirmed[name] ?? null }]),
  ) as Record<KtpFieldName, FieldReading>;
}

/** Every difference between our own reading and what was confirmed is a correction, listed by the client or not. */
function allCorrections(
  ctx: ServiceContext,
  input: CardInput,
  fields: Readonly<Record<KtpFieldName, FieldReading>>,
): readonly FieldCorrection[] {
  if (input.confirmed === null) return input.corrections;
  const listed = new Set(input.corrections.map((correction) => correction.field));
  const unlisted: FieldCorrection[] = [];
  for (const field of ktpFieldNames) {
    const to = input.confirmed[field];
    const from = fields[field].value;
    if (to === undefined || to === from || listed.has(field)) continue;
    unlisted.push({ field, from, to, by: input.operatorId ?? 'client', at: ctx.clock().toISOString() });
  }
  return [...input.corrections, ...unlisted];
}
