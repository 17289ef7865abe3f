/**
 * Voters of the card, each one rule over one named measurement. A voter that was never validated on data has weight 0:
 * it is shown with its number and does not count (api-decisions 11).
 */
import type { CardFacts } from '../../contract/facts.ts';
import type { CardVoterName, TamperVoterName } from '../../contract/verdicts.ts';
import type { Reason } from '../../contract/reasons.ts';
import { absentBallot, castBallot, type Ballot } from '../fusion/fuse.ts';
import { nikIsValid, type NikDecode } from '../nik/decode-nik.ts';

/**
 * Thresholds of this room, with where they come from. Flash: the separation shown in vision/flash over 1,000 right and
 * 1,000 wrong sequences. Chroma: 18 rendered cards (0.138–0.176) against their grey copies, also under coloured light
 * (below 0.04). Labels: 14 of 14 on those cards. The others await attack data and have weight 0.
 */
export const cardThresholds = {
  flashCorrelation: 0.6,
  flashOrderMargin: 0.05,
  /** A clear answer to another light: correlation at or below this, with a signal well above noise. */
  flashContradiction: 0.15,
  flashClearSignal: 6,
  chromaSpread: 0.07,
  moirePeak: 30,
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

/** Colour, order and timing of the light must fit; a stream that clearly answers another light is strong evidence. */
function flashBallot(facts: CardFacts): Ballot<CardVoterName> {
  const name = 'flash_reflectance';
  if (!facts.flash.available) return absentBallot(name, 1, facts.flash.reason);
  const { correlation, orderMargin, signalToNoise } = facts.flash.value;
  if (![correlation, orderMargin, signalToNoise].every(Number.isFinite)) return absentBallot(name, 1, 'not_measured');
  const passed = correlation >= cardThresholds.flashCorrelation && orderMargin >= cardThresholds.flashOrderMargin;
  return {
    name,
    passed,
    value: correlation,
    threshold: cardThresholds.flashCorrelation,
    weight: 1,
    reason: passed ? 'within_limits' : 'card_spoof_suspected',
    strong:
      !passed && correlation <= cardThresholds.flashContradiction && signalToNoise >= cardThresholds.flashClearSignal,
  };
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
