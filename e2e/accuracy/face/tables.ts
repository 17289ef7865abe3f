/** The tables of a face run. */
import { clopperPearson } from '../../../src/core/calibration/interval.ts';
import type { ErrorRate } from '../../../src/core/calibration/rates.ts';
import { thresholdFor, type ReferenceSource } from '../../../src/core/match/threshold-for.ts';
import { defaultOrgSettings } from '../../../src/contract/settings.ts';
import { shippedCalibrations } from '../../../src/services/match-thresholds.ts';
import type { Table } from '../tables.ts';
import { attackSpecies } from './attacks.ts';
import type { StreamCounts } from './flash-streams.ts';
import type { SetResult } from './match-sets.ts';
import type { PassiveSample } from './passive-samples.ts';
import type { SessionResult } from './sessions.ts';

const percent = (value: number) => `${(100 * value).toFixed(value > 0 && value < 0.001 ? 4 : 2)} %`;

export function rate(hits: number, count: number): string {
  if (count === 0) return '–';
  const [low, high] = clopperPearson({ hits, count });
  return `${percent(hits / count)} (${hits}/${count}; ${percent(low)}–${percent(high)})`;
}

/** An FMR is never said to lie below 3 / N. */
function matchRate({ errors, pairs, observed, quotable, interval }: ErrorRate, quoted: boolean): string {
  if (observed === null || quotable === null) return '–';
  const said = quoted && quotable > observed ? `≤ ${percent(quotable)}` : percent(observed);
  return `${said} (${errors}/${pairs}; ${percent(interval[0])}–${percent(interval[1])})`;
}

/** ISO/IEC 30107-3: APCER per species = attacks called live; BPCER = genuine captures not called live. */
export function livenessTable(results: readonly SessionResult[]): Table {
  const row = (name: string, of: readonly SessionResult[], wrong: (one: SessionResult) => boolean, metric: string) => [
    name,
    metric,
    rate(of.filter(wrong).length, of.length),
    `${of.filter(({ judgement }) => judgement.fused === 'live').length} / ${of.filter(({ judgement }) => judgement.fused === 'unclear').length} / ${of.filter(({ judgement }) => judgement.fused === 'spoof').length}`,
    ...['flash_reflectance', 'challenge_response', 'passive_liveness'].map(
      (voter) =>
        `${of.filter(({ judgement }) => judgement.voters.some((one) => one.name === voter && one.passed === true)).length}`,
    ),
  ];
  const genuine = results.filter(({ species }) => species === 'genuine');
  return {
    title: 'Liveness in the physical simulator (an attested desk, so that the attack has that voter for free)',
    head: ['', 'metric', 'rate (n; 95 %)', 'live / unclear / spoof', 'flash passed', 'turn passed', 'passive passed'],
    rows: [
      row('genuine', genuine, ({ judgement }) => judgement.fused !== 'live', 'BPCER'),
      ...attackSpecies.map((species) =>
        row(
          species,
          results.filter((one) => one.species === species),
          ({ judgement }) => judgement.fused === 'live',
          'APCER',
        ),
      ),
    ].filter((cells) => cells[2] !== '–'),
  };
}

export function matchTable(results: readonly (SetResult & { readonly source: ReferenceSource })[]): Table {
  return {
    title: 'Matching at the shipped thresholds (pairs share persons: intervals are optimistic)',
    head: ['set', 'model', 'images (refused)', 'risk', 'threshold', 'FMR (errors; 95 %)', 'FNMR (errors; 95 %)'],
    rows: results.flatMap((result) =>
      (['low', 'high'] as const).map((risk) => {
        const { threshold, basis } = thresholdFor({
          modelId: result.modelId,
          source: result.source,
          risk,
          settings: defaultOrgSettings,
          calibrations: shippedCalibrations(),
        });
        const point = result.at(threshold);
        return [
          result.name,
          result.modelId,
          `${result.images} (${result.refused})`,
          risk,
          `${threshold} ${basis}`,
          matchRate(point.fmr, true),
          matchRate(point.fnmr, false),
        ];
      }),
    ),
  };
}

export function flashTable(results: readonly StreamCounts[]): Table {
  return {
    title: 'Flash challenge on generated light (hard = strong cross-talk and a white balance of 0.3–1.5 s)',
    head: [
      'camera',
      'source',
      'steps',
      'right refused',
      'wrong accepted',
      'no light accepted',
      'one colour exchanged accepted',
    ],
    rows: results.map(({ kind, source, steps, right, wrong, none, near }) => [
      kind,
      source,
      steps,
      rate(right.refused, right.count),
      rate(wrong.accepted, wrong.count),
      rate(none.accepted, none.count),
      rate(near.accepted, near.count),
    ]),
  };
}

export function passiveTable(samples: readonly PassiveSample[]): Table {
  return {
    title: `Passive scores of the ${samples.length} sample pictures (few, one source each: no promise)`,
    head: ['picture', 'label', 'scores', 'mean'],
    rows: samples.map(({ name, label, scores }) => [
      name,
      label,
      scores.map((score) => score.toFixed(3)).join(' '),
      scores.length === 0 ? 'no face' : (scores.reduce((sum, score) => sum + score, 0) / scores.length).toFixed(3),
    ]),
  };
}
