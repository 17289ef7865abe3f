import { useState, type ReactNode } from 'react';
import { Form } from 'react-aria-components';
import type { DeskAnswer, DeskCallName, DeskParams } from '../../../contract/desk/calls.ts';
import type { Result } from '../../../contract/result.ts';
import { useText } from '../../i18n/messages.ts';
import { useLoket, useStation } from '../../state/loket-context.ts';
import { ceremony } from './ceremony.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FailureNotice } from '../../ui/failure-notice.tsx';
import { TextInput } from '../../ui/text-input.tsx';

/** Asks who it is once more, by password or passkey, before something risky is done. */
function ProofDialog({ onDone }: { readonly onDone: (proven: boolean) => void }) {
  const text = useText();
  const { store } = useStation();
  const busy = useLoket((state) => state.busy !== null);
  const [password, setPassword] = useState('');
  const byPassword = async () => {
    const answer = await store.run('auth.provePassword', { password });
    setPassword('');
    if (answer.ok) onDone(true);
  };
  const byPasskey = async () => {
    const begun = await store.run('auth.proveBegin', {});
    const credential = begun.ok ? await ceremony('get', begun.value) : null;
    if (!begun.ok || credential === null) return;
    const { challengeId } = begun.value;
    const proved = await store.run('auth.proveFinish', { challengeId, credential: credential as never });
    if (proved.ok) onDone(true);
  };
  return (
    <Dialog title={text('proof.title')} open onClose={() => onDone(false)} firm testId="proof-dialog">
      <Form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (password !== '' && !busy) void byPassword();
        }}
      >
        <p>{text('proof.why')}</p>
        <TextInput
          label={text('passkey.password')}
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={setPassword}
          autoFocus
          testId="proof-password"
        />
        <FailureNotice testId="proof-error" />
        <div className="row dialog-actions">
          <Button onPress={() => onDone(false)}>{text('action.cancel')}</Button>
          <Button onPress={() => void byPasskey()} disabled={busy} testId="proof-passkey">
            {text('passkey.prove')}
          </Button>
          <Button kind="primary" submit disabled={password === '' || busy} testId="proof-submit">
            {text('action.next')}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

export interface ProvenRun {
  /** As the store's `run`; where the desk wants a fresh proof it is asked for, and the call repeated once. */
  run<N extends DeskCallName>(name: N, params: DeskParams<N>): Promise<Result<DeskAnswer<N>>>;
  /** To be put on the screen. */
  readonly dialog: ReactNode;
}

export function useProof(): ProvenRun {
  const { store } = useStation();
  const [asking, setAsking] = useState<{ readonly done: (proven: boolean) => void } | null>(null);
  return {
    async run(name, params) {
      const answer = await store.run(name, params);
      if (answer.ok || answer.error.code !== 'reauthentication_required') return answer;
      store.dismissFailure();
      const proven = await new Promise<boolean>((done) => setAsking({ done }));
      setAsking(null);
      store.dismissFailure();
      return proven ? store.run(name, params) : answer;
    },
    dialog: asking === null ? null : <ProofDialog onDone={asking.done} />,
  };
}
