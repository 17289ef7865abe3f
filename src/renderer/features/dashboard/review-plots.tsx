import type { DashboardView } from '../../../contract/desk/customer-page.ts';
import { useText } from '../../i18n/messages.ts';
import { minutesText } from '../../ui/minutes.ts';
import { Bars } from './bars.tsx';
import { Columns } from './columns.tsx';
import { Plot } from './plot.tsx';

interface PlotOf {
  readonly view: DashboardView;
}

const shownBars = 8;
const tones = { approve: 'pass', reject: 'stop', escalate: 'review' } as const;

export function DecisionsPlot({ view }: PlotOf) {
  const text = useText();
  const of = (decision: string) =>
    view.decisions.filter((row) => row.decision === decision).reduce((sum, { cases }) => sum + cases, 0);
  const total = view.decisions.reduce((sum, { cases }) => sum + cases, 0);
  return (
    <Plot
      title={text('decisions.title')}
      says={text('decisions.says', { total, approve: of('approve'), reject: of('reject'), escalate: of('escalate') })}
      rows={view.decisions}
      rowId={(row) => `${row.decision} ${row.reasonCode}`}
      testId="plot-decisions"
      columns={[
        { id: 'reason', title: text('decisions.reason'), cell: (row) => text.decisionReason(row.reasonCode) },
        {
          id: 'decision',
          title: text('decisions.decision'),
          cell: (row) => text(`decision.done.${row.decision}`),
        },
        { id: 'cases', title: text('plot.count'), number: true, cell: (row) => text.number(row.cases) },
      ]}
    >
      <Bars
        bars={view.decisions.slice(0, shownBars).map((row) => ({
          id: `${row.decision} ${row.reasonCode}`,
          label: text.decisionReason(row.reasonCode),
          value: row.cases,
          words: `${text.number(row.cases)} ${text(`decision.done.${row.decision}`).toLowerCase()}`,
          tone: tones[row.decision],
        }))}
      />
    </Plot>
  );
}

export function CausesPlot({ view }: PlotOf) {
  const text = useText();
  const top = view.causes[0];
  const share = (cases: number) => `${text.number((100 * cases) / Math.max(1, view.casesOpened))} %`;
  return (
    <Plot
      title={text('causes.title')}
      says={text('causes.says', { total: view.casesOpened, top: top === undefined ? '' : text.reason(top.code) })}
      rows={view.causes}
      rowId={(row) => row.code}
      testId="plot-causes"
      columns={[
        { id: 'reason', title: text('decisions.reason'), cell: (row) => text.reason(row.code) },
        { id: 'cases', title: text('plot.count'), number: true, cell: (row) => text.number(row.cases) },
        { id: 'share', title: text('plot.share'), number: true, cell: (row) => share(row.cases) },
      ]}
    >
      <Bars
        bars={view.causes.slice(0, shownBars).map((row) => ({
          id: row.code,
          label: text.reason(row.code),
          value: row.cases,
          words: `${text.number(row.cases)} · ${share(row.cases)}`,
          tone: 'review',
        }))}
      />
    </Plot>
  );
}

export function QueuePlot({ view }: PlotOf) {
  const text = useText();
  const { buckets, waiting, overdue, slaMinutes, medianMinutes } = view.queue;
  const range = ({ from, to }: (typeof buckets)[number]) =>
    to === null ? text('queueAge.over', { from }) : text('queueAge.between', { from, to });
  const late = buckets.findIndex(({ from }) => from >= slaMinutes);
  return (
    <Plot
      title={text('queueAge.title')}
      says={text('queueAge.says', { waiting, overdue, sla: slaMinutes })}
      note={medianMinutes === null ? undefined : text('queueAge.median', { time: minutesText(text, medianMinutes) })}
      rows={waiting === 0 ? [] : buckets}
      rowId={(row) => String(row.from)}
      testId="plot-queue"
      columns={[
        { id: 'range', title: text('queueAge.range'), cell: range },
        { id: 'cases', title: text('plot.count'), number: true, cell: (row) => text.number(row.cases) },
      ]}
    >
      <Columns
        columns={buckets.map((bucket) => ({
          id: String(bucket.from),
          label: bucket.to === null ? `≥ ${bucket.from}` : `${bucket.from}–${bucket.to}`,
          parts: [{ tone: bucket.from >= slaMinutes ? 'stop' : 'accent', value: bucket.cases }],
        }))}
        marks={late === -1 ? [] : [{ at: late / buckets.length, label: text('queueAge.sla', { sla: slaMinutes }) }]}
      />
    </Plot>
  );
}
