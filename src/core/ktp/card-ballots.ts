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
 * Thresholds of this room. Those of the voters with weight were chosen on generated cards of some seeds and proven on cards
 * of others; counts, rates and intervals are in `resources/calibration/card-voters.json` (`npm run calibrate:card`
 * writes it). The rest awaits data and has weight 0. The limits of the flash are those of `core/flash`.
 */
export const cardThresholds = {
  chromaSpread: 0.12,
  moirePeak: 32,
  portraitRoughest: 0.45,
  typeOutlier: 0.2,
  portraitSoftest: 0.2,
  shapeError: 0.08,
  edgeShadow: 0.04,
  specularShift: 0.08,
  templateLabels: 0.6,
  rowError: 0.12,
} as const;

/** Fine over coarse detail of the text from which on the lens was sharp enough to judge the portrait by. */
const sharpText = 0.3;
/** Camera noise on bare paper (10th percentile of |Laplacian|, 0–255) up to which dots can be told from it. */
const quietPaper = 7;

/** Voters that lead to review when they fail, beside the mandatory ones. */
const weights = { photocopy: 0.5, recapture: 0.5, raster: 0.5, type: 0.5, labels: 0.5 } as const;

export function antiSpoofBallots(facts: CardFacts): Ballot<CardVoterName>[] {
  const measured = (name: string) => facts.measurements.find((each) => each.name === name)?.value;
  return [
    flashBallot(facts),
    castBallot({
      name: 'photocopy',
      value: measured('chroma_spread'),
      threshold: cardThresholds.chromaSpread,
      direction: 'at_least',
      weight: weights.photocopy,
      failReason: 'card_spoof_suspected',
    }),
    castBallot({
      name: 'screen_recapture',
      value: measured('moire_peak'),
      threshold: cardThresholds.moirePeak,
      direction: 'at_most',
      weight: weights.recapture,
      failReason: 'card_spoof_suspected',
    }),
    castBallot({
      name: 'print_raster',
      value: roughness(facts),
      threshold: cardThresholds.portraitRoughest,
      direction: 'at_most',
      weight: weights.raster,
      failReason: 'card_spoof_suspected',
    }),
    unvalidated('geometry', measured('shape_error'), cardThresholds.shapeError, 'at_most'),
    unvalidated('edge', measured('edge_shadow'), cardThresholds.edgeShadow, 'at_least'),
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
      weight: weights.labels,
      failReason: 'card_tamper_suspected',
    }),
    castBallot({
      name: 'font_match',
      value: measured('type_outlier'),
      threshold: cardThresholds.typeOutlier,
      direction: 'at_most',
      weight: weights.type,
      failReason: 'card_tamper_suspected',
    }),
    unvalidated('portrait_integrity', softness(facts), cardThresholds.portraitSoftest, 'at_least'),
    unvalidated('field_alignment', rowError, cardThresholds.rowError, 'at_most'),
    unvalidated('hologram_check', measured('specular_shift'), cardThresholds.specularShift, 'at_least'),
  ];
}

function texture({ measurements }: CardFacts) {
  return measurements.find((each) => each.name === 'portrait_detail');
}

/** Dots and the noise of a dim camera look alike: where the bare paper is noisy nothing can be said. */
function roughness(facts: CardFacts): number | null {
  const found = texture(facts);
  return found !== undefined && (found.detail?.paperNoise ?? Infinity) <= quietPaper ? found.value : null;
}

/** A soft portrait means something only where the print around it is sharp; elsewhere the lens made it so. */
function softness(facts: CardFacts): number | null {
  const found = texture(facts);
  return found !== undefined && (found.detail?.textDetail ?? 0) >= sharpText ? found.value : null;
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
