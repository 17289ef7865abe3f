/**
 * The judgement on a card. PASS needs, all of them: one usable frame with exactly one KTP, a reading by at least one
 * engine, NIK, name and birth date read surely and left uncorrected, a valid NIK that agrees with birth date and sex,
 * a portrait with a template, an answered flash challenge, colour (no grey copy), the labels of a KTP, and no validated voter
 * that speaks against it.
 * FAIL needs overwhelming evidence: a clear answer to *another* light than the challenge. All else is REVIEW.
 */
import type { FieldCorrection } from '../../contract/bundle.ts';
import type { CardFacts } from '../../contract/facts.ts';
import type { Reason, ReasonCode } from '../../contract/reasons.ts';
import type { OrgSettings } from '../../contract/settings.ts';
import type { CardJudgement } from '../../contract/verdicts.ts';
import { ktpFieldNames, type KtpFieldName, type KtpFieldValues } from '../../contract/vocabulary.ts';
import {
  assuranceOf,
  ballotReasons,
  fuse,
  livenessVerdictOf,
  tamperVerdictOf,
  type Ballot,
  type Fusion,
} from '../fusion/fuse.ts';
import { compareNikWithCard, type NikDecode } from '../nik/decode-nik.ts';
import { antiSpoofBallots, tamperBallots } from './card-ballots.ts';
import { uncertainBelow, type FieldReadings } from './read-fields.ts';

export interface CardCase {
  readonly facts: CardFacts;
  /** What will be recorded (confirmed values), with the confidence of our own reading. */
  readonly fields: FieldReadings;
  /** Of the NIK that will be recorded; null when there is none. */
  readonly nik: NikDecode | null;
  readonly corrections: readonly FieldCorrection[];
  readonly typedByHand: boolean;
  readonly simulated: boolean;
  readonly settings: Pick<OrgSettings, 'environment'>;
}

const gate = 'ktp';
/** The identity itself: missing, doubtful or changed by hand, a person decides. */
const criticalFields: readonly KtpFieldName[] = ['nik', 'fullName', 'birthDate'];

export function judgeCard(given: CardCase): CardJudgement {
  const { facts, fields, nik } = given;
  const differences = nik === null ? [] : compareNikWithCard(nik, valuesOf(fields));
  const spoofBallots = antiSpoofBallots(facts);
  const alterationBallots = tamperBallots(facts, nik, differences);
  const spoof = fuse(spoofBallots, { required: 2, mandatory: ['flash_reflectance', 'photocopy'] });
  const tamper = fuse(alterationBallots, { required: 2, mandatory: ['nik_consistency', 'template_match'] });
  const antiSpoof = livenessVerdictOf(flagged(spoofBallots, spoof.outcome));
  const alteration = tamperVerdictOf(flagged(alterationBallots, tamper.outcome));
  const blocking = [
    ...frameReasons(facts),
    ...factReasons(facts),
    ...fieldReasons(given),
    ...conditionReasons(given),
    ...(nik?.reasons.filter((reason) => reason.code !== 'nik_region_unknown') ?? []),
    ...voterReasons(
      spoofBallots,
      antiSpoof !== 'live',
      antiSpoof === 'spoof' ? 'card_spoof_suspected' : 'card_antispoof_unclear',
    ),
    ...voterReasons(alterationBallots, alteration !== 'authentic', 'card_tamper_suspected'),
  ];
  const noted = [...differences, ...regionUnknown(nik), ...notedFields(fields), ...simulationNote(given)];
  const overwhelming = antiSpoof === 'spoof' || alteration === 'tampered';
  const verdict = overwhelming ? 'failed' : blocking.length === 0 ? 'passed' : 'requires_review';
  const all = fuse([...spoofBallots, ...alterationBallots], { required: 1, mandatory: [] });
  const assuranceTier = assuranceOf(all, verdict === 'passed');
  return {
    verdict,
    assuranceTier,
    score: all.score,
    antiSpoof: {
      fused: antiSpoof,
      assuranceTier: assuranceOf(spoof, antiSpoof === 'live'),
      voters: spoof.voters,
      passed: spoof.passed,
      present: spoof.present,
    },
    tamper: {
      fused: alteration,
      assuranceTier: assuranceOf(tamper, alteration === 'authentic'),
      voters: tamper.voters,
      passed: tamper.passed,
      present: tamper.present,
    },
    reasons: withoutRepeats([...blocking, ...noted]),
  };
}

/** A validated voter that speaks up leads to review, mandatory or not; that enough others passed does not silence it. */
function flagged(ballots: readonly Ballot[], outcome: Fusion['outcome']): Fusion['outcome'] {
  const doubts = ballots.some(({ weight, passed }) => weight > 0 && passed === false);
  return outcome === 'pass' && doubts ? 'unclear' : outcome;
}

function valuesOf(fields: FieldReadings): KtpFieldValues {
  const values: KtpFieldValues = {};
  for (const name of ktpFieldNames) {
    const value = fields[name].value;
    if (value !== null && value !== '') values[name] = value;
  }
  return values;
}

/** A capture in which no frame is usable says what is wrong with the first one. */
function frameReasons(facts: CardFacts): Reason[] {
  if (facts.frames.some((frame) => frame.problem === undefined)) return [];
  return [{ code: facts.frames[0]?.problem ?? 'too_few_frames', gate }];
}

function factReasons(facts: CardFacts): Reason[] {
  const reasons: Reason[] = [];
  for (const fact of [facts.outline, facts.reading, facts.portrait]) {
    if (!fact.available) reasons.push({ code: fact.reason, gate });
  }
  if (facts.portrait.available && !facts.portrait.value.template.available) {
    reasons.push({ code: facts.portrait.value.template.reason, gate, value: facts.portrait.value.faceWidthPx });
  }
  if (facts.outline.available && facts.cardCount !== 1) {
    reasons.push({
      code: facts.cardCount > 1 ? 'card_several' : 'card_not_found',
      gate,
      value: facts.cardCount,
      threshold: 1,
    });
  }
  return reasons;
}

function fieldReasons({ fields, corrections, nik }: CardCase): Reason[] {
  const reasons: Reason[] = [];
  for (const name of criticalFields) {
    const { value, confidence } = fields[name];
    if (value === null || value === '') {
      reasons.push(
        name === 'nik'
          ? { code: 'nik_missing', gate: 'nik', field: name }
          : { code: 'field_missing', gate, field: name },
      );
    } else if (corrections.some((correction) => correction.field === name)) {
      reasons.push({ code: 'field_corrected', gate, field: name });
    } else if (!(confidence >= uncertainBelow)) {
      reasons.push({ code: 'field_uncertain', gate, field: name, value: confidence, threshold: uncertainBelow });
    }
  }
  if (nik === null && fields.nik.value !== null) reasons.push({ code: 'nik_missing', gate: 'nik', field: 'nik' });
  return reasons;
}

function conditionReasons({ typedByHand, simulated, settings }: CardCase): Reason[] {
  const reasons: Reason[] = [];
  if (typedByHand) reasons.push({ code: 'field_corrected', gate });
  if (simulated && settings.environment === 'live') reasons.push({ code: 'simulated_capture', gate });
  return reasons;
}

/** The verdict's own reason first, then what each voter that did not pass has to say. */
function voterReasons(ballots: readonly Ballot[], applies: boolean, code: ReasonCode): Reason[] {
  return applies ? [{ code, gate }, ...ballotReasons(ballots)] : [];
}

/** Region codes change with every new regency: unknown is worth a look, not a stop. */
function regionUnknown(nik: NikDecode | null): Reason[] {
  return nik?.reasons.filter((reason) => reason.code === 'nik_region_unknown') ?? [];
}

function notedFields(fields: FieldReadings): Reason[] {
  const reasons: Reason[] = [];
  for (const name of ktpFieldNames) {
    if (criticalFields.includes(name)) continue;
    const { value, confidence } = fields[name];
    if (value === null || value === '') reasons.push({ code: 'field_missing', gate, field: name });
    else if (!(confidence >= uncertainBelow)) {
      reasons.push({ code: 'field_uncertain', gate, field: name, value: confidence, threshold: uncertainBelow });
    }
  }
  return reasons;
}

function simulationNote({ simulated, settings }: CardCase): Reason[] {
  return simulated && settings.environment !== 'live' ? [{ code: 'simulated_capture', gate }] : [];
}

function withoutRepeats(reasons: readonly Reason[]): Reason[] {
  const seen = new Set<string>();
  return reasons.filter((reason) => {
    const key = `${reason.code}/${reason.gate}/${reason.field ?? ''}`;
    return !seen.has(key) && seen.add(key);
  });
}
