import type { DeskSettings, HotFolderView } from '../../../contract/desk/devices.ts';
import { useText } from '../../i18n/messages.ts';
import { Badge, Notice } from '../../ui/notice.tsx';
import { Tick } from '../../ui/tick.tsx';
import { TextInput } from '../../ui/text-input.tsx';

const tones = { off: 'plain', watching: 'pass', unreachable: 'stop' } as const;

/** The folder a document scanner writes into, what becomes of its files, and cards from files. */
export function FolderSettings({
  settings,
  folder,
  editable,
  onChange,
}: {
  readonly settings: DeskSettings;
  readonly folder: HotFolderView;
  readonly editable: boolean;
  readonly onChange: (part: Partial<DeskSettings>) => void;
}) {
  const text = useText();
  const { hotFolder } = settings;
  const set = (part: Partial<DeskSettings['hotFolder']>) => onChange({ hotFolder: { ...hotFolder, ...part } });
  return (
    <div className="stack" data-testid="folder-settings">
      <div className="row tight">
        <h3 className="grow">{text('devices.folder')}</h3>
        <Badge tone={tones[folder.state]}>{text(`devices.folder.${folder.state}`)}</Badge>
      </div>
      {folder.reason === null ? null : <Notice tone="stop">{text.reason(folder.reason)}</Notice>}
      {folder.state === 'watching' ? (
        <p className="muted">{text('devices.folder.waiting', { count: folder.waiting.length })}</p>
      ) : null}
      {editable ? (
        <TextInput
          label={text('devices.folder.path')}
          hint={text('devices.folder.help')}
          value={hotFolder.path ?? ''}
          onChange={(path) => set({ path: path === '' ? null : path })}
          maxLength={1000}
          testId="folder-path"
        />
      ) : (
        <p className="mono">{hotFolder.path ?? '–'}</p>
      )}
      <Tick
        label={text('devices.folder.keep')}
        hint={text('devices.folder.keep.help')}
        on={hotFolder.afterwards === 'keep'}
        disabled={!editable}
        onChange={(keep) => set({ afterwards: keep ? 'keep' : 'remove' })}
        testId="folder-keep"
      />
      <Tick
        label={text('devices.folder.polling')}
        on={hotFolder.polling}
        disabled={!editable}
        onChange={(polling) => set({ polling })}
        testId="folder-polling"
      />
      <Tick
        label={text('devices.files')}
        hint={text('devices.files.help')}
        on={settings.files}
        disabled={!editable}
        onChange={(files) => onChange({ files })}
        testId="files-allowed"
      />
    </div>
  );
}
