/** The shipped calibrations, read once, and the threshold they give together with the organisation's settings. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  thresholdFor,
  type MatchCalibration,
  type MatchThresholds,
  type ThresholdQuery,
} from '../core/match/threshold-for.ts';

let shipped: readonly MatchCalibration[] | undefined;

/** `resources/calibration/face-match.json`: written from `npm run accuracy:face`, with its evidence. */
export function shippedCalibrations(): readonly MatchCalibration[] {
  shipped ??= (
    JSON.parse(
      readFileSync(fileURLToPath(new URL('../../resources/calibration/face-match.json', import.meta.url)), 'utf8'),
    ) as { readonly calibrations: readonly MatchCalibration[] }
  ).calibrations;
  return shipped;
}

export function matchThresholds(query: Omit<ThresholdQuery, 'calibrations'>): MatchThresholds {
  return thresholdFor({ ...query, calibrations: shippedCalibrations() });
}
