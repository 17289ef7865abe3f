/** A person's own passkeys: what is registered, and registering one more. */
import { useEffect, useState } from 'react';
import { KeyRound } from 'lucide-react';
import { Form } from 'react-aria-components';
import type { PasskeyRow } from '../../../contract/desk/passkeys.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { ceremony } from './ceremony.ts';

function Registration({ onRegistered }: { readonly onRegistered: (rows: readonly PasskeyRow[]) => void }) {
  const text = useText();
  const { store } = useStation();
  const busy = useLoket((state) => state.busy !== null);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [stopped, setStopped] = useState(false);
  const register = async () => {
    setStopped(false);
    const begun = await store.run('auth.registerBegin', { password });
    setPassword('');
    if (!begun.ok) return;
    const credential = await ceremony('create', begun.value);
    if (credential === null) return setStopped(true);
    const named = name.trim() === '' ? {} : { name: name.trim() };
    const done = await store.run('auth.registerFinish', {
      challengeId: begun.value.challengeId,
      credential: credential as never,
      ...named,
    });
    if (done.ok) onRegistered(done.value);
  };
  return (
    <Form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (password !== '' && !busy) void register();
      }}
    >
      <TextInput label={text('passkey.name')} value={name} onChange={setName} testId="passkey-name" />
      <TextInput
        label={text('passkey.password')}
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        testId="passkey-password"
      />
      {stopped ? <Notice tone="review">{text('passkey.stopped')}</Notice> : null}
      <FailureNotice testId="passkey-error" />
      <Button kind="primary" submit disabled={password === '' || busy} testId="passkey-register">
        {text('passkey.register')}
      </Button>
    </Form>
  );
}

/** Opened from the person's name in the top bar. */
export function PasskeysButton() {
  const text = useText();
  const { store } = useStation();
  const [open, setOpen] = useState(false);
  const [rows, setRows] = useState<readonly PasskeyRow[]>([]);
  useEffect(() => {
    if (!open) return;
    void store.run('auth.passkeys', {}).then((answer) => (answer.ok ? setRows(answer.value) : undefined));
  }, [open, store]);
  return (
    <>
      <button
        type="button"
        className="icon-button"
        aria-label={text('passkey.title')}
        title={text('passkey.title')}
        onClick={() => setOpen(true)}
        data-testid="passkeys"
      >
        <KeyRound size={22} aria-hidden="true" />
      </button>
      <Dialog title={text('passkey.title')} open={open} onClose={() => setOpen(false)} testId="passkeys-dialog">
        {rows.length === 0 ? <p className="muted">{text('passkey.none')}</p> : null}
        <ul className="stack" data-testid="passkey-list">
          {rows.map((row) => (
            <li key={row.id}>
              {row.name === '' ? text('passkey.unnamed') : row.name}{' '}
              <span className="muted">{text('passkey.since', { date: row.createdAt.slice(0, 10) })}</span>
            </li>
          ))}
        </ul>
        <Registration onRegistered={setRows} />
        <Button onPress={() => setOpen(false)} testId="passkeys-close">
          {text('action.close')}
        </Button>
      </Dialog>
    </>
  );
}
