import { useState, type ReactNode } from 'react';
import type { DeskAnswer, DeskCallName, DeskParams } from '../../../contract/desk/calls.ts';
import type { Result } from '../../../contract/result.ts';
import { useText } from '../../i18n/messages.ts';
import { useStation } from '../../state/loket-context.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { ProofForm } from './proof-form.tsx';

/** Asks who it is once more, by password or passkey, before something risky is done. */
function ProofDialog({ onDone }: { readonly onDone: (proven: boolean) => void }) {
  const text = useText();
  const { store } = useStation();
  return (
    <Dialog title={text('proof.title')} open onClose={() => onDone(false)} firm testId="proof-dialog">
      <ProofForm
        ready
        autoFocus
        closeWord={text('action.cancel')}
        confirmWord={text('action.next')}
        onClose={() => onDone(false)}
        onProven={async (password) => {
          const proven = password === undefined || (await store.run('auth.provePassword', { password })).ok;
          if (proven) onDone(true);
        }}
        testId="proof"
      >
        <p>{text('proof.why')}</p>
      </ProofForm>
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
