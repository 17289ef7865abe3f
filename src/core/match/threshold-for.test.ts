import { describe, expect, it } from 'vitest';
import { defaultOrgSettings, type OrgSettings } from '../../contract/settings.ts';
import { thresholdFor, type MatchCalibration, type ThresholdQuery } from './threshold-for.ts';

const evidence = {
  sets: 's',
  genuinePairs: 1,
  impostorPairs: 1,
  falseNonMatches: 0,
  falseMatches: 0,
  fmrAtMost: 1,
  command: 'c',
};
const calibrations: readonly MatchCalibration[] = [
  { modelId: 'm', sources: ['ktp_extract'], match: 0.36, matchHigh: 0.46, review: 0.25, evidence },
];
const settings = (change: Partial<OrgSettings['thresholds']> = {}): OrgSettings => ({
  ...defaultOrgSettings,
  thresholds: { ...defaultOrgSettings.thresholds, ...change },
});
const ask = (change: Partial<ThresholdQuery> = {}) =>
  thresholdFor({ modelId: 'm', source: 'ktp_extract', risk: 'low', settings: settings(), calibrations, ...change });

describe('thresholdFor', () => {
  it('takes the calibration of this model and source, higher at high risk', () => {
    expect(ask()).toEqual({ threshold: 0.36, reviewThreshold: 0.25, basis: 'calibration' });
    expect(ask({ risk: 'medium' }).threshold).toBe(0.36);
    expect(ask({ risk: 'high' }).threshold).toBe(0.46);
  });
  it.each<[string, Partial<ThresholdQuery>]>([
    ['another model', { modelId: 'auraface-v1' }],
    ['no model', { modelId: null }],
    ['another source', { source: 'dukcapil' }],
    ['no source', { source: null }],
    ['nothing shipped', { calibrations: [] }],
  ])('falls back to the documented defaults with %s', (_, change) => {
    expect(ask(change)).toEqual({ threshold: 0.45, reviewThreshold: 0.28, basis: 'documented_default' });
    expect(ask({ ...change, risk: 'high' }).threshold).toBe(0.55);
  });
  it('lets an organisation decide, per risk and closest per source', () => {
    expect(ask({ settings: settings({ matchLow: 0.5 }) })).toMatchObject({
      threshold: 0.5,
      basis: 'organisation_risk',
    });
    expect(ask({ settings: settings({ matchLow: 0.5 }), risk: 'medium' }).basis).toBe('calibration');
    const bySource = settings({ matchLow: 0.5, matchBySource: { ktp_extract: { low: 0.6, review: 0.4 } } });
    expect(ask({ settings: bySource })).toEqual({
      threshold: 0.6,
      reviewThreshold: 0.4,
      basis: 'organisation_source',
    });
    expect(ask({ settings: bySource, source: 'dukcapil' }).threshold).toBe(0.5);
  });
  it('never reviews above the threshold', () => {
    expect(ask({ settings: settings({ matchReview: 0.9 }) })).toMatchObject({ threshold: 0.36, reviewThreshold: 0.36 });
  });
});
