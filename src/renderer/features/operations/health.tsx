import { Stethoscope } from 'lucide-react';
import type { HealthFinding } from '../../../contract/desk/jobs.ts';
import { useText, type MessageKey } from '../../i18n/messages.ts';
import { useStation } from '../../state/loket-context.ts';
import { useJob } from '../../state/use-job.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/kawung.tsx';
import { Badge, Notice } from '../../ui/notice.tsx';
import { Progress } from '../../ui/progress.tsx';

const tones = { green: 'pass', amber: 'review', red: 'stop' } as const;
const order = { red: 0, amber: 1, green: 2 } as const;

/** One point: what was looked at, how it is, and what to do. The figure behind it is the examiner's own, in English. */
function Finding({ finding }: { readonly finding: HealthFinding }) {
  const text = useText();
  return (
    <li className="sheet finding-row" data-testid="finding" data-state={finding.state} data-code={finding.code}>
      <Badge tone={tones[finding.state]}>{text(`health.${finding.state}`)}</Badge>
      <div className="stack-tight">
        <h2>{text.word('health.check', finding.check)}</h2>
        {finding.state === 'green' ? null : <p>{text.word('health.code', finding.code)}</p>}
        <p className="small muted" lang="en">
          {finding.message}
        </p>
      </div>
    </li>
  );
}

/** The installation examined point by point, worst first. */
export function Health() {
  const text = useText();
  const { store } = useStation();
  const job = useJob('health');
  const findings = [...(job?.outcome?.findings ?? [])].sort((a, b) => order[a.state] - order[b.state]);
  const running = job?.state === 'running';
  const worst = findings[0]?.state;
  return (
    <>
      <div className="row">
        <p className="grow muted">{text('health.what')}</p>
        <Button
          kind="primary"
          icon={<Stethoscope size={20} aria-hidden="true" />}
          onPress={() => void store.run('health.examine', {})}
          disabled={running}
          testId="examine"
        >
          {text('health.examine')}
        </Button>
      </div>
      {running ? <Progress label={text('health.running')} value={null} testId="health-progress" /> : null}
      {job?.failure ? <Notice tone="stop">{text.failure(job.failure.code)}</Notice> : null}
      {worst === undefined || running ? null : (
        <Notice tone={tones[worst]} live testId="health-overall">
          {text(`health.overall.${worst}` as MessageKey)}
        </Notice>
      )}
      {job === null ? <EmptyState>{text('health.none')}</EmptyState> : null}
      <ul className="stack-tight">
        {findings.map((finding) => (
          <Finding key={`${finding.check} ${finding.code}`} finding={finding} />
        ))}
      </ul>
    </>
  );
}
