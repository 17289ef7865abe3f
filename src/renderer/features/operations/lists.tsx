import { Upload } from 'lucide-react';
import { useEffect, useEffectEvent, useState } from 'react';
import type { ListStandingView, ListsView } from '../../../contract/desk/operations-calls.ts';
import type { Failure } from '../../../contract/result.ts';
import { listFormats, type ListFormat } from '../../../contract/screening.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { useAnswer } from '../../state/use-answer.ts';
import { useJob } from '../../state/use-job.ts';
import { Asked } from '../../ui/asked.tsx';
import { Button } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/kawung.tsx';
import { Badge, Notice } from '../../ui/notice.tsx';
import { Progress } from '../../ui/progress.tsx';
import { Select } from '../../ui/select.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { useProof, type ProvenRun } from '../sign-in/proof.tsx';
import { FilePick } from './file-pick.tsx';
import { uploadFiles } from './upload.ts';

const tones = { green: 'pass', amber: 'review', red: 'stop' } as const;
type Format = ListFormat | 'pack';
const formats: readonly Format[] = ['pack', ...listFormats];

function Standing({
  view,
  proof,
  onChanged,
}: {
  readonly view: ListsView;
  readonly proof: ProvenRun;
  readonly onChanged: (view: ListsView) => void;
}) {
  const text = useText();
  const role = useLoket((state) => state.station?.person?.role);
  const may = role === 'compliance' || role === 'admin';
  const remove = async ({ listId }: ListStandingView) => {
    const answer = await proof.run('lists.remove', { listId });
    if (answer.ok) onChanged(answer.value);
  };
  return (
    <section className="sheet stack">
      <h2>{text('lists.inForce')}</h2>
      <p className="muted">{text('lists.ages', { number: view.amberDays, limit: view.redDays })}</p>
      {view.missing.map((id) => (
        <Notice key={id} tone="stop">
          {text('lists.missing', { name: id })}
        </Notice>
      ))}
      <DataTable
        label={text('lists.inForce')}
        testId="list"
        rows={view.lists}
        rowId={({ listId }) => listId}
        rowState={({ age }) => age}
        empty={<EmptyState>{text(view.required ? 'lists.noneRequired' : 'lists.none')}</EmptyState>}
        columns={[
          {
            id: 'list',
            title: text('lists.list'),
            cell: (list) => (
              <>
                {list.title} <span className="mono small muted">{list.listId}</span>
              </>
            ),
          },
          {
            id: 'age',
            title: text('lists.age'),
            cell: (list) => <Badge tone={tones[list.age]}>{text('lists.days', { count: list.ageDays })}</Badge>,
          },
          { id: 'published', title: text('lists.published'), cell: (list) => text.date(list.publishedAt.slice(0, 10)) },
          { id: 'entries', title: text('lists.entries'), number: true, cell: (list) => text.number(list.entries) },
          {
            id: 'source',
            title: text('lists.source'),
            cell: (list) => (
              <div className="stack-tight small">
                <span>{text(list.signed ? 'lists.signed' : 'lists.unsigned')}</span>
                <span className="muted">{list.licence}</span>
              </div>
            ),
          },
          ...(may
            ? [
                {
                  id: 'remove',
                  title: text('lists.change'),
                  cell: (list: ListStandingView) => (
                    <Button
                      kind="stop"
                      onPress={() => void remove(list)}
                      label={`${text('lists.remove')}: ${list.title}`}
                      testId="list-remove"
                    >
                      {text('lists.remove')}
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
    </section>
  );
}

function Import({ onDone }: { readonly onDone: () => void }) {
  const text = useText();
  const { store, bridge } = useStation();
  const job = useJob('list_import');
  const [format, setFormat] = useState<Format>('pack');
  const [listId, setListId] = useState('');
  const [key, setKey] = useState('');
  const [file, setFile] = useState<File | null>(null);
  const [share, setShare] = useState<number | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const running = job?.state === 'running' || share !== null;
  const done = useEffectEvent(onDone);
  const finished = job?.state === 'done' ? job.id : null;
  useEffect(() => {
    if (finished !== null) done();
  }, [finished]);
  const begin = async (chosen: File) => {
    setFailure(null);
    setShare(0);
    const upload = await uploadFiles(bridge, [chosen], setShare);
    setShare(null);
    if (!upload.ok) return setFailure(upload.error);
    const named = format === 'pack' ? (key === '' ? {} : { key }) : listId === '' ? {} : { listId };
    const started = await store.run('lists.import', { upload: upload.value, format, ...named });
    if (started.ok) setFile(null);
  };
  const problem = failure ?? job?.failure ?? null;
  const line = problem?.details?.['line'];
  return (
    <section className="sheet stack" data-testid="list-import">
      <h2>{text('lists.import')}</h2>
      <div className="form-grid">
        <Select
          label={text('lists.format')}
          value={format}
          options={formats.map((value) => ({ value, label: text(`lists.format.${value}`) }))}
          onChange={setFormat}
          testId="list-format"
        />
        {format === 'pack' ? (
          <TextInput
            label={text('lists.key')}
            hint={text('lists.key.hint')}
            value={key}
            onChange={setKey}
            mono
            maxLength={43}
            testId="list-key"
          />
        ) : (
          <TextInput
            label={text('lists.id')}
            hint={text('lists.id.hint')}
            value={listId}
            onChange={setListId}
            maxLength={40}
            testId="list-id"
          />
        )}
      </div>
      <div className="row">
        <FilePick
          label={text('lists.choose')}
          accept=".csv,.json,.jsonl,.xml,.gz,.loketlist,.txt,.xlsx"
          onFiles={([chosen]) => setFile(chosen ?? null)}
          testId="list-file"
        />
        <span className="grow" data-testid="list-chosen">
          {file === null ? text('lists.noFile') : file.name}
        </span>
        <Button
          kind="primary"
          icon={<Upload size={20} aria-hidden="true" />}
          disabled={file === null || running}
          onPress={() => (file === null ? undefined : void begin(file))}
          testId="list-begin"
        >
          {text('lists.begin')}
        </Button>
      </div>
      {share === null ? null : <Progress label={text('lists.copying')} value={share} />}
      {job?.state === 'running' ? (
        <Progress label={text('lists.reading', { count: job.progress.done })} value={null} testId="list-progress" />
      ) : null}
      {job?.state === 'done' && job.outcome !== null ? (
        <Notice tone="pass" live testId="list-done">
          {text(job.outcome.unchanged ? 'lists.same' : 'lists.done', {
            name: job.outcome.listId,
            count: job.outcome.entries,
          })}
        </Notice>
      ) : null}
      {problem === null || running ? null : (
        <Notice tone="stop" live testId="list-failed">
          {text.failure(problem.code)}
          {typeof line === 'number' ? ` ${text('lists.line', { number: line })}` : ''}
        </Notice>
      )}
    </section>
  );
}

/** The lists names are compared with: how old they are, and bringing in new ones. */
export function Lists() {
  const proof = useProof();
  const asked = useAnswer('lists.status', {});
  const role = useLoket((state) => state.station?.person?.role);
  return (
    <>
      <Asked asked={asked}>{(view) => <Standing view={view} proof={proof} onChanged={asked.put} />}</Asked>
      {role === 'compliance' || role === 'admin' ? <Import onDone={asked.again} /> : null}
      {proof.dialog}
    </>
  );
}
