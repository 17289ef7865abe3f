import { useState, type ReactNode } from 'react';
import { Form } from 'react-aria-components';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { Button } from '../../ui/button.tsx';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { TextInput } from '../../ui/text-input.tsx';
import { ceremony } from './ceremony.ts';

interface ProofFormProps {
  /** What is filled in before the proof. */
  readonly children: ReactNode;
  /** False as long as something above is missing. */
  readonly ready: boolean;
  /** Called with the password, or without one once the desk knows of a fresh proof by passkey. */
  readonly onProven: (password?: string) => Promise<void>;
  readonly onClose: () => void;
  readonly closeWord: string;
  readonly confirmWord: string;
  readonly confirmKind?: 'primary' | 'stop';
  readonly hint?: string;
  readonly autoFocus?: boolean;
  /** Before `-password`, `-passkey`, `-submit` and `-error`. */
  readonly testId: string;
}

/** A form that ends by asking once more who it is: a password, or a passkey in its place. Neither outlives the one use. */
export function ProofForm({ children, ready, onProven, onClose, testId, ...words }: ProofFormProps) {
  const text = useText();
  const { store } = useStation();
  const busy = useLoket((state) => state.busy !== null);
  const [password, setPassword] = useState('');
  const complete = ready && password !== '';
  const byPassword = async () => {
    setPassword('');
    await onProven(password);
  };
  const byPasskey = async () => {
    setPassword('');
    const begun = await store.run('auth.proveBegin', {});
    const credential = begun.ok ? await ceremony('get', begun.value) : null;
    if (!begun.ok || credential === null) return;
    const { challengeId } = begun.value;
    const proved = await store.run('auth.proveFinish', { challengeId, credential: credential as never });
    if (proved.ok) await onProven();
  };
  return (
    <Form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (complete && !busy) void byPassword();
      }}
    >
      {children}
      <TextInput
        label={text('passkey.password')}
        {...(words.hint === undefined ? {} : { hint: words.hint })}
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        autoFocus={words.autoFocus ?? false}
        testId={`${testId}-password`}
      />
      <FailureNotice testId={`${testId}-error`} />
      <div className="row dialog-actions">
        <Button onPress={onClose}>{words.closeWord}</Button>
        <Button disabled={!ready || busy} onPress={() => void byPasskey()} testId={`${testId}-passkey`}>
          {text('passkey.prove')}
        </Button>
        <Button kind={words.confirmKind ?? 'primary'} submit disabled={!complete || busy} testId={`${testId}-submit`}>
          {words.confirmWord}
        </Button>
      </div>
    </Form>
  );
}
