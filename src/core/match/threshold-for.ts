/**
 * Which cosine makes a match: policy as data. In this order: the organisation's number for this reference source; its number
 * for this risk, where it differs from the documented default; the calibration shipped for this model and source; the
 * documented default (0.45, 0.45, 0.55). Scores of two models are never on one scale, so a calibration is for one model.
 */
import { defaultOrgSettings, type OrgSettings } from '../../contract/settings.ts';
import type { EnrolmentSource, RiskLevel } from '../../contract/vocabulary.ts';

/** Where a reference came from; `supplied` = sent along by the caller. */
export type ReferenceSource = EnrolmentSource | 'supplied';

/** Thresholds measured for one model and one kind of reference, with what was measured. */
export interface MatchCalibration {
  readonly modelId: string;
  readonly sources: readonly ReferenceSource[];
  /** Low and medium risk. */
  readonly match: number;
  /** High risk. */
  readonly matchHigh: number;
  readonly review: number;
  readonly evidence: CalibrationEvidence;
}

export interface CalibrationEvidence {
  readonly sets: string;
  readonly genuinePairs: number;
  readonly impostorPairs: number;
  /** At `match`. */
  readonly falseNonMatches: number;
  readonly falseMatches: number;
  /** Largest of the observed FMR and 3 / N. */
  readonly fmrAtMost: number;
  readonly command: string;
}

export interface ThresholdQuery {
  /** Null: there is no probe, or its model is not known. */
  readonly modelId: string | null;
  readonly source: ReferenceSource | null;
  readonly risk: RiskLevel;
  readonly settings: OrgSettings;
  readonly calibrations: readonly MatchCalibration[];
}

export interface MatchThresholds {
  readonly threshold: number;
  readonly reviewThreshold: number;
  /** Which rule decided the threshold. */
  readonly basis: 'organisation_source' | 'organisation_risk' | 'calibration' | 'documented_default';
}

const settingOf = { low: 'matchLow', medium: 'matchMedium', high: 'matchHigh' } as const;

export function thresholdFor({ modelId, source, risk, settings, calibrations }: ThresholdQuery): MatchThresholds {
  const { thresholds } = settings;
  const defaults = defaultOrgSettings.thresholds;
  const own = source === null ? undefined : thresholds.matchBySource?.[source];
  const calibrated = calibrations.find(
    (one) => one.modelId === modelId && source !== null && one.sources.includes(source),
  );
  const chosen = ((): Omit<MatchThresholds, 'reviewThreshold'> => {
    const bySource = own?.[risk];
    if (bySource !== undefined) return { threshold: bySource, basis: 'organisation_source' };
    const key = settingOf[risk];
    if (thresholds[key] !== defaults[key]) return { threshold: thresholds[key], basis: 'organisation_risk' };
    if (calibrated !== undefined) {
      return { threshold: risk === 'high' ? calibrated.matchHigh : calibrated.match, basis: 'calibration' };
    }
    return { threshold: thresholds[key], basis: 'documented_default' };
  })();
  const review =
    own?.review ??
    (thresholds.matchReview !== defaults.matchReview
      ? thresholds.matchReview
      : (calibrated?.review ?? thresholds.matchReview));
  // A review band above the threshold would turn matches into nothing.
  return { ...chosen, reviewThreshold: Math.min(review, chosen.threshold) };
}
