import { ClipboardCheck } from 'lucide-react';
import { useEffect, useEffectEvent } from 'react';
import type { SelfTestResult, SelfTestView } from '../../../contract/desk/self-test.ts';
import { useText, type Text } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { useAnswer } from '../../state/use-answer.ts';
import { useJob } from '../../state/use-job.ts';
import { Asked } from '../../ui/asked.tsx';
import { Button } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/kawung.tsx';
import { Badge, Notice } from '../../ui/notice.tsx';
import { Progress } from '../../ui/progress.tsx';

const tones = { passed: 'pass', failed: 'stop', incomplete: 'review', untested: 'review' } as const;

function lackText(text: Text, lacks: string): string {
  if (lacks === 'unmeasured_model') return text('selfTest.unmeasured');
  const role = text.word('modelRole', lacks);
  return role === lacks ? text.reason(lacks) : text('selfTest.lacks', { name: role });
}

function measured(text: Text, { part, value, threshold }: SelfTestResult): string {
  if (value === null) return '';
  const digits = Number.isInteger(value) ? 0 : 2;
  const limit = threshold === null ? '' : text.number(threshold, Number.isInteger(threshold) ? 0 : 2);
  const shown = text.number(value, digits);
  if (limit === '') return shown;
  const below = part === 'match_other' || part === 'face_replay';
  return text(below ? 'selfTest.below' : 'selfTest.atLeast', { number: shown, limit });
}

function Parts({ run }: { readonly run: SelfTestView }) {
  const text = useText();
  return (
    <DataTable
      label={text('rooms.selfTest')}
      testId="self-test-part"
      rows={run.parts}
      rowId={({ part }) => part}
      rowState={({ state }) => state}
      empty={<p className="muted">{text('selfTest.none')}</p>}
      columns={[
        { id: 'part', title: text('selfTest.part'), cell: ({ part }) => text(`selfTest.part.${part}`) },
        {
          id: 'state',
          title: text('selfTest.state'),
          cell: ({ state, lacks }) => (
            <div className="stack-tight">
              <Badge tone={tones[state]}>{text(`selfTest.state.${state}`)}</Badge>
              {lacks === null ? null : <span className="small">{lackText(text, lacks)}</span>}
            </div>
          ),
        },
        { id: 'value', title: text('selfTest.value'), cell: (result) => measured(text, result) },
      ]}
    />
  );
}

/** Known answers asked of this counter, now and on earlier days. */
export function SelfTest() {
  const text = useText();
  const { store } = useStation();
  const role = useLoket((state) => state.station?.person?.role);
  const job = useJob('self_test');
  const asked = useAnswer('selfTest.history', {});
  const running = job?.state === 'running';
  const refresh = useEffectEvent(asked.again);
  const ended = job === null || running ? null : job.id;
  useEffect(() => {
    if (ended !== null) refresh();
  }, [ended]);
  const may = role === 'staff' || role === 'supervisor' || role === 'admin';
  const { done = 0, total = null } = job?.progress ?? {};
  return (
    <>
      <div className="row">
        <p className="grow muted">{text('selfTest.what')}</p>
        {may ? (
          <Button
            kind="primary"
            icon={<ClipboardCheck size={20} aria-hidden="true" />}
            onPress={() => void store.run('selfTest.run', {})}
            disabled={running}
            testId="self-test-run"
          >
            {text('selfTest.run')}
          </Button>
        ) : null}
      </div>
      {running ? (
        <Progress
          label={text('selfTest.running')}
          value={total === null ? null : done / total}
          testId="self-test-progress"
        />
      ) : null}
      {job?.failure ? <Notice tone="stop">{text.failure(job.failure.code)}</Notice> : null}
      <Asked asked={asked}>
        {([last, ...earlier]) =>
          last === undefined ? (
            <EmptyState>{text('selfTest.none')}</EmptyState>
          ) : (
            <>
              <section className="sheet stack" data-testid="self-test-last" data-state={last.state}>
                <Notice tone={tones[last.state]}>
                  {text(`selfTest.overall.${last.state}`)}{' '}
                  {text('selfTest.at', { time: text.dateTime(last.finishedAt) })}
                </Notice>
                <Parts run={last} />
              </section>
              {earlier.length === 0 ? null : (
                <section className="sheet stack-tight">
                  <h2>{text('selfTest.earlier')}</h2>
                  <ul className="stack-tight">
                    {earlier.map((run) => (
                      <li key={run.id} className="row tight">
                        <Badge tone={tones[run.state]}>{text(`selfTest.short.${run.state}`)}</Badge>
                        {text.dateTime(run.finishedAt)}
                      </li>
                    ))}
                  </ul>
                </section>
              )}
            </>
          )
        }
      </Asked>
    </>
  );
}

/** On the idle counter: how the test of this day went, before the first customer sits down. */
export function SelfTestNotice() {
  const text = useText();
  const { store } = useStation();
  const job = useJob('self_test');
  const asked = useAnswer('selfTest.latest', {});
  const last = job?.outcome ?? asked.value;
  if (job?.state === 'running') {
    const { done, total } = job.progress;
    return (
      <Notice testId="self-test-notice">
        <Progress label={text('selfTest.running')} value={total === null ? null : done / total} />
      </Notice>
    );
  }
  if (last === null) return null;
  return (
    <Notice
      tone={tones[last.state]}
      live
      testId="self-test-notice"
      action={
        last.state === 'passed' ? null : <Button onPress={() => store.go('operations')}>{text('selfTest.open')}</Button>
      }
    >
      {text(`selfTest.overall.${last.state}`)} {text('selfTest.at', { time: text.dateTime(last.finishedAt) })}
    </Notice>
  );
}
