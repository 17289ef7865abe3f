/**
 * Voters of the card, each one rule over one named measurement. A voter that was never validated on data has weight 0:
 * it is shown with its number and does not count (api-decisions 11).
 */
import type { CardFacts } from '../../contract/facts.ts';
import type { CardVoterName, TamperVoterName } from '../../contract/verdicts.ts';
import type { Reason } from '../../contract/reasons.ts';
import { castFlashBallot } from '../flash/flash-ballot.ts';
import { absentBallot, castBallot, type Ballot } from '../fusion/fuse.ts';
import { nikIsValid, type NikDecode } from '../nik/decode-nik.ts';

/**
 * Thresholds of this room, with where they come from. Chroma: 18 rendered cards (0.138–0.176) and 42 generated ones
 * (0.043–0.31; low where a pale portrait stands before blue) against grey copies of both (0.000–0.056, all but one below
 * 0.02). Moiré: 48 generated cards and copies without a pattern (up to 24.5 dB) against 8 photographs of a screen (from
 * 27.8 dB) and 8 halftone prints (from 35.8 dB); on generated data only, so still without weight. Labels: 14 of 14 on those cards, also on cluttered desks. The others await
 * attack data and have weight 0. The limits of the flash are those of `core/flash`.
 */
export const cardThresholds = {
  chromaSpread: 0.04,
  moirePeak: 26,
  rasterPeak: 30,
  cardTilt: 1.35,
  templateLabels: 0.6,
  rowError: 0.12,
  portraitNoiseRatio: 8,
} as const;

export function antiSpoofBallots(facts: CardFacts): Ballot<CardVoterName>[] {
  const measured = (name: string) => facts.measurements.find((each) => each.name === name)?.value;
  return [
    flashBallot(facts),
    castBallot({
      name: 'photocopy',
      value: measured('chroma_spread'),
      threshold: cardThresholds.chromaSpread,
      direction: 'at_least',
      weight: 0.5,
      failReason: 'card_spoof_suspected',
    }),
    unvalidated('screen_recapture', measured('moire_peak'), cardThresholds.moirePeak, 'at_most'),
    unvalidated('print_raster', measured('raster_peak'), cardThresholds.rasterPeak, 'at_most'),
    unvalidated('geometry', measured('card_tilt'), cardThresholds.cardTilt, 'at_most'),
    absentBallot('edge', 0, 'not_measured'),
  ];
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
  rowError: number | null,
): Ballot<TamperVoterName>[] {
  const measured = (name: string) => facts.measurements.find((each) => each.name === name)?.value;
  return [
    nikBallot(nik, differences),
    castBallot({
      name: 'template_match',
      value: measured('template_labels'),
      threshold: cardThresholds.templateLabels,
      direction: 'at_least',
      weight: 0.5,
      failReason: 'card_tamper_suspected',
    }),
    unvalidated('field_alignment', rowError, cardThresholds.rowError, 'at_most'),
    unvalidated('portrait_integrity', measured('portrait_noise_ratio'), cardThresholds.portraitNoiseRatio, 'at_most'),
    absentBallot('font_match', 0, 'not_measured'),
    absentBallot('hologram_check', 0, 'not_measured'),
  ];
}

function nikBallot(nik: NikDecode | null, differences: readonly Reason[]): Ballot<TamperVoterName> {
  const name = 'nik_consistency';
  if (nik === null) return absentBallot(name, 1, 'nik_missing');
  if (!nikIsValid(nik)) return { name, passed: false, value: 0, threshold: 1, weight: 1, reason: 'nik_malformed' };
  const contradictions = differences.filter((reason) => reason.code !== 'nik_region_differs');
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

function unvalidated<Name extends string>(
  name: Name,
  value: number | null | undefined,
  threshold: number,
  direction: 'at_least' | 'at_most',
): Ballot<Name> {
  return castBallot({ name, value, threshold, direction, weight: 0, failReason: 'voter_not_validated' });
}
