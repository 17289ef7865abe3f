/** What the station may see of a draft. */
import type { FieldView, NikView, OnboardingView } from '../../contract/desk/answers.ts';
import { ktpFieldNames } from '../../contract/vocabulary.ts';
import { uncertainBelow } from '../../core/ktp/read-fields.ts';
import { nikIsValid, type NikDecode } from '../../core/nik/decode-nik.ts';
import type { Reason } from '../../contract/reasons.ts';
import type { Draft } from './draft.ts';
import { compareScan, scanReasons, type ScanComparison } from './card-scan.ts';
import { distinctReasons } from './decide.ts';
import type { CardEvaluation, ConsentText } from './ports.ts';

export function toNikView(decode: NikDecode, extra: readonly Reason[] = []): NikView {
  return {
    nik: decode.nik,
    valid: nikIsValid(decode),
    province: decode.province,
    regency: decode.regency,
    district: decode.district,
    birthDate: decode.birthDate,
    sex: decode.sex,
    reasons: distinctReasons([...decode.reasons, ...extra]),
  };
}

export function toView(
  draft: Draft,
  consent: ConsentText,
  evaluation: CardEvaluation | null,
  nik: NikView | null,
): OnboardingView {
  return {
    id: draft.id,
    step: shownStep(draft),
    purpose: draft.purpose,
    language: draft.language,
    faceOnly: draft.machine.faceOnly,
    stepUp: draft.stepUp?.riskLevel ?? null,
    existingCustomer: draft.existing !== null,
    customerId: draft.existing?.id ?? null,
    customerName: draft.confirmed?.fields.fullName ?? draft.existing?.fullName ?? null,
    consent: { version: consent.version, text: consent.text },
    card:
      draft.card === null || evaluation === null || draft.machine.step === 'card'
        ? null
        : toCardView(draft, evaluation, nik),
    advice: draft.machine.advice,
    attempts: draft.machine.attempts,
    result: draft.result,
  };
}

/** A finished or cancelled draft is wiped before anybody could look at it. */
function shownStep({ machine }: Draft): OnboardingView['step'] {
  if (machine.step === 'purpose') return 'consent';
  return machine.step === 'finished' || machine.step === 'cancelled' ? 'result' : machine.step;
}

function toCardView(
  draft: Draft,
  evaluation: CardEvaluation,
  nik: NikView | null,
): NonNullable<OnboardingView['card']> {
  const { typedByHand } = draft.machine;
  const scan = compareScan(draft.card?.scan, evaluation.fields);
  return {
    fields: ktpFieldNames.map((name) => withScan(toFieldView(name, draft, evaluation, typedByHand), draft, scan)),
    nik,
    image: evaluation.facts.renditions.card ?? null,
    reasons: distinctReasons([
      ...(draft.card?.cameraReasons ?? []),
      ...scanReasons(scan),
      ...evaluation.judgement.reasons,
    ]),
    typedByHand,
  };
}

function toFieldView(
  name: FieldView['name'],
  draft: Draft,
  evaluation: CardEvaluation,
  typedByHand: boolean,
): FieldView {
  const read = evaluation.fields[name];
  const corrected = draft.confirmed?.corrections.some((correction) => correction.field === name) ?? false;
  const value = draft.confirmed === null ? (read.value ?? '') : (draft.confirmed.fields[name] ?? '');
  return {
    name,
    value,
    confidence: read.confidence,
    uncertain: !corrected && (typedByHand || read.value === null || read.confidence < uncertainBelow),
    original: read.value,
    corrected,
    box: scaledBox(read.box, evaluation),
  };
}

/** A scanner's word fills what the card left open, and puts a question mark behind what the card says otherwise. */
function withScan(field: FieldView, draft: Draft, { differs, prefills }: ScanComparison): FieldView {
  if (draft.confirmed !== null) return field;
  const proposed = draft.card?.scan?.fields[field.name];
  if (prefills.includes(field.name) && proposed !== undefined)
    return { ...field, value: proposed, uncertain: true, prefilled: true };
  return differs.includes(field.name) ? { ...field, uncertain: true } : field;
}

function scaledBox(box: CardEvaluation['fields']['nik']['box'], { facts }: CardEvaluation): FieldView['box'] {
  if (box === null || !facts.reading.available) return null;
  const { width, height } = facts.reading.value;
  if (width <= 0 || height <= 0) return null;
  return { x: box.x / width, y: box.y / height, width: box.width / width, height: box.height / height };
}
