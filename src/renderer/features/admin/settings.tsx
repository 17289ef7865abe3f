import { useState } from 'react';
import type { SettingsView } from '../../../contract/desk/admin-calls.ts';
import {
  clockTime,
  readSetting,
  settingAt,
  settingFields,
  settingGroups,
  settingPatch,
  type SettingField,
  type SettingKind,
} from '../../../core/settings/setting-fields.ts';
import { useText, type MessageKey, type Text } from '../../i18n/messages.ts';
import { useLoket } from '../../state/loket-context.ts';
import { useAnswer } from '../../state/use-answer.ts';
import { Asked } from '../../ui/asked.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { Tick } from '../../ui/tick.tsx';
import { useProof, type ProvenRun } from '../sign-in/proof.tsx';

const nameOf = (text: Text, { path }: SettingField) => text(`setting.${path}` as MessageKey);

function figure(text: Text, kind: SettingKind, value: number): string {
  return kind === 'time' ? clockTime(value) : text.number(value, kind === 'share' ? 2 : 0);
}

/** As it is typed into the dialog. */
function toTyped(kind: SettingKind, held: unknown): string {
  if (held === undefined) return '';
  if (Array.isArray(held)) return held.join('\n');
  return kind === 'time' && typeof held === 'number' ? clockTime(held) : String(held);
}

function shown(text: Text, field: SettingField, value: unknown): string {
  if (value === undefined || value === null) return text('settings.unset');
  if (typeof value === 'boolean') return text(value ? 'settings.on' : 'settings.off');
  if (typeof value === 'number') return figure(text, field.kind, value);
  return Array.isArray(value)
    ? value.length === 0
      ? text('settings.empty')
      : value.join(', ')
    : JSON.stringify(value);
}

function range(text: Text, { minimum, maximum, kind }: SettingField): string {
  if (minimum === null && maximum === null) return '';
  const least = figure(text, kind, minimum ?? 0);
  return maximum === null
    ? text('settings.from', { number: least })
    : text('settings.range', { number: least, limit: figure(text, kind, maximum) });
}

function ChangeDialog({
  field,
  view,
  proof,
  onDone,
  onClose,
}: {
  readonly field: SettingField;
  readonly view: SettingsView;
  readonly proof: ProvenRun;
  readonly onDone: (view: SettingsView) => void;
  readonly onClose: () => void;
}) {
  const text = useText();
  const held = settingAt(view.settings, field.path);
  const [typed, setTyped] = useState(toTyped(field.kind, held));
  const value = readSetting(field, typed);
  const same = JSON.stringify(value) === JSON.stringify(held);
  const save = async () => {
    const done = await proof.run('settings.change', { patch: settingPatch(field.path, value) });
    if (done.ok) onDone(done.value);
  };
  return (
    <Dialog title={nameOf(text, field)} open onClose={onClose} firm testId="setting-dialog">
      <p>{text(`setting.${field.path}.help` as MessageKey)}</p>
      {field.kind === 'switch' ? (
        <Tick
          label={nameOf(text, field)}
          on={typed === 'true'}
          onChange={(on) => setTyped(String(on))}
          testId="setting-value"
        />
      ) : field.kind === 'lines' ? (
        <label className="field">
          <span>{text('settings.lines')}</span>
          <textarea
            className="textarea mono"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            data-testid="setting-value"
          />
        </label>
      ) : (
        <TextInput
          label={nameOf(text, field)}
          hint={range(text, field)}
          error={typed !== '' && value === undefined ? text('settings.outOfRange', { name: range(text, field) }) : null}
          value={typed}
          onChange={setTyped}
          inputMode={field.kind === 'time' ? 'text' : 'numeric'}
          autoFocus
          testId="setting-value"
        />
      )}
      <p data-testid="setting-effect">
        {text('settings.now')} <strong>{shown(text, field, held)}</strong> → {text('settings.then')}{' '}
        <strong>{value === undefined ? '…' : shown(text, field, value)}</strong>
      </p>
      <FailureNotice testId="setting-error" />
      <div className="row dialog-actions">
        <Button onPress={onClose}>{text('action.cancel')}</Button>
        <Button kind="primary" disabled={value === undefined || same} onPress={() => void save()} testId="setting-save">
          {text('settings.save')}
        </Button>
      </div>
    </Dialog>
  );
}

function Group({
  group,
  view,
  onOpen,
}: {
  readonly group: (typeof settingGroups)[number];
  readonly view: SettingsView;
  readonly onOpen: ((field: SettingField) => void) | null;
}) {
  const text = useText();
  return (
    <section className="sheet stack-tight">
      <h2>{text(`settings.group.${group}`)}</h2>
      <ul>
        {settingFields
          .filter((field) => field.group === group)
          .map((field) => {
            const change = view.changes[field.path];
            return (
              <li key={field.path} className="setting-row" data-testid={`setting-${field.path}`}>
                <div>
                  <strong>{nameOf(text, field)}</strong>
                  <p className="small muted">{text(`setting.${field.path}.help` as MessageKey)}</p>
                  {change === undefined ? null : (
                    <p className="small">
                      {text('settings.before', {
                        name: shown(text, field, change.from),
                        time: text.dateTime(change.at),
                      })}
                    </p>
                  )}
                </div>
                <div className="setting-value">
                  <strong>{shown(text, field, settingAt(view.settings, field.path))}</strong>
                  <p className="small muted">
                    {text('settings.default', { name: shown(text, field, settingAt(view.defaults, field.path)) })}
                  </p>
                </div>
                {onOpen === null ? null : (
                  <Button
                    onPress={() => onOpen(field)}
                    label={`${text('settings.change')}: ${nameOf(text, field)}`}
                    testId={`change-${field.path}`}
                  >
                    {text('settings.change')}
                  </Button>
                )}
              </li>
            );
          })}
      </ul>
    </section>
  );
}

/** The bank's policy, one value at a time: what it does, what it may be, what it was. */
export function Settings() {
  const text = useText();
  const proof = useProof();
  const admin = useLoket((state) => state.station?.person?.role === 'admin');
  const asked = useAnswer('settings.view', {});
  const [open, setOpen] = useState<SettingField | null>(null);
  return (
    <>
      <p className="muted">{text(admin ? 'settings.what' : 'rooms.adminOnly')}</p>
      <Asked asked={asked}>
        {(view) => (
          <>
            {settingGroups.map((group) => (
              <Group key={group} group={group} view={view} onOpen={admin ? setOpen : null} />
            ))}
            <p className="muted small">{text('settings.elsewhere')}</p>
            {open === null ? null : (
              <ChangeDialog
                key={open.path}
                field={open}
                view={view}
                proof={proof}
                onClose={() => setOpen(null)}
                onDone={(changed) => {
                  asked.put(changed);
                  setOpen(null);
                }}
              />
            )}
          </>
        )}
      </Asked>
      {proof.dialog}
    </>
  );
}
