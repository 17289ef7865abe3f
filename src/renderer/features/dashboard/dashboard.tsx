import { useState } from 'react';
import { useText } from '../../i18n/messages.ts';
import { useAnswer } from '../../state/use-answer.ts';
import { Asked } from '../../ui/asked.tsx';
import { Select } from '../../ui/select.tsx';
import { ActivityPlot, DaysPlot, FunnelPlot, ScoresPlot } from './branch-plots.tsx';
import { CausesPlot, DecisionsPlot, QueuePlot } from './review-plots.tsx';

const periods = ['1', '7', '30', '90', '365'] as const;
const everyDesk = 'any';

/** The branch in plots, each the answer to a question a supervisor asks. */
export function Dashboard() {
  const text = useText();
  const [days, setDays] = useState<(typeof periods)[number]>('30');
  const [desk, setDesk] = useState(everyDesk);
  const figures = useAnswer('dashboard.view', {
    days: Number(days),
    ...(desk === everyDesk ? {} : { deskId: desk }),
  });
  return (
    <main className="page dashboard stack" tabIndex={0} data-testid="dashboard-page">
      <div className="row">
        <h1 className="grow">{text('dashboard.title')}</h1>
        <Select
          label={text('dashboard.period')}
          value={days}
          options={periods.map((value) => ({ value, label: text(`dashboard.period.${value}`) }))}
          onChange={setDays}
          testId="dashboard-period"
        />
        <Select
          label={text('dashboard.desk')}
          value={desk}
          options={[
            { value: everyDesk, label: text('dashboard.desk.any') },
            ...(figures.value?.desks ?? []).map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={setDesk}
          testId="dashboard-desk"
        />
      </div>
      <Asked asked={figures}>
        {(view) => (
          <div className="plots">
            <QueuePlot view={view} />
            <FunnelPlot view={view} />
            <DecisionsPlot view={view} />
            <CausesPlot view={view} />
            <ScoresPlot view={view} of="liveness" />
            <ScoresPlot view={view} of="match" />
            <ActivityPlot view={view} />
            <DaysPlot view={view} />
          </div>
        )}
      </Asked>
    </main>
  );
}
