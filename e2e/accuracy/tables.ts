/** The tables of an accuracy run, once as rows; text and HTML are drawn from the same rows. */
import { ktpFieldNames } from '../../src/contract/vocabulary.ts';
import { degradations, severities } from './cards/severity.ts';
import type { CardResult } from './read-cards.ts';
import { closedFields, goals, percentile, rateOf, wilson, type Rate } from './score.ts';

export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function rateText(rate: Rate): string {
  if (rate.count === 0) return '–';
  const [low, high] = wilson(rate);
  return `${((rate.hits / rate.count) * 100).toFixed(1)} % (${rate.hits}/${rate.count}; ${(low * 100).toFixed(1)}–${(high * 100).toFixed(1)})`;
}

export function fieldRate(results: readonly CardResult[], names: readonly string[]): Rate {
  return rateOf(
    results.flatMap((result) => result.fields.filter(({ field }) => names.includes(field)).map(({ right }) => right)),
  );
}

export function addressCer(results: readonly CardResult[]): number {
  const edits = results.reduce((sum, { address }) => sum + address.edits, 0);
  const length = results.reduce((sum, { address }) => sum + address.length, 0);
  return length === 0 ? Number.NaN : edits / length;
}

function percent(value: number): string {
  return Number.isNaN(value) ? '–' : `${(value * 100).toFixed(2)} %`;
}

function summaryRow(title: string, results: readonly CardResult[]): string[] {
  const times = results.map(({ milliseconds }) => milliseconds);
  return [
    title,
    String(results.length),
    rateText(fieldRate(results, ['nik'])),
    rateText(fieldRate(results, ['fullName'])),
    rateText(fieldRate(results, closedFields)),
    percent(addressCer(results)),
    rateText(fieldRate(results, ktpFieldNames)),
    `${percentile(times, 0.5).toFixed(0)} / ${percentile(times, 0.95).toFixed(0)}`,
  ];
}

const summaryHead = [
  '',
  'cards',
  'NIK exact',
  'name exact',
  'closed fields',
  'address CER',
  'all 17 fields',
  'ms p50 / p95',
];

/** Everything the run says about reading. `results` are generated cards only. */
export function readingTables(results: readonly CardResult[], supplied: readonly CardResult[]): Table[] {
  const of = (...levels: readonly number[]) =>
    results.filter(({ truth }) => truth !== null && levels.includes(truth.severity));
  const summary = [
    summaryRow('severity 1 and 2', of(1, 2)),
    ...severities.map((severity) => summaryRow(`severity ${severity}`, of(severity))),
    ...(supplied.length > 0 ? [summaryRow('supplied cards', supplied)] : []),
    [
      'goal (severity 1 and 2)',
      '≥ 300',
      `≥ ${goals.nik * 100} %`,
      `≥ ${goals.fullName * 100} %`,
      '≥ 98 %',
      `≤ ${goals.addressCer * 100} %`,
      '',
      `p95 ≤ ${goals.p95Ms}`,
    ],
  ];
  const kinds = degradations.map((kind) =>
    summaryRow(
      kind,
      of(1, 2).filter(({ truth }) => truth?.degradation === kind),
    ),
  );
  const cells = severities.flatMap((severity) =>
    degradations.map((kind) =>
      summaryRow(
        `${severity} ${kind}`,
        of(severity).filter(({ truth }) => truth?.degradation === kind),
      ),
    ),
  );
  const fields = ktpFieldNames.map((field) => [
    field,
    ...severities.map((severity) => rateText(fieldRate(of(severity), [field]))),
    silentErrors(of(1, 2), field),
  ]);
  return [
    { title: 'Reading', head: summaryHead, rows: summary.filter((row) => row[1] !== '0') },
    { title: 'Per degradation (severity 1 and 2)', head: summaryHead, rows: kinds.filter((row) => row[1] !== '0') },
    { title: 'Per severity and degradation', head: summaryHead, rows: cells.filter((row) => row[1] !== '0') },
    {
      title: 'Per field',
      head: [
        'field',
        ...severities.map((severity) => `severity ${severity}`),
        'wrong but sure (≥ 0.7), severity 1 and 2',
      ],
      rows: fields,
    },
    fieldsByDegradation(of(1, 2)),
  ];
}

/** Right of read, for each field under each degradation: where one of them loses a field it shows in one cell. */
function fieldsByDegradation(results: readonly CardResult[]): Table {
  const shown = degradations.filter((kind) => results.some(({ truth }) => truth?.degradation === kind));
  return {
    title: 'Per field and degradation: right of read (severity 1 and 2)',
    head: ['field', ...shown],
    rows: ktpFieldNames.map((field) => [
      field,
      ...shown.map((kind) => {
        const { hits, count } = fieldRate(
          results.filter(({ truth }) => truth?.degradation === kind),
          [field],
        );
        return `${hits}/${count}`;
      }),
    ]),
  };
}

/** Wrong readings that a person would not have been asked about. */
function silentErrors(results: readonly CardResult[], name: string): string {
  const fields = results.flatMap((result) => result.fields.filter(({ field }) => field === name));
  return rateText(rateOf(fields.map(({ right, confidence }) => !right && confidence >= 0.7)));
}

export function printTable({ title, head, rows }: Table): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return `\n${title}\n${line(head)}\n${widths.map((width) => '─'.repeat(width)).join('  ')}\n${rows.map(line).join('\n')}\n`;
}
