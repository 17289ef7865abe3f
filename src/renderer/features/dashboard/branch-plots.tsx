import type { DashboardView, Distribution } from '../../../contract/desk/customer-page.ts';
import { useText } from '../../i18n/messages.ts';
import { Bars } from './bars.tsx';
import { Columns } from './columns.tsx';
import { Plot } from './plot.tsx';

interface PlotOf {
  readonly view: DashboardView;
}

const percent = (part: number, whole: number) => Math.round((100 * part) / Math.max(1, whole));

export function FunnelPlot({ view }: PlotOf) {
  const text = useText();
  const total = view.funnel[0]?.customers ?? 0;
  const done = view.funnel.find(({ tier }) => tier === 'standard')?.customers ?? 0;
  const words = (customers: number) => `${text.number(customers)} · ${percent(customers, total)} %`;
  return (
    <Plot
      title={text('funnel.title')}
      says={text('funnel.says', { total, done })}
      rows={total === 0 ? [] : view.funnel}
      rowId={(row) => row.tier}
      testId="plot-funnel"
      columns={[
        { id: 'tier', title: text('funnel.step'), cell: (row) => text(`funnel.${row.tier}`) },
        { id: 'count', title: text('plot.count'), number: true, cell: (row) => text.number(row.customers) },
        { id: 'share', title: text('plot.share'), number: true, cell: (row) => `${percent(row.customers, total)} %` },
      ]}
    >
      <Bars
        most={total}
        bars={view.funnel.map(({ tier, customers }) => ({
          id: tier,
          label: text(`funnel.${tier}`),
          value: customers,
          words: words(customers),
        }))}
      />
    </Plot>
  );
}

const outcomes = ['failed', 'pending', 'verified'] as const;
const tones = { failed: 'stop', pending: 'review', verified: 'pass' } as const;

export function ScoresPlot({ view, of }: PlotOf & { readonly of: 'liveness' | 'match' }) {
  const text = useText();
  const { buckets, total, ticks }: Distribution = view[of];
  const passed = buckets.reduce((sum, bucket) => sum + bucket.verified, 0);
  const limit = ticks.find(({ name }) => name === 'match' || name === 'voters')?.at ?? 0;
  const all = (bucket: (typeof buckets)[number]) => bucket.verified + bucket.pending + bucket.failed;
  const within = (from: number, to: number) =>
    buckets.filter((bucket) => bucket.from >= from && bucket.from < to).reduce((sum, bucket) => sum + all(bucket), 0);
  // A full score belongs to the last bucket, so that one counts as at the limit when the limit is full.
  const below = within(0, Math.min(limit, 95));
  return (
    <Plot
      title={text(`${of}.title`)}
      says={text(`${of}.says`, { total, share: percent(passed, total), below, near: within(limit - 5, limit + 5) })}
      rows={total === 0 ? [] : buckets.filter((bucket) => all(bucket) > 0)}
      rowId={(row) => String(row.from)}
      testId={`plot-${of}`}
      columns={[
        { id: 'range', title: text('scores.range'), cell: (row) => `${row.from}–${row.from + 5}` },
        ...outcomes.map((outcome) => ({
          id: outcome,
          title: text(`scores.${outcome}`),
          number: true,
          cell: (row: (typeof buckets)[number]) => text.number(row[outcome]),
        })),
      ]}
    >
      <ul className="plot-keys small">
        {outcomes.map((outcome) => (
          <li key={outcome} className={`word-${tones[outcome]}`}>
            <svg viewBox="0 0 12 12" width="12" height="12">
              <rect width="12" height="12" rx="2" fill="currentColor" />
            </svg>
            {text(`scores.${outcome}`)}
          </li>
        ))}
      </ul>
      <Columns
        columns={buckets.map((bucket) => ({
          id: String(bucket.from),
          label: bucket.from % 20 === 0 ? String(bucket.from) : '',
          parts: outcomes.map((outcome) => ({ tone: tones[outcome], value: bucket[outcome] })),
        }))}
        marks={ticks.map(({ name, at }) => ({ at: at / 100, label: text(`tick.${name}`, { at: Math.round(at) }) }))}
      />
    </Plot>
  );
}

export function ActivityPlot({ view }: PlotOf) {
  const text = useText();
  const total = view.activity.reduce((sum, { captures }) => sum + captures, 0);
  const name = (desk: string) => (desk === '' ? text('activity.unknown') : desk);
  return (
    <Plot
      title={text('activity.title')}
      says={text('activity.says', { total, desks: view.activity.length, top: name(view.activity[0]?.desk ?? '') })}
      rows={view.activity}
      rowId={(row) => row.desk}
      testId="plot-activity"
      columns={[
        { id: 'desk', title: text('activity.desk'), cell: (row) => name(row.desk) },
        { id: 'captures', title: text('activity.captures'), number: true, cell: (row) => text.number(row.captures) },
        { id: 'customers', title: text('activity.customers'), number: true, cell: (row) => text.number(row.customers) },
        { id: 'cases', title: text('activity.cases'), number: true, cell: (row) => text.number(row.cases) },
      ]}
    >
      <Bars
        bars={view.activity.slice(0, 10).map((row) => ({
          id: row.desk,
          label: name(row.desk),
          value: row.captures,
          words: `${text.number(row.captures)} · ${text.number(row.cases)} ${text('activity.cases').toLowerCase()}`,
        }))}
      />
    </Plot>
  );
}

export function DaysPlot({ view }: PlotOf) {
  const text = useText();
  const { perDay } = view;
  const total = perDay.reduce((sum, { captures }) => sum + captures, 0);
  const most = Math.max(0, ...perDay.map(({ captures }) => captures));
  const every = Math.ceil(perDay.length / 8);
  return (
    <Plot
      title={text('perDay.title')}
      says={text('perDay.says', {
        days: perDay.length,
        mean: text.number(total / Math.max(1, perDay.length)),
        most: text.number(most),
      })}
      rows={perDay}
      rowId={(row) => row.day}
      testId="plot-days"
      columns={[
        { id: 'day', title: text('perDay.day'), cell: (row) => text.date(row.day) },
        { id: 'captures', title: text('activity.captures'), number: true, cell: (row) => text.number(row.captures) },
      ]}
    >
      <Columns
        columns={perDay.map(({ day, captures }, index) => ({
          id: day,
          label: index % every === 0 ? day.slice(5).split('-').reverse().join('/') : '',
          parts: [{ tone: 'accent', value: captures }],
        }))}
      />
    </Plot>
  );
}
