/** The calibration as one HTML file: tables and plots drawn here, nothing loaded from elsewhere, no path of a picture. */
import type { ErrorRate, OperatingPoint } from '../../core/calibration/rates.ts';
import type { Calibration } from './calibrate-pairs.ts';
import { barPlot, linePlot } from './svg-plot.ts';
import { tailInWords } from './tail-words.ts';

export function calibrationHtml(result: Calibration, made: { readonly at: string; readonly version: string }): string {
  const { pairs, images, roc } = result;
  const floor = pairs.impostor > 0 ? 1 / pairs.impostor : 1e-3;
  const byThreshold = [...roc].reverse();
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>Loket: face match calibration</title><style>${style}</style><h1>Face match calibration</h1>`,
    `<p>Model <b>${escape(result.modelId ?? 'none')}</b> · made ${escape(made.at)} · Loket ${escape(made.version)}</p>`,
    table(
      ['', 'count'],
      [
        ['images', String(images.total)],
        ['usable', String(images.usable)],
        ...Object.entries(images.unusable).map(([reason, count]) => [`not usable: ${reason}`, String(count)]),
        ['pairs', String(pairs.total)],
        ['genuine compared', String(pairs.genuine)],
        ['impostor compared', String(pairs.impostor)],
        ['left out (a picture without one usable face)', String(pairs.skipped)],
      ],
    ),
    `<p>AUC ${number(result.auc, 5)}${result.aucInterval === null ? '' : ` (95 % ${number(result.aucInterval[0], 5)}–${number(result.aucInterval[1], 5)}, Hanley and McNeil)`}</p>`,
    '<h2>Operating points</h2>',
    operatingPoints(result),
    `<p class="note">FMR is never stated below 3 / N: with ${pairs.impostor} impostor pairs, nothing below ${pairs.impostor > 0 ? percent(Math.min(1, 3 / pairs.impostor)) : '–'} can be shown. Intervals are Clopper–Pearson, 95 %; they treat pairs as independent, but pairs that share a person are not, so the truth is less certain than the interval.</p>`,
    '<h2>Duplicates (1:N)</h2>',
    ...tailInWords(result).map((line) => `<p>${escape(line)}</p>`),
    '<h2>ROC (detection error trade-off)</h2>',
    linePlot({
      x: { label: 'FMR (log)', log: true, min: floor, max: 1 },
      y: { label: 'FNMR', min: 0, max: Math.max(0.05, roc[0]?.fnmr ?? 0.05) },
      lines: [{ name: 'model', points: roc.map(({ fmr, fnmr }) => [Math.max(floor, fmr), fnmr]) }],
    }),
    '<h2>Errors by threshold</h2>',
    linePlot({
      x: { label: 'threshold (cosine)', min: byThreshold[0]?.threshold ?? -1, max: byThreshold.at(-1)?.threshold ?? 1 },
      y: { label: 'error rate', min: 0, max: 1 },
      lines: [
        { name: 'FMR', points: byThreshold.map(({ threshold, fmr }) => [threshold, fmr]) },
        { name: 'FNMR', points: byThreshold.map(({ threshold, fnmr }) => [threshold, fnmr]) },
      ],
    }),
    '<h2>Similarity of pairs</h2>',
    barPlot({
      label: 'cosine similarity',
      from: result.histogram.from,
      step: result.histogram.step,
      series: [
        { name: 'impostor', values: result.histogram.impostor },
        { name: 'genuine', values: result.histogram.genuine },
      ],
    }),
    '<h2>Pairs to look at</h2>',
    table(
      ['lowest genuine (line)', 'similarity', 'highest impostor (line)', 'similarity'],
      Array.from({ length: Math.max(result.lowestGenuine.length, result.highestImpostor.length) }, (_, index) =>
        [result.lowestGenuine[index], result.highestImpostor[index]].flatMap((one) =>
          one === undefined ? ['', ''] : [String(one.line), number(one.similarity, 3)],
        ),
      ),
    ),
    '</html>\n',
  ].join('\n');
}

function operatingPoints(result: Calibration): string {
  const row = (name: string, point: OperatingPoint, note = '') => [
    name,
    point.threshold.toFixed(4),
    rateText(point.fmr, true),
    rateText(point.fnmr, false),
    note,
  ];
  return table(
    ['', 'threshold', 'FMR', 'FNMR', ''],
    [
      ...result.atThresholds.map((point) => row('shipped', point)),
      ...(result.equalError === null ? [] : [row('equal error', result.equalError)]),
      ...result.forTargets.map((point) =>
        row(
          `FMR ≤ ${percent(point.targetFmr)}`,
          point,
          point.supported ? '' : `cannot be shown: needs ${point.pairsNeeded} impostor pairs`,
        ),
      ),
    ],
  );
}

/** A rate in words. `quoted`: not below 3 / N. */
export function rateText(rate: ErrorRate, quoted: boolean): string {
  if (rate.observed === null) return '–';
  const shown = quoted && rate.quotable !== rate.observed ? `≤ ${percent(rate.quotable ?? 1)}` : percent(rate.observed);
  return `${shown} (${rate.errors}/${rate.pairs}; 95 % ${percent(rate.interval[0])}–${percent(rate.interval[1])})`;
}

function percent(value: number): string {
  const shown = value * 100;
  return `${shown === 0 ? '0' : shown < 0.1 ? shown.toPrecision(2) : shown.toFixed(2)} %`;
}

function number(value: number | null, digits: number): string {
  return value === null ? '–' : value.toFixed(digits);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join('')}</tr>`;
  return `<table>${line(head, 'th')}${rows.map((row) => line(row, 'td')).join('')}</table>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

const style =
  'body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1c2321}' +
  'table{border-collapse:collapse;margin:1rem 0}td,th{padding:.3rem .8rem;border-bottom:1px solid #d5dad8;text-align:left;font-variant-numeric:tabular-nums}' +
  '.note{color:#55605c;max-width:46rem}svg{width:100%;height:auto;max-width:46rem}';
