import { HardDriveDownload } from 'lucide-react';
import { useState } from 'react';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { FilePick } from './file-pick.tsx';

/** Where the line stays away: what waits goes to the hub on a disk, sealed to it, and the hub's acknowledgement comes back. */
export function OutboxDisk({ waiting }: { readonly waiting: boolean }) {
  const text = useText();
  const { store } = useStation();
  const busy = useLoket((state) => state.busy !== null);
  const [folder, setFolder] = useState('');
  const [said, setSaid] = useState<string | null>(null);
  const write = async () => {
    setSaid(null);
    const answer = await store.run('outbox.export', { folder: folder.trim() });
    if (!answer.ok) return;
    const { file, captures, unreadable } = answer.value;
    const left = unreadable === 0 ? '' : ` ${text('outbox.disk.unreadable', { count: unreadable })}`;
    setSaid(`${text('outbox.disk.written', { count: captures, file })}${left}`);
  };
  const acknowledge = async (file: File | undefined) => {
    if (file === undefined) return;
    setSaid(null);
    const answer = await store.run('outbox.acknowledge', { file: new Uint8Array(await file.arrayBuffer()) });
    if (!answer.ok) return;
    const { delivered, refused, outbox } = answer.value;
    store.setState({ outbox });
    setSaid(text('outbox.disk.acknowledged', { delivered, refused }));
  };
  return (
    <details className="unfold stack-tight" data-testid="outbox-disk">
      <summary data-testid="outbox-disk-open">{text('outbox.disk')}</summary>
      <p className="muted">{text('outbox.disk.what')}</p>
      <TextInput
        label={text('backup.folder')}
        hint={text('outbox.disk.hint')}
        value={folder}
        onChange={setFolder}
        maxLength={1000}
        testId="outbox-folder"
      />
      <div className="row">
        <Button
          icon={<HardDriveDownload size={20} aria-hidden="true" />}
          onPress={() => void write()}
          disabled={busy || !waiting || folder.trim() === ''}
          testId="outbox-export"
        >
          {text('outbox.disk.export')}
        </Button>
        <FilePick
          label={text('outbox.disk.pick')}
          accept="*"
          onFiles={([file]) => void acknowledge(file)}
          testId="outbox-acknowledgement"
        />
      </div>
      <FailureNotice testId="outbox-disk-error" />
      {said === null ? null : (
        <Notice tone="pass" live testId="outbox-disk-done">
          {said}
        </Notice>
      )}
    </details>
  );
}
