/**
 * Voters of the card, each one rule over one named measurement. A voter that was never validated on data has weight 0:
 * it is shown with its number and does not count (api-decisions 11).
 */
import type { CardFacts } from '../../contract/facts.ts';
import type { CardVoterName, TamperVoterName } from '../../contract/verdicts.ts';
import type { Reason, ReasonCode } from '../../contract/reasons.ts';
import { castFlashBallot } from '../flash/flash-ballot.ts';
import { absentBallot, castBallot, type Ballot } from '../fusion/fuse.ts';
import { nikIsValid, type NikDecode } from '../nik/decode-nik.ts';

/**
 * Thresholds of this room. Those of the voters with weight were chosen on generated cards of some seeds and proven on cards
 * of others; counts, rates and intervals are in `resources/calibration/card-voters.json` (`npm run calibrate:card`
 * writes it). The rest awaits data and has weight 0. The limits of the flash are those of `core/flash`.
 */
export const cardThresholds = {
  chromaSpread: 0.12,
  patternPeak: 30,
  portraitExcess: 0.17,
  typeOutlier: 0.2,
  portraitGhost: 0.25,
  portraitTurn: 0.25,
  planeError: 0.004,
  shapeError: 0.08,
  edgeShadow: 0.04,
  specularShift: 0.08,
  templateLabels: 0.6,
  guillocheHue: -0.2,
  rowOffset: 0.0035,
} as const;

/** One rule over one named measurement of a still. */
export interface CardCheck {
  readonly voter: CardVoterName | TamperVoterName;
  readonly measurement: string;
  readonly threshold: number;
  readonly direction: 'at_least' | 'at_most';
}

const check = (
  voter: CardCheck['voter'],
  measurement: string,
  direction: CardCheck['direction'],
  threshold: number,
): CardCheck => ({ voter, measurement, threshold, direction });

/** Every rule; a voter with several answers with the first that fails, else with its first that was measured. */
export const cardChecks: readonly CardCheck[] = [
  check('photocopy', 'chroma_spread', 'at_least', cardThresholds.chromaSpread),
  check('screen_recapture', 'moire_peak', 'at_most', cardThresholds.patternPeak),
  check('screen_recapture', 'raster_peak', 'at_most', cardThresholds.patternPeak),
  check('print_raster', 'portrait_excess', 'at_most', cardThresholds.portraitExcess),
  check('geometry', 'plane_error', 'at_most', cardThresholds.planeError),
  check('geometry', 'shape_error', 'at_most', cardThresholds.shapeError),
  check('edge', 'edge_shadow', 'at_least', cardThresholds.edgeShadow),
  check('template_match', 'template_labels', 'at_least', cardThresholds.templateLabels),
  check('template_match', 'guilloche_hue', 'at_most', cardThresholds.guillocheHue),
  check('font_match', 'type_outlier', 'at_most', cardThresholds.typeOutlier),
  check('portrait_integrity', 'portrait_ghost', 'at_most', cardThresholds.portraitGhost),
  check('portrait_integrity', 'portrait_turn', 'at_most', cardThresholds.portraitTurn),
  check('field_alignment', 'row_offset', 'at_most', cardThresholds.rowOffset),
  check('hologram_check', 'specular_shift', 'at_least', cardThresholds.specularShift),
];

/** Voters that lead to review when they fail, beside the mandatory ones; the rest awaits data. */
const weights: Readonly<Partial<Record<CardCheck['voter'], number>>> = {
  photocopy: 0.5,
  screen_recapture: 0.5,
  print_raster: 0.5,
  template_match: 0.5,
  font_match: 0.5,
  portrait_integrity: 0.5,
};

export function antiSpoofBallots(facts: CardFacts): Ballot<CardVoterName>[] {
  const voters = ['photocopy', 'screen_recapture', 'print_raster', 'geometry', 'edge'] as const;
  return [flashBallot(facts), ...voters.map((name) => measuredBallot(name, facts, 'card_spoof_suspected'))];
}

/**
 * Colour, order and timing of the light must fit. A clear answer to another light is strong evidence; a picture that
 * stands still is only a picture (a file feed, a scanner): doubt, not proof.
 */
function flashBallot(facts: CardFacts): Ballot<CardVoterName> {
  const ballot = castFlashBallot(facts.flash, { depth: false });
  if (ballot.passed !== false) return ballot;
  const moved = facts.flash.available && facts.flash.value.signalToNoise > 0;
  return { ...ballot, reason: 'card_spoof_suspected', strong: ballot.strong === true && moved };
}

/**
 * `differences` are those of `compareNikWithCard`. Another region is usual after a move and does not fail the voter;
 * another birth date or sex does.
 */
export function tamperBallots(
  facts: CardFacts,
  nik: NikDecode | null,
  differences: readonly Reason[],
): Ballot<TamperVoterName>[] {
  const voters = ['template_match', 'font_match', 'portrait_integrity', 'field_alignment', 'hologram_check'] as const;
  return [nikBallot(nik, differences), ...voters.map((name) => measuredBallot(name, facts, 'card_tamper_suspected'))];
}

/** The first rule of this voter that fails, else the first that has data. Its first rule must have data for a pass. */
function measuredBallot<Name extends CardCheck['voter']>(
  name: Name,
  facts: CardFacts,
  failReason: ReasonCode,
): Ballot<Name> {
  const weight = weights[name] ?? 0;
  const ballots = cardChecks
    .filter(({ voter }) => voter === name)
    .map(({ measurement, threshold, direction }) => {
      const value = facts.measurements.find((each) => each.name === measurement)?.value;
      return castBallot({ name, value, threshold, direction, weight, failReason });
    });
  const failed = ballots.find(({ passed }) => passed === false);
  return failed ?? (mustHaveFirst(name) ? ballots[0] : ballots.find(({ passed }) => passed === true)) ?? ballots[0]!;
}

/** Without labels the ground alone proves no template. */
function mustHaveFirst(name: CardCheck['voter']): boolean {
  return name === 'template_match';
}

function nikBallot(nik: NikDecode | null, differences: readonly Reason[]): Ballot<TamperVoterName> {
  const name = 'nik_consistency';
  if (nik === null) return absentBallot(name, 1, 'nik_missing');
  if (!nikIsValid(nik)) return { name, passed: false, value: 0, threshold: 1, weight: 1, reason: 'nik_malformed' };
  const contradictions = differences.filter(
    ({ code }) => code !== 'nik_region_differs' && code !== 'nik_region_historic',
  );
  const first = contradictions[0];
  return {
    name,
    passed: first === undefined,
    value: 1 - contradictions.length / 2,
    threshold: 1,
    weight: 1,
    reason: first?.code ?? 'within_limits',
  };
}
