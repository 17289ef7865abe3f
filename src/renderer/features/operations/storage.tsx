import { HardDriveDownload } from 'lucide-react';
import { useEffect, useEffectEvent, useState } from 'react';
import type { StorageView } from '../../../contract/desk/operations-calls.ts';
import { useText, type Text } from '../../i18n/messages.ts';
import { useLoket } from '../../state/loket-context.ts';
import { useAnswer } from '../../state/use-answer.ts';
import { useJob } from '../../state/use-job.ts';
import { Asked } from '../../ui/asked.tsx';
import { Button } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { Badge, Notice } from '../../ui/notice.tsx';
import { Progress } from '../../ui/progress.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { useProof } from '../sign-in/proof.tsx';

const gibibyte = 1024 ** 3;

export function sizeText(text: Text, bytes: number): string {
  return bytes >= gibibyte
    ? text('storage.gib', { size: text.number(bytes / gibibyte, 1) })
    : text('storage.mib', { size: text.number(bytes / 1024 ** 2, 1) });
}

function Sizes({ view }: { readonly view: StorageView }) {
  const text = useText();
  const low = view.freeBytes !== null && view.freeBytes < 4 * gibibyte;
  return (
    <section className="sheet stack-tight">
      <div className="row">
        <h2 className="grow">{text('storage.sizes')}</h2>
        {view.freeBytes === null ? (
          <span className="muted">{text('storage.server')}</span>
        ) : (
          <Badge tone={low ? 'stop' : 'pass'} testId="free-disk">
            {text('storage.free', { size: sizeText(text, view.freeBytes) })}
          </Badge>
        )}
      </div>
      <DataTable
        label={text('storage.sizes')}
        testId="storage"
        rows={view.kinds}
        rowId={({ kind }) => kind}
        empty={<p className="muted">{text('storage.empty')}</p>}
        columns={[
          { id: 'kind', title: text('storage.kind'), cell: ({ kind }) => text(`storage.kind.${kind}`) },
          {
            id: 'count',
            title: text('storage.count'),
            number: true,
            cell: ({ count }) => (count === null ? '–' : text.number(count)),
          },
          { id: 'bytes', title: text('storage.size'), number: true, cell: ({ bytes }) => sizeText(text, bytes) },
        ]}
      />
    </section>
  );
}

function Backup({ view, onMade }: { readonly view: StorageView['backup']; readonly onMade: () => void }) {
  const text = useText();
  const proof = useProof();
  const job = useJob('backup');
  const admin = useLoket((state) => state.station?.person?.role === 'admin');
  const [folder, setFolder] = useState(view.folders[0] ?? '');
  const running = job?.state === 'running';
  const made = useEffectEvent(onMade);
  const finished = job?.state === 'done' ? job.id : null;
  useEffect(() => {
    if (finished !== null) made();
  }, [finished]);
  return (
    <section className="sheet stack" data-testid="backup">
      <h2>{text('backup.title')}</h2>
      {view.last === null ? (
        <Notice tone="review" testId="backup-none">
          {text('backup.none')}
        </Notice>
      ) : (
        <p data-testid="backup-last">
          {text('backup.last', { time: text.dateTime(view.last.at) })}
          {view.last.bytes === null ? null : ` · ${sizeText(text, view.last.bytes)}`}
        </p>
      )}
      {!view.possible ? <p className="muted">{text('backup.elsewhere')}</p> : null}
      {view.possible && !admin ? <p className="muted">{text('rooms.adminOnly')}</p> : null}
      {view.possible && admin ? (
        <>
          <TextInput
            label={text('backup.folder')}
            hint={text('backup.folder.hint')}
            value={folder}
            onChange={setFolder}
            maxLength={1000}
            testId="backup-folder"
          />
          <div className="row">
            <Button
              kind="primary"
              icon={<HardDriveDownload size={20} aria-hidden="true" />}
              onPress={() => void proof.run('backup.create', { folder: folder.trim() })}
              disabled={folder.trim() === '' || running}
              testId="backup-now"
            >
              {text('backup.now')}
            </Button>
          </div>
        </>
      ) : null}
      {running ? <Progress label={text('backup.running')} value={null} /> : null}
      {job?.state === 'done' && job.outcome !== null ? (
        <Notice tone="pass" live testId="backup-done">
          {text('backup.done')} <span className="mono">{job.outcome.file}</span>
        </Notice>
      ) : null}
      {job?.failure ? (
        <Notice tone="stop" live testId="backup-failed">
          {text.failure(job.failure.code)}
        </Notice>
      ) : null}
      {proof.dialog}
    </section>
  );
}

/** What the space is used for, how much is left, and the backup. */
export function Storage() {
  const asked = useAnswer('storage.status', {});
  return (
    <Asked asked={asked}>
      {(view) => (
        <>
          <Sizes view={view} />
          <Backup view={view.backup} onMade={asked.again} />
        </>
      )}
    </Asked>
  );
}
